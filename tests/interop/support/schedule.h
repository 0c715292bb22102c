// The second opinion's shapes: a schedule is a list of actions; a subject (ours or libssl's) takes them one by one
// and tells what a caller saw. Whoever adds an action adds it to Subject::act, and to both subjects where it is a call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/config.h"

namespace stepshake::testing {

enum class Do : std::uint8_t {
  // Calls.
  do_handshake,
  connect,
  accept,
  set_connect_state,
  set_accept_state,
  read,
  write,  // bytes
  shutdown,
  // The wire. Memory BIOs are emptied after each call; a pair's far end only by `drain`.
  feed,    // bytes
  inject,  // bytes, as feed, or none: as end_of_input; what Schedule::injection names
  end_of_input,
  drain,  // count; 0: everything
  // The peer: a libssl connection of the other role, one for each subject.
  peer_turn,   // takes what was sent, and goes on with its handshake
  peer_write,  // bytes
  peer_shutdown,
  peer_key_update,  // count 1: the subject is asked to renew, too
  deliver,          // count bytes of what the peer has said; 0: everything
};

struct Action {
  Do what = Do::do_handshake;
  Bytes bytes;
  // A call over a pair: 1 for one that is repeated while it wants to write, and the pair drained between.
  std::size_t count = 0;
};

inline bool is_call(Do what) { return what <= Do::shutdown; }

inline std::string name_of(Do what) {
  static constexpr std::array<const char*, 17> kNames = {"do_handshake",
                                                         "connect",
                                                         "accept",
                                                         "set_connect_state",
                                                         "set_accept_state",
                                                         "read",
                                                         "write",
                                                         "shutdown",
                                                         "feed",
                                                         "inject",
                                                         "end_of_input",
                                                         "drain",
                                                         "peer_turn",
                                                         "peer_write",
                                                         "peer_shutdown",
                                                         "peer_key_update",
                                                         "deliver"};
  return kNames[static_cast<std::size_t>(what)];
}

inline std::string role_name(policy::Role role) {
  return role == policy::Role::client ? "client" : "server";
}

enum class Transport : std::uint8_t { memory, pair, none, write_only };

struct Schedule {
  std::string name;
  std::optional<policy::Role> role;  // set before the first action
  policy::Role acts_as =
      policy::Role::client;  // whose peer is made; the role's, where there is one
  std::vector<Action> actions;
  Transport transport = Transport::memory;
  std::size_t out_size = 0;  // pair: of the subject's own buffer
  std::size_t in_size = 17'000;
  bool ignore_unexpected_eof = false;
  bool peer_is_old = false;  // knows TLS 1.2 alone
  bool retry = false;        // the server takes no group that the client has sent a share for
  std::string injection;     // what Do::inject brings
};

// What a caller saw of one call.
struct Observation {
  std::size_t step = 0;
  Do what = Do::do_handshake;
  int return_value = 0;
  int error = 0;             // SSL_get_error; 0 where nothing is returned
  std::uint32_t reason = 0;  // ERR_get_error of the oldest entry; 0: the queue is empty
  std::string reason_text;
  std::string alerts;            // sent by the call: names; and the content of those in the clear
  std::string alert_version;     // legacy_record_version of those in the clear
  std::size_t consumed = 0;      // bytes out of the read BIO
  bool wrote = false;            // anything into the write BIO
  std::size_t read_request = 0;  // pair: what a failed read asked for
  Bytes data;                    // read
  bool stalled_early = false;    // it wanted to write before the pair was full
  bool alert_waits = false;      // a fatal alert did not fit into the pair
};

struct Difference {
  std::string schedule;
  std::size_t step = 0;
  Do what = Do::do_handshake;
  std::string field;
  std::string ours;
  std::string libssl;
};

// "client/no bytes | 3 read | error: WANT_READ / SYSCALL": ours, then libssl's.
inline std::string shown(const Difference& difference) {
  const auto or_none = [](const std::string& text) { return text.empty() ? "none" : text; };
  return difference.schedule + " | " + std::to_string(difference.step) + " " +
         name_of(difference.what) + " | " + difference.field + ": " + or_none(difference.ours) +
         " / " + or_none(difference.libssl);
}

// The numbers' names, so that a table of differences can be read.
inline std::string name_of_ssl_error(int error) {
  static constexpr std::array<const char*, 13> kNames = {"NONE",
                                                         "SSL",
                                                         "WANT_READ",
                                                         "WANT_WRITE",
                                                         "WANT_X509_LOOKUP",
                                                         "SYSCALL",
                                                         "ZERO_RETURN",
                                                         "WANT_CONNECT",
                                                         "WANT_ACCEPT",
                                                         "WANT_ASYNC",
                                                         "WANT_ASYNC_JOB",
                                                         "WANT_CLIENT_HELLO_CB",
                                                         "WANT_RETRY_VERIFY"};
  return error >= 0 && error < 13 ? kNames[static_cast<std::size_t>(error)] : "?";
}

inline std::vector<Difference> differences_of(const std::string& schedule,
                                              const std::vector<Observation>& ours,
                                              const std::vector<Observation>& libssl) {
  std::vector<Difference> all;
  bool alert_waits = false;
  for (std::size_t i = 0; i < ours.size() && i < libssl.size(); ++i) {
    const Observation& a = ours[i];
    const Observation& b = libssl[i];
    const auto compare = [&](const char* field, const std::string& x, const std::string& y) {
      if (x != y) all.push_back({schedule, a.step, a.what, field, x, y});
    };
    compare("return", std::to_string(a.return_value), std::to_string(b.return_value));
    compare("error", name_of_ssl_error(a.error), name_of_ssl_error(b.error));
    compare("reason", a.reason_text, b.reason_text);
    compare("code", std::to_string(a.reason), std::to_string(b.reason));
    // Whether a fatal alert fits depends on the flight before it, whose length is the subject's own; and of one that
    // does not, libssl tells where a buffer holds it, and else never.
    alert_waits = alert_waits || a.alert_waits || b.alert_waits;
    if (!alert_waits) {
      compare("alerts", a.alerts, b.alerts);
      compare("alert_version", a.alert_version, b.alert_version);
    }
    compare("consumed", std::to_string(a.consumed), std::to_string(b.consumed));
    compare("wrote", a.wrote ? "yes" : "no", b.wrote ? "yes" : "no");
    compare("read_request", std::to_string(a.read_request), std::to_string(b.read_request));
    compare("data", to_hex(a.data), to_hex(b.data));
    compare("stalled_early", a.stalled_early ? "yes" : "no", b.stalled_early ? "yes" : "no");
  }
  return all;
}

}  // namespace stepshake::testing

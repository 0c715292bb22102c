// The schedules of the second opinion, by theme. Names are "client/..." and "server/..." after the subject's role,
// "any/..." where it has none at first.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "schedule.h"

namespace stepshake::testing {

inline Action act(Do what, std::size_t count = 0) { return {what, {}, count}; }
inline Action feed(Bytes bytes) { return {Do::feed, std::move(bytes), 0}; }
inline Action feed(std::string_view text) { return {Do::feed, to_bytes(view_of(text)), 0}; }
inline Action write(std::string_view text) { return {Do::write, to_bytes(view_of(text)), 0}; }
inline Action peer_write(std::string_view text) {
  return {Do::peer_write, to_bytes(view_of(text)), 0};
}

inline Bytes record(std::uint8_t type, const Bytes& content) {
  Bytes bytes = {type, 3, 3, static_cast<std::uint8_t>(content.size() >> 8),
                 static_cast<std::uint8_t>(content.size())};
  append(bytes, content);
  return bytes;
}

using Schedules = std::vector<Schedule>;
using Actions = std::vector<Action>;

inline Schedule schedule(policy::Role role, const std::string& name, Actions actions) {
  Schedule made;
  made.name = role_name(role) + "/" + name;
  made.role = role;
  made.acts_as = role;
  made.actions = std::move(actions);
  return made;
}

inline Actions joined(std::initializer_list<Actions> parts) {
  Actions all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline void append_all(Actions& to, const Actions& more) {
  to.insert(to.end(), more.begin(), more.end());
}

inline Actions again(Do what, int times = 2) {
  return Actions(static_cast<std::size_t>(times), act(what));
}

// From nothing to complete. A client's flight needs three turns, a server's two.
inline Actions complete(policy::Role role) {
  if (role == policy::Role::client) {
    return {act(Do::do_handshake), act(Do::peer_turn), act(Do::deliver), act(Do::do_handshake),
            act(Do::peer_turn)};
  }
  return {act(Do::do_handshake), act(Do::peer_turn), act(Do::deliver),     act(Do::do_handshake),
          act(Do::peer_turn),    act(Do::deliver),   act(Do::do_handshake)};
}

// The subject waits for its peer's first bytes, or for the next ones after its own flight.
inline Actions started() { return {act(Do::do_handshake)}; }
inline Actions halfway(policy::Role role) {
  if (role == policy::Role::client) return started();
  return {act(Do::do_handshake), act(Do::peer_turn), act(Do::deliver), act(Do::do_handshake)};
}

// Each thing that a peer may say in the clear, before there are keys.
inline std::vector<std::pair<std::string, Bytes>> plain_bytes() {
  std::vector<std::pair<std::string, Bytes>> all;
  const auto text = [&](const char* name, std::string_view bytes) {
    all.emplace_back(name, to_bytes(view_of(bytes)));
  };
  text("http get", "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  text("http post", "POST / HTTP/1.1\r\n\r\n");
  text("http head", "HEAD / HTTP/1.1\r\n\r\n");
  text("http put", "PUT / HTTP/1.1\r\n\r\n");
  text("http delete", "DELETE / HTTP/1.1\r\n\r\n");
  text("http options", "OPTIONS / HTTP/1.1\r\n\r\n");
  text("http connect", "CONNECT x:443 HTTP/1.1\r\n\r\n");
  text("http answer", "HTTP/1.1 400 Bad Request\r\n\r\n");
  text("smtp", "220 mail.example ESMTP\r\n");
  text("ssh", "SSH-2.0-OpenSSH_9.2\r\n");
  text("letters", "abcdefghijklmnopqrstuvwxyz");
  all.emplace_back("zeros", Bytes(64, 0));
  all.emplace_back("ones", Bytes(64, 0xff));
  all.emplace_back("ssl 2 hello", *from_hex("802e0100020015000000100100800300800700c0060040020080"
                                            "04008000000102030405060708090a0b0c0d0e0f"));
  for (const Bytes& version : {Bytes{3, 0}, {3, 1}, {3, 2}, {3, 4}, {2, 0}, {4, 0}, {255, 255}}) {
    Bytes bytes = record(22, {1, 0, 0, 1, 0});
    std::copy(version.begin(), version.end(), bytes.begin() + 1);
    all.emplace_back("record version " + to_hex(version), bytes);
  }
  for (const std::uint8_t type : Bytes{0, 1, 19, 24, 25, 64, 128, 255}) {
    all.emplace_back("record type " + std::to_string(type), record(type, {1}));
  }
  all.emplace_back("change cipher spec", record(20, {1}));
  all.emplace_back("change cipher spec of 2", record(20, {2}));
  all.emplace_back("change cipher spec of two bytes", record(20, {1, 1}));
  all.emplace_back("change cipher spec, empty", record(20, {}));
  all.emplace_back("alert, empty", record(21, {}));
  all.emplace_back("alert of one byte", record(21, {2}));
  all.emplace_back("alert of three bytes", record(21, {2, 40, 0}));
  all.emplace_back("two alerts", record(21, {1, 90, 2, 40}));
  all.emplace_back("alert of level 0", record(21, {0, 40}));
  all.emplace_back("alert of level 3", record(21, {3, 40}));
  all.emplace_back("handshake, empty", record(22, {}));
  all.emplace_back("application data", record(23, Bytes(32, 7)));
  all.emplace_back("application data, empty", record(23, {}));
  all.emplace_back("record of 16384", record(22, Bytes(16'384, 2)));
  all.emplace_back("record of 16385", record(22, Bytes(16'385, 2)));
  all.emplace_back("record of 65535", record(22, Bytes(65'535, 2)));
  all.emplace_back("application record of 16641", record(23, Bytes(16'641, 2)));
  for (unsigned type = 0; type < 26; ++type) {
    all.emplace_back("handshake type " + std::to_string(type),
                     record(22, {static_cast<std::uint8_t>(type), 0, 0, 0}));
  }
  all.emplace_back("handshake type 254", record(22, {254, 0, 0, 0}));
  all.emplace_back("hello too long", record(22, {1, 0xff, 0xff, 0xff}));
  all.emplace_back("server hello too long", record(22, {2, 0xff, 0xff, 0xff}));
  all.emplace_back("hello and an alert", concat({record(22, {1, 0, 0, 9}), record(21, {2, 40})}));
  return all;
}

inline void add_plain_bytes(policy::Role role, Schedules& to) {
  for (const auto& [name, bytes] : plain_bytes()) {
    to.push_back(schedule(role, "before any message: " + name,
                          joined({started(), {feed(bytes)}, again(Do::do_handshake, 3)})));
    if (role == policy::Role::client) continue;
    to.push_back(schedule(role, "after the flight: " + name,
                          joined({halfway(role), {feed(bytes)}, again(Do::do_handshake, 3)})));
  }
}

inline void add_alerts(policy::Role role, Schedules& to) {
  for (const unsigned level : {1U, 2U}) {
    for (const unsigned number :
         {0U,   10U,  20U,  21U,  22U,  30U,  40U,  41U,  42U,  43U,  44U, 45U,
          46U,  47U,  48U,  49U,  50U,  51U,  60U,  70U,  71U,  80U,  86U, 90U,
          100U, 109U, 110U, 111U, 112U, 113U, 114U, 115U, 116U, 120U, 200U}) {
      const Bytes alert =
          record(21, {static_cast<std::uint8_t>(level), static_cast<std::uint8_t>(number)});
      const std::string name = "alert " + std::to_string(level) + "/" + std::to_string(number);
      to.push_back(schedule(role, "before any message: " + name,
                            joined({started(),
                                    {feed(alert)},
                                    again(Do::do_handshake, 3),
                                    {act(Do::read), act(Do::shutdown)}})));
      if (role == policy::Role::client) continue;
      to.push_back(schedule(role, "after the flight: " + name,
                            joined({halfway(role),
                                    {feed(alert)},
                                    again(Do::do_handshake, 3),
                                    {act(Do::read), act(Do::shutdown)}})));
    }
  }
  Bytes warnings;
  for (int i = 0; i < 7; ++i) append(warnings, record(21, {1, 90}));
  to.push_back(schedule(role, "seven warnings",
                        joined({halfway(role), {feed(warnings)}, again(Do::do_handshake, 3)})));
  Bytes specs;
  for (int i = 0; i < 40; ++i) append(specs, record(20, {1}));
  to.push_back(schedule(role, "forty change cipher specs",
                        joined({halfway(role), {feed(specs)}, again(Do::do_handshake, 3)})));
  Bytes some_specs;
  for (int i = 0; i < 3; ++i) append(some_specs, record(20, {1}));
  to.push_back(schedule(role, "three change cipher specs, then on",
                        joined({halfway(role),
                                {feed(some_specs), act(Do::peer_turn), act(Do::deliver)},
                                again(Do::do_handshake, 3)})));
}

// The peer's first flight ends after n bytes, or comes cut there.
inline void add_cuts(policy::Role role, std::size_t flight, Schedules& to) {
  for (std::size_t n = 0; n < flight; n += n < 150 ? 1 : 7) {
    const Actions begun = joined({started(), {act(Do::peer_turn)}});
    const Actions part = n == 0 ? Actions{} : Actions{act(Do::deliver, n)};
    to.push_back(
        schedule(role, "end after " + std::to_string(n) + " bytes",
                 joined({begun, part, {act(Do::end_of_input)}, again(Do::do_handshake, 3)})));
    to.push_back(schedule(role, "cut after " + std::to_string(n) + " bytes",
                          joined({begun,
                                  part,
                                  again(Do::do_handshake, 2),
                                  {act(Do::deliver)},
                                  again(Do::do_handshake, 2)})));
  }
  Schedule ignoring =
      schedule(role, "end is ignored",
               joined({started(), {act(Do::end_of_input)}, again(Do::do_handshake, 3)}));
  ignoring.ignore_unexpected_eof = true;
  to.push_back(ignoring);
  Schedule inside =
      schedule(role, "end inside a record is ignored",
               joined({started(),
                       {act(Do::peer_turn), act(Do::deliver, 20), act(Do::end_of_input)},
                       again(Do::do_handshake, 3)}));
  inside.ignore_unexpected_eof = true;
  to.push_back(inside);
}

inline void add_after_completion(policy::Role role, Schedules& to) {
  const Actions done = complete(role);
  const auto add = [&](const std::string& name, const Actions& rest) {
    to.push_back(schedule(role, "complete: " + name, joined({done, rest})));
  };
  add("nothing", {});
  add("called again", joined({again(Do::do_handshake), again(Do::connect), again(Do::accept)}));
  add("read", again(Do::read));
  add("data", {write("ping"), act(Do::peer_turn), peer_write("pong"), act(Do::deliver),
               act(Do::read), act(Do::read), act(Do::do_handshake)});
  add("two records", {peer_write("one"), peer_write("two"), act(Do::deliver), act(Do::read),
                      act(Do::read), act(Do::read)});
  add("empty write", {write(""), act(Do::read)});
  add("data in pieces", {peer_write("pong"), act(Do::deliver, 3), act(Do::read),
                         act(Do::deliver, 10), act(Do::read), act(Do::deliver), act(Do::read)});
  add("key update", {{Do::peer_key_update, {}, 0},
                     peer_write("x"),
                     act(Do::deliver),
                     act(Do::read),
                     act(Do::read),
                     write("y")});
  add("key update requested", {{Do::peer_key_update, {}, 1},
                               peer_write("x"),
                               act(Do::deliver),
                               act(Do::read),
                               act(Do::read),
                               write("y"),
                               act(Do::read)});
  add("key update requested, do_handshake", {{Do::peer_key_update, {}, 1},
                                             act(Do::deliver),
                                             act(Do::do_handshake),
                                             act(Do::read),
                                             act(Do::read)});
  add("shutdown", joined({again(Do::shutdown),
                          {act(Do::read), write("x"), act(Do::do_handshake)},
                          {act(Do::peer_turn), act(Do::peer_shutdown), act(Do::deliver)},
                          again(Do::shutdown, 3),
                          again(Do::read)}));
  add("peer shuts down", joined({{act(Do::peer_shutdown), act(Do::deliver)},
                                 again(Do::read, 3),
                                 {act(Do::do_handshake), write("x")},
                                 again(Do::shutdown, 3)}));
  add("peer shuts down, shutdown at once",
      joined({{act(Do::peer_shutdown), act(Do::deliver)}, again(Do::shutdown, 3)}));
  add("shutdown with data waiting",
      joined({{act(Do::shutdown), peer_write("late"), act(Do::deliver)},
              again(Do::shutdown, 3),
              again(Do::read, 3)}));
  add("shutdown, then read the rest",
      joined({{act(Do::shutdown), peer_write("late"), act(Do::peer_shutdown), act(Do::deliver)},
              again(Do::read, 3),
              again(Do::shutdown, 2)}));
  add("end", joined({{act(Do::end_of_input)},
                     again(Do::read, 3),
                     {write("x"), act(Do::do_handshake), act(Do::shutdown)}}));
  add("end during shutdown",
      joined({{act(Do::shutdown), act(Do::end_of_input)}, again(Do::shutdown, 3)}));
  add("end inside a record",
      joined({{peer_write("pong"), act(Do::deliver, 9), act(Do::end_of_input)},
              again(Do::read, 3),
              {write("x"), act(Do::shutdown)}}));
  for (const auto& [name, bytes] : plain_bytes()) {
    add(name, joined({{feed(bytes)}, again(Do::read, 3), {write("x"), act(Do::shutdown)}}));
  }
  Schedule ignoring = schedule(
      role, "complete: end is ignored",
      joined({done, {act(Do::end_of_input)}, again(Do::read, 3), {write("x"), act(Do::shutdown)}}));
  ignoring.ignore_unexpected_eof = true;
  to.push_back(ignoring);
}

// Calls other than do_handshake, before and in the handshake; and roles set late or wrongly.
inline void add_calls(policy::Role role, Schedules& to) {
  const auto add = [&](const std::string& name, const Actions& actions) {
    to.push_back(schedule(role, name, actions));
  };
  add("no bytes", again(Do::do_handshake, 4));
  add("connect",
      joined(
          {again(Do::connect, 2), {act(Do::peer_turn), act(Do::deliver)}, again(Do::connect, 2)}));
  add("accept",
      joined({again(Do::accept, 2), {act(Do::peer_turn), act(Do::deliver)}, again(Do::accept, 2)}));
  for (const Do first : {Do::read, Do::shutdown}) {
    add(name_of(first) + " first", joined({again(first, 2),
                                           {act(Do::peer_turn), act(Do::deliver)},
                                           again(first, 2),
                                           {act(Do::do_handshake)}}));
  }
  add("write first", {write("x"), write("x"), act(Do::peer_turn), act(Do::deliver), write("x"),
                      act(Do::peer_turn), act(Do::deliver), write("x"), act(Do::read)});
  add("shutdown in the handshake", joined({halfway(role),
                                           again(Do::shutdown, 2),
                                           {act(Do::do_handshake), act(Do::read), write("x")}}));
  for (const Do other : {Do::set_connect_state, Do::set_accept_state}) {
    add(name_of(other) + " at first", joined({{act(other)}, again(Do::do_handshake, 2)}));
    add(name_of(other) + " in the handshake",
        joined({halfway(role), {act(other)}, again(Do::do_handshake, 2)}));
    add(name_of(other) + " when complete",
        joined({complete(role), {act(other)}, again(Do::do_handshake, 2)}));
    add(name_of(other) + " after a failure", joined({started(),
                                                     {feed("abcdefghijklmnop")},
                                                     again(Do::do_handshake),
                                                     {act(other)},
                                                     again(Do::do_handshake, 2)}));
  }
  for (const Do call : {Do::read, Do::shutdown, Do::connect, Do::accept}) {
    add(name_of(call) + " after a failure", joined({started(),
                                                    {feed(record(22, {20, 0, 0, 0}))},
                                                    {act(Do::do_handshake)},
                                                    again(call, 2)}));
    add(name_of(call) + " after the peer's alert",
        joined(
            {halfway(role), {feed(record(21, {2, 40}))}, {act(Do::do_handshake)}, again(call, 2)}));
  }
  add("write after a failure", joined({started(),
                                       {feed(record(22, {20, 0, 0, 0}))},
                                       {act(Do::do_handshake), write("x"), write("x")}}));
  // Once: in a repeated call, or without a write BIO alone, SSL_get_error(3) of OpenSSL 3.0 follows a null pointer.
  for (const auto transport : {Transport::none, Transport::write_only}) {
    Schedule without =
        schedule(role, transport == Transport::none ? "no BIO" : "no read BIO", started());
    without.transport = transport;
    to.push_back(without);
  }
}

inline void add_without_role(Schedules& to) {
  const auto add = [&](policy::Role acts_as, const std::string& name, const Actions& actions) {
    Schedule made = schedule(acts_as, name, actions);
    made.name = "any/" + name;
    made.role.reset();
    to.push_back(made);
  };
  using policy::Role;
  for (const Do call : {Do::do_handshake, Do::read, Do::shutdown}) {
    add(Role::client, name_of(call) + " without a role", again(call, 2));
  }
  add(Role::client, "write without a role", {write("x"), write("x")});
  add(Role::client, "refused, then set_connect_state",
      joined({again(Do::do_handshake), {act(Do::set_connect_state)}, complete(Role::client)}));
  add(Role::server, "refused, then set_accept_state",
      joined({again(Do::do_handshake), {act(Do::set_accept_state)}, complete(Role::server)}));
  add(Role::client, "connect sets the role", joined({{act(Do::connect)}, complete(Role::client)}));
  add(Role::server, "accept sets the role", joined({{act(Do::accept)}, complete(Role::server)}));
  add(Role::server, "connect after set_accept_state",
      joined({{act(Do::set_accept_state), act(Do::connect), act(Do::peer_turn), act(Do::deliver)},
              again(Do::connect, 2)}));
  add(Role::client, "accept after set_connect_state",
      joined({{act(Do::set_connect_state), act(Do::accept), act(Do::peer_turn), act(Do::deliver)},
              again(Do::accept, 2)}));
}

// A pair of n bytes each way: what does not fit waits, and goes on where it stopped. The hellos of the two subjects
// differ in length, so that small sizes are compared at the start only.
inline void add_pairs(policy::Role role, Schedules& to) {
  const auto add = [&](const std::string& name, std::size_t out, std::size_t in,
                       const Actions& actions) {
    Schedule made = schedule(role, "pair of " + name, actions);
    made.transport = Transport::pair;
    made.out_size = out;
    made.in_size = in;
    to.push_back(made);
  };
  for (const std::size_t size : {1U, 2U, 5U, 6U, 64U, 150U}) {
    add(std::to_string(size) + ", its start", size, 17'000,
        joined({again(Do::do_handshake, 2), {act(Do::drain), act(Do::do_handshake)}}));
  }
  // Everything that is sent is taken at once; what comes is cut to the buffer.
  for (const std::size_t size : {1U, 5U, 6U, 64U, 512U}) {
    const Actions turn = {act(Do::do_handshake), act(Do::drain)};
    Actions actions = joined({turn, {act(Do::peer_turn), act(Do::deliver)}});
    const std::size_t calls = std::min<std::size_t>(1'500 / size + 1, 200);
    for (std::size_t i = 0; i < calls; ++i) actions = joined({actions, turn});
    add(std::to_string(size) + ", input", 17'000, size, actions);
  }
  add("17000, complete", 17'000, 17'000,
      {act(Do::do_handshake), act(Do::drain), act(Do::peer_turn), act(Do::deliver),
       act(Do::do_handshake), act(Do::drain), act(Do::peer_turn), act(Do::deliver),
       act(Do::do_handshake), act(Do::read), write("x"), act(Do::drain), act(Do::peer_turn),
       act(Do::peer_shutdown), act(Do::deliver), act(Do::read), act(Do::shutdown)});
  add("17000, the peer's end", 17'000, 17'000,
      joined({{act(Do::do_handshake), act(Do::end_of_input)}, again(Do::do_handshake, 3)}));
  // A write that does not fit is repeated with the same data.
  const std::string long_text(2'000, 'w');
  add("1200, a long write", 1'200, 17'000,
      {act(Do::do_handshake), act(Do::drain), act(Do::peer_turn), act(Do::deliver),
       act(Do::do_handshake), act(Do::drain), act(Do::peer_turn), act(Do::deliver),
       act(Do::do_handshake), act(Do::drain), write(long_text), write(long_text), act(Do::read),
       act(Do::drain), write(long_text), act(Do::drain), write("x")});
}

inline Schedules all_schedules() {
  Schedules all;
  for (const auto role : {policy::Role::client, policy::Role::server}) {
    add_calls(role, all);
    add_plain_bytes(role, all);
    add_alerts(role, all);
    // A server's flight to a client is longer than a ClientHello.
    add_cuts(role, role == policy::Role::client ? 1'100 : 240, all);
    add_after_completion(role, all);
    add_pairs(role, all);
  }
  add_without_role(all);
  return all;
}

}  // namespace stepshake::testing

// OpenSSL's face: a Session between two libcrypto BIOs, with the calls of SSL_do_handshake(3) and its kin, and
// SSL_get_error(3)'s answer to each. A Connection is a value, as the Session in it is; BIOs are lent to each call.
#pragma once

#include <openssl/bio.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/secret.h"
#include "handshake/questions.h"
#include "session/outcome.h"
#include "session/session.h"

namespace stepshake::connection {

// The numbers of <openssl/ssl.h>.
enum class SslError : std::uint8_t {
  none = 0,
  ssl = 1,
  want_read = 2,
  want_write = 3,
  want_x509_lookup = 4,
  syscall = 5,
  zero_return = 6,
  want_connect = 7,
  want_accept = 8,
  want_async = 9,
  want_async_job = 10,
  want_client_hello_cb = 11,
  want_retry_verify = 12,
  // Ours, outside OpenSSL's numbers: a session that steps by message or record has made its step.
  want_step = 100,
};

// "SSL_ERROR_WANT_READ".
std::string_view name_of(SslError error);

struct ErrorEntry {
  std::uint32_t code = 0;  // ERR_get_error(3)
  std::string reason;      // ERR_reason_error_string(3); a system library's: as strerror(3)
  std::string detail;      // ours
};

struct CallResult {
  int return_value = -1;
  SslError error = SslError::none;
  std::vector<ErrorEntry> errors;  // oldest first
  Bytes data;                      // read: application data
  session::Events events;          // what went over, in order
  std::vector<session::TraceEntry>
      trace;  // the same in detail, where the configuration asks for it
  std::vector<std::string>
      key_log;  // lines of NSS's key log format, where the configuration asks for them
};

// What a connection remembers from call to call, beside its session.
struct Connection {
  session::Session session;
  // Application data that a write has sealed but could not send; the repeated write reports it as written.
  std::uint64_t unsent_write = 0;
  std::uint64_t record_left = 0;  // bytes of a record that has gone out in part
  bool async_started = false;     // a signature is being made elsewhere, and takes a slot
};
STEPSHAKE_FIELDS(Connection, session, unsent_write, record_left, async_started)

// A server's tickets, where they are stored and not sealed. Calls may come from several threads.
class TicketStore {
 public:
  TicketStore() = default;
  TicketStore(const TicketStore&) = delete;
  TicketStore& operator=(const TicketStore&) = delete;
  virtual ~TicketStore() = default;

  virtual void put(policy::Psk ticket) = 0;
  // Gives the ticket out and forgets it: whoever comes second gets nothing (RFC 8446 8.1).
  virtual std::optional<policy::Psk> take(BytesView identity) = 0;
};

// What a call works with. Null BIOs are BIOs that were never set.
struct Wires {
  BIO* read = nullptr;
  BIO* write = nullptr;
};

// What a call may know of the world: the configuration, and the step's time and entropy.
struct World {
  const policy::Config& config;
  session::Inputs inputs;
  TicketStore* tickets = nullptr;             // null: no stored ticket is ever found
  const handshake::Answer* answer = nullptr;  // to the question that the last call ended with
  bool async_slot_free = true;                // a signature may be asked for outside
};

// What the connection waits for from its caller (WANT_X509_LOOKUP and its kin).
std::optional<handshake::Question> question_of(const Connection& connection);
// The answer is to that question.
bool takes_answer(const Connection& connection, const handshake::Answer& answer);

// A connection in the configuration's role, or in none.
Connection make_connection(const policy::Config& config);
Connection make_connection(const policy::Config& config, const policy::ConfigDigest& digest);

// A connection that was under way starts anew in the role.
void set_connect_state(Connection& connection);
void set_accept_state(Connection& connection);

CallResult do_handshake(Connection& connection, const World& world, Wires wires);
// As do_handshake, after setting the role where none is set.
CallResult connect(Connection& connection, const World& world, Wires wires);
CallResult accept(Connection& connection, const World& world, Wires wires);

// The handshake first, where it is not complete. At most `most` bytes, of one record.
CallResult read(Connection& connection, const World& world, Wires wires, std::size_t most);
// A write that returned WANT_WRITE is repeated with the same data, as with SSL_write(3).
CallResult write(Connection& connection, const World& world, Wires wires, BytesView data);
CallResult shutdown(Connection& connection, const World& world, Wires wires);

// Client: 0-RTT data, under the first PSK of the configuration; starts the handshake. 1, or 0 for a failure.
CallResult write_early_data(Connection& connection, const World& world, Wires wires,
                            BytesView data);

// SSL_READ_EARLY_DATA_...: what read_early_data returns.
inline constexpr int kReadEarlyDataError = 0;    // get_error says why
inline constexpr int kReadEarlyDataSuccess = 1;  // there is data
inline constexpr int kReadEarlyDataFinish = 2;   // there is none, or no more
// Server: does the handshake as far as the 0-RTT data reaches.
CallResult read_early_data(Connection& connection, const World& world, Wires wires,
                           std::size_t most);

// 1, or 0 for a failure. Both send at once, and are TLS 1.3's alone.
CallResult key_update(Connection& connection, const World& world, Wires wires,
                      bool request_peer_update);
CallResult verify_client_post_handshake(Connection& connection, const World& world, Wires wires);

// SSL_renegotiate(3), and sends at once: a client its hello, a server a HelloRequest. 1, or 0 where it is refused.
CallResult renegotiate(Connection& connection, const World& world, Wires wires);

// At most 255 times the hash's size; still_in_handshake before the handshake is complete.
// Before TLS 1.3 no context and an empty one are not the same (RFC 5705 4).
Result<Secret> export_keying_material(const Connection& connection, std::string_view label,
                                      std::optional<BytesView> context, std::size_t length);
// SSL_export_keying_material_early(3): of 0-RTT data that a client has announced, or a server accepted; otherwise
// called_wrong_function.
Result<Secret> export_keying_material_early(const Connection& connection, std::string_view label,
                                            std::optional<BytesView> context, std::size_t length);

}  // namespace stepshake::connection

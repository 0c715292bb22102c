// One step: bytes in, at most one call, bytes out. A pure function over a value, with memory BIOs inside.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/fields.h"
#include "connection/connection.h"

namespace stepshake::connection {

// A connection with the bytes on their way to and from it.
struct Stepped {
  Connection connection;
  Bytes inbox;                        // brought, not yet consumed
  bool end_of_input = false;          // nothing comes after the inbox
  Bytes outbox;                       // produced, not yet given out
  std::uint64_t output_capacity = 0;  // bytes of output that a call may leave; 0: unbounded
};
STEPSHAKE_FIELDS(Stepped, connection, inbox, end_of_input, outbox, output_capacity)

enum class Call : std::uint8_t {
  none,
  do_handshake,
  connect,
  accept,
  set_connect_state,
  set_accept_state,
  read,
  write,
  shutdown,
  write_early_data,
  read_early_data,
  key_update,            // of our own keys
  key_update_requested,  // and of the peer's
  verify_client_post_handshake,
  renegotiate,
};

struct StepInput {
  BytesView input;  // added to the inbox before the call
  bool end_of_input = false;
  Call call = Call::none;
  BytesView data;  // write, write_early_data: what to send
  std::size_t read_limit = 16'384;
};

struct StepOutput {
  CallResult result;                 // return value 1 where there was no call
  std::uint64_t consumed_input = 0;  // bytes that the call took out of the inbox
};

// The output goes through a BIO pair where the capacity is bounded: a call that has more to say returns with
// WANT_WRITE, and goes on in the next. It is added to stepped.outbox, where the caller takes it.
StepOutput step(Stepped& stepped, const World& world, const StepInput& input);

Stepped make_stepped(const policy::Config& config, std::uint64_t output_capacity = 0);
// With the configuration's digest, as session::make_session.
Stepped make_stepped(const policy::Config& config, const policy::ConfigDigest& digest,
                     std::uint64_t output_capacity = 0);

}  // namespace stepshake::connection

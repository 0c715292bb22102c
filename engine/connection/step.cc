#include "connection/step.h"

#include <vector>

#include "connection/memory_bios.h"

namespace stepshake::connection {
namespace {

CallResult call(Connection& connection, const World& world, Wires wires, const StepInput& input) {
  switch (input.call) {
    case Call::do_handshake: return do_handshake(connection, world, wires);
    case Call::connect: return connect(connection, world, wires);
    case Call::accept: return accept(connection, world, wires);
    case Call::read: return read(connection, world, wires, input.read_limit);
    case Call::write: return write(connection, world, wires, input.data);
    case Call::shutdown: return shutdown(connection, world, wires);
    case Call::write_early_data: return write_early_data(connection, world, wires, input.data);
    case Call::read_early_data: return read_early_data(connection, world, wires, input.read_limit);
    case Call::key_update: return key_update(connection, world, wires, false);
    case Call::key_update_requested: return key_update(connection, world, wires, true);
    case Call::verify_client_post_handshake:
      return verify_client_post_handshake(connection, world, wires);
    case Call::renegotiate: return renegotiate(connection, world, wires);
    case Call::set_connect_state: set_connect_state(connection); break;
    case Call::set_accept_state: set_accept_state(connection); break;
    case Call::none: break;
  }
  CallResult done;
  done.return_value = 1;
  return done;
}

// Sessions wait much longer than they are stepped: buffers that are empty keep no memory for the next step.
void give_back_memory(Stepped& stepped) {
  session::Session& session = stepped.connection.session;
  for (Bytes* buffer : {&stepped.inbox, &session.output, &session.deframer.partial,
                        &session.reassembler.pending, &session.application_data}) {
    if (buffer->empty()) *buffer = Bytes();
  }
  if (session.pending.empty()) session.pending = std::vector<handshake::Effect>();
}

}  // namespace

Stepped make_stepped(const policy::Config& config, std::uint64_t output_capacity) {
  return make_stepped(config, policy::digest_of(config), output_capacity);
}

Stepped make_stepped(const policy::Config& config, const policy::ConfigDigest& digest,
                     std::uint64_t output_capacity) {
  return {make_connection(config, digest), {}, false, {}, output_capacity};
}

StepOutput step(Stepped& stepped, const World& world, const StepInput& input) {
  append(stepped.inbox, input.input);
  stepped.end_of_input = stepped.end_of_input || input.end_of_input;
  const std::size_t size = stepped.inbox.size();
  const InboxBio source(stepped.inbox, stepped.end_of_input);
  StepOutput output;
  if (stepped.output_capacity > 0) {
    const BoundedOutboxBio sink(stepped.output_capacity);
    output.result = call(stepped.connection, world, {source.get(), sink.get()}, input);
    append(stepped.outbox, sink.content());
  } else {
    const OutboxBio sink(stepped.outbox);
    output.result = call(stepped.connection, world, {source.get(), sink.get()}, input);
  }
  output.consumed_input = size - source.left();
  stepped.inbox.erase(stepped.inbox.begin(),
                      stepped.inbox.end() - static_cast<std::ptrdiff_t>(source.left()));
  give_back_memory(stepped);
  return output;
}

}  // namespace stepshake::connection

#include "connection/step.h"

#include <openssl/bio.h>

#include <algorithm>
#include <memory>

namespace stepshake::connection {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

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
    case Call::set_connect_state: set_connect_state(connection); break;
    case Call::set_accept_state: set_accept_state(connection); break;
    case Call::none: break;
  }
  CallResult done;
  done.return_value = 1;
  return done;
}

}  // namespace

Stepped make_stepped(const policy::Config& config) {
  return {make_connection(config), {}, false, {}};
}

StepOutput step(Stepped& stepped, const World& world, const StepInput& input) {
  append(stepped.inbox, input.input);
  stepped.end_of_input = stepped.end_of_input || input.end_of_input;
  static constexpr std::uint8_t kNothing = 0;
  const std::size_t size = stepped.inbox.size();
  const BioPtr read_bio(
      BIO_new_mem_buf(size == 0 ? &kNothing : stepped.inbox.data(), static_cast<int>(size)));
  BIO_set_mem_eof_return(read_bio.get(), stepped.end_of_input ? 0 : -1);
  const BioPtr write_bio(BIO_new(BIO_s_mem()));

  StepOutput output;
  output.result = call(stepped.connection, world, {read_bio.get(), write_bio.get()}, input);
  const std::size_t left = BIO_ctrl_pending(read_bio.get());
  output.consumed_input = size - left;
  stepped.inbox.erase(stepped.inbox.begin(),
                      stepped.inbox.end() - static_cast<std::ptrdiff_t>(left));
  char* written = nullptr;
  const long written_size = BIO_get_mem_data(write_bio.get(), &written);
  append(stepped.outbox, view_of({written, static_cast<std::size_t>(written_size)}));
  return output;
}

}  // namespace stepshake::connection

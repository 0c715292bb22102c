// Sessions that are held in number, so that what one takes can be told.
#pragma once

#include <memory>
#include <string>

#include "bench/handshake/suite.h"

namespace stepshake::bench {

// Each with its input consumed and its output taken.
enum class State : std::uint8_t {
  server_waiting,  // for a ClientHello
  client_hello,    // sent
  server_flight,   // sent
  client_done,
  server_done,
};

class Holder {
 public:
  Holder() = default;
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  virtual ~Holder() = default;

  // Room for the list of them, which is not counted.
  virtual void expect(std::size_t sessions) = 0;
  // One more, with a handshake of its own as far as the state is.
  virtual void add(State state) = 0;
  // One more, a copy of the first.
  virtual void copy() = 0;
  // Nobody uses them for a while.
  virtual void rest() {}
  // Bytes that each takes of malloc in the bench's own list.
  [[nodiscard]] virtual std::size_t list_bytes() const { return 0; }
};

// Connections of the engine. Copying one forks it.
std::unique_ptr<Holder> engine_holder();
// SSL objects with two memory BIOs, by default or with SSL_MODE_RELEASE_BUFFERS. They cannot be copied.
std::unique_ptr<Holder> libssl_holder();
std::unique_ptr<Holder> lean_libssl_holder();
// Sessions of the service in its store, as they are while they are stepped, and when nobody has stepped them for a while.
std::unique_ptr<Holder> service_holder();
std::unique_ptr<Holder> idle_service_holder();

// A pair's handshake as far as the state is; what is kept, a Peer with shake(heard), is given back.
template <class Peer>
Peer shake_until(State state, Peer client, Peer server) {
  if (state == State::server_waiting) {
    server.shake({});
    return server;
  }
  const auto hello = client.shake({});
  if (state == State::client_hello) return client;
  const auto flight = server.shake(hello);
  if (state == State::server_flight) return server;
  const auto finished = client.shake(flight);
  if (state == State::client_done) return client;
  server.shake(finished);
  return server;
}

}  // namespace stepshake::bench

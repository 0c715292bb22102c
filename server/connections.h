// The sockets of a server of gRPC's. gRPC ends a call that reaches it while it shuts down as CANCELLED, which tells a
// caller that it had cancelled the call itself; a connection that ends tells it UNAVAILABLE.
#pragma once

#include <vector>

#include "server/listen_address.h"

namespace stepshake::server {

// Nothing listens at the addresses' ports any more, and connections to them end when what was written to them is out.
// The sockets stay gRPC's own to close.
void end_connections(const std::vector<ListenAddress>& addresses);

}  // namespace stepshake::server

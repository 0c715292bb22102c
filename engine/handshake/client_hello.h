// The ClientHello, as a configuration has it, for every version that it lets be.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "handshake/states.h"
#include "handshake/turn.h"

namespace stepshake::handshake {

// Sends a ClientHello as the configuration has it, which find_problem has passed: internal_error where it has no version.
// `early_data`: announces 0-RTT data, and installs its keys; only where early_data_allowance is not 0.
Result<WaitServerHello> start_client(bool early_data, Turn& turn);

// How many bytes of 0-RTT data the PSK that would be offered first allows.
std::uint32_t early_data_allowance(const Turn& turn);

// RFC 5746 3.5: a hello for the version in the facts and no other, bound to the connection that is up.
void send_renegotiation_hello(const Established12& established, Turn& turn);

}  // namespace stepshake::handshake

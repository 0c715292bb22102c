// Pre-shared keys in TLS 1.3's hellos (RFC 8446 4.2.11): offers, binders, and what 0-RTT data is keyed with.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "handshake/turn.h"
#include "policy/negotiation.h"
#include "wire/client_hello.h"

namespace stepshake::handshake {

// Of any version: a ticket within its lifetime, for the server that it is from.
bool can_be_offered(const policy::Psk& psk, const Turn& turn);

// Those of the configuration's PSKs that a hello with these suites can offer now.
std::vector<std::uint16_t> usable_psks(const std::vector<wire::CipherSuite>& suites,
                                       const Turn& turn);

// Sends the hello, with an offer of these of the configuration's PSKs and their binders.
void send_client_hello(wire::ClientHello hello, const std::vector<std::uint16_t>& psks, Turn& turn);

// The hello is the transcript's last message. Checks the chosen PSK's binder.
Result<void> check_binder(const wire::ClientHello& hello, const policy::PskChoice& choice,
                          Turn& turn);

// The traffic secret of 0-RTT data; the transcript is the ClientHello alone. Its exporter is kept.
schedule::TrafficSecret early_traffic(const policy::Psk& psk, Turn& turn);

}  // namespace stepshake::handshake

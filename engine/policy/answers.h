// What a server answers to a ClientHello's extensions, and a client to such answers, alike in every version. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "policy/config.h"
#include "wire/client_hello.h"
#include "wire/code_points.h"
#include "wire/server_answers.h"

namespace stepshake::policy {

// What is certified in the handshake.
struct Certified {
  bool server = false;
  bool client = false;  // it is asked for a certificate
};

// The configuration's record_size_limit, which is not above what the version's records hold: RFC 8449 4 forbids to send
// a higher one.
std::optional<std::uint16_t> record_size_limit_in(const Config& config,
                                                  wire::ProtocolVersion version);

// All but ALPN. RFC 7250 4.2: no certificate type in common is unsupported_certificate.
Result<wire::ServerAnswers> choose_answers(const wire::ClientHelloExtensions& offered,
                                           const Config& config, wire::ProtocolVersion version,
                                           Certified certified);

// That an answer is to what was offered, and one of the values that were.
Result<void> check_answers(const wire::ServerAnswers& answers,
                           const wire::ClientHelloExtensions& offered);

}  // namespace stepshake::policy

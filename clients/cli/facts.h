// What a handshake has agreed on, fit to print.
#pragma once

#include <string>

#include "cli/service.h"

namespace stepshake::cli {

// A line for each fact, indented, in two columns.
std::string facts_text(const v1::Negotiated& negotiated);
// The main ones in one line: "TLS 1.3 TLS_AES_128_GCM_SHA256 x25519 ecdsa_secp256r1_sha256".
std::string facts_line(const v1::Negotiated& negotiated);

}  // namespace stepshake::cli

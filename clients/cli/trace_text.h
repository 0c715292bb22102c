// What a step tells beside its line: the question that it ends with, and its trace.
#pragma once

#include <string>

#include "cli/service.h"

namespace stepshake::cli {

// "asks for a signature: ecdsa_secp256r1_sha256 over 130 bytes"; empty where nothing is asked.
std::string question_line(const v1::StepResponse& step);

// The bytes that a question is about: what is to be signed, the ClientHello, the peer's leaf; empty
// where nothing is asked.
std::string question_bytes(const v1::StepResponse& step);

// The trace, a line an entry, each message with its fields indented below it; then the key log.
std::string trace_text(const v1::StepResponse& step);

}  // namespace stepshake::cli

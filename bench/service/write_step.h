// The step that is measured: SSL_write of 300 bytes on a session whose handshake is complete. It can be repeated for
// ever, brings and takes as much as a ClientHello, and the engine's part in it is small and known.
#pragma once

#include <string>

#include "bench/service/service_sessions.h"

namespace stepshake::bench {

inline constexpr std::size_t kWritten = 300;  // bytes

v1::StepRequest write_step(const std::string& name);

// A request for an echo that is as long as `request`, and is answered with as much as `response`.
v1::StepRequest echo_step(const v1::StepRequest& request, const v1::StepResponse& response);

// The same step in the engine alone: thread CPU, microseconds, the median of many.
double engine_write_us(const Suite& suite);

}  // namespace stepshake::bench

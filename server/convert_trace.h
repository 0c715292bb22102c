// What went over in a step -> the API's trace.
#pragma once

#include "connection/step.h"
#include "describe/field.h"
#include "stepshake/v1/handshake_service.pb.h"
#include "stepshake/v1/trace.pb.h"

namespace stepshake::server {

void fill(const describe::Field& field, v1::Field& to);

// `version` is what the session has agreed on so far; the forms of some messages depend on it.
void fill(const session::TraceEntry& entry, const handshake::Facts& facts, v1::TraceEntry& to);

}  // namespace stepshake::server

// The engine's values -> the API's messages. The one file that knows both.
#pragma once

#include "absl/strings/string_view.h"
#include "connection/step.h"
#include "server/session_store.h"
#include "stepshake/v1/capability_service.pb.h"
#include "stepshake/v1/code_points.pb.h"
#include "stepshake/v1/handshake_service.pb.h"
#include "stepshake/v1/session.pb.h"
#include "wire/code_points.h"

namespace stepshake::server {

template <class Enum>
void fill(Enum value, v1::CodePoint& to) {
  to.set_value(wire::number_of(value));
  to.set_name(std::string(wire::name_of(value)));
}
void fill(AlertDescription value, v1::CodePoint& to);

void fill_time(absl::Time time, google::protobuf::Timestamp& to);

v1::Role role_of(const session::Session& session);

// False, and nothing written, where nothing is agreed on yet.
bool has_facts(const handshake::Facts& facts);
void fill(const handshake::Facts& facts, v1::Negotiated& to);

void fill(const Failure& failure, std::uint64_t step, v1::Failure& to);

// A session as Get and List show it.
void fill(absl::string_view name, const SessionRecord& record, v1::Session& to);

// The enum has the engine's order; CALL_UNSPECIFIED is no call. The call was checked before.
connection::Call convert(v1::Call call);

// What a call did: its result, and what it consumed.
void fill(connection::StepOutput&& output, v1::StepResponse& to);
// How the session stands after it.
void fill(const SessionRecord& record, v1::StepResponse& to);

}  // namespace stepshake::server

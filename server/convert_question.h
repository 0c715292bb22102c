// What a session asks its caller, and what the caller answers.
#pragma once

#include "absl/status/statusor.h"
#include "server/config_cache.h"
#include "server/session_store.h"
#include "stepshake/v1/question.pb.h"

namespace stepshake::server {

// False, and nothing written, where the session asks nothing.
bool fill_question(const connection::Connection& connection, v1::Question& to);

// An answer, and the configuration under which the session then goes on.
struct GivenAnswer {
  handshake::Answer answer;
  std::shared_ptr<const SharedConfig> config;
};

// FAILED_PRECONDITION where the session does not ask that; INVALID_ARGUMENT, naming the field in Answer.
absl::StatusOr<GivenAnswer> convert(const v1::Answer& answer, const SessionRecord& record,
                                    ConfigCache& configs);

}  // namespace stepshake::server

// What the service answers, in words: names, facts, one line per step.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/service.h"

namespace stepshake::cli {

// "do_handshake"; the inverse knows also "none". Nothing else is a call.
std::string call_name(v1::Call call);
bool parse_call(absl::string_view name, v1::Call& call);
std::vector<std::string> call_names();

// "SSL_ERROR_WANT_READ", or "SSL_ERROR 99" for a number that is not known.
std::string error_name(v1::SslError error);

// "client", "server", or "none".
absl::string_view role_name(v1::Role role);

// A code point's name, or its number where it has none.
std::string code_point_name(const v1::CodePoint& code_point);

// The message's name as the RFC writes it, "ClientHello"; an alert with its description.
// `alerts` are the step's: the n-th alert message in a direction belongs to the n-th of them.
std::vector<std::string> message_names(const v1::StepResponse& step, v1::Direction direction);

// Did this step show that the session cannot go on?
bool step_failed(const v1::StepResponse& step);

// "no shared cipher (the client offers ...); sent the alert handshake_failure". For a session that
// failed.
std::string failure_text(const v1::Failure& failure);
// The same for a step: its session's failure, or else what the call returned.
std::string failure_text(const v1::StepResponse& step);

// "step 2: do_handshake = 1, SSL_ERROR_NONE, Connected; received ServerHello; sent Finished (80
// bytes)".
std::string step_line(const v1::StepResponse& step);

// The same of a step of the past, after its time.
std::string recorded_line(const v1::RecordedStep& step);

}  // namespace stepshake::cli

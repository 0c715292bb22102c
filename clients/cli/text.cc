// What the service answers, in words.
#include "cli/text.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/terminal.h"

namespace stepshake::cli {
namespace {

constexpr uint32_t kChangeCipherSpec = 20;
constexpr uint32_t kAlert = 21;
constexpr uint32_t kHandshake = 22;

// "encrypted_extensions" -> "EncryptedExtensions": the registry's name to the RFC's.
std::string message_case(absl::string_view registered) {
  std::string name;
  for (absl::string_view word : absl::StrSplit(registered, '_', absl::SkipEmpty())) {
    name += absl::ascii_toupper(static_cast<unsigned char>(word.front()));
    absl::StrAppend(&name, word.substr(1));
  }
  return name;
}

std::string message_name(const v1::ProtocolMessage& message) {
  switch (message.content_type().value()) {
    case kChangeCipherSpec: return "ChangeCipherSpec";
    case kHandshake:
      return message.handshake_type().name().empty()
                 ? absl::StrCat("Handshake(", message.handshake_type().value(), ")")
                 : message_case(message.handshake_type().name());
    default: return absl::StrCat("Content(", message.content_type().value(), ")");
  }
}

std::string reason_text(absl::string_view reason, absl::string_view detail) {
  if (reason.empty()) return printable(detail);
  if (detail.empty() || detail == reason) return printable(reason);
  return absl::StrCat(printable(reason), " (", printable(detail), ")");
}

// Chains are DER: who they are issued to is for those who read X.509.

}  // namespace

std::string call_name(v1::Call call) {
  if (call == v1::CALL_UNSPECIFIED) return "none";
  absl::string_view name = v1::Call_Name(call);
  if (name.empty()) return absl::StrCat("call ", static_cast<int>(call));
  absl::ConsumePrefix(&name, "CALL_");
  return absl::AsciiStrToLower(name);
}

std::vector<std::string> call_names() {
  std::vector<std::string> names;
  for (int number = v1::Call_MIN; number <= v1::Call_MAX; ++number) {
    if (v1::Call_IsValid(number)) names.push_back(call_name(static_cast<v1::Call>(number)));
  }
  return names;
}

bool parse_call(absl::string_view name, v1::Call& call) {
  for (int number = v1::Call_MIN; number <= v1::Call_MAX; ++number) {
    if (!v1::Call_IsValid(number)) continue;
    call = static_cast<v1::Call>(number);
    if (call_name(call) == name) return true;
  }
  return false;
}

std::string error_name(v1::SslError error) {
  const std::string& name = v1::SslError_Name(error);
  return name.empty() ? absl::StrCat("SSL_ERROR ", static_cast<int>(error)) : name;
}

absl::string_view role_name(v1::Role role) {
  switch (role) {
    case v1::ROLE_CLIENT: return "client";
    case v1::ROLE_SERVER: return "server";
    default: return "none";
  }
}

std::string code_point_name(const v1::CodePoint& code_point) {
  if (!code_point.name().empty()) return code_point.name();
  return absl::StrCat("0x", absl::Hex(code_point.value(), absl::kZeroPad4));
}

std::vector<std::string> message_names(const v1::StepResponse& step, v1::Direction direction) {
  std::vector<std::string> names;
  auto alert = step.alerts().begin();
  for (const v1::ProtocolMessage& message : step.messages()) {
    if (message.direction() != direction) continue;
    if (message.content_type().value() != kAlert) {
      const bool retry = message.handshake_type().name() == "server_hello" &&
                         absl::StartsWith(step.state(), "WaitSecond");
      // It is a ServerHello on the wire (RFC 8446 4.1.4), and leads to nothing but a second one.
      names.push_back(retry ? "HelloRetryRequest" : message_name(message));
      continue;
    }
    alert = std::find_if(alert, step.alerts().end(),
                         [&](const v1::Alert& a) { return a.direction() == direction; });
    names.push_back(alert == step.alerts().end()
                        ? "Alert"
                        : absl::StrCat("Alert(", code_point_name(alert->description()), ")"));
    if (alert != step.alerts().end()) ++alert;
  }
  return names;
}

bool step_failed(const v1::StepResponse& step) {
  if (step.has_failure()) return true;
  if (step.return_value() > 0) return false;
  if (step.call() == v1::CALL_SHUTDOWN && step.return_value() == 0) return false;
  switch (step.ssl_error()) {
    case v1::SSL_ERROR_SSL:
    case v1::SSL_ERROR_SYSCALL: return true;
    case v1::SSL_ERROR_ZERO_RETURN:
      return !step.handshake_complete();  // close_notify is a failure only before the end
    default: return false;
  }
}

std::string failure_text(const v1::Failure& failure) {
  std::string text = reason_text(failure.reason(), failure.detail());
  if (failure.has_alert()) {
    absl::StrAppend(
        &text, "; alert ",
        failure.alert_name().empty() ? absl::StrCat(failure.alert()) : failure.alert_name());
  }
  return text;
}

std::string failure_text(const v1::StepResponse& step) {
  if (step.has_failure()) return failure_text(step.failure());
  if (step.ssl_error() == v1::SSL_ERROR_ZERO_RETURN) return "the peer sent close_notify";
  if (step.errors_size() > 0) return reason_text(step.errors(0).reason(), step.errors(0).detail());
  return absl::StrCat(call_name(step.call()), " returned ", step.return_value(), ", ",
                      error_name(step.ssl_error()));
}

std::string step_line(const v1::StepResponse& step) {
  std::string line = absl::StrCat("step ", step.step(), ": ");
  if (step.call() == v1::CALL_UNSPECIFIED) {
    absl::StrAppend(&line, "no call, ", step.state());
  } else {
    absl::StrAppend(&line, call_name(step.call()), " = ", step.return_value(), ", ",
                    error_name(step.ssl_error()), ", ", step.state());
  }
  const auto part = [&](absl::string_view verb, v1::Direction direction, uint64_t bytes) {
    const auto names = message_names(step, direction);
    if (names.empty() && bytes == 0) return;
    absl::StrAppend(&line, "; ", verb, " ", absl::StrJoin(names, " "), names.empty() ? "" : " ",
                    "(", bytes, bytes == 1 ? " byte)" : " bytes)");
  };
  part("received", v1::DIRECTION_RECEIVED, step.consumed_input_bytes());
  part("sent", v1::DIRECTION_SENT, step.output().size());
  if (!step.data().empty()) {
    absl::StrAppend(&line, "; read ", step.data().size(), " bytes of data");
  }
  if (step.pending_input_bytes() > 0) {
    absl::StrAppend(&line, "; ", step.pending_input_bytes(), " bytes of input pending");
  }
  if (step.pending_output_bytes() > 0) {
    absl::StrAppend(&line, "; ", step.pending_output_bytes(), " bytes of output pending");
  }
  if (step_failed(step)) {
    const bool earlier = step.has_failure() && step.failure().step() != step.step();
    absl::StrAppend(&line, "; failed",
                    earlier ? absl::StrCat(" at step ", step.failure().step()) : "", ": ",
                    failure_text(step));
  }
  return line;
}

std::string recorded_line(const v1::RecordedStep& step) {
  return absl::StrCat(google::protobuf::util::TimeUtil::ToString(step.time()), " ",
                      step_line(step.response()));
}

}  // namespace stepshake::cli

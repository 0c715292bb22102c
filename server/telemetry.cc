#include "server/telemetry.h"

#include <grpc/support/log.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/reason.h"
#include "server/convert.h"
#include "session/session.h"

namespace stepshake::server {
namespace {

// gRPC has a plain function pointer for this, so the log cannot come along. Never freed: gRPC's threads may have
// something to say until the very end.
std::shared_ptr<spdlog::logger>& grpc_log() {
  static auto* const log = std::make_unique<std::shared_ptr<spdlog::logger>>().release();
  return *log;
}

void tell(gpr_log_func_args* args) { grpc_log()->debug("grpc: {}", args->message); }

absl::string_view role_name(const session::Session& session) {
  if (!session.role) return "none";
  return *session.role == policy::Role::client ? "client" : "server";
}

absl::string_view outcome(const session::Session& session) {
  if (session.failure) return "failed";
  return session::handshake_complete(session) ? "complete" : "unfinished";
}

// What a peer had a hand in is escaped: one line stays one line.
std::string quoted(absl::string_view text) { return absl::StrCat("\"", absl::CEscape(text), "\""); }

}  // namespace

std::shared_ptr<spdlog::logger> make_log(absl::string_view level) {
  auto log = std::make_shared<spdlog::logger>("stepshaked",
                                              std::make_shared<spdlog::sinks::stderr_sink_mt>());
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  log->set_level(spdlog::level::from_str(std::string(level)));
  log->flush_on(spdlog::level::info);
  return log;
}

void take_grpc_messages(const std::shared_ptr<spdlog::logger>& log) {
  grpc_log() = log;
  gpr_set_log_function(tell);
}

std::string summary(const SessionRecord& record) {
  const session::Session& session = record.stepped.connection.session;
  std::string line = absl::StrCat("role=", role_name(session), " steps=", record.steps,
                                  " outcome=", outcome(session));
  const handshake::Facts& facts = session.facts;
  if (facts.version) absl::StrAppend(&line, " version=", quoted(wire::shown(*facts.version)));
  if (facts.cipher_suite) absl::StrAppend(&line, " suite=", wire::shown(*facts.cipher_suite));
  if (facts.group) absl::StrAppend(&line, " group=", wire::shown(*facts.group));
  if (!session.failure) return line;
  const Failure& failure = *session.failure;
  absl::StrAppend(&line, " failure=", quoted(openssl_text(failure)),
                  " detail=", quoted(failure.detail),
                  " failed_in_step=", record.failed_in_step.value_or(0));
  const auto alert = failure.peer_alert ? failure.peer_alert : alert_of(failure);
  if (alert) absl::StrAppend(&line, " alert=", alert_name(*alert));
  return line;
}

}  // namespace stepshake::server

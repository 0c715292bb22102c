#include "server/telemetry.h"

#include "base/reason.h"
#include "server/convert.h"
#include "session/session.h"

namespace stepshake::server {
namespace {

absl::string_view role_name(const session::Session& session) {
  if (!session.role) return "none";
  return *session.role == policy::Role::client ? "client" : "server";
}

absl::string_view outcome(const session::Session& session) {
  if (session.failure) return "failed";
  return session::handshake_complete(session) ? "complete" : "unfinished";
}

}  // namespace

void add_summary(const SessionRecord& record, LogFields& fields) {
  const session::Session& session = record.stepped.connection.session;
  fields.add("role", role_name(session))
      .add("steps", record.steps)
      .add("outcome", outcome(session));
  const handshake::Facts& facts = session.facts;
  if (facts.version) fields.add("version", wire::shown(*facts.version));
  if (facts.cipher_suite) fields.add("suite", wire::shown(*facts.cipher_suite));
  if (facts.group) fields.add("group", wire::shown(*facts.group));
  if (!session.failure) return;
  const Failure& failure = *session.failure;
  fields.add("failure", openssl_text(failure))
      .add("detail", failure.detail)
      .add("failed_in_step", record.failed_in_step.value_or(0));
  const auto alert = failure.peer_alert ? failure.peer_alert : alert_of(failure);
  if (alert) fields.add("alert", alert_name(*alert));
}

}  // namespace stepshake::server

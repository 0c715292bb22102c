#include "server/archive.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "server/check.h"
#include "server/convert.h"
#include "server/history.h"
#include "server/policies.h"
#include "server/replay.h"
#include "server/sealed_session.h"
#include "server/session_access.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

// As it was before its first step.
SessionRecord unstepped(const SessionRecord& record) {
  SessionRecord fresh;
  fresh.config = record.config;
  fresh.stepped = connection::make_stepped(record.config->config, record.config->digest,
                                           record.config->given.output_capacity());
  return fresh;
}

}  // namespace

absl::StatusOr<SessionStore::History> Archive::history(const Caller& caller,
                                                       absl::string_view id) const {
  return store_.history(
      id, [&](const SessionRecord& record) { return check_owner(caller, id, record); });
}

absl::Status Archive::insert(SessionStore::History session, v1::Session& shown) {
  // A wait for a signature has no place yet: the next call asks for one.
  session.record.stepped.connection.async_started = false;
  const std::string id = store_.fresh_id();
  fill(session_name(id), session.record, shown);
  const absl::Status inserted = store_.insert(id, std::move(session));
  if (inserted.ok()) metrics_.session_created();
  return inserted;
}

absl::Status Archive::fork(const Caller& caller, const v1::ForkSessionRequest& request,
                           v1::ForkSessionResponse& response) {
  const auto id = session_id(request.name());
  if (!id.ok()) return id.status();
  const auto session = history(caller, *id);
  if (!session.ok()) return session.status();
  SessionRecord copy = session->record;
  if (request.has_step() && request.step() == 0) {
    // An answer may have changed the configuration: only the history knows the first one.
    const bool whole = !session->steps.empty() && session->steps.front().step == 1;
    if (copy.steps > 0 && !whole) return step_not_kept(0);
    if (whole) copy.config = session->configs.at(session->steps.front().config);
    copy = unstepped(copy);
  } else if (request.has_step()) {
    auto then = record_after(*session, request.step());
    if (!then.ok()) return then.status();
    copy = *std::move(then);
  }
  copy.last_request.reset();
  copy.history.clear();
  begin_life(caller, absl::Now(), session->record.end_of_life - absl::Now(), limits_, copy);
  return insert({std::move(copy), {}, {}}, *response.mutable_session());
}

absl::Status Archive::export_session(const Caller& caller, const v1::ExportSessionRequest& request,
                                     v1::ExportSessionResponse& response) const {
  const auto id = session_id(request.name());
  if (!id.ok()) return id.status();
  const auto session = history(caller, *id);
  if (!session.ok()) return session.status();
  response.set_sealed_session(
      seal_session(*session, request.include_history(), keys_, configs_.test_identities()));
  response.set_portable(keys_.are_shared());
  return absl::OkStatus();
}

absl::Status Archive::import_session(const Caller& caller, const v1::ImportSessionRequest& request,
                                     v1::ImportSessionResponse& response) {
  const auto lifetime = session_lifetime(request.has_ttl(), request.ttl(), limits_);
  if (!lifetime.ok()) return lifetime.status();
  auto session = open_session(request.sealed_session(), keys_, configs_);
  if (!session.ok()) return session.status();
  if (auto status = check_policies(session->record.config->given, policies_); !status.ok()) {
    return status;
  }
  begin_life(caller, absl::Now(), *lifetime, limits_, session->record);
  return insert(*std::move(session), *response.mutable_session());
}

absl::Status Archive::list_steps(const Caller& caller, const v1::ListStepsRequest& request,
                                 v1::ListStepsResponse& response) const {
  const auto id = session_id(request.parent());
  if (!id.ok()) return invalid_field("parent", "must be a session's name, \"sessions/{id}\"");
  const auto most = page_size(request.page_size());
  if (!most.ok()) return most.status();
  std::uint64_t after = 0;
  if (!request.page_token().empty()) {
    const auto position = page_tokens_.position(request.page_token());
    if (!position.ok()) return position.status();
    after = *position;
  }
  const auto session = history(caller, *id);
  if (!session.ok()) return session.status();
  std::size_t bytes = 0;
  for (const RecordedStep& step : session->steps) {
    if (step.step <= after) continue;
    if (response.steps_size() == static_cast<int>(*most) || bytes > kMaxPageBytes) {
      response.set_next_page_token(page_tokens_.token(after));
      break;
    }
    v1::RecordedStep& shown = *response.add_steps();
    fill(step, shown);
    bytes += shown.ByteSizeLong();
    after = step.step;
  }
  return absl::OkStatus();
}

absl::Status Archive::replay(const Caller& caller, const v1::ReplaySessionRequest& request,
                             v1::ReplaySessionResponse& response) const {
  if (request.source_case() == v1::ReplaySessionRequest::SOURCE_NOT_SET) {
    return invalid_field("source", "is missing; it needs a session's name, or sealed_session");
  }
  absl::StatusOr<SessionStore::History> session;
  if (request.has_sealed_session()) {
    session = open_session(request.sealed_session(), keys_, configs_);
  } else {
    const auto id = session_id(request.name());
    if (!id.ok()) return id.status();
    session = history(caller, *id);
  }
  if (!session.ok()) return session.status();
  return server::replay(*session, stepping_, response);
}

}  // namespace stepshake::server

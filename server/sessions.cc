#include "server/sessions.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "connection/step.h"
#include "crypto/random.h"
#include "server/check.h"
#include "server/convert.h"
#include "server/convert_question.h"
#include "server/convert_stepping.h"
#include "server/convert_trace.h"
#include "server/memory_store.h"
#include "server/session_size.h"
#include "server/status.h"
#include "server/telemetry.h"

namespace stepshake::server {
namespace {

constexpr std::size_t kCachedConfigs = 256;
constexpr std::size_t kIdBytes = 16;  // 128 bits: nobody guesses another's session

std::string fresh_id() {
  const crypto::Entropy entropy = crypto::fresh_entropy();
  return to_hex(BytesView(entropy).first(kIdBytes));
}

connection::StepInput to_input(const v1::StepRequest& request) {
  connection::StepInput input;
  input.input = view_of(request.input());
  input.end_of_input = request.end_of_input();
  input.call = convert(request.call());
  input.data = view_of(request.data());
  input.read_limit = request.read_limit() == 0 ? kMaxReadLimit : request.read_limit();
  return input;
}

// What a call over a blocking BIO does not return with.
bool has_to_wait(const v1::StepResponse& response) {
  return response.ssl_error() == v1::SSL_ERROR_WANT_READ ||
         response.ssl_error() == v1::SSL_ERROR_WANT_WRITE;
}

// Another caller's session is answered as one that is not there: nobody learns what others have.
absl::Status check_owner(const Caller& caller, absl::string_view id, const SessionRecord& record) {
  return record.owner == caller.name ? absl::OkStatus() : no_such_session(session_name(id));
}

void take_output(Bytes& outbox, v1::StepResponse& response) {
  response.set_output(outbox.data(), outbox.size());
  outbox = Bytes();  // an idle session holds no empty buffer
}

}  // namespace

Sessions::Sessions(const Limits& limits, const Policies& policies,
                   std::shared_ptr<const TestIdentities> test_identities,
                   const std::shared_ptr<Log>& log, Metrics& metrics)
    : limits_(limits),
      policies_(policies),
      configs_(std::move(test_identities), kCachedConfigs),
      page_tokens_(crypto::fresh_entropy()),
      store_(std::make_unique<MemoryStore>(limits.max_sessions, limits.max_sessions_per_caller)),
      tickets_(limits.max_stored_tickets),
      signature_waits_(limits.max_signature_waits),
      log_(log),
      metrics_(metrics) {}

absl::Status Sessions::create(const Caller& caller, const v1::CreateSessionRequest& request,
                              v1::CreateSessionResponse& response) {
  if (request.config().ByteSizeLong() > limits_.max_config_bytes) {
    return within("config",
                  limit_reached({"CONFIG_TOO_LARGE", "--max-config-bytes", limits_.max_config_bytes,
                                 "the configuration is too large: send fewer trust_anchors"}));
  }
  if (auto status = check_policies(request.config(), policies_); !status.ok()) {
    return within("config", status);
  }
  const auto lifetime = session_lifetime(request, limits_);
  if (!lifetime.ok()) return lifetime.status();
  auto config = configs_.get(request.config());
  if (!config.ok()) return within("config", config.status());

  SessionRecord record;
  record.owner = caller.name;
  record.stepped = connection::make_stepped((*config)->config, request.config().output_capacity());
  record.config = *std::move(config);
  record.create_time = record.update_time = absl::Now();
  record.end_of_life = record.create_time + *lifetime;
  record.expire_time = expire_time(record);
  const std::string id = fresh_id();
  fill(session_name(id), record, *response.mutable_session());
  if (auto status = store_->insert(id, std::move(record)); !status.ok()) return status;
  metrics_.session_created();
  log_->debug("session created", LogFields()
                                     .add("session", session_name(id))
                                     .add_if("caller", caller.name)
                                     .add("request", caller.request_id));
  return absl::OkStatus();
}

absl::Status Sessions::get(const Caller& caller, const v1::GetSessionRequest& request,
                           v1::GetSessionResponse& response) const {
  const auto id = session_id(request.name());
  if (!id.ok()) return id.status();
  absl::Status owned;
  const absl::Status found = store_->look(*id, [&](const SessionRecord& record) {
    owned = check_owner(caller, *id, record);
    if (owned.ok()) fill(request.name(), record, *response.mutable_session());
  });
  return found.ok() ? owned : found;
}

absl::Status Sessions::list(const Caller& caller, const v1::ListSessionsRequest& request,
                            v1::ListSessionsResponse& response) const {
  const auto most = page_size(request);
  if (!most.ok()) return most.status();
  std::uint64_t after = 0;
  if (!request.page_token().empty()) {
    const auto position = page_tokens_.position(request.page_token());
    if (!position.ok()) return position.status();
    after = *position;
  }
  std::size_t count = 0;
  std::size_t bytes = 0;
  store_->list(after, [&](const SessionStore::Listed& listed) {
    if (listed.record.owner != caller.name) return true;
    if (count == *most || bytes > kMaxPageBytes) {
      response.set_next_page_token(page_tokens_.token(after));
      return false;
    }
    v1::Session& session = *response.add_sessions();
    fill(session_name(listed.id), listed.record, session);
    bytes += session.ByteSizeLong();
    ++count;
    after = listed.position;
    return true;
  });
  return absl::OkStatus();
}

absl::Status Sessions::remove(const Caller& caller, const v1::DeleteSessionRequest& request) {
  const auto id = session_id(request.name());
  if (!id.ok()) return id.status();
  const auto record = store_->remove(
      *id, [&](const SessionRecord& found) { return check_owner(caller, *id, found); });
  if (!record.ok()) return record.status();
  ended(*id, "deleted", *record, caller);
  return absl::OkStatus();
}

absl::Status Sessions::step(const Caller& caller, const v1::StepRequest& request,
                            v1::StepResponse& response, Wait& wait) {
  const auto id = session_id(request.name());
  if (!id.ok()) return id.status();
  if (auto status = check_step(request); !status.ok()) return status;
  const absl::Time start = absl::Now();
  std::optional<HandshakeResult> result;
  const absl::Status done = store_->update(*id, [&](SessionRecord& record) {
    if (auto status = check_owner(caller, *id, record); !status.ok()) return status;
    response.Clear();
    const bool open = handshake_is_open(record);
    const absl::Status taken = take_step(request, record, response, wait);
    result.reset();
    if (taken.ok() && open && !handshake_is_open(record)) result = handshake_result(record);
    return taken;
  });
  if (done.ok()) count_step(caller, request, response, start);
  if (done.ok() && result) metrics_.handshake_ended(*result);
  if (done.ok() && wait.needed) wait.before = response;
  const bool brings = !request.input().empty() || request.end_of_input();
  if (done.ok() && brings) waiters_.wake(*id);
  return done;
}

absl::Status Sessions::export_keying_material(const Caller& caller,
                                              const v1::ExportKeyingMaterialRequest& request,
                                              v1::ExportKeyingMaterialResponse& response) const {
  const auto id = session_id(request.name());
  if (!id.ok()) return id.status();
  if (auto status = check_export(request); !status.ok()) return status;
  if (auto status = check_export_policy(policies_); !status.ok()) return status;
  absl::Status exported;
  const absl::Status found = store_->look(*id, [&](const SessionRecord& record) {
    exported = check_owner(caller, *id, record);
    if (!exported.ok()) return;
    const auto exporter = request.early() ? connection::export_keying_material_early
                                          : connection::export_keying_material;
    const auto material = exporter(record.stepped.connection, request.label(),
                                   view_of(request.context()), request.length());
    if (!material) {
      exported = request.early() ? no_early_data() : handshake_incomplete();
      return;
    }
    response.set_keying_material(material->data(), material->size());
  });
  return found.ok() ? exported : found;
}

// What could refuse the step comes first: after an error the record is as it was.
absl::Status Sessions::take_step(const v1::StepRequest& request, SessionRecord& record,
                                 v1::StepResponse& response, Wait& wait) {
  if (auto status = check_room(request, record); !status.ok()) return status;
  std::optional<GivenAnswer> given;
  if (request.has_answer()) {
    auto answer = convert(request.answer(), record, configs_);
    if (!answer.ok()) return within("answer", answer.status());
    given = *std::move(answer);
    record.config = given->config;
  }

  const absl::Time now = absl::Now();
  response.set_state_before(std::string(session::state_name(record.stepped.connection.session)));
  auto output = call_engine(request, given ? &given->answer : nullptr, record, now);
  const handshake::Facts& facts = record.stepped.connection.session.facts;
  for (const auto& entry : output.result.trace) fill(entry, facts, *response.add_trace());
  fill(std::move(output), response);

  wait.needed = record.config->given.blocking() && has_to_wait(response);
  if (!wait.needed) ++record.steps;
  record.update_time = now;
  record.expire_time = expire_time(record);
  if (record.stepped.connection.session.failure && !record.failed_in_step) {
    record.failed_in_step = record.steps;
  }
  response.set_name(request.name());
  response.set_call(request.call());
  const bool keeps = request.keep_output() || (wait.needed && wait.keeps_output);
  if (!keeps) take_output(record.stepped.outbox, response);
  fill(record, response);
  put_before(wait.before, response);
  return absl::OkStatus();
}

// A wait for a signature takes a slot until it is answered, or the session ends.
connection::StepOutput Sessions::call_engine(const v1::StepRequest& request,
                                             const handshake::Answer* answer, SessionRecord& record,
                                             absl::Time now) {
  const bool waited = record.stepped.connection.async_started;
  const bool slot = waited || signature_waits_.try_take();
  const connection::World world{record.config->config,
                                {absl::ToUnixSeconds(now), crypto::fresh_entropy()},
                                &tickets_,
                                answer,
                                slot};
  auto output = connection::step(record.stepped, world, to_input(request));
  if (slot && !record.stepped.connection.async_started) signature_waits_.give_back();
  return output;
}

absl::Status Sessions::check_room(const v1::StepRequest& request,
                                  const SessionRecord& record) const {
  if (record.steps >= limits_.max_steps) {
    return limit_reached({"TOO_MANY_STEPS", "--max-steps", limits_.max_steps,
                          "the session has done as many steps as it may: make a new one"});
  }
  const connection::Stepped& stepped = record.stepped;
  if (stepped.end_of_input && !request.input().empty()) return input_has_ended();
  const std::size_t held = stepped.inbox.size() + stepped.outbox.size();
  const std::size_t more = request.input().size() + request.data().size();
  if (more > limits_.max_step_input) {
    return limit_reached({"STEP_TOO_LARGE", "--max-step-input", limits_.max_step_input,
                          "the step brings too many bytes: cut them into several steps"});
  }
  // What is held already is no reason to refuse a step that brings nothing: it may be what takes it
  // away.
  if (more == 0) return absl::OkStatus();
  if (held_bytes(record) + more > limits_.max_session_bytes) {
    return limit_reached({"SESSION_TOO_LARGE", "--max-session-bytes", limits_.max_session_bytes,
                          "the session would hold too many bytes: make a new one"});
  }
  if (held + more <= limits_.max_pending_bytes) return absl::OkStatus();
  return limit_reached({"TOO_MANY_PENDING_BYTES", "--max-pending-bytes", limits_.max_pending_bytes,
                        "the session would hold too many bytes: send less at once, let calls "
                        "consume the input, and take the output"});
}

absl::Time Sessions::expire_time(const SessionRecord& record) const {
  return std::min(record.end_of_life, record.update_time + limits_.max_idle);
}

void Sessions::ended(absl::string_view id, absl::string_view why, const SessionRecord& record,
                     const Caller& caller) {
  if (record.stepped.connection.async_started) signature_waits_.give_back();
  waiters_.wake(id);
  metrics_.session_ended(why);
  LogFields fields;
  fields.add("session", session_name(id)).add("reason", why);
  add_summary(record, fields);
  fields.add_if("caller", record.owner).add_if("request", caller.request_id);
  log_->info("session ended", fields);
}

void Sessions::count_step(const Caller& caller, const v1::StepRequest& request,
                          const v1::StepResponse& response, absl::Time start) {
  metrics_.stepped({response.call(), response.ssl_error(), absl::Now() - start,
                    request.input().size(), response.output().size()});
  if (!log_->tells(Log::Level::debug)) return;
  log_->debug("step", LogFields()
                          .add("session", request.name())
                          .add("step", response.step())
                          .add("call", v1::Call_Name(response.call()))
                          .add("class", v1::SslError_Name(response.ssl_error()))
                          .add("state", response.state())
                          .add("request", caller.request_id));
}

void Sessions::sweep() {
  store_->sweep(absl::Now(), [&](absl::string_view id, const SessionRecord& record) {
    ended(id, "expired", record);
  });
}

void Sessions::end_all() {
  std::vector<std::string> ids;
  store_->list(0, [&](const SessionStore::Listed& listed) {
    ids.emplace_back(listed.id);
    return true;
  });
  for (const std::string& id : ids) {
    const auto record = store_->remove(id, [](const SessionRecord&) { return absl::OkStatus(); });
    if (record.ok()) ended(id, "shutdown", *record);
  }
}

}  // namespace stepshake::server

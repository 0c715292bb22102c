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
#include "server/exactly_once.h"
#include "server/memory_store.h"
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

connection::StepInput to_input(const v1::StepRequest& request, BytesView input_bytes) {
  connection::StepInput input;
  input.input = input_bytes;
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

}  // namespace

Sessions::Sessions(const Limits& limits, const Policies& policies,
                   std::shared_ptr<const TestIdentities> test_identities,
                   std::shared_ptr<spdlog::logger> log)
    : limits_(limits),
      policies_(policies),
      configs_(std::move(test_identities), kCachedConfigs),
      page_tokens_(crypto::fresh_entropy()),
      store_(std::make_unique<MemoryStore>(limits.max_sessions, limits.max_sessions_per_caller)),
      tickets_(limits.max_stored_tickets),
      signature_waits_(limits.max_signature_waits),
      log_(std::move(log)) {}

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
  return store_->insert(id, std::move(record));
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
  ended(*id, "deleted", *record);
  return absl::OkStatus();
}

absl::Status Sessions::step(const Caller& caller, const v1::StepRequest& request,
                            v1::StepResponse& response, Wait& wait) {
  const auto id = session_id(request.name());
  if (!id.ok()) return id.status();
  if (auto status = check_step(request); !status.ok()) return status;
  if (!wait.is_again()) wait.digest = request_digest(request);
  const absl::Status done = store_->update(*id, [&](SessionRecord& record) {
    if (auto status = check_owner(caller, *id, record); !status.ok()) return status;
    response.Clear();
    return take_step(request, record, response, wait);
  });
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
  wait.needed = false;
  const auto repeated = wait.is_again() ? false : answer_again(request, record, response);
  if (!repeated.ok()) return repeated.status();
  if (*repeated) {
    response.set_name(request.name());
    return absl::OkStatus();
  }
  if (auto status = check_number(request, record); !status.ok()) return status;
  const auto input = new_input(request, record);
  if (!input.ok()) return input.status();
  if (auto status = check_room(request, *input, record); !status.ok()) return status;
  std::optional<GivenAnswer> given;
  if (request.has_answer()) {
    auto answer = convert(request.answer(), record, configs_);
    if (!answer.ok()) return within("answer", answer.status());
    given = *std::move(answer);
  }
  // Of a call that goes on: others may have acknowledged more meanwhile.
  const bool late =
      wait.is_again() && request.acknowledged_output_offset() < record.flow.output_begin;
  if (!late) {
    if (auto status = acknowledge(request, record); !status.ok()) return status;
  }
  if (given) record.config = given->config;

  const absl::Time now = absl::Now();
  response.set_state_before(std::string(session::state_name(record.stepped.connection.session)));
  record.flow.input_end += input->size();
  auto output =
      call_engine(to_input(request, *input), given ? &given->answer : nullptr, record, now);
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
  response.set_output_offset(output_end(record));
  if (!keeps) give_output(request, record, response);
  fill(record, response);
  put_before(wait.before, response);
  if (!wait.needed) keep_answer(request, wait.digest, response, record);
  return absl::OkStatus();
}

// A wait for a signature takes a slot until it is answered, or the session ends.
connection::StepOutput Sessions::call_engine(const connection::StepInput& input,
                                             const handshake::Answer* answer, SessionRecord& record,
                                             absl::Time now) {
  const bool waited = record.stepped.connection.async_started;
  const bool slot = waited || signature_waits_.try_take();
  const connection::World world{record.config->config,
                                {absl::ToUnixSeconds(now), crypto::fresh_entropy()},
                                &tickets_,
                                answer,
                                slot};
  auto output = connection::step(record.stepped, world, input);
  if (slot && !record.stepped.connection.async_started) signature_waits_.give_back();
  return output;
}

absl::Status Sessions::check_room(const v1::StepRequest& request, BytesView input,
                                  const SessionRecord& record) const {
  if (record.steps >= limits_.max_steps) {
    return limit_reached({"TOO_MANY_STEPS", "--max-steps", limits_.max_steps,
                          "the session has done as many steps as it may: make a new one"});
  }
  const connection::Stepped& stepped = record.stepped;
  if (stepped.end_of_input && !input.empty()) return input_has_ended();
  const std::size_t held = stepped.inbox.size() + stepped.outbox.size();
  const std::size_t more = input.size() + request.data().size();
  if (more > limits_.max_step_input) {
    return limit_reached({"STEP_TOO_LARGE", "--max-step-input", limits_.max_step_input,
                          "the step brings too many bytes: cut them into several steps"});
  }
  // What is held already is no reason to refuse a step that brings nothing: it may be what takes it
  // away.
  if (more == 0 || held + more <= limits_.max_pending_bytes) return absl::OkStatus();
  return limit_reached({"TOO_MANY_PENDING_BYTES", "--max-pending-bytes", limits_.max_pending_bytes,
                        "the session would hold too many bytes: send less at once, let calls "
                        "consume the input, and take the output"});
}

absl::Time Sessions::expire_time(const SessionRecord& record) const {
  return std::min(record.end_of_life, record.update_time + limits_.max_idle);
}

void Sessions::ended(absl::string_view id, absl::string_view why, const SessionRecord& record) {
  if (record.stepped.connection.async_started) signature_waits_.give_back();
  waiters_.wake(id);
  log_end(id, why, record);
}

void Sessions::sweep() {
  store_->sweep(absl::Now(), [&](absl::string_view id, const SessionRecord& record) {
    ended(id, "expired", record);
  });
}

void Sessions::end_all(absl::string_view why) {
  std::vector<std::string> ids;
  store_->list(0, [&](const SessionStore::Listed& listed) {
    ids.emplace_back(listed.id);
    return true;
  });
  for (const std::string& id : ids) {
    const auto record = store_->remove(id, [](const SessionRecord&) { return absl::OkStatus(); });
    if (record.ok()) log_end(id, why, *record);
  }
}

void Sessions::log_end(absl::string_view id, absl::string_view why,
                       const SessionRecord& record) const {
  log_->info("{}", absl::StrCat(session_name(id), " ", why, ": ", summary(record)));
}

}  // namespace stepshake::server

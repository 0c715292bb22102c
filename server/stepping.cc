#include "server/stepping.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "connection/step.h"
#include "crypto/hash.h"
#include "server/convert.h"
#include "server/convert_question.h"
#include "server/convert_stepping.h"
#include "server/convert_trace.h"
#include "server/exactly_once.h"
#include "server/record_codec.h"
#include "server/session_access.h"
#include "server/status.h"
#include "server/step_entropy.h"

namespace stepshake::server {
namespace {

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

// Of a call that goes on: others may have acknowledged more meanwhile.
absl::Status acknowledge_in_time(const v1::StepRequest& request, const Wait& wait,
                                 SessionRecord& record) {
  const bool late =
      wait.is_again() && request.acknowledged_output_offset() < record.flow.output_begin;
  return late ? absl::OkStatus() : acknowledge(request, record);
}

}  // namespace

// The same in every step: a session's turns are told apart by their numbers (crypto::Random).
session::Inputs inputs_of(const SharedConfig& config, absl::Time now) {
  if (!config.given.has_deterministic()) {
    return {absl::ToUnixSeconds(now), step_entropy()};
  }
  const v1::Deterministic& given = config.given.deterministic();
  const Secret entropy = crypto::hmac(crypto::HashAlgorithm::sha256, view_of(given.seed()),
                                      {view_of("stepshake deterministic session")});
  session::Inputs inputs{given.time().seconds(), {}};
  std::copy_n(entropy.data(), inputs.entropy.size(), inputs.entropy.begin());
  return inputs;
}

absl::Status Stepping::take(const v1::StepRequest& request, const StepWorld& world,
                            SessionRecord& record, v1::StepResponse& response, Wait& wait,
                            bool& repeated) const {
  wait.needed = false;
  const auto again = wait.is_again() ? false : answer_again(request, record, response);
  if (!again.ok()) return again.status();
  repeated = *again;
  if (repeated) return absl::OkStatus();
  if (!may_become_too_large(request, record)) {
    return advance(request, world, record, response, wait);
  }
  SessionRecord grown = record;
  if (auto status = advance(request, world, grown, response, wait); !status.ok()) return status;
  if (encoded_size(grown) > limits_.max_session_bytes) {
    return session_too_large(limits_.max_session_bytes);
  }
  record = std::move(grown);
  return absl::OkStatus();
}

// How large it becomes is known when the step is done, and costs a copy of the session. A step makes several times of
// what the session has, the request brings and the configuration holds at most: 4 of the input of a write, traced, into
// the smallest records that there are.
bool Stepping::may_become_too_large(const v1::StepRequest& request,
                                    const SessionRecord& record) const {
  constexpr std::size_t kMostTimes = 8;
  constexpr std::size_t kMostBeside = 65'536;  // a flight's own fields
  const std::size_t brought =
      request.input().size() + request.data().size() + request.answer().ByteSizeLong();
  const std::size_t from = encoded_size(record) + brought + record.config->full.size();
  return kMostTimes * from + kMostBeside > limits_.max_session_bytes;
}

// What could refuse the step comes first.
absl::Status Stepping::advance(const v1::StepRequest& request, const StepWorld& world,
                               SessionRecord& record, v1::StepResponse& response,
                               Wait& wait) const {
  if (record.config->given.blocking() && !wait.possible) return blocking_session();
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
  if (auto status = acknowledge_in_time(request, wait, record); !status.ok()) return status;
  if (given) record.config = given->config;

  response.set_state_before(std::string(session::state_name(record.stepped.connection.session)));
  record.flow.input_end += input->size();
  auto output = connection::step(record.stepped,
                                 {record.config->config, world.inputs, &world.tickets,
                                  given ? &given->answer : nullptr, world.signature_slot},
                                 to_input(request, *input));
  const handshake::Facts& facts = record.stepped.connection.session.facts;
  for (const auto& entry : output.result.trace) fill(entry, facts, *response.add_trace());
  fill(std::move(output), response);

  wait.needed = wait.possible && record.config->given.blocking() && has_to_wait(response);
  if (!wait.needed) ++record.steps;
  record.update_time = world.time;
  record.expire_time = expire_time(record, limits_);
  if (record.stepped.connection.session.failure && !record.failed_in_step) {
    record.failed_in_step = record.steps;
  }
  response.set_call(request.call());
  response.set_output_offset(output_end(record));
  const bool keeps = request.keep_output() || (wait.needed && wait.keeps_output);
  if (!keeps) give_output(request, record, response);
  fill(record, response);
  if (wait.before) put_before(*wait.before, response);
  if (!wait.needed) keep_answer(request, wait.digest, response, record);
  return absl::OkStatus();
}

// A trace of small records is four times as long as what is in them: with half of the bytes an answer stays below the
// 4 MiB that gRPC clients take.
std::size_t Stepping::max_step_input(const SessionRecord& record) const {
  return record.config->given.trace() ? limits_.max_step_input / 2 : limits_.max_step_input;
}

absl::Status Stepping::check_room(const v1::StepRequest& request, BytesView input,
                                  const SessionRecord& record) const {
  if (record.steps >= limits_.max_steps) {
    return limit_reached({"TOO_MANY_STEPS", "--max-steps", limits_.max_steps,
                          "the session has done as many steps as it may: make a new one"});
  }
  const connection::Stepped& stepped = record.stepped;
  if (stepped.end_of_input && !input.empty()) return input_has_ended();
  const std::size_t held = stepped.inbox.size() + stepped.outbox.size();
  const std::size_t more = input.size() + request.data().size();
  const std::size_t most = max_step_input(record);
  if (more > most) {
    return limit_reached({"STEP_TOO_LARGE", "--max-step-input", most,
                          "the step brings too many bytes: cut them into several steps"});
  }
  // What is held already is no reason to refuse a step that brings nothing: it may be what takes it
  // away.
  if (more == 0 || held + more <= limits_.max_pending_bytes) return absl::OkStatus();
  return limit_reached({"TOO_MANY_PENDING_BYTES", "--max-pending-bytes", limits_.max_pending_bytes,
                        "the session would hold too many bytes: send less at once, let calls "
                        "consume the input, and take the output"});
}

}  // namespace stepshake::server

#include "server/history.h"

#include <algorithm>
#include <utility>

#include "server/convert.h"
#include "server/record_codec.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

v1::StepRequest as_shown(const v1::StepRequest& request) {
  v1::StepRequest shown = request;
  if (!shown.has_answer()) return shown;
  v1::Answer& answer = *shown.mutable_answer();
  if (answer.has_config()) *answer.mutable_config() = without_private_keys(answer.config());
  if (answer.has_certificate() && answer.certificate().has_identity() &&
      answer.certificate().identity().has_pem()) {
    answer.mutable_certificate()->mutable_identity()->mutable_pem()->clear_private_key();
  }
  return shown;
}

// How many of the last steps there is room for.
void trim(std::vector<std::uint32_t>& sizes, std::size_t most_steps, std::size_t most_bytes) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < std::min(sizes.size(), most_steps)) {
    bytes += sizes[sizes.size() - 1 - count];
    if (bytes > most_bytes) break;
    ++count;
  }
  sizes.erase(sizes.begin(), sizes.end() - static_cast<std::ptrdiff_t>(count));
}

}  // namespace

absl::Status check_history(const v1::SessionConfig& config, const Limits& limits) {
  if (config.history_steps() <= limits.max_history_steps) return absl::OkStatus();
  return limit_reached({"HISTORY_TOO_LONG", "--max-history-steps", limits.max_history_steps,
                        "history_steps: the history would be too long; ask for fewer steps"});
}

std::optional<RecordedStep> note_step(const v1::StepRequest& request,
                                      const v1::StepResponse& response, const StepWorld& world,
                                      const std::vector<policy::Psk>& found, const Limits& limits,
                                      SessionRecord& record) {
  const std::size_t most = record.config->given.history_steps();
  if (most == 0) {
    record.history.clear();  // an answer may have changed the configuration
    return std::nullopt;
  }
  RecordedStep step;
  step.step = record.steps;
  step.time = absl::ToUnixNanos(world.time);
  request.SerializeToString(&step.request);
  response.SerializeToString(&step.response);
  step.now = world.inputs.now;
  step.entropy = world.inputs.entropy;
  step.signature_slot = world.signature_slot;
  step.tickets = found;
  step.config = record.config->key;
  SessionRecord after = record;
  after.last_request.reset();
  after.history.clear();
  step.after = encode(after);
  const std::size_t bytes = step.request.size() + step.response.size() + step.after.size();
  record.history.push_back(static_cast<std::uint32_t>(bytes));
  trim(record.history, most, limits.max_history_bytes);
  return step;
}

void fill(const RecordedStep& step, v1::RecordedStep& to) {
  v1::StepRequest request;
  request.ParseFromString(step.request);
  v1::StepResponse response;
  response.ParseFromString(step.response);
  fill(step.step, absl::FromUnixNanos(step.time), request, response, to);
}

void fill(std::uint64_t step, absl::Time time, const v1::StepRequest& request,
          const v1::StepResponse& response, v1::RecordedStep& to) {
  to.set_step(step);
  fill_time(time, *to.mutable_time());
  *to.mutable_request() = as_shown(request);
  *to.mutable_response() = response;
}

absl::StatusOr<SessionRecord> record_after(const SessionStore::History& history,
                                           std::uint64_t step) {
  if (step > history.record.steps) return no_such_step(step, history.record.steps);
  if (step == history.record.steps) return history.record;
  for (const RecordedStep& recorded : history.steps) {
    if (recorded.step != step) continue;
    return decode_record(
        recorded.after.view(),
        [&](const std::string& key) -> absl::StatusOr<std::shared_ptr<const SharedConfig>> {
          const auto found = history.configs.find(key);
          if (found == history.configs.end()) return step_not_kept(step);
          return found->second;
        });
  }
  return step_not_kept(step);
}

}  // namespace stepshake::server

#include "server/replay.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "server/exactly_once.h"
#include "server/history.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

// The tickets that the step found when it was done.
class RecordedTickets final : public connection::TicketStore {
 public:
  explicit RecordedTickets(const std::vector<policy::Psk>& tickets) : tickets_(tickets) {}

  void put(policy::Psk /*ticket*/) override {}
  std::optional<policy::Psk> take(BytesView identity) override {
    for (const policy::Psk& ticket : tickets_) {
      if (same(ticket.identity, identity)) return ticket;
    }
    return std::nullopt;
  }

 private:
  const std::vector<policy::Psk>& tickets_;
};

std::size_t first_difference(const std::string& one, const std::string& other) {
  const std::size_t size = std::min(one.size(), other.size());
  for (std::size_t i = 0; i < size; ++i) {
    if (one[i] != other[i]) return i;
  }
  return size;
}

// The first field in which the answers differ, the output before all others; empty where they are the same.
std::string differing_field(v1::StepResponse recorded, v1::StepResponse replayed) {
  if (recorded.output() != replayed.output()) return "output";
  const auto same_rest = [&] {
    return recorded.SerializeAsString() == replayed.SerializeAsString();
  };
  const auto* descriptor = v1::StepResponse::descriptor();
  std::string last_cleared;
  for (int i = descriptor->field_count() - 1; i >= 0 && !same_rest(); --i) {
    const auto* field = descriptor->field(i);
    recorded.GetReflection()->ClearField(&recorded, field);
    replayed.GetReflection()->ClearField(&replayed, field);
    last_cleared = field->name();
  }
  return last_cleared;
}

// The answer is not what it was: then `response` says where.
bool departs(const RecordedStep& step, const v1::StepResponse& replayed,
             v1::ReplaySessionResponse& response) {
  v1::StepResponse recorded;
  recorded.ParseFromString(step.response);
  const std::string field = differing_field(recorded, replayed);
  if (field.empty()) return false;
  v1::Departure& departure = *response.mutable_departure();
  departure.set_step(step.step);
  departure.set_field(field);
  if (field == "output") {
    const std::size_t byte = first_difference(recorded.output(), replayed.output());
    departure.set_byte(byte);
    departure.set_output_offset(recorded.output_offset() + byte);
  }
  *departure.mutable_recorded() = std::move(recorded);
  *departure.mutable_replayed() = replayed;
  return true;
}

absl::StatusOr<v1::StepResponse> do_again(const RecordedStep& step, const Stepping& stepping,
                                          SessionRecord& record) {
  v1::StepRequest request;
  request.ParseFromString(step.request);
  RecordedTickets tickets(step.tickets);
  v1::StepResponse replayed;
  Wait wait;
  wait.digest = request_digest(request);
  bool repeated = false;
  record.last_request.reset();
  const absl::Status status = stepping.take(
      request,
      {absl::FromUnixNanos(step.time), {step.now, step.entropy}, tickets, step.signature_slot},
      record, replayed, wait, repeated);
  if (!status.ok()) return status;
  replayed.set_name(request.name());
  return replayed;
}

}  // namespace

absl::Status replay(const SessionStore::History& session, const Stepping& stepping,
                    v1::ReplaySessionResponse& response) {
  if (session.record.config->given.blocking()) {
    return no_history("the session is a blocking one: what its calls waited for is not recorded");
  }
  auto next = session.steps.begin();
  SessionRecord record;
  if (next != session.steps.end() && next->step == 1) {
    const auto config = session.configs.at(next->config);  // the first step has not changed it
    record.config = config;
    record.stepped =
        connection::make_stepped(config->config, config->digest, config->given.output_capacity());
    record.create_time = session.record.create_time;
  } else if (session.steps.size() > 1) {  // from the earliest step on after which it is known
    auto earliest = record_after(session, next->step);
    if (!earliest.ok()) return earliest.status();
    record = *std::move(earliest);
    ++next;
  } else {
    return no_history(
        "its history holds no step that could be done again; history_steps says how "
        "many it keeps");
  }
  response.set_first_step(next->step);
  for (; next != session.steps.end(); ++next) {
    const auto replayed = do_again(*next, stepping, record);
    if (!replayed.ok()) return replayed.status();
    response.set_last_step(next->step);
    if (departs(*next, *replayed, response)) break;
  }
  return absl::OkStatus();
}

}  // namespace stepshake::server

// A session's history: the steps that were done, bounded, with all that is needed to show them, to go back to them, and
// to do them again.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/limits.h"
#include "server/session_store.h"
#include "server/stepping.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

// RESOURCE_EXHAUSTED where the configuration wants more history than the server allows.
absl::Status check_history(const v1::SessionConfig& config, const Limits& limits);

// Stored tickets, with note of those that a step found.
class NotedTickets final : public connection::TicketStore {
 public:
  explicit NotedTickets(connection::TicketStore& store) : store_(store) {}

  void put(policy::Psk ticket) override { store_.put(std::move(ticket)); }
  std::optional<policy::Psk> take(BytesView identity) override {
    auto ticket = store_.take(identity);
    if (ticket) found_.push_back(*ticket);
    return ticket;
  }
  [[nodiscard]] const std::vector<policy::Psk>& found() const { return found_; }

 private:
  connection::TicketStore& store_;
  std::vector<policy::Psk> found_;
};

// The step that `record` has just done, for its history; the record's own note of what is kept goes along. Nothing where
// the session keeps none.
std::optional<RecordedStep> note_step(const v1::StepRequest& request,
                                      const v1::StepResponse& response, const StepWorld& world,
                                      const std::vector<policy::Psk>& found, const Limits& limits,
                                      SessionRecord& record);

// As callers see it: without private keys.
void fill(const RecordedStep& step, v1::RecordedStep& to);
void fill(std::uint64_t step, absl::Time time, const v1::StepRequest& request,
          const v1::StepResponse& response, v1::RecordedStep& to);

// The session as it was after the step. NOT_FOUND, reason STEP_NOT_KEPT, where the history does not reach that far, and
// OUT_OF_RANGE where the step is still to come.
absl::StatusOr<SessionRecord> record_after(const SessionStore::History& history,
                                           std::uint64_t step);

}  // namespace stepshake::server

// One step of a session as a function of the record, the request and the world: what the service does for Step, and does
// again where a recorded session is replayed.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "connection/connection.h"
#include "server/config_cache.h"
#include "server/limits.h"
#include "server/session_record.h"
#include "session/session.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

// A blocking session's call that has to wait for bytes.
struct Wait {
  bool possible = true;                    // else a blocking session is refused
  bool keeps_output = false;               // leave the output pending while it waits
  bool needed = false;                     // it has to; the response is not yet the call's answer
  std::optional<v1::StepResponse> before;  // what earlier tries of the call did: all are one step
  std::string digest;                      // of the request as it came first

  // An earlier try has done something.
  [[nodiscard]] bool is_again() const { return before.has_value(); }
};

// All that a step may know beside its request and its session.
struct StepWorld {
  absl::Time time;
  session::Inputs inputs;
  connection::TicketStore& tickets;
  bool signature_slot = true;  // a signature may be asked for outside
};

// The step's time and entropy for the engine: the world's, or what the configuration's seed and clock make of them.
session::Inputs inputs_of(const SharedConfig& config, absl::Time now);

class Stepping {
 public:
  Stepping(const Limits& limits, ConfigCache& configs) : limits_(limits), configs_(configs) {}

  // The answer is written in place. After an error the record is as it was, and the answer holds nothing of worth.
  // `repeated`: the request is the last one again, and nothing was done.
  absl::Status take(const v1::StepRequest& request, const StepWorld& world, SessionRecord& record,
                    v1::StepResponse& response, Wait& wait, bool& repeated) const;

 private:
  absl::Status advance(const v1::StepRequest& request, const StepWorld& world,
                       SessionRecord& record, v1::StepResponse& response, Wait& wait) const;
  [[nodiscard]] bool may_become_too_large(const v1::StepRequest& request,
                                          const SessionRecord& record) const;
  [[nodiscard]] std::size_t max_step_input(const SessionRecord& record) const;
  [[nodiscard]] absl::Status check_room(const v1::StepRequest& request, BytesView input,
                                        const SessionRecord& record) const;

  const Limits& limits_;
  ConfigCache& configs_;
};

}  // namespace stepshake::server

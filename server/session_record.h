// A session with what the service knows of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/fields.h"
#include "base/secret.h"
#include "connection/step.h"
#include "crypto/random.h"
#include "policy/psk.h"
#include "server/config_cache.h"

namespace stepshake::server {

// How far the bytes of both directions have come, counted from the session's first. The outbox holds the output from
// `output_begin` on.
struct Flow {
  std::uint64_t input_end = 0;     // brought so far
  std::uint64_t output_begin = 0;  // acknowledged, or forgotten, before this
  std::uint64_t output_given = 0;  // given out before this, perhaps not acknowledged
};
STEPSHAKE_FIELDS(Flow, input_end, output_begin, output_given)

// The session's last request, where it had an id, with what cannot be read off the record of its answer.
struct LastRequest {
  std::string id;
  std::string digest;  // of the request
  std::string answer;  // a StepResponse, serialised
};
STEPSHAKE_FIELDS(LastRequest, id, digest, answer)

// A step of the history, with all that it depended on.
struct RecordedStep {
  std::uint64_t step = 0;
  std::int64_t time = 0;             // nanoseconds since 1970
  std::string request;               // a StepRequest, serialised, with its secrets
  std::string response;              // a StepResponse, serialised
  std::int64_t now = 0;              // the engine's: seconds since 1970
  crypto::Entropy entropy{};         // the engine's
  bool signature_slot = true;        // a signature could be asked for outside
  std::vector<policy::Psk> tickets;  // stored ones that were found
  std::string config;                // the key of the one that held after the step
  Secret after;  // the record after the step, encoded, without its last request and its history
};
STEPSHAKE_FIELDS(RecordedStep, step, time, request, response, now, entropy, signature_slot, tickets,
                 config, after)

struct SessionRecord {
  connection::Stepped stepped;
  std::shared_ptr<const SharedConfig> config;
  std::string owner;        // the name of the caller who made it
  std::uint64_t steps = 0;  // done so far
  std::optional<std::uint64_t> failed_in_step;
  absl::Time create_time;
  absl::Time update_time;                           // of the last step
  absl::Time end_of_life = absl::InfiniteFuture();  // however much it is used
  absl::Time expire_time = absl::InfiniteFuture();  // from then on the store does not have it
  Flow flow;
  std::optional<LastRequest> last_request;
  std::vector<std::uint32_t> history;  // bytes of each step that is kept, the last one last
  std::uint64_t generation = 0;        // how often the store has changed it; the store's own
};

// Behind the last byte of output.
inline std::uint64_t output_end(const SessionRecord& record) {
  return record.flow.output_begin + record.stepped.outbox.size();
}

}  // namespace stepshake::server

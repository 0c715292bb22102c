// Where sessions live between steps. Behind the interface a session is a value with a generation: a
// change is a compare-and-swap on it, so that no step is lost or done on a session that another
// step has changed meanwhile.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "connection/step.h"
#include "server/config_cache.h"

namespace stepshake::server {

// A session with what the service knows of it.
struct SessionRecord {
  connection::Stepped stepped;
  std::shared_ptr<const SharedConfig> config;
  std::string owner;        // Caller.name of whoever made it
  std::uint64_t steps = 0;  // done so far
  std::optional<std::uint64_t> failed_in_step;
  absl::Time create_time;
  absl::Time update_time;                           // of the last step
  absl::Time end_of_life = absl::InfiniteFuture();  // however much it is used
  absl::Time expire_time = absl::InfiniteFuture();  // from then on the store does not have it
  std::uint64_t generation = 0;  // how often the store has changed it; the store's own
};

// Safe to use from many threads. An `id` that there is none of is NOT_FOUND, as is one whose expire_time has passed.
class SessionStore {
 public:
  SessionStore() = default;
  SessionStore(const SessionStore&) = delete;
  SessionStore& operator=(const SessionStore&) = delete;
  virtual ~SessionStore() = default;

  // The id was never used before. RESOURCE_EXHAUSTED where there are too many, in all or of one owner.
  virtual absl::Status insert(absl::string_view id, SessionRecord record) = 0;

  // Shows the session as it is at one moment. `see` is quick and does not come back to the store.
  using See = absl::FunctionRef<void(const SessionRecord&)>;
  virtual absl::Status look(absl::string_view id, See see) const = 0;

  // Lets `change` work on the session, and keeps what it made of it if, and only if, nobody else
  // has changed the session since; else `change` works again, on the newer one. So it must depend
  // on the record alone. Where it answers with an error it has changed nothing, and the error is
  // the answer.
  using Change = absl::FunctionRef<absl::Status(SessionRecord&)>;
  virtual absl::Status update(absl::string_view id, Change change) = 0;

  // The session as it was at its end, where `check` finds nothing against removing it; else that is the answer.
  using Check = absl::FunctionRef<absl::Status(const SessionRecord&)>;
  virtual absl::StatusOr<SessionRecord> remove(absl::string_view id, Check check) = 0;

  // Forgets the sessions that have expired, and tells which they were. A store that does so by itself tells nothing.
  using Expired = absl::FunctionRef<void(absl::string_view id, const SessionRecord&)>;
  virtual void sweep(absl::Time /*now*/, Expired /*expired*/) {}

  [[nodiscard]] virtual std::size_t size() const = 0;

  // False while sessions cannot be had.
  [[nodiscard]] virtual bool is_reachable() const { return true; }

  // Shows sessions, oldest first, from the first one after `position` (0: the very first) until
  // `visit` answers false or there are no more.
  struct Listed {
    absl::string_view id;
    std::uint64_t position;  // grows with each insert
    const SessionRecord& record;
  };
  using Visit = absl::FunctionRef<bool(const Listed&)>;
  virtual void list(std::uint64_t position, Visit visit) const = 0;
};

}  // namespace stepshake::server

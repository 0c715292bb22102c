// Where sessions live between steps. Behind the interface a session is a value with a generation: a
// change is a compare-and-swap on it, so that no step is lost or done on a session that another
// step has changed meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "connection/connection.h"
#include "server/session_record.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

// What a change does beside the record: all of it comes about with the record, or none of it.
struct Transaction {
  explicit Transaction(connection::TicketStore& its_tickets) : tickets(its_tickets) {}

  connection::TicketStore& tickets;  // the service's stored tickets
  // For the history, which then keeps as many steps as record.history has.
  std::optional<RecordedStep> recorded;
  std::shared_ptr<const v1::RecordedStep> told;  // to those who watch the session
  bool unchanged = false;                        // the record was only read
};

// Safe to use from many threads. An `id` that there is none of is NOT_FOUND, as is one whose expire_time has passed.
// Any call may be UNAVAILABLE, with google.rpc.RetryInfo, where the store is out of reach: whether a change was kept is
// then open.
class SessionStore {
 public:
  SessionStore() = default;
  SessionStore(const SessionStore&) = delete;
  SessionStore& operator=(const SessionStore&) = delete;
  virtual ~SessionStore() = default;

  // A session, the steps that its history keeps, oldest first, and their configurations by their keys.
  struct History {
    SessionRecord record;
    std::vector<RecordedStep> steps;
    absl::flat_hash_map<std::string, std::shared_ptr<const SharedConfig>> configs;
  };

  // An id that was never used before, and that nobody guesses: 128 random bits.
  [[nodiscard]] virtual std::string fresh_id() const;

  // `id` is a fresh one. RESOURCE_EXHAUSTED where there are too many, in all or of one owner.
  virtual absl::Status insert(absl::string_view id, History session) = 0;

  // Shows the session as it is at one moment. `see` is quick and does not come back to the store.
  using See = absl::FunctionRef<void(const SessionRecord&)>;
  virtual absl::Status look(absl::string_view id, See see) const = 0;

  // Lets `change` work on the session, and keeps what it made of it if, and only if, nobody else
  // has changed the session since; else `change` works again, on the newer one. So it must depend
  // on the record alone. Where it answers with an error it has left the record as it was, and the error is the answer.
  using Change = absl::FunctionRef<absl::Status(SessionRecord&, Transaction&)>;
  virtual absl::Status update(absl::string_view id, Change change) = 0;

  // The session as it was at its end, where `check` finds nothing against removing it; else that is the answer.
  using Check = absl::FunctionRef<absl::Status(const SessionRecord&)>;
  virtual absl::StatusOr<SessionRecord> remove(absl::string_view id, Check check) = 0;

  // `check` as above.
  virtual absl::StatusOr<History> history(absl::string_view id, Check check) const = 0;

  // Forgets the sessions that have expired, and tells which they were; the place for what else is to be done now and then.
  // A store that forgets by itself tells nothing.
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
  virtual absl::Status list(std::uint64_t position, Visit visit) const = 0;

  // A session's wait for a signature takes a place, once; false where there is none left. The session's end gives it
  // back, too.
  virtual bool start_wait(absl::string_view id) = 0;
  virtual void end_wait(absl::string_view id) = 0;

  // Its steps may take long (SharedConfig). Never waits for a step; false where there is no such session, or where all
  // calls may take long.
  [[nodiscard]] virtual bool takes_long(absl::string_view /*id*/) const { return false; }

  // Sessions outlive this process.
  [[nodiscard]] virtual bool is_shared() const { return false; }
  // A call may take longer than a thread that serves others can wait.
  [[nodiscard]] virtual bool is_remote() const { return false; }

  // Called after each change of a session, in order, from any thread. Set before the store is used; does not come back
  // to the store.
  struct Changed {
    absl::string_view id;
    std::shared_ptr<const v1::RecordedStep> told;  // Transaction.told
    bool ended = false;
  };
  using Tell = std::function<void(const Changed&)>;
  void on_change(Tell tell) { tell_ = std::move(tell); }

 protected:
  Tell tell_ = [](const Changed&) {};
};

}  // namespace stepshake::server

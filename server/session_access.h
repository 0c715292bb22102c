// What every call on a session asks first, and what every new session gets.
#pragma once

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/caller.h"
#include "server/check.h"
#include "server/limits.h"
#include "server/session_record.h"
#include "server/status.h"

namespace stepshake::server {

// Another caller's session is answered as one that is not there: nobody learns what others have.
inline absl::Status check_owner(const Caller& caller, absl::string_view id,
                                const SessionRecord& record) {
  return record.owner == caller.name ? absl::OkStatus() : no_such_session(session_name(id));
}

// When the session is gone if it is not used any more.
inline absl::Time expire_time(const SessionRecord& record, const Limits& limits) {
  return std::min(record.end_of_life, record.update_time + limits.max_idle);
}

// A session's life begins now, and is the caller's.
inline void begin_life(const Caller& caller, absl::Time now, absl::Duration lifetime,
                       const Limits& limits, SessionRecord& record) {
  record.owner = caller.name;
  record.create_time = record.update_time = now;
  record.end_of_life = now + lifetime;
  record.expire_time = expire_time(record, limits);
}

}  // namespace stepshake::server

// What is told of sessions: the fields of the line that is logged when one ends.
#pragma once

#include "server/log.h"
#include "server/session_store.h"

namespace stepshake::server {

// Role, steps, outcome, what was agreed, the failure. Nothing secret.
void add_summary(const SessionRecord& record, LogFields& fields);

}  // namespace stepshake::server

// Who makes a call.
#pragma once

#include <string>

namespace stepshake::server {

struct Caller {
  // What its credentials say: "token:alice", "dns:tester.example". Empty where callers are not told apart. A session
  // belongs to the caller of this name that made it.
  std::string name;
  std::string request_id;  // for the log: this call
};

}  // namespace stepshake::server

// Sessions on a server, made and ended in number, and the clients of them, which live here.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "bench/handshake/suite.h"
#include "bench/service/caller.h"

namespace stepshake::bench {

using Names = std::vector<std::string>;

// The server's side of a suite, and with what it presents itself: the suite's own certificates, or others.
struct Presented {
  std::string chain_pem;
  std::string key_pem;
};
v1::SessionConfig service_config(const Suite& suite);
v1::SessionConfig service_config(const Suite& suite, const Presented& presented);

Names create_sessions(ServerUnderLoad& server, const v1::SessionConfig& config, std::size_t count);
Names fork_sessions(ServerUnderLoad& server, const std::string& name, std::size_t count);
void delete_sessions(ServerUnderLoad& server, const Names& names);

v1::StepRequest do_handshake(const std::string& name, BytesView input);

// A session whose handshake with such a client is complete.
std::string connected_session(ServerUnderLoad& server, const Suite& suite);

}  // namespace stepshake::bench

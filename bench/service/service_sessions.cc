#include "bench/service/service_sessions.h"

#include "bench/handshake/certificates.h"
#include "bench/handshake/engine_config.h"
#include "bench/handshake/engine_peer.h"
#include "crypto/x509.h"

namespace stepshake::bench {
namespace {

using Stub = v1::HandshakeService::Stub;

constexpr std::size_t kAtOnce = 64;  // calls

}  // namespace

v1::SessionConfig service_config(const Suite& suite, const Presented& presented) {
  v1::SessionConfig config;
  config.set_role(v1::ROLE_SERVER);
  config.set_min_version(static_cast<std::uint32_t>(suite.version));
  config.set_max_version(static_cast<std::uint32_t>(suite.version));
  config.add_cipher_suites(static_cast<std::uint32_t>(suite.cipher_suite));
  config.add_groups(static_cast<std::uint32_t>(suite.group));
  config.set_tickets(suite.tickets ? 2 : 0);
  v1::PemIdentity& pem = *config.add_identities()->mutable_pem();
  pem.set_certificate_chain(presented.chain_pem);
  pem.set_private_key(presented.key_pem);
  return config;
}

v1::SessionConfig service_config(const Suite& suite) {
  const Certificates& issued = certificates(suite.key, suite.chain);
  std::string chain;
  for (const Bytes& der : issued.server_chain) chain += crypto::certificate_to_pem(der);
  return service_config(suite, {chain, crypto::to_pem(issued.server.key)});
}

Names create_sessions(ServerUnderLoad& server, const v1::SessionConfig& config, std::size_t count) {
  Calls<v1::CreateSessionRequest, v1::CreateSessionResponse> calls;
  calls.requests.resize(count);
  for (auto& request : calls.requests) *request.mutable_config() = config;
  call_all(server, &Stub::AsyncCreateSession, calls, kAtOnce);
  Names names;
  for (const auto& response : calls.responses) names.push_back(response.session().name());
  return names;
}

Names fork_sessions(ServerUnderLoad& server, const std::string& name, std::size_t count) {
  Calls<v1::ForkSessionRequest, v1::ForkSessionResponse> calls;
  calls.requests.resize(count);
  for (auto& request : calls.requests) request.set_name(name);
  call_all(server, &Stub::AsyncForkSession, calls, kAtOnce);
  Names names;
  for (const auto& response : calls.responses) names.push_back(response.session().name());
  return names;
}

void delete_sessions(ServerUnderLoad& server, const Names& names) {
  Calls<v1::DeleteSessionRequest, v1::DeleteSessionResponse> calls;
  calls.requests.resize(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) calls.requests[i].set_name(names[i]);
  call_all(server, &Stub::AsyncDeleteSession, calls, kAtOnce);
}

v1::StepRequest do_handshake(const std::string& name, BytesView input) {
  v1::StepRequest request;
  request.set_name(name);
  request.set_call(v1::CALL_DO_HANDSHAKE);
  request.set_input(input.data(), input.size());
  return request;
}

std::string connected_session(ServerUnderLoad& server, const Suite& suite) {
  const std::string name = create_sessions(server, service_config(suite), 1).front();
  const policy::Config config = client_config(suite);
  EnginePeer client(config);
  Bytes heard;
  for (int turn = 0; turn < 2; ++turn) {
    Work work;
    work.requests = {do_handshake(name, client.shake(heard))};
    make_caller(Shape::unary, server, 1)->run(work);
    const v1::StepResponse& response = work.responses.front();
    heard = to_bytes(view_of(response.output()));
    if (response.handshake_complete()) return name;
  }
  check(false, "the service's handshake is not complete");
  return name;
}

}  // namespace stepshake::bench

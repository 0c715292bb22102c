#include "server/health.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/security/server_credentials.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "stepshake/v1/capability_service.grpc.pb.h"
#include "stepshake/v1/handshake_service.grpc.pb.h"

namespace stepshake::server {
namespace {

// gRPC's library for reflection adds itself to every server of a process that is linked with it.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    const auto is_reflection = [](const auto& plugin) {
      return dynamic_cast<grpc::reflection::ProtoServerReflectionPlugin*>(plugin.get()) != nullptr;
    };
    plugins->erase(std::remove_if(plugins->begin(), plugins->end(), is_reflection), plugins->end());
  }
};

}  // namespace

void set_readiness(grpc::Server& server, bool ready) {
  auto* const health = server.GetHealthCheckService();
  for (const char* const service : {v1::HandshakeService::service_full_name(),
                                    v1::CapabilityService::service_full_name(), "readiness", ""}) {
    health->SetServingStatus(service, ready);
  }
}

void set_liveness(grpc::Server& server) {
  server.GetHealthCheckService()->SetServingStatus("liveness", true);
}

void leave_out_reflection(grpc::ServerBuilder& builder) {
  builder.SetOption(std::make_unique<WithoutReflection>());
}

absl::StatusOr<std::unique_ptr<HealthServer>> HealthServer::start(ListenAddress& address) {
  std::unique_ptr<HealthServer> server(new HealthServer);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort(address.text(), grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(&server->nothing_else_);
  leave_out_reflection(builder);
  server->grpc_ = builder.BuildAndStart();
  if (port == 0 || !server->grpc_) {
    return absl::UnavailableError(
        absl::StrCat("cannot answer health checks on ", address.text(), ": ", why_not(address)));
  }
  address.port = static_cast<std::uint16_t>(port);
  set_liveness(*server->grpc_);
  return server;
}

}  // namespace stepshake::server

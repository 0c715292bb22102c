// grpc.health.v1 by service name: "" and each of the services, "readiness" (give it calls) and "liveness" (it works).
#pragma once

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <memory>

#include "absl/status/statusor.h"
#include "server/listen_address.h"

namespace stepshake::server {

// Everything but liveness.
void set_readiness(grpc::Server& server, bool ready);
void set_liveness(grpc::Server& server);

// A server that answers health checks and nothing else, without TLS.
class HealthServer {
 public:
  // UNAVAILABLE where the address cannot be listened on; else it then has its port.
  static absl::StatusOr<std::unique_ptr<HealthServer>> start(ListenAddress& address);

  void set_readiness(bool ready) { server::set_readiness(*grpc_, ready); }

 private:
  HealthServer() = default;

  grpc::CallbackGenericService nothing_else_;  // a server of gRPC's wants some service
  std::unique_ptr<grpc::Server> grpc_;
};

// Nothing tells callers what services and messages there are.
void leave_out_reflection(grpc::ServerBuilder& builder);

}  // namespace stepshake::server

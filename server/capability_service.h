// CapabilityService: what this build can do. The answer is made once.
#pragma once

#include "server/test_identities.h"
#include "stepshake/v1/capability_service.grpc.pb.h"

namespace stepshake::server {

v1::GetCapabilitiesResponse capabilities(const TestIdentities& test_identities);

class CapabilityService final : public v1::CapabilityService::CallbackService {
 public:
  explicit CapabilityService(const TestIdentities& test_identities)
      : capabilities_(capabilities(test_identities)) {}

  grpc::ServerUnaryReactor* GetCapabilities(grpc::CallbackServerContext* context,
                                            const v1::GetCapabilitiesRequest* request,
                                            v1::GetCapabilitiesResponse* response) override;

 private:
  const v1::GetCapabilitiesResponse capabilities_;
};

}  // namespace stepshake::server

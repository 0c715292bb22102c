// CapabilityService: what this build can do. The answer is made once.
#pragma once

#include "server/reception.h"
#include "server/test_identities.h"
#include "stepshake/v1/capability_service.grpc.pb.h"

namespace stepshake::server {

v1::GetCapabilitiesResponse capabilities(const TestIdentities& test_identities);

class CapabilityService final : public v1::CapabilityService::CallbackService {
 public:
  CapabilityService(const TestIdentities& test_identities, Reception& reception)
      : capabilities_(capabilities(test_identities)), reception_(reception) {}

  grpc::ServerUnaryReactor* GetCapabilities(grpc::CallbackServerContext* context,
                                            const v1::GetCapabilitiesRequest* request,
                                            v1::GetCapabilitiesResponse* response) override;

 private:
  const v1::GetCapabilitiesResponse capabilities_;
  Reception& reception_;
};

}  // namespace stepshake::server

// HandshakeService on gRPC's callback API: no thread waits for a call. Each call is one quick piece
// of work, done in the callback itself.
#pragma once

#include "server/reception.h"
#include "server/session_stream.h"
#include "server/sessions.h"
#include "stepshake/v1/handshake_service.grpc.pb.h"

namespace stepshake::server {

class HandshakeService final : public v1::HandshakeService::CallbackService {
 public:
  HandshakeService(Sessions& sessions, Reception& reception)
      : sessions_(sessions), reception_(reception) {}

  // After the reception has closed: calls that wait end, and open streams after the step that they are at.
  void close();

  grpc::ServerUnaryReactor* CreateSession(grpc::CallbackServerContext* context,
                                          const v1::CreateSessionRequest* request,
                                          v1::CreateSessionResponse* response) override;
  grpc::ServerUnaryReactor* GetSession(grpc::CallbackServerContext* context,
                                       const v1::GetSessionRequest* request,
                                       v1::GetSessionResponse* response) override;
  grpc::ServerUnaryReactor* ListSessions(grpc::CallbackServerContext* context,
                                         const v1::ListSessionsRequest* request,
                                         v1::ListSessionsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteSession(grpc::CallbackServerContext* context,
                                          const v1::DeleteSessionRequest* request,
                                          v1::DeleteSessionResponse* response) override;
  grpc::ServerUnaryReactor* Step(grpc::CallbackServerContext* context,
                                 const v1::StepRequest* request,
                                 v1::StepResponse* response) override;
  grpc::ServerUnaryReactor* ExportKeyingMaterial(
      grpc::CallbackServerContext* context, const v1::ExportKeyingMaterialRequest* request,
      v1::ExportKeyingMaterialResponse* response) override;
  grpc::ServerBidiReactor<v1::RunSessionRequest, v1::RunSessionResponse>* RunSession(
      grpc::CallbackServerContext* context) override;

 private:
  template <class Work>
  grpc::ServerUnaryReactor* answer(grpc::CallbackServerContext& context, absl::string_view method,
                                   Work&& work);

  Sessions& sessions_;
  Reception& reception_;
  SessionStreams streams_;
};

}  // namespace stepshake::server

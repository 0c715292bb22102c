// HandshakeService on gRPC's callback API: no thread waits for a call. Each call is one quick piece
// of work, done in the callback itself; or by the sessions' workers, where it takes long, or their store is another
// machine.
#pragma once

#include "server/open_streams.h"
#include "server/reception.h"
#include "server/session_stream.h"
#include "server/sessions.h"
#include "server/step_messages.h"
#include "server/step_stream.h"
#include "server/watch_stream.h"
#include "stepshake/v1/handshake_service.grpc.pb.h"

namespace stepshake::server {

class HandshakeService final : public v1::HandshakeService::CallbackService {
 public:
  HandshakeService(Sessions& sessions, Reception& reception)
      : sessions_(sessions), reception_(reception) {
    SetMessageAllocatorFor_Step(&step_messages_);
  }

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
  grpc::ServerUnaryReactor* ForkSession(grpc::CallbackServerContext* context,
                                        const v1::ForkSessionRequest* request,
                                        v1::ForkSessionResponse* response) override;
  grpc::ServerUnaryReactor* ExportSession(grpc::CallbackServerContext* context,
                                          const v1::ExportSessionRequest* request,
                                          v1::ExportSessionResponse* response) override;
  grpc::ServerUnaryReactor* ImportSession(grpc::CallbackServerContext* context,
                                          const v1::ImportSessionRequest* request,
                                          v1::ImportSessionResponse* response) override;
  grpc::ServerUnaryReactor* ListSteps(grpc::CallbackServerContext* context,
                                      const v1::ListStepsRequest* request,
                                      v1::ListStepsResponse* response) override;
  grpc::ServerUnaryReactor* ReplaySession(grpc::CallbackServerContext* context,
                                          const v1::ReplaySessionRequest* request,
                                          v1::ReplaySessionResponse* response) override;
  grpc::ServerBidiReactor<v1::RunSessionRequest, v1::RunSessionResponse>* RunSession(
      grpc::CallbackServerContext* context) override;
  grpc::ServerBidiReactor<v1::RunSessionsRequest, v1::RunSessionsResponse>* RunSessions(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* RunPair(grpc::CallbackServerContext* context,
                                    const v1::RunPairRequest* request,
                                    v1::RunPairResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchSessionResponse>* WatchSession(
      grpc::CallbackServerContext* context, const v1::WatchSessionRequest* request) override;

 private:
  template <class Work>
  grpc::ServerUnaryReactor* answer(grpc::CallbackServerContext& context, absl::string_view method,
                                   Workers* lane, Work work);

  Sessions& sessions_;
  Reception& reception_;
  StepMessages step_messages_;
  OpenStreams<SessionStream> session_streams_;
  OpenStreams<StepStream> step_streams_;
  OpenStreams<WatchStream> watches_;
};

}  // namespace stepshake::server

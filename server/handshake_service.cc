#include "server/handshake_service.h"

#include <utility>

#include "server/blocking_call.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

// Ends a stream that was not let in.
class RefusedStream final
    : public grpc::ServerBidiReactor<v1::RunSessionRequest, v1::RunSessionResponse> {
 public:
  explicit RefusedStream(const absl::Status& status) { Finish(to_grpc(status)); }
  void OnDone() override { const std::unique_ptr<RefusedStream> last(this); }
};

}  // namespace

// The caller that no longer waits gets no step: it would not learn what became of it.
template <class Work>
grpc::ServerUnaryReactor* HandshakeService::answer(grpc::CallbackServerContext& context,
                                                   absl::string_view method, Work&& work) {
  grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
  auto call = reception_.enter(context, method);
  if (!call.ok()) {
    reactor->Finish(to_grpc(call.status()));
  } else if (context.IsCancelled()) {
    reactor->Finish(call->ends(grpc::Status::CANCELLED));
  } else {
    reactor->Finish(call->ends(to_grpc(std::forward<Work>(work)(call->caller()))));
  }
  return reactor;
}

void HandshakeService::close() {
  sessions_.waiters().wake_all();
  streams_.close_all(to_grpc(shutting_down()));
}

grpc::ServerUnaryReactor* HandshakeService::CreateSession(grpc::CallbackServerContext* context,
                                                          const v1::CreateSessionRequest* request,
                                                          v1::CreateSessionResponse* response) {
  return answer(*context, "CreateSession", [&](const Caller& caller) {
    return sessions_.create(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* HandshakeService::GetSession(grpc::CallbackServerContext* context,
                                                       const v1::GetSessionRequest* request,
                                                       v1::GetSessionResponse* response) {
  return answer(*context, "GetSession",
                [&](const Caller& caller) { return sessions_.get(caller, *request, *response); });
}

grpc::ServerUnaryReactor* HandshakeService::ListSessions(grpc::CallbackServerContext* context,
                                                         const v1::ListSessionsRequest* request,
                                                         v1::ListSessionsResponse* response) {
  return answer(*context, "ListSessions",
                [&](const Caller& caller) { return sessions_.list(caller, *request, *response); });
}

grpc::ServerUnaryReactor* HandshakeService::DeleteSession(grpc::CallbackServerContext* context,
                                                          const v1::DeleteSessionRequest* request,
                                                          v1::DeleteSessionResponse* /*response*/) {
  return answer(*context, "DeleteSession",
                [&](const Caller& caller) { return sessions_.remove(caller, *request); });
}

grpc::ServerUnaryReactor* HandshakeService::Step(grpc::CallbackServerContext* context,
                                                 const v1::StepRequest* request,
                                                 v1::StepResponse* response) {
  const auto finish = [context](const grpc::Status& status) {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(status);
    return reactor;
  };
  auto call = reception_.enter(*context, "Step");
  if (!call.ok()) return finish(to_grpc(call.status()));
  if (context->IsCancelled()) return finish(call->ends(grpc::Status::CANCELLED));
  Sessions::Wait wait;
  wait.keeps_output = true;
  const absl::Status status = sessions_.step(call->caller(), *request, *response, wait);
  if (status.ok() && wait.needed) {
    return BlockingCall::start(sessions_, reception_, *std::move(call), *request, *response,
                               std::move(wait));
  }
  return finish(call->ends(to_grpc(status)));
}

grpc::ServerUnaryReactor* HandshakeService::ExportKeyingMaterial(
    grpc::CallbackServerContext* context, const v1::ExportKeyingMaterialRequest* request,
    v1::ExportKeyingMaterialResponse* response) {
  return answer(*context, "ExportKeyingMaterial", [&](const Caller& caller) {
    return sessions_.export_keying_material(caller, *request, *response);
  });
}

grpc::ServerBidiReactor<v1::RunSessionRequest, v1::RunSessionResponse>*
HandshakeService::RunSession(grpc::CallbackServerContext* context) {
  auto call = reception_.enter(*context, "RunSession", Reception::Kind::stream);
  // gRPC says when it is done with it, and then it deletes itself.
  if (!call.ok()) return std::make_unique<RefusedStream>(call.status()).release();
  return streams_.open(sessions_, *std::move(call));
}

}  // namespace stepshake::server

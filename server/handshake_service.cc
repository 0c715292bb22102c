#include "server/handshake_service.h"

#include <utility>

#include "server/blocking_call.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

// Ends a stream that was not let in.
template <class Request, class Response>
class RefusedStream final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  explicit RefusedStream(const absl::Status& status) { this->Finish(to_grpc(status)); }
  void OnDone() override { const std::unique_ptr<RefusedStream> last(this); }
};

// Opens a stream where the call was let in.
template <class Stream, class Request, class Response>
grpc::ServerBidiReactor<Request, Response>* open(Sessions& sessions, OpenStreams<Stream>& streams,
                                                 const Reception& reception,
                                                 absl::StatusOr<Reception::Call> call) {
  // gRPC says when it is done with it, and then it deletes itself.
  if (!call.ok()) {
    return std::make_unique<RefusedStream<Request, Response>>(call.status()).release();
  }
  Stream* const kept = streams.keep(std::make_shared<Stream>(sessions, streams, *std::move(call)));
  kept->begin();
  // Let in just before the reception closed, it may have come too late for all to be closed.
  if (reception.is_closed()) kept->close(to_grpc(shutting_down()));
  return kept;
}

}  // namespace

// The caller that no longer waits gets no step: it would not learn what became of it.
template <class Work>
grpc::ServerUnaryReactor* HandshakeService::answer(grpc::CallbackServerContext& context,
                                                   absl::string_view method, Workers* lane,
                                                   Work work) {
  grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
  auto entered = reception_.enter(context, method);
  if (!entered.ok()) {
    reactor->Finish(to_grpc(entered.status()));
    return reactor;
  }
  const auto call = std::make_shared<Reception::Call>(*std::move(entered));
  const bool taken_on = Sessions::run(lane, [&context, reactor, call, work = std::move(work)] {
    const bool gone = context.IsCancelled();
    reactor->Finish(call->ends(gone ? grpc::Status::CANCELLED : to_grpc(work(call->caller()))));
  });
  if (!taken_on) reactor->Finish(call->ends(to_grpc(too_busy())));
  return reactor;
}

void HandshakeService::close() {
  sessions_.waiters().wake_all();
  session_streams_.close_all(to_grpc(shutting_down()));
  step_streams_.close_all(to_grpc(shutting_down()));
  watches_.close_all(to_grpc(shutting_down()));
}

grpc::ServerUnaryReactor* HandshakeService::CreateSession(grpc::CallbackServerContext* context,
                                                          const v1::CreateSessionRequest* request,
                                                          v1::CreateSessionResponse* response) {
  return answer(*context, "CreateSession", sessions_.lane(), [=, this](const Caller& caller) {
    return sessions_.create(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* HandshakeService::GetSession(grpc::CallbackServerContext* context,
                                                       const v1::GetSessionRequest* request,
                                                       v1::GetSessionResponse* response) {
  return answer(
      *context, "GetSession", sessions_.lane(request->name()),
      [=, this](const Caller& caller) { return sessions_.get(caller, *request, *response); });
}

grpc::ServerUnaryReactor* HandshakeService::ListSessions(grpc::CallbackServerContext* context,
                                                         const v1::ListSessionsRequest* request,
                                                         v1::ListSessionsResponse* response) {
  return answer(*context, "ListSessions", sessions_.long_lane(), [=, this](const Caller& caller) {
    return sessions_.list(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* HandshakeService::DeleteSession(grpc::CallbackServerContext* context,
                                                          const v1::DeleteSessionRequest* request,
                                                          v1::DeleteSessionResponse* /*response*/) {
  return answer(*context, "DeleteSession", sessions_.lane(request->name()),
                [=, this](const Caller& caller) { return sessions_.remove(caller, *request); });
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
  if (sessions_.lane(*request) != nullptr) {
    return BlockingCall::start(sessions_, reception_, *std::move(call), *request, *response,
                               std::move(wait));
  }
  const absl::Status status = sessions_.step(call->caller(), *request, *response, wait);
  if (status.ok() && wait.needed) {
    return BlockingCall::go_on(sessions_, reception_, *std::move(call), *request, *response,
                               std::move(wait));
  }
  return finish(call->ends(to_grpc(status)));
}

grpc::ServerUnaryReactor* HandshakeService::ExportKeyingMaterial(
    grpc::CallbackServerContext* context, const v1::ExportKeyingMaterialRequest* request,
    v1::ExportKeyingMaterialResponse* response) {
  return answer(*context, "ExportKeyingMaterial", sessions_.lane(request->name()),
                [=, this](const Caller& caller) {
                  return sessions_.export_keying_material(caller, *request, *response);
                });
}

grpc::ServerUnaryReactor* HandshakeService::ForkSession(grpc::CallbackServerContext* context,
                                                        const v1::ForkSessionRequest* request,
                                                        v1::ForkSessionResponse* response) {
  return answer(*context, "ForkSession", sessions_.lane(request->name()),
                [=, this](const Caller& caller) {
                  return sessions_.archive().fork(caller, *request, *response);
                });
}

grpc::ServerUnaryReactor* HandshakeService::ExportSession(grpc::CallbackServerContext* context,
                                                          const v1::ExportSessionRequest* request,
                                                          v1::ExportSessionResponse* response) {
  return answer(*context, "ExportSession", sessions_.lane(request->name()),
                [=, this](const Caller& caller) {
                  return sessions_.archive().export_session(caller, *request, *response);
                });
}

grpc::ServerUnaryReactor* HandshakeService::ImportSession(grpc::CallbackServerContext* context,
                                                          const v1::ImportSessionRequest* request,
                                                          v1::ImportSessionResponse* response) {
  return answer(*context, "ImportSession", sessions_.lane(), [=, this](const Caller& caller) {
    return sessions_.archive().import_session(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* HandshakeService::ListSteps(grpc::CallbackServerContext* context,
                                                      const v1::ListStepsRequest* request,
                                                      v1::ListStepsResponse* response) {
  return answer(*context, "ListSteps", sessions_.long_lane(), [=, this](const Caller& caller) {
    return sessions_.archive().list_steps(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* HandshakeService::ReplaySession(grpc::CallbackServerContext* context,
                                                          const v1::ReplaySessionRequest* request,
                                                          v1::ReplaySessionResponse* response) {
  return answer(*context, "ReplaySession", sessions_.long_lane(), [=, this](const Caller& caller) {
    return sessions_.archive().replay(caller, *request, *response);
  });
}

grpc::ServerBidiReactor<v1::RunSessionRequest, v1::RunSessionResponse>*
HandshakeService::RunSession(grpc::CallbackServerContext* context) {
  return open<SessionStream, v1::RunSessionRequest, v1::RunSessionResponse>(
      sessions_, session_streams_, reception_,
      reception_.enter(*context, "RunSession", Reception::Kind::stream));
}

grpc::ServerBidiReactor<v1::RunSessionsRequest, v1::RunSessionsResponse>*
HandshakeService::RunSessions(grpc::CallbackServerContext* context) {
  return open<StepStream, v1::RunSessionsRequest, v1::RunSessionsResponse>(
      sessions_, step_streams_, reception_,
      reception_.enter(*context, "RunSessions", Reception::Kind::stream));
}

grpc::ServerUnaryReactor* HandshakeService::RunPair(grpc::CallbackServerContext* context,
                                                    const v1::RunPairRequest* request,
                                                    v1::RunPairResponse* response) {
  return answer(*context, "RunPair", sessions_.long_lane(), [=, this](const Caller& /*caller*/) {
    return sessions_.pair(*request, *response);
  });
}

grpc::ServerWriteReactor<v1::WatchSessionResponse>* HandshakeService::WatchSession(
    grpc::CallbackServerContext* context, const v1::WatchSessionRequest* request) {
  return open_watch(sessions_, watches_, reception_,
                    reception_.enter(*context, "WatchSession", Reception::Kind::stream), *request);
}

}  // namespace stepshake::server

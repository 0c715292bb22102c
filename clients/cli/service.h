// The service as the verbs see it: one blocking function per RPC. Every call has a deadline; an
// error says in one line what went wrong and what to do, and keeps gRPC's status code.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/service_access.h"
#include "stepshake/v1/capability_service.grpc.pb.h"
#include "stepshake/v1/handshake_service.grpc.pb.h"

namespace stepshake::cli {

namespace v1 = ::stepshake::v1;

// "sessions/{id}" for either form that a user may write.
std::string session_name(absl::string_view given);

// Safe to use from many threads.
class Service {
 public:
  // `access.server`: "HOST:PORT" or another of gRPC's forms; without a port 50443 is meant. Its files are loaded.
  // Connects when first used.
  explicit Service(const ServiceAccess& access);

  absl::StatusOr<v1::GetCapabilitiesResponse> capabilities();
  // `ttl`: how long it may be there; nothing: as long as the service lets it.
  absl::StatusOr<v1::Session> create(const v1::SessionConfig& config,
                                     std::optional<absl::Duration> ttl = std::nullopt);
  absl::StatusOr<v1::Session> get(const std::string& name);
  absl::StatusOr<v1::ListSessionsResponse> list(const std::string& page_token);
  absl::Status remove(const std::string& name);
  // `step`: as it was after this step.
  absl::StatusOr<v1::Session> fork(const std::string& name, std::optional<uint64_t> step);
  absl::StatusOr<v1::ExportSessionResponse> export_session(const std::string& name,
                                                           bool include_history);
  absl::StatusOr<v1::Session> import_session(const std::string& sealed);
  absl::StatusOr<v1::ListStepsResponse> list_steps(const std::string& name,
                                                   const std::string& page_token);
  absl::StatusOr<v1::ReplaySessionResponse> replay(const v1::ReplaySessionRequest& request);
  // Until the session ends; without a deadline.
  absl::Status watch(const std::string& name,
                     const std::function<void(const v1::WatchSessionResponse&)>& told);
  // `timeout_seconds`: for the answer; 0: as for every call.
  absl::StatusOr<v1::StepResponse> step(const v1::StepRequest& request, double timeout_seconds = 0);

 private:
  template <class Stub, class Request, class Response>
  using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);
  template <class Stub, class Request, class Response>
  absl::StatusOr<Response> call(Stub& stub, Method<Stub, Request, Response> method,
                                const Request& request, double timeout_seconds = 0) const;
  absl::Status explain(const grpc::Status& status) const;

  std::string target_;
  bool tls_;
  std::string authorization_;  // empty: none
  std::unique_ptr<v1::HandshakeService::Stub> handshakes_;
  std::unique_ptr<v1::CapabilityService::Stub> capabilities_;
};

// A session in the service that is deleted when this goes, unless it is kept.
class OwnedSession {
 public:
  static absl::StatusOr<OwnedSession> create(Service& service, const v1::SessionConfig& config);
  OwnedSession(OwnedSession&& other) noexcept;
  OwnedSession& operator=(OwnedSession&& other) = delete;
  ~OwnedSession();

  const std::string& name() const { return name_; }
  void keep() { owned_ = false; }

 private:
  OwnedSession(Service& service, std::string name)
      : service_(&service), name_(std::move(name)), owned_(true) {}

  Service* service_;
  std::string name_;
  bool owned_;
};

}  // namespace stepshake::cli

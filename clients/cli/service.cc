// RPCs with deadlines, and gRPC's errors in plain words.
#include "cli/service.h"

#include <google/protobuf/util/time_util.h>
#include <grpcpp/grpcpp.h>

#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/exit_status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace stepshake::cli {
namespace {

constexpr int kConnectMilliseconds = 5000;
constexpr std::chrono::seconds kDeadline{
    30};  // for an answer, once connected: a busy service is slow
constexpr absl::string_view kDefaultPort = "50443";
constexpr int kPageSize = 1000;  // sessions: the most that the service gives at once

// Which option sets a field of SessionConfig.
constexpr std::array<std::pair<absl::string_view, absl::string_view>, 27> kOptionsByField{{
    {"min_version", "--min-version"},
    {"history_steps", "--history"},
    {"deterministic", "--seed"},
    {"max_version", "--max-version"},
    {"cipher_suites", "--ciphersuites"},
    {"groups", "--groups"},
    {"key_share_groups", "--key-shares"},
    {"signature_schemes", "--sigalgs"},
    {"certificate_signature_schemes", "--cert-sigalgs"},
    {"alpn_protocols", "--alpn"},
    {"server_name", "--servername"},
    {"test_identity", "--test-identity"},
    {"certificate_chain", "--cert"},
    {"private_key", "--key"},
    {"identities", "--cert and --key, or --test-identity"},
    {"trust_anchors", "--ca"},
    {"verification", "--verify"},
    {"data", "--data"},
    {"read_limit", "--limit"},
    {"name", "NAME"},
    {"pause_on", "--pause-on"},
    {"granularity", "--granularity"},
    {"output_capacity", "--output-capacity"},
    {"blocking", "--blocking"},
    {"answer", "--answer"},
    {"alert", "--alert"},
    {"client_authentication", "--request-client-cert or --require-client-cert"},
}};

// gRPC's names have their own schemes ("dns:///x", "unix:/x"); a bare host is given our port.
std::string with_port(absl::string_view target) {
  const bool bracketed = absl::StartsWith(target, "[");
  if (bracketed ? absl::EndsWith(target, "]") : !absl::StrContains(target, ':')) {
    return absl::StrCat(target, ":", kDefaultPort);
  }
  return std::string(target);
}

bool is_loopback(absl::string_view target) {
  return absl::StartsWith(target, "127.") || absl::StartsWith(target, "[::1]") ||
         absl::StartsWith(target, "localhost");
}

grpc::ChannelArguments channel_arguments(absl::string_view target) {
  grpc::ChannelArguments arguments;
  arguments.SetUserAgentPrefix("stepshake/" STEPSHAKE_VERSION);
  // This is also how long an attempt to connect may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMilliseconds);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  // An exported session with its history may be large.
  arguments.SetMaxReceiveMessageSize(-1);
  // gRPC would send even loopback traffic through the environment's http_proxy.
  if (is_loopback(target)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return arguments;
}

std::shared_ptr<grpc::ChannelCredentials> credentials(const ServiceAccess& access) {
  if (access.authorities.empty()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = access.authorities;
  options.pem_private_key = access.key;
  options.pem_cert_chain = access.certificate;
  return grpc::SslCredentials(options);
}

// The name of the field that google.rpc.ErrorInfo blames; empty where there is none.
std::string blamed_field(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return "";
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (!detail.UnpackTo(&info)) continue;
    const auto field = info.metadata().find("field");
    if (field != info.metadata().end()) return field->second;
  }
  return "";
}

// "config.identities[0].test_identity" -> "--test-identity": the last part that names an option
// wins.
absl::string_view option_for(absl::string_view field) {
  absl::string_view best;
  size_t best_at = 0;
  for (const auto& [name, option] : kOptionsByField) {
    const size_t at = field.rfind(name);
    if (at == absl::string_view::npos || (at > 0 && field[at - 1] != '.')) continue;
    const size_t end = at + name.size();
    if (end < field.size() && field[end] != '[' && field[end] != '.') continue;
    if (best.empty() || at >= best_at) {
      best = option;
      best_at = at;
    }
  }
  return best;
}

// The service's words, which begin with the field, in those of the command line: "--groups: ...".
std::string blame(const grpc::Status& status) {
  const std::string field = blamed_field(status);
  const absl::string_view option = option_for(field);
  const std::string message = status.error_message();
  absl::string_view text = message;
  if (option.empty()) return std::string(text);
  if (absl::ConsumePrefix(&text, field)) absl::ConsumePrefix(&text, ": ");
  return absl::StrCat(option, ": ", text);
}

// The last of the causes that gRPC strings together: "Connection refused".
absl::string_view last_cause(absl::string_view message) {
  const size_t colon = message.rfind(": ");
  return colon == absl::string_view::npos ? message : message.substr(colon + 2);
}

// So that a front can bring all calls of a session to one replica (docs/deployment.md).
constexpr char kSessionMetadata[] = "x-stepshake-session";

template <class Request>
std::string session_of(const Request& request) {
  if constexpr (requires { request.name(); }) return request.name();
  return "";
}

using Handshakes = v1::HandshakeService::Stub;

}  // namespace

std::string session_name(absl::string_view given) {
  return absl::StartsWith(given, "sessions/") ? std::string(given)
                                              : absl::StrCat("sessions/", given);
}

Service::Service(const ServiceAccess& access)
    : target_(with_port(access.server)),
      tls_(!access.authorities.empty()),
      authorization_(access.token.empty() ? "" : absl::StrCat("Bearer ", access.token)) {
  grpc::ChannelArguments arguments = channel_arguments(target_);
  if (!access.hostname.empty()) arguments.SetSslTargetNameOverride(access.hostname);
  const auto channel = grpc::CreateCustomChannel(target_, credentials(access), arguments);
  handshakes_ = v1::HandshakeService::NewStub(channel);
  capabilities_ = v1::CapabilityService::NewStub(channel);
}

absl::Status Service::explain(const grpc::Status& status) const {
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  switch (exit_status_of(absl::Status(code, ""))) {
    case ExitStatus::kComplete: return absl::OkStatus();
    case ExitStatus::kMisuse:
      if (code == absl::StatusCode::kUnauthenticated) {
        return absl::Status(code, absl::StrCat(status.error_message(),
                                               " (--token-file or STEPSHAKE_TOKEN; --service-cert "
                                               "and --service-key)"));
      }
      return absl::Status(code, blame(status));
    default: break;
  }
  if (code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kDeadlineExceeded) {
    return absl::Status(
        code,
        absl::StrCat("no answer from stepshaked at ", target_, " (",
                     last_cause(status.error_message()), "): start one with 'stepshaked --listen ",
                     target_, "', or say where it is with --server or STEPSHAKE_SERVER",
                     tls_ ? "" : "; if it talks TLS, say --service-ca"));
  }
  return absl::Status(
      code,
      absl::StrCat(target_, " does not answer as a stepshaked should: ", status.error_message()));
}

template <class Stub, class Request, class Response>
absl::StatusOr<Response> Service::call(Stub& stub, Method<Stub, Request, Response> method,
                                       const Request& request, double timeout_seconds) const {
  using std::chrono::milliseconds;
  const auto patience = timeout_seconds > 0 ? milliseconds(std::llround(timeout_seconds * 1000))
                                            : milliseconds(kDeadline);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + patience);
  if (!authorization_.empty()) context.AddMetadata("authorization", authorization_);
  if (const std::string name = session_of(request); !name.empty()) {
    context.AddMetadata(kSessionMetadata, name);
  }
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (timeout_seconds > 0 && status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return absl::DeadlineExceededError(absl::StrCat(
        "no answer within ", timeout_seconds,
        " s (--timeout); the session keeps what has come, and the step may be repeated"));
  }
  if (!status.ok()) return explain(status);
  return response;
}

absl::StatusOr<v1::GetCapabilitiesResponse> Service::capabilities() {
  return call(*capabilities_, &v1::CapabilityService::Stub::GetCapabilities,
              v1::GetCapabilitiesRequest());
}

absl::StatusOr<v1::Session> Service::create(const v1::SessionConfig& config,
                                            std::optional<absl::Duration> ttl) {
  v1::CreateSessionRequest request;
  *request.mutable_config() = config;
  if (ttl)
    *request.mutable_ttl() =
        google::protobuf::util::TimeUtil::NanosecondsToDuration(absl::ToInt64Nanoseconds(*ttl));
  auto response = call(*handshakes_, &Handshakes::CreateSession, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_session());
}

absl::StatusOr<v1::Session> Service::get(const std::string& name) {
  v1::GetSessionRequest request;
  request.set_name(name);
  auto response = call(*handshakes_, &Handshakes::GetSession, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_session());
}

absl::StatusOr<v1::ListSessionsResponse> Service::list(const std::string& page_token) {
  v1::ListSessionsRequest request;
  request.set_page_size(kPageSize);
  request.set_page_token(page_token);
  return call(*handshakes_, &Handshakes::ListSessions, request);
}

absl::Status Service::remove(const std::string& name) {
  v1::DeleteSessionRequest request;
  request.set_name(name);
  return call(*handshakes_, &Handshakes::DeleteSession, request).status();
}

absl::StatusOr<v1::Session> Service::fork(const std::string& name, std::optional<uint64_t> step) {
  v1::ForkSessionRequest request;
  request.set_name(name);
  if (step) request.set_step(*step);
  auto response = call(*handshakes_, &Handshakes::ForkSession, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_session());
}

absl::StatusOr<v1::ExportSessionResponse> Service::export_session(const std::string& name,
                                                                  bool include_history) {
  v1::ExportSessionRequest request;
  request.set_name(name);
  request.set_include_history(include_history);
  return call(*handshakes_, &Handshakes::ExportSession, request);
}

absl::StatusOr<v1::Session> Service::import_session(const std::string& sealed) {
  v1::ImportSessionRequest request;
  request.set_sealed_session(sealed);
  auto response = call(*handshakes_, &Handshakes::ImportSession, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_session());
}

absl::StatusOr<v1::ListStepsResponse> Service::list_steps(const std::string& name,
                                                          const std::string& page_token) {
  v1::ListStepsRequest request;
  request.set_parent(name);
  request.set_page_size(kPageSize);
  request.set_page_token(page_token);
  return call(*handshakes_, &Handshakes::ListSteps, request);
}

absl::StatusOr<v1::ReplaySessionResponse> Service::replay(const v1::ReplaySessionRequest& request) {
  return call(*handshakes_, &Handshakes::ReplaySession, request);
}

absl::Status Service::watch(const std::string& name,
                            const std::function<void(const v1::WatchSessionResponse&)>& told) {
  v1::WatchSessionRequest request;
  request.set_name(name);
  grpc::ClientContext context;
  if (!authorization_.empty()) context.AddMetadata("authorization", authorization_);
  const auto stream = handshakes_->WatchSession(&context, request);
  v1::WatchSessionResponse response;
  while (stream->Read(&response)) told(response);
  return explain(stream->Finish());
}

absl::StatusOr<v1::StepResponse> Service::step(const v1::StepRequest& request,
                                               double timeout_seconds) {
  return call(*handshakes_, &Handshakes::Step, request, timeout_seconds);
}

absl::StatusOr<OwnedSession> OwnedSession::create(Service& service,
                                                  const v1::SessionConfig& config) {
  absl::StatusOr<v1::Session> session = service.create(config);
  if (!session.ok()) return session.status();
  return OwnedSession(service, session->name());
}

OwnedSession::OwnedSession(OwnedSession&& other) noexcept
    : service_(other.service_),
      name_(std::move(other.name_)),
      owned_(std::exchange(other.owned_, false)) {}

OwnedSession::~OwnedSession() {
  // Nobody is left to be told of an error; the service forgets idle sessions by itself.
  if (owned_) (void)service_->remove(name_);
}

}  // namespace stepshake::cli

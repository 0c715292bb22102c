#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "bench/measure/check.h"
#include "bench/memory/holder.h"
#include "server/server.h"
#include "server/sessions.h"

namespace stepshake::bench {
namespace {

using server::Sessions;

void check_ok(const absl::Status& status) {
  check(status.ok(), std::string(status.message()).c_str());
}

// A session of the store.
class Peer {
 public:
  Peer(Sessions& sessions, const v1::SessionConfig& config) : sessions_(&sessions) {
    v1::CreateSessionRequest request;
    *request.mutable_config() = config;
    v1::CreateSessionResponse response;
    check_ok(sessions.create({}, request, response));
    name_ = response.session().name();
  }
  // Whoever is moved from has no session any more.
  Peer(Peer&& other) noexcept : sessions_(other.sessions_), name_(std::exchange(other.name_, {})) {}
  Peer& operator=(Peer&&) = delete;
  ~Peer() {
    if (name_.empty()) return;
    v1::DeleteSessionRequest request;
    request.set_name(name_);
    check_ok(sessions_->remove({}, request));
  }

  std::string shake(const std::string& heard) {
    v1::StepRequest request;
    request.set_name(name_);
    request.set_call(v1::CALL_DO_HANDSHAKE);
    request.set_input(heard);
    v1::StepResponse response;
    Sessions::Wait wait;
    check_ok(sessions_->step({}, request, response, wait));
    return response.output();
  }

  // It stays in the store.
  std::string release() { return std::exchange(name_, {}); }

 private:
  Sessions* sessions_;
  std::string name_;
};

class ServiceHolder : public Holder {
 public:
  ServiceHolder() {
    client_.set_role(v1::ROLE_CLIENT);
    client_.set_server_name("localhost");
    client_.set_trust_test_ca(true);
    server_.set_role(v1::ROLE_SERVER);
    server_.set_tickets(0);
    server_.add_identities()->set_test_identity("ecdsa");
  }

  void expect(std::size_t sessions) override {
    names_.reserve(sessions);
    server::Limits limits;
    limits.max_sessions = sessions + 10;
    sessions_ = std::make_unique<Sessions>(
        limits, server::Policies(), identities_,
        std::make_shared<const server::ServiceKeys>(server::ServiceKeys::of_this_process()),
        nullptr,
        std::make_shared<server::Log>(std::make_shared<spdlog::logger>("bench"),
                                      server::LogFormat::text),
        metrics_);
  }
  void add(State state) override {
    Peer kept = shake_until(state, Peer(*sessions_, client_), Peer(*sessions_, server_));
    names_.push_back(kept.release());
  }
  void copy() override {
    v1::ForkSessionRequest request;
    request.set_name(names_.front());
    v1::ForkSessionResponse response;
    check_ok(sessions_->archive().fork({}, request, response));
    names_.push_back(response.session().name());
  }
  [[nodiscard]] std::size_t list_bytes() const override {
    constexpr std::size_t kChunk = 48;  // of malloc's, for a name of 41 characters
    return names_.front().size() > 15 ? kChunk : 0;
  }

 protected:
  Sessions& sessions() { return *sessions_; }

 private:
  v1::SessionConfig client_;
  v1::SessionConfig server_;
  server::Metrics metrics_;
  std::shared_ptr<const server::TestIdentities> identities_ =
      std::make_shared<const server::TestIdentities>(
          server::TestIdentities::make(absl::Now()).value());
  std::unique_ptr<Sessions> sessions_;
  std::vector<std::string> names_;
};

class IdleServiceHolder final : public ServiceHolder {
 public:
  // Long enough to be packed, and not to expire.
  void rest() override { sessions().sweep(absl::Now() + absl::Minutes(1)); }
};

}  // namespace

std::unique_ptr<Holder> service_holder() { return std::make_unique<ServiceHolder>(); }
std::unique_ptr<Holder> idle_service_holder() { return std::make_unique<IdleServiceHolder>(); }

}  // namespace stepshake::bench

#include "server/pair.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/convert.h"
#include "server/limits.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

constexpr std::int32_t kDefaultSteps = 100;
constexpr std::int32_t kMostSteps = 1'000;

// Sealed tickets need none.
class NoStoredTickets final : public connection::TicketStore {
 public:
  void put(policy::Psk /*ticket*/) override {}
  std::optional<policy::Psk> take(BytesView /*identity*/) override { return std::nullopt; }
};

class Side {
 public:
  Side(v1::Role role, std::shared_ptr<const SharedConfig> config) : role_(role) {
    record_.stepped =
        connection::make_stepped(config->config, config->digest, config->given.output_capacity());
    record_.config = std::move(config);
  }

  absl::Status step(const Stepping& stepping, Metrics& metrics, Side& other,
                    v1::RunPairResponse& response);

  [[nodiscard]] bool is_complete() const { return complete_; }
  [[nodiscard]] bool has_failed() const {
    return record_.stepped.connection.session.failure.has_value();
  }
  // There is something that a step could do.
  [[nodiscard]] bool is_due() const {
    if (has_failed()) return false;
    const bool goes_on =
        ssl_error_ == v1::SSL_ERROR_WANT_STEP || ssl_error_ == v1::SSL_ERROR_WANT_WRITE;
    const bool unread = complete_ && call_ != v1::CALL_READ && !record_.stepped.inbox.empty();
    return record_.steps == 0 || !inbox_.empty() || goes_on || unread;
  }

  void show(v1::Session& to) const {
    fill("", record_, to);
    to.clear_config();
    to.clear_create_time();
    to.clear_update_time();
    to.clear_expire_time();
  }

 private:
  v1::Role role_;
  SessionRecord record_;
  std::string inbox_;  // what the other side has sent
  v1::Call call_ = v1::CALL_UNSPECIFIED;
  v1::SslError ssl_error_ = v1::SSL_ERROR_NONE;
  bool complete_ = false;
};

absl::Status Side::step(const Stepping& stepping, Metrics& metrics, Side& other,
                        v1::RunPairResponse& response) {
  const absl::Time now = absl::Now();
  const bool open = handshake_is_open(record_);
  v1::StepRequest request;
  request.set_input(std::exchange(inbox_, std::string()));
  // After the end only post-handshake messages come, and those are read's.
  request.set_call(complete_ ? v1::CALL_READ : v1::CALL_DO_HANDSHAKE);
  v1::PairStep& done = *response.add_steps();
  done.set_role(role_);
  v1::StepResponse& answer = *done.mutable_response();
  NoStoredTickets tickets;
  Wait wait;
  wait.possible = false;
  bool repeated = false;
  const absl::Status status = stepping.take(
      request, {now, inputs_of(*record_.config, now), tickets}, record_, answer, wait, repeated);
  if (!status.ok()) return status;
  call_ = answer.call();
  ssl_error_ = answer.ssl_error();
  complete_ = answer.handshake_complete();
  other.inbox_ += answer.output();
  metrics.stepped(
      {call_, ssl_error_, absl::Now() - now, request.input().size(), answer.output().size()});
  if (open && !handshake_is_open(record_)) metrics.handshake_ended(handshake_result(record_));
  return status;
}

v1::PairOutcome outcome_of(const std::array<Side, 2>& sides) {
  const auto due = [](const Side& side) { return side.is_due(); };
  const auto failed = [](const Side& side) { return side.has_failed(); };
  const auto complete = [](const Side& side) { return side.is_complete(); };
  if (std::any_of(sides.begin(), sides.end(), due)) return v1::PAIR_OUTCOME_CUT_SHORT;
  if (std::any_of(sides.begin(), sides.end(), failed)) return v1::PAIR_OUTCOME_FAILED;
  const bool all = std::all_of(sides.begin(), sides.end(), complete);
  return all ? v1::PAIR_OUTCOME_COMPLETE : v1::PAIR_OUTCOME_STUCK;
}

}  // namespace

absl::Status check_pair_config(const v1::SessionConfig& config, v1::Role role) {
  if (config.role() != v1::ROLE_UNSPECIFIED && config.role() != role) {
    return invalid_field("role", "is the other side's; leave it out");
  }
  if (config.blocking()) {
    return invalid_field("blocking", "makes calls wait, for which nobody is there in a pair");
  }
  if (!config.pause_on().empty()) {
    return invalid_field("pause_on[0]",
                         "asks the caller while the call goes on; step two sessions to be asked");
  }
  if (config.ticket_storage() == v1::TICKET_STORAGE_STORED) {
    return invalid_field("ticket_storage",
                         "keeps tickets with sessions that are kept; SEALED ones resume in later "
                         "pairs, too");
  }
  for (int i = 0; i < config.identities_size(); ++i) {
    if (config.identities(i).has_remote()) {
      return invalid_field(absl::StrCat("identities[", i, "].remote"),
                           "has its key with the caller, who is not asked while the call goes on");
    }
  }
  return absl::OkStatus();
}

absl::Status run_pair(PairConfigs configs, std::int32_t max_steps, const Stepping& stepping,
                      Metrics& metrics, v1::RunPairResponse& response) {
  const int most = max_steps == 0 ? kDefaultSteps : std::min(max_steps, kMostSteps);
  std::array<Side, 2> sides{Side(v1::ROLE_CLIENT, std::move(configs.client)),
                            Side(v1::ROLE_SERVER, std::move(configs.server))};
  std::size_t bytes = 0;
  for (std::size_t turn = 0; sides[0].is_due() || sides[1].is_due(); turn = 1 - turn) {
    if (response.steps_size() >= most || bytes > kMaxPageBytes) break;
    if (!sides[turn].is_due()) continue;
    const absl::Status status = sides[turn].step(stepping, metrics, sides[1 - turn], response);
    if (!status.ok()) return status;
    bytes += response.steps(response.steps_size() - 1).ByteSizeLong();
  }
  response.set_outcome(outcome_of(sides));
  sides[0].show(*response.mutable_client());
  sides[1].show(*response.mutable_server());
  return absl::OkStatus();
}

}  // namespace stepshake::server

#include "server/sessions.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "connection/step.h"
#include "crypto/random.h"
#include "server/check.h"
#include "server/convert.h"
#include "server/exactly_once.h"
#include "server/history.h"
#include "server/memory_store.h"
#include "server/pair.h"
#include "server/processors.h"
#include "server/redis_store.h"
#include "server/session_access.h"
#include "server/status.h"
#include "server/telemetry.h"

namespace stepshake::server {
namespace {

constexpr std::size_t kCachedConfigs = 256;
// A signature may be asked for outside in this step.
bool may_ask_for_signature(const SessionRecord& record, const v1::StepRequest& request) {
  if (request.has_answer()) return true;  // which may change the identity
  for (const policy::Identity& identity : record.config->config.identities) {
    if (identity.key.is_remote()) return true;
  }
  return false;
}

crypto::Entropy first_secret(const ServiceKeys& keys, absl::string_view purpose) {
  crypto::Entropy bytes{};
  const std::vector<Secret> secrets = keys.derive(purpose);
  std::copy_n(secrets.front().data(), bytes.size(), bytes.begin());
  return bytes;
}

std::unique_ptr<SessionStore> make_store(const Limits& limits, const std::shared_ptr<Redis>& redis,
                                         const ServiceKeys& keys, ConfigCache& configs) {
  if (redis) return std::make_unique<RedisStore>(limits, redis, keys, configs);
  return std::make_unique<MemoryStore>(limits);
}

// Low enough that a short step that comes in is done at once, high enough that long ones are not left undone.
constexpr int kNicenessOfLongWork = 10;

Workers::Options long_work(const Limits& limits) {
  return {limits.long_work_threads == 0 ? usable_processors() : limits.long_work_threads,
          limits.max_long_work, kNicenessOfLongWork};
}

}  // namespace

Sessions::Sessions(const Limits& limits, const Policies& policies,
                   std::shared_ptr<const TestIdentities> test_identities,
                   std::shared_ptr<const ServiceKeys> keys, const std::shared_ptr<Redis>& redis,
                   const std::shared_ptr<Log>& log, Metrics& metrics)
    : limits_(limits),
      policies_(policies),
      keys_(std::move(keys)),
      configs_(std::move(test_identities), keys_->derive("tickets"), kCachedConfigs),
      page_tokens_(first_secret(*keys_, "page tokens")),
      store_(make_store(limits_, redis, *keys_, configs_)),
      stepping_(limits_, configs_),
      archive_(limits_, policies_, configs_, *store_, *keys_, page_tokens_, metrics),
      log_(log),
      metrics_(metrics),
      workers_({.threads = redis ? redis->options().workers : 0}),
      long_workers_(long_work(limits_)),
      stream_workers_({.threads = usable_processors(), .most_waiting = limits_.max_streams}) {
  store_->on_change([this](const SessionStore::Changed& changed) {
    if (changed.told) watchers_.tell(changed.id, changed.told);
    if (changed.ended) watchers_.end(changed.id);
    if (!store_->is_shared()) return;
    // Somebody else may have brought bytes, or what was told may have been missed.
    if (changed.id.empty()) {
      waiters_.wake_all();
    } else {
      waiters_.wake(changed.id);
    }
  });
  if (auto* const shared = dynamic_cast<RedisStore*>(store_.get())) shared->listen();
}

Workers* Sessions::lane(absl::string_view name) {
  if (store_->is_remote()) return &workers_;
  const auto id = session_id(name);
  return id.ok() && store_->takes_long(*id) ? &long_workers_ : nullptr;
}

// An answer may bring a configuration, or a key.
Workers* Sessions::lane(const v1::StepRequest& request) {
  return request.has_answer() ? long_lane() : lane(request.name());
}

bool Sessions::run(Workers* lane, std::function<void()> work) {
  if (lane != nullptr) return lane->run(std::move(work));
  work();
  return true;
}

absl::StatusOr<std::shared_ptr<const SharedConfig>> Sessions::configure(
    const v1::SessionConfig& config) {
  if (config.ByteSizeLong() > limits_.max_config_bytes) {
    return limit_reached({"CONFIG_TOO_LARGE", "--max-config-bytes", limits_.max_config_bytes,
                          "the configuration is too large: send fewer trust_anchors"});
  }
  if (auto status = check_policies(config, policies_); !status.ok()) return status;
  if (auto status = check_history(config, limits_); !status.ok()) return status;
  return configs_.get(config);
}

absl::Status Sessions::create(const Caller& caller, const v1::CreateSessionRequest& request,
                              v1::CreateSessionResponse& response) {
  const auto lifetime = session_lifetime(request, limits_);
  if (!lifetime.ok()) return lifetime.status();
  auto config = configure(request.config());
  if (!config.ok()) return within("config", config.status());

  SessionRecord record;
  record.stepped = connection::make_stepped((*config)->config, (*config)->digest,
                                            request.config().output_capacity());
  record.config = *std::move(config);
  begin_life(caller, absl::Now(), *lifetime, limits_, record);
  const std::string id = store_->fresh_id();
  fill(session_name(id), record, *response.mutable_session());
  const auto inserted = store_->insert(id, {std::move(record), {}, {}});
  if (!inserted.ok()) return inserted;
  metrics_.session_created();
  log_->debug("session created", LogFields()
                                     .add("session", session_name(id))
                                     .add_if("caller", caller.name)
                                     .add("request", caller.request_id));
  return absl::OkStatus();
}

absl::Status Sessions::get(const Caller& caller, const v1::GetSessionRequest& request,
                           v1::GetSessionResponse& response) const {
  const auto id = session_id(request.name());
  if (!id.ok()) return id.status();
  absl::Status owned;
  const absl::Status found = store_->look(*id, [&](const SessionRecord& record) {
    owned = check_owner(caller, *id, record);
    if (owned.ok()) fill(request.name(), record, *response.mutable_session());
  });
  return found.ok() ? owned : found;
}

absl::Status Sessions::list(const Caller& caller, const v1::ListSessionsRequest& request,
                            v1::ListSessionsResponse& response) const {
  const auto most = page_size(request);
  if (!most.ok()) return most.status();
  std::uint64_t after = 0;
  if (!request.page_token().empty()) {
    const auto position = page_tokens_.position(request.page_token());
    if (!position.ok()) return position.status();
    after = *position;
  }
  std::size_t count = 0;
  std::size_t bytes = 0;
  return store_->list(after, [&](const SessionStore::Listed& listed) {
    if (listed.record.owner != caller.name) return true;
    if (count == *most || bytes > kMaxPageBytes) {
      response.set_next_page_token(page_tokens_.token(after));
      return false;
    }
    v1::Session& session = *response.add_sessions();
    fill(session_name(listed.id), listed.record, session);
    bytes += session.ByteSizeLong();
    ++count;
    after = listed.position;
    return true;
  });
}

absl::Status Sessions::remove(const Caller& caller, const v1::DeleteSessionRequest& request) {
  const auto id = session_id(request.name());
  if (!id.ok()) return id.status();
  const auto record = store_->remove(
      *id, [&](const SessionRecord& found) { return check_owner(caller, *id, found); });
  if (!record.ok()) return record.status();
  ended(*id, "deleted", *record, caller);
  return absl::OkStatus();
}

absl::Status Sessions::step(const Caller& caller, const v1::StepRequest& request,
                            v1::StepResponse& response, Wait& wait) {
  const auto id = session_id(request.name());
  if (!id.ok()) return id.status();
  if (auto status = check_step(request); !status.ok()) return status;
  if (!wait.is_again()) wait.digest = request_digest(request);
  const absl::Time start = absl::Now();
  std::optional<HandshakeResult> result;
  bool repeated = false;
  const absl::Status done =
      store_->update(*id, [&](SessionRecord& record, Transaction& transaction) {
        if (auto status = check_owner(caller, *id, record); !status.ok()) return status;
        response.Clear();
        const bool open = handshake_is_open(record);
        const absl::Status taken = take_step(*id, request, record, transaction, response, wait);
        repeated = transaction.unchanged;
        result.reset();
        if (taken.ok() && open && !handshake_is_open(record)) result = handshake_result(record);
        return taken;
      });
  if (done.ok() && !repeated) count_step(caller, request, response, start);
  if (done.ok() && result) metrics_.handshake_ended(*result);
  if (done.ok() && wait.needed) wait.before = response;
  const bool brings = !request.input().empty() || request.end_of_input();
  if (done.ok() && brings) waiters_.wake(*id);
  return done;
}

absl::Status Sessions::pair(const v1::RunPairRequest& request, v1::RunPairResponse& response) {
  if (request.max_steps() < 0) return invalid_field("max_steps", "is negative; 0 means 100");
  const auto configure_side =
      [this](const v1::SessionConfig& given, v1::Role role,
             absl::string_view field) -> absl::StatusOr<std::shared_ptr<const SharedConfig>> {
    if (auto status = check_pair_config(given, role); !status.ok()) return within(field, status);
    v1::SessionConfig config = given;
    config.set_role(role);
    auto shared = configure(config);
    if (!shared.ok()) return within(field, shared.status());
    return shared;
  };
  auto client = configure_side(request.client(), v1::ROLE_CLIENT, "client");
  if (!client.ok()) return client.status();
  auto server = configure_side(request.server(), v1::ROLE_SERVER, "server");
  if (!server.ok()) return server.status();
  return run_pair({*std::move(client), *std::move(server)}, request.max_steps(), stepping_,
                  metrics_, response);
}

absl::Status Sessions::export_keying_material(const Caller& caller,
                                              const v1::ExportKeyingMaterialRequest& request,
                                              v1::ExportKeyingMaterialResponse& response) const {
  const auto id = session_id(request.name());
  if (!id.ok()) return id.status();
  if (auto status = check_export(request); !status.ok()) return status;
  if (auto status = check_export_policy(policies_); !status.ok()) return status;
  absl::Status exported;
  const absl::Status found = store_->look(*id, [&](const SessionRecord& record) {
    exported = check_owner(caller, *id, record);
    if (!exported.ok()) return;
    const auto exporter = request.early() ? connection::export_keying_material_early
                                          : connection::export_keying_material;
    std::optional<BytesView> context;
    if (!request.no_context()) context = view_of(request.context());
    const auto material =
        exporter(record.stepped.connection, request.label(), context, request.length());
    if (!material) {
      exported = request.early() ? no_early_data() : handshake_incomplete();
      return;
    }
    response.set_keying_material(material->data(), material->size());
  });
  return found.ok() ? exported : found;
}

absl::Status Sessions::take_step(absl::string_view id, const v1::StepRequest& request,
                                 SessionRecord& record, Transaction& transaction,
                                 v1::StepResponse& response, Wait& wait) {
  const bool waited = record.stepped.connection.async_started;
  const bool may_ask = waited || may_ask_for_signature(record, request);
  NotedTickets tickets(transaction.tickets);
  const absl::Time now = absl::Now();
  const StepWorld world{now, inputs_of(*record.config, now), tickets,
                        !may_ask || store_->start_wait(id)};
  const absl::Status taken =
      stepping_.take(request, world, record, response, wait, transaction.unchanged);
  // A wait for a signature takes a place until it is answered, or the session ends.
  const bool waits = taken.ok() ? record.stepped.connection.async_started : waited;
  if (may_ask && !waits) store_->end_wait(id);
  if (!taken.ok()) return taken;
  response.set_name(request.name());
  if (transaction.unchanged || wait.needed) return taken;
  transaction.recorded = note_step(request, response, world, tickets.found(), limits_, record);
  if (store_->is_shared() || watchers_.any(id)) {
    auto told = std::make_shared<v1::RecordedStep>();
    fill(record.steps, now, request, response, *told);
    transaction.told = std::move(told);
  }
  return taken;
}

void Sessions::ended(absl::string_view id, absl::string_view why, const SessionRecord& record,
                     const Caller& caller) {
  waiters_.wake(id);
  metrics_.session_ended(why);
  LogFields fields;
  fields.add("session", session_name(id)).add("reason", why);
  add_summary(record, fields);
  fields.add_if("caller", record.owner).add_if("request", caller.request_id);
  log_->info("session ended", fields);
}

void Sessions::count_step(const Caller& caller, const v1::StepRequest& request,
                          const v1::StepResponse& response, absl::Time start) {
  metrics_.stepped({response.call(), response.ssl_error(), absl::Now() - start,
                    request.input().size(), response.output().size()});
  if (!log_->tells(Log::Level::debug)) return;
  log_->debug("step", LogFields()
                          .add("session", request.name())
                          .add("step", response.step())
                          .add("call", v1::Call_Name(response.call()))
                          .add("class", v1::SslError_Name(response.ssl_error()))
                          .add("state", response.state())
                          .add("request", caller.request_id));
}

void Sessions::sweep(absl::Time now) {
  store_->sweep(now, [&](absl::string_view id, const SessionRecord& record) {
    ended(id, "expired", record);
  });
}

void Sessions::end_work() {
  workers_.end();
  long_workers_.end();
  stream_workers_.end();
}

void Sessions::end_all() {
  if (store_->is_shared()) return;  // others go on with them
  std::vector<std::string> ids;
  const absl::Status listed_all = store_->list(0, [&](const SessionStore::Listed& listed) {
    ids.emplace_back(listed.id);
    return true;
  });
  if (!listed_all.ok()) return;
  for (const std::string& id : ids) {
    const auto record = store_->remove(id, [](const SessionRecord&) { return absl::OkStatus(); });
    if (record.ok()) ended(id, "shutdown", *record);
  }
}

}  // namespace stepshake::server

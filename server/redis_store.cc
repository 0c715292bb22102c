#include "server/redis_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/check.h"
#include "server/record_codec.h"
#include "server/redis_scripts.h"
#include "server/redis_store_values.h"
#include "server/status.h"
#include "server/text.h"

namespace stepshake::server {
namespace {

constexpr std::size_t kListedAtOnce = 64;
// Of those who step one session at once, each try has one that gets through.
constexpr int kMostTries = 100;

const RedisScript& insert_script() {
  static const RedisScript script(kInsertScript);
  return script;
}
const RedisScript& update_script() {
  static const RedisScript script(kUpdateScript);
  return script;
}
const RedisScript& remove_script() {
  static const RedisScript script(kRemoveScript);
  return script;
}
const RedisScript& history_script() {
  static const RedisScript script(kHistoryScript);
  return script;
}
const RedisScript& list_script() {
  static const RedisScript script(kListScript);
  return script;
}
const RedisScript& start_wait_script() {
  static const RedisScript script(kStartWaitScript);
  return script;
}

// Redis takes no endless time, and a configuration has to outlive its sessions.
constexpr absl::Duration kLongestKept = absl::Hours(24 * 365);

std::string milliseconds(absl::Duration lifetime) {
  const absl::Duration most = std::clamp(lifetime, absl::Milliseconds(1), kLongestKept);
  return absl::StrCat(absl::ToInt64Milliseconds(most));
}

absl::Duration left_of(const SessionRecord& record) {
  return record.expire_time == absl::InfiniteFuture() ? kLongestKept
                                                      : record.expire_time - absl::Now();
}

std::string fresh_token() { return to_hex(BytesView(crypto::fresh_entropy()).first(16)); }

std::string session_context(absl::string_view id) { return absl::StrCat("stored session ", id); }
std::string step_context(absl::string_view id) { return absl::StrCat("stored step ", id); }
std::string event_context(absl::string_view id) { return absl::StrCat("told step ", id); }

}  // namespace

// The stored tickets as one change sees them. That one is taken comes about with the change, if it is still there then.
class RedisStore::Tickets final : public connection::TicketStore {
 public:
  Tickets(Redis& redis, const ServiceKeys& keys) : redis_(redis), keys_(keys) {}

  void put(policy::Psk ticket) override { put_.push_back(std::move(ticket)); }

  std::optional<policy::Psk> take(BytesView identity) override {
    for (const std::string& name : keys_.hidden_names("ticket", identity)) {
      std::string key = redis_.key("ticket", name);
      const auto reply = redis_.call({"GET", key});
      if (!reply.ok()) {
        status_ = reply.status();
        return std::nullopt;
      }
      if ((*reply)->type != REDIS_REPLY_STRING) continue;
      auto ticket = open_ticket(keys_, reply_text(**reply));
      if (!ticket) return std::nullopt;
      taken_.push_back(std::move(key));
      return ticket;
    }
    return std::nullopt;
  }

  // Why a ticket could not be looked up.
  [[nodiscard]] const absl::Status& status() const { return status_; }
  [[nodiscard]] const std::vector<std::string>& taken() const { return taken_; }
  [[nodiscard]] const std::vector<policy::Psk>& put() const { return put_; }

 private:
  Redis& redis_;
  const ServiceKeys& keys_;
  absl::Status status_;
  std::vector<std::string> taken_;  // their keys
  std::vector<policy::Psk> put_;
};

RedisStore::RedisStore(const Limits& limits, std::shared_ptr<Redis> redis, const ServiceKeys& keys,
                       ConfigCache& configs)
    : limits_(limits),
      redis_(std::move(redis)),
      keys_(keys),
      configs_(configs),
      channel_(redis_->key("changes")) {}

RedisStore::~RedisStore() { redis_->stop_listening(); }

void RedisStore::listen() {
  redis_->listen(channel_, [this](absl::string_view message) { hear(message); });
}

std::string RedisStore::owner_key(const SessionRecord& record) const {
  return redis_->key(
      "owner", record.owner.empty() ? "" : keys_.hidden_name("owner", bytes_of(record.owner)));
}

std::string RedisStore::config_name(absl::string_view key) const {
  return redis_->key("config", keys_.hidden_name("config", bytes_of(key)));
}

absl::Status RedisStore::put_config(const SharedConfig& config, absl::Duration lifetime) const {
  const std::string sealed = seal_config(keys_, config);
  return redis_
      ->call({"SET", config_name(config.key), sealed, "PX",
              milliseconds(std::max(lifetime, limits_.max_idle))})
      .status();
}

absl::StatusOr<std::shared_ptr<const SharedConfig>> RedisStore::config(
    const std::string& key) const {
  if (auto found = configs_.find(key)) return found;
  for (const std::string& name : keys_.hidden_names("config", bytes_of(key))) {
    const auto reply = redis_->call({"GET", redis_->key("config", name)});
    if (!reply.ok()) return reply.status();
    if ((*reply)->type == REDIS_REPLY_STRING) {
      return open_config(keys_, reply_text(**reply), configs_);
    }
  }
  return absl::DataLossError("the store has lost the session's configuration");
}

absl::StatusOr<SessionRecord> RedisStore::open(absl::string_view id, absl::string_view generation,
                                               absl::string_view sealed) const {
  const auto opened = keys_.open(session_context(id), bytes_of(sealed));
  if (!opened) return refused_format("the session is sealed under a key that this server lacks");
  auto record =
      decode_record(opened->view(), [this](const std::string& key) { return config(key); });
  if (record.ok() && !absl::SimpleAtoi(generation, &record->generation)) {
    return absl::DataLossError("the store has lost the session's generation");
  }
  return record;
}

absl::StatusOr<SessionRecord> RedisStore::get(absl::string_view id) const {
  const auto reply = redis_->call({"HMGET", redis_->key("session", id), "g", "v"});
  if (!reply.ok()) return reply.status();
  const redisReply& both = **reply;
  if (both.elements != 2 || both.element[1]->type != REDIS_REPLY_STRING) {
    return no_such_session(session_name(id));
  }
  return open(id, reply_text(*both.element[0]), reply_text(*both.element[1]));
}

absl::Status RedisStore::insert(absl::string_view id, History session) {
  const SessionRecord& record = session.record;
  const absl::Duration lifetime = left_of(record);
  session.configs.emplace(record.config->key, record.config);
  for (const auto& [key, config] : session.configs) {
    const auto status = put_config(*config, record.end_of_life - absl::Now());
    if (!status.ok()) return status;
  }
  const std::string sealed = to_text(keys_.seal(session_context(id), encode(record).view()));
  std::vector<std::string> arguments = {
      std::string(id),
      sealed,
      milliseconds(lifetime),
      absl::StrCat(limits_.max_sessions),
      record.owner.empty() ? "0" : absl::StrCat(limits_.max_sessions_per_caller),
      fresh_token()};
  for (const RecordedStep& step : session.steps) {
    arguments.push_back(to_text(keys_.seal(step_context(id), encode(step).view())));
  }
  const auto reply = redis_->eval(
      insert_script(),
      {redis_->key("session", id), redis_->key("order"), redis_->key("expiry"), owner_key(record),
       redis_->key("sequence"), redis_->key("history", id), config_name(record.config->key)},
      {arguments.begin(), arguments.end()});
  if (!reply.ok()) return reply.status();
  switch ((*reply)->integer) {
    case -1: return too_many_sessions(limits_.max_sessions);
    case -2: return too_many_sessions_of_caller(limits_.max_sessions_per_caller);
    default: return absl::OkStatus();
  }
}

absl::Status RedisStore::look(absl::string_view id, See see) const {
  const auto record = get(id);
  if (!record.ok()) return record.status();
  see(*record);
  return absl::OkStatus();
}

absl::StatusOr<long long> RedisStore::write(absl::string_view id, const SessionRecord& record,
                                            const Transaction& transaction, const Tickets& tickets,
                                            absl::string_view sealed) const {
  std::vector<std::string> keys = {redis_->key("session", id), redis_->key("expiry"),
                                   owner_key(record), redis_->key("history", id),
                                   config_name(record.config->key)};
  keys.insert(keys.end(), tickets.taken().begin(), tickets.taken().end());
  const std::string step =
      transaction.recorded
          ? to_text(keys_.seal(step_context(id), encode(*transaction.recorded).view()))
          : std::string();
  std::vector<std::string> arguments = {std::string(id),
                                        absl::StrCat(record.generation),
                                        std::string(sealed),
                                        milliseconds(left_of(record)),
                                        fresh_token(),
                                        absl::StrCat(record.history.size()),
                                        step,
                                        channel_,
                                        message(id, transaction.told.get(), false),
                                        absl::StrCat(tickets.taken().size())};
  for (const policy::Psk& ticket : tickets.put()) {
    keys.push_back(redis_->key("ticket", keys_.hidden_name("ticket", ticket.identity)));
    arguments.push_back(seal_ticket(keys_, ticket));
    arguments.push_back(milliseconds(absl::Seconds(ticket.lifetime)));
  }
  const auto reply = redis_->eval(update_script(), {keys.begin(), keys.end()},
                                  {arguments.begin(), arguments.end()});
  if (!reply.ok()) return reply.status();
  return (*reply)->integer;
}

absl::Status RedisStore::update(absl::string_view id, Change change) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    auto record = get(id);
    if (!record.ok()) return record.status();
    if (record->expire_time <= absl::Now()) return no_such_session(session_name(id));
    Tickets tickets(*redis_, keys_);
    Transaction transaction(tickets);
    const absl::Status changed = change(*record, transaction);
    if (!tickets.status().ok()) return tickets.status();
    if (!changed.ok() || transaction.unchanged) return changed;
    const std::string sealed = to_text(keys_.seal(session_context(id), encode(*record).view()));
    auto written = write(id, *record, transaction, tickets, sealed);
    if (written.ok() && *written == -3) {
      const auto status = put_config(*record->config, record->end_of_life - absl::Now());
      if (!status.ok()) return status;
      written = write(id, *record, transaction, tickets, sealed);
    }
    if (!written.ok()) return written.status();
    if (*written == 1) return absl::OkStatus();
    if (*written == -1) return no_such_session(session_name(id));
  }
  return store_unavailable("too many others change the session");
}

absl::StatusOr<SessionRecord> RedisStore::remove(absl::string_view id, Check check) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    auto record = get(id);
    if (!record.ok()) return record;
    if (auto status = check(*record); !status.ok()) return status;
    const auto reply =
        redis_->eval(remove_script(),
                     {redis_->key("session", id), redis_->key("order"), redis_->key("expiry"),
                      owner_key(*record), redis_->key("history", id), redis_->key("waits")},
                     {id, absl::StrCat(record->generation), channel_, message(id, nullptr, true)});
    if (!reply.ok()) return reply.status();
    if ((*reply)->integer == 1) return record;
    if ((*reply)->integer == -1) return no_such_session(session_name(id));
  }
  return store_unavailable("too many others change the session");
}

absl::StatusOr<SessionStore::History> RedisStore::history(absl::string_view id, Check check) const {
  const auto reply =
      redis_->eval(history_script(), {redis_->key("session", id), redis_->key("history", id)}, {});
  if (!reply.ok()) return reply.status();
  const redisReply& all = **reply;
  if (all.type != REDIS_REPLY_ARRAY || all.elements != 3) return no_such_session(session_name(id));
  auto record = open(id, reply_text(*all.element[0]), reply_text(*all.element[1]));
  if (!record.ok()) return record.status();
  History history{*std::move(record), {}, {}};
  if (auto status = check(history.record); !status.ok()) return status;
  for (std::size_t i = 0; i < all.element[2]->elements; ++i) {
    const auto opened =
        keys_.open(step_context(id), bytes_of(reply_text(*all.element[2]->element[i])));
    if (!opened) return refused_format("a step is sealed under a key that this server lacks");
    auto step = decode_step(opened->view());
    if (!step.ok()) return step.status();
    if (!history.configs.contains(step->config)) {
      auto found = config(step->config);
      if (!found.ok()) return found.status();
      history.configs.emplace(step->config, *std::move(found));
    }
    history.steps.push_back(*std::move(step));
  }
  return history;
}

std::size_t RedisStore::size() const {
  const auto reply = redis_->call({"ZCARD", redis_->key("order")});
  return reply.ok() ? static_cast<std::size_t>((*reply)->integer) : 0;
}

absl::Status RedisStore::list(std::uint64_t position, Visit visit) const {
  for (;;) {
    const auto reply = redis_->eval(
        list_script(), {redis_->key("order")},
        {absl::StrCat(position), absl::StrCat(kListedAtOnce), redis_->key("session:")});
    if (!reply.ok()) return reply.status();
    const redisReply& all = **reply;
    if (all.elements == 0) return absl::OkStatus();
    for (std::size_t i = 0; i < all.elements; ++i) {
      const redisReply& one = *all.element[i];
      double score = 0;
      if (!absl::SimpleAtod(reply_text(*one.element[1]), &score)) {
        return absl::DataLossError("the store has lost the order of the sessions");
      }
      position = static_cast<std::uint64_t>(score);
      if (reply_text(*one.element[3]).empty()) continue;  // it has expired
      const absl::string_view id = reply_text(*one.element[0]);
      const auto record = open(id, reply_text(*one.element[2]), reply_text(*one.element[3]));
      if (!record.ok()) return record.status();
      if (!visit({id, position, *record})) return absl::OkStatus();
    }
  }
}

// Where the store is out of reach the step fails all the same.
bool RedisStore::start_wait(absl::string_view id) {
  const auto reply = redis_->eval(
      start_wait_script(), {redis_->key("waits")},
      {id, absl::StrCat(limits_.max_signature_waits), milliseconds(limits_.max_lifetime)});
  return reply.ok() && (*reply)->integer == 1;
}

void RedisStore::end_wait(absl::string_view id) {
  // One that is not ended counts until its time is over.
  const auto ignored = redis_->call({"ZREM", redis_->key("waits"), id});
}

std::string RedisStore::message(absl::string_view id, const v1::RecordedStep* told,
                                bool ended) const {
  std::string text = absl::StrCat(id, ended ? "-" : "+");
  constexpr std::size_t kMostTold = 262'144;  // a larger step is missed by those who watch
  if (told == nullptr || told->ByteSizeLong() > kMostTold) return text;
  return absl::StrCat(text,
                      chars_of(keys_.seal(event_context(id), bytes_of(told->SerializeAsString()))));
}

void RedisStore::hear(absl::string_view message) const {
  const std::size_t mark = message.find_first_of("+-");
  if (mark == message.npos) {
    tell_({});  // some may have been missed
    return;
  }
  const absl::string_view id = message.substr(0, mark);
  const bool ended = message[mark] == '-';
  std::shared_ptr<v1::RecordedStep> told;
  if (mark + 1 < message.size()) {
    const auto opened = keys_.open(event_context(id), bytes_of(message.substr(mark + 1)));
    told = std::make_shared<v1::RecordedStep>();
    if (!opened || !told->ParseFromArray(opened->data(), static_cast<int>(opened->size()))) {
      told = nullptr;
    }
  }
  tell_({id, std::move(told), ended});
}

}  // namespace stepshake::server

#include "server/redis.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/bytes.h"
#include "crypto/hash.h"
#include "server/listen_address.h"
#include "server/status.h"
#include "server/text.h"

namespace stepshake::server {
namespace {

// How long nobody tries a server that has just failed.
constexpr absl::Duration kRest = absl::Milliseconds(250);
constexpr std::size_t kMostIdle = 64;

timeval to_timeval(absl::Duration duration) { return absl::ToTimeval(duration); }

absl::StatusOr<RedisReply> judged_reply(RedisReply reply) {
  if (reply->type != REDIS_REPLY_ERROR) return reply;
  const std::string text(reply_text(*reply));
  if (absl::StrContains(text, "OOM command not allowed")) {
    return absl::ResourceExhaustedError("the store of the sessions is full (its maxmemory)");
  }
  // It is there, and will be ready in a while; or is a replica that may not write.
  for (const absl::string_view passing :
       {"LOADING", "BUSY", "READONLY", "MASTERDOWN", "TRYAGAIN"}) {
    if (absl::StartsWith(text, passing)) return store_unavailable(text);
  }
  return absl::InternalError(absl::StrCat("the store refuses: ", text));
}

}  // namespace

absl::StatusOr<RedisOptions> redis_options(const std::string& address,
                                           const std::string& password_file) {
  const auto parsed = parse_listen_address(address);
  if (!parsed.ok()) return parsed.status();
  RedisOptions options;
  options.host = parsed->host;
  options.port = parsed->port;
  if (password_file.empty()) return options;
  std::ifstream file(password_file);
  if (!std::getline(file, options.password) || options.password.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(password_file, ": cannot be read, or holds no password"));
  }
  return options;
}

RedisScript::RedisScript(absl::string_view its_text)
    : text(its_text),
      sha1(to_hex(crypto::hash(crypto::HashAlgorithm::sha1, {bytes_of(its_text)}))) {}

Redis::Redis(RedisOptions options)
    : options_(std::move(options)), stop_event_(eventfd(0, EFD_CLOEXEC)) {}

Redis::~Redis() {
  stop_listening();
  close(stop_event_);
}

std::string Redis::key(absl::string_view kind, absl::string_view name) const {
  return absl::StrCat(options_.prefix, kind, name.empty() ? "" : ":", name);
}

absl::StatusOr<Redis::Connection> Redis::connect() const {
  const timeval timeout = to_timeval(options_.timeout);
  Connection connection(redisConnectWithTimeout(options_.host.c_str(), options_.port, timeout));
  if (!connection) return store_unavailable("no memory");
  if (connection->err != 0) return store_unavailable(connection->errstr);
  redisSetTimeout(connection.get(), timeout);
  if (options_.password.empty()) return connection;
  const std::array<const char*, 2> words = {"AUTH", options_.password.c_str()};
  const std::array<std::size_t, 2> sizes = {4, options_.password.size()};
  const RedisReply reply(static_cast<redisReply*>(
      redisCommandArgv(connection.get(), 2, const_cast<const char**>(words.data()), sizes.data())));
  if (!reply) return store_unavailable(connection->errstr);
  if (reply->type == REDIS_REPLY_ERROR) {
    return absl::InternalError(
        absl::StrCat("the store refuses the password: ", reply_text(*reply)));
  }
  return connection;
}

absl::StatusOr<Redis::Connection> Redis::take(bool fresh) {
  if (!fresh) {
    const absl::MutexLock lock(&mutex_);
    if (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return connect();
}

void Redis::give_back(Connection connection) {
  const absl::MutexLock lock(&mutex_);
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(connection));
}

absl::StatusOr<RedisReply> Redis::try_call(const std::vector<absl::string_view>& words,
                                           bool fresh) {
  auto connection = take(fresh);
  if (!connection.ok()) return connection.status();
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const absl::string_view word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  RedisReply reply(static_cast<redisReply*>(redisCommandArgv(
      connection->get(), static_cast<int>(words.size()), texts.data(), sizes.data())));
  if (!reply) return store_unavailable((*connection)->errstr);
  give_back(*std::move(connection));
  return judged_reply(std::move(reply));
}

absl::StatusOr<RedisReply> Redis::call(const std::vector<absl::string_view>& words) {
  if (absl::ToUnixNanos(absl::Now()) < down_until_) return store_unavailable("it has just failed");
  auto reply = try_call(words, false);
  // A connection that lay idle may be one to a server that has gone meanwhile.
  if (!reply.ok() && absl::IsUnavailable(reply.status())) {
    {
      const absl::MutexLock lock(&mutex_);
      idle_.clear();
    }
    reply = try_call(words, true);
  }
  reachable_ = !absl::IsUnavailable(reply.status());
  if (!reachable_) down_until_ = absl::ToUnixNanos(absl::Now() + kRest);
  return reply;
}

absl::StatusOr<RedisReply> Redis::eval(const RedisScript& script,
                                       const std::vector<absl::string_view>& keys,
                                       const std::vector<absl::string_view>& arguments) {
  const std::string count = absl::StrCat(keys.size());
  std::vector<absl::string_view> words = {"EVALSHA", script.sha1, count};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  auto reply = call(words);
  if (!absl::IsInternal(reply.status()) ||
      !absl::StrContains(reply.status().message(), "NOSCRIPT")) {
    return reply;
  }
  words[0] = "EVAL";
  words[1] = script.text;
  return call(words);
}

bool Redis::is_reachable() {
  if (!reachable_) {
    const auto reply = call({"PING"});
    return reply.ok();
  }
  return true;
}

void Redis::listen(const std::string& channel, std::function<void(absl::string_view)> heard) {
  listener_ = std::thread([this, channel, heard = std::move(heard)] { hear(channel, heard); });
}

void Redis::stop_listening() {
  if (!listener_.joinable()) return;
  const std::uint64_t one = 1;
  static_cast<void>(!write(stop_event_, &one, sizeof one));
  listener_.join();
}

// True where the socket has something, or `most` has passed; false where listening is to end.
bool Redis::wait_for(int socket, absl::Duration most) const {
  std::array<pollfd, 2> watched = {{{stop_event_, POLLIN, 0}, {socket, POLLIN, 0}}};
  poll(watched.data(), socket < 0 ? 1 : 2, static_cast<int>(absl::ToInt64Milliseconds(most)));
  return watched[0].revents == 0;
}

// False where the connection is broken.
bool Redis::hear_some(redisContext& connection,
                      const std::function<void(absl::string_view)>& heard) {
  for (;;) {
    void* raw = nullptr;
    if (redisGetReplyFromReader(&connection, &raw) != REDIS_OK) return false;
    if (raw == nullptr) return true;
    const RedisReply reply(static_cast<redisReply*>(raw));
    const bool message = reply->type == REDIS_REPLY_ARRAY && reply->elements == 3 &&
                         reply_text(*reply->element[0]) == "message";
    if (message) heard(reply_text(*reply->element[2]));
  }
}

void Redis::hear(const std::string& channel, const std::function<void(absl::string_view)>& heard) {
  for (;;) {
    auto connection = connect();
    if (connection.ok()) {
      redisContext& open = **connection;
      const RedisReply subscribed(static_cast<redisReply*>(
          redisCommand(&open, "SUBSCRIBE %b", channel.data(), channel.size())));
      if (subscribed) heard({});
      bool whole = subscribed != nullptr && hear_some(open, heard);
      while (whole) {
        if (!wait_for(open.fd, absl::Seconds(60))) return;
        std::array<pollfd, 1> ready = {{{open.fd, POLLIN, 0}}};
        if (poll(ready.data(), 1, 0) == 0) continue;
        whole = redisBufferRead(&open) == REDIS_OK && hear_some(open, heard);
      }
    }
    if (!wait_for(-1, kRest)) return;
  }
}

}  // namespace stepshake::server

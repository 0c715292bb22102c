// Redis as the service uses it: a pool of connections, each call with an end in time, and a listener to one channel.
#pragma once

#include <hiredis/hiredis.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace stepshake::server {

struct RedisOptions {
  std::string host;
  int port = 6379;
  std::string password;                       // empty: none is wanted
  std::string prefix = "stepshake:";          // of every key and channel
  absl::Duration timeout = absl::Seconds(2);  // of a connection, and of a call
  std::size_t workers = 16;                   // threads, and connections with them
};

// "HOST:PORT", and a file whose first line is the password (empty: none). INVALID_ARGUMENT says what is wrong.
absl::StatusOr<RedisOptions> redis_options(const std::string& address,
                                           const std::string& password_file);

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using RedisReply = std::unique_ptr<redisReply, FreeReply>;

inline absl::string_view reply_text(const redisReply& reply) { return {reply.str, reply.len}; }

// A Lua script, which Redis knows by its SHA-1 after the first time.
struct RedisScript {
  explicit RedisScript(absl::string_view its_text);
  std::string text;
  std::string sha1;
};

// Safe to use from many threads. An error is UNAVAILABLE with RetryInfo: the server is out of reach, or too slow, and
// whether it has done the command is open; or INTERNAL, where it refuses it.
class Redis {
 public:
  explicit Redis(RedisOptions options);
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;
  ~Redis();

  // Done once more where the connection turns out to be broken: the command must not mind.
  absl::StatusOr<RedisReply> call(const std::vector<absl::string_view>& words);
  absl::StatusOr<RedisReply> eval(const RedisScript& script,
                                  const std::vector<absl::string_view>& keys,
                                  const std::vector<absl::string_view>& arguments);

  [[nodiscard]] const RedisOptions& options() const { return options_; }
  [[nodiscard]] std::string key(absl::string_view kind, absl::string_view name = {}) const;

  // False where it does not answer.
  [[nodiscard]] bool is_reachable();

  // Calls `heard` with each message on the channel, from a thread of its own, and with an empty one whenever some may
  // have been missed. At most once.
  void listen(const std::string& channel, std::function<void(absl::string_view)> heard);
  void stop_listening();

 private:
  struct FreeContext {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  using Connection = std::unique_ptr<redisContext, FreeContext>;

  absl::StatusOr<Connection> connect() const;
  absl::StatusOr<Connection> take(bool fresh);
  void give_back(Connection connection);
  absl::StatusOr<RedisReply> try_call(const std::vector<absl::string_view>& words, bool fresh);
  void hear(const std::string& channel, const std::function<void(absl::string_view)>& heard);
  bool hear_some(redisContext& connection, const std::function<void(absl::string_view)>& heard);
  [[nodiscard]] bool wait_for(int socket, absl::Duration most) const;

  const RedisOptions options_;
  absl::Mutex mutex_;
  std::vector<Connection> idle_ ABSL_GUARDED_BY(mutex_);
  // Since it failed a moment ago, calls do not wait for it: nanoseconds since 1970.
  std::atomic<std::int64_t> down_until_ = 0;
  std::atomic<bool> reachable_ = true;
  int stop_event_ = -1;
  std::thread listener_;
};

}  // namespace stepshake::server

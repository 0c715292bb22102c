// A real redis-server on a free loopback port, with what it keeps in a folder of its own, for the tests of the store.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/redis.h"

namespace stepshake::server {

inline int free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(bind(probe, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size), 0);
  close(probe);
  return ntohs(address.sin_port);
}

class RedisServer {
 public:
  RedisServer() : port_(free_port()) {
    char name[] = "/tmp/stepshake-redis-XXXXXX";
    folder_ = mkdtemp(name);
    start();
  }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer() {
    if (pid_ > 0) kill();
    std::filesystem::remove_all(folder_);
  }

  // What it was told before it was killed it has again: each write is on the disk before it is answered.
  void start() {
    const std::string port = absl::StrCat(port_);
    pid_ = fork();
    if (pid_ == 0) {
      execlp("redis-server", "redis-server", "--port", port.c_str(), "--bind", "127.0.0.1", "--dir",
             folder_.c_str(), "--save", "", "--appendonly", "yes", "--appendfsync", "always",
             "--logfile", "redis.log", "--requirepass", "open sesame", nullptr);
      _exit(127);
    }
    Redis client(options());
    for (int i = 0; i < 3000; ++i) {
      if (client.call({"PING"}).ok()) return;
      absl::SleepFor(absl::Milliseconds(20));
    }
    ADD_FAILURE() << "redis-server does not answer";
  }
  void kill() {
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  // As behind a network that is cut: connections stay, and nothing comes.
  void freeze() { ::kill(pid_, SIGSTOP); }
  void thaw() { ::kill(pid_, SIGCONT); }

  [[nodiscard]] RedisOptions options() const {
    RedisOptions options;
    options.host = "127.0.0.1";
    options.port = port_;
    options.password = "open sesame";
    options.timeout = absl::Seconds(5);
    return options;
  }

 private:
  const int port_;
  std::string folder_;
  pid_t pid_ = 0;
};

}  // namespace stepshake::server

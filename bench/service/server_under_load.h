// A server that is measured from outside: a channel of its own, and the CPU time of its process.
#pragma once

#include <grpcpp/grpcpp.h>
#include <sys/types.h>

#include <ctime>
#include <memory>
#include <string>

#include "bench/measure/check.h"
#include "stepshake/v1/handshake_service.grpc.pb.h"

namespace stepshake::bench {

class ServerUnderLoad {
 public:
  ServerUnderLoad(std::string name, const std::string& address, pid_t pid)
      : name_(std::move(name)) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    channel_ = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
    const auto most = std::chrono::system_clock::now() + std::chrono::seconds(30);
    check(channel_->WaitForConnected(most), "a server does not answer");
    stub_ = v1::HandshakeService::NewStub(channel_);
    check(clock_getcpuclockid(pid, &clock_) == 0, "a server's process has no clock");
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] v1::HandshakeService::Stub& stub() const { return *stub_; }

  // Of all its threads, user and system, since it began.
  [[nodiscard]] double cpu_us() const {
    timespec now{};
    clock_gettime(clock_, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
  }

 private:
  std::string name_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::HandshakeService::Stub> stub_;
  clockid_t clock_{};
};

}  // namespace stepshake::bench

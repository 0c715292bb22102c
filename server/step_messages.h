// Where the request and the answer of a unary step lie, with all their parts: in one block, got and freed at once.
#pragma once

#include <google/protobuf/arena.h>
#include <grpcpp/support/message_allocator.h>

#include <array>
#include <cstddef>
#include <memory>

#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

class StepMessages final : public grpc::MessageAllocator<v1::StepRequest, v1::StepResponse> {
 public:
  using Holder = grpc::MessageHolder<v1::StepRequest, v1::StepResponse>;
  // gRPC releases it when the call is over.
  Holder* AllocateMessages() override { return std::make_unique<InArena>().release(); }

 private:
  // Enough for any step of a handshake that is not traced; what is larger gets more blocks.
  static constexpr std::size_t kRoom = 3'072;

  class InArena final : public Holder {
   public:
    // The room is not cleared: the arena does not read what it did not write.
    InArena()
        : arena_(room_.data(), room_.size()) {  // NOLINT(cppcoreguidelines-pro-type-member-init)
      set_request(google::protobuf::Arena::CreateMessage<v1::StepRequest>(&arena_));
      set_response(google::protobuf::Arena::CreateMessage<v1::StepResponse>(&arena_));
    }
    void Release() override { const std::unique_ptr<InArena> last(this); }

   private:
    alignas(std::max_align_t) std::array<char, kRoom> room_;
    google::protobuf::Arena arena_;
  };
};

}  // namespace stepshake::server

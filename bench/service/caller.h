// Makes a server do steps: by unary calls, by a stream per session, or by one stream with many sessions. One thread, on
// a completion queue of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/service/unary_calls.h"

namespace stepshake::bench {

using Work = Calls<v1::StepRequest, v1::StepResponse>;

class Caller {
 public:
  Caller() = default;
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;
  virtual ~Caller() = default;

  // Ends the program where a step is answered by an error.
  virtual void run(Work& work) = 0;
};

enum class Shape : std::uint8_t { unary, session_streams, one_stream, one_stream_singly };
inline constexpr Shape kShapes[] = {Shape::unary, Shape::session_streams, Shape::one_stream,
                                    Shape::one_stream_singly};
std::string name_of(Shape shape);

// Streams are opened here, and stay open until the caller ends. With session streams all of a slot's steps are one
// session's. `singly`: a message brings one step, not all that are ready.
std::unique_ptr<Caller> make_caller(Shape shape, ServerUnderLoad& server, std::size_t slots);

std::unique_ptr<Caller> one_stream_caller(ServerUnderLoad& server, std::size_t slots,
                                          std::size_t most_in_message);

}  // namespace stepshake::bench

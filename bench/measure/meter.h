// Attributes work to the client's or the server's side of a handshake. A phase is the same step of a whole batch of
// sessions, so that the clock is read rarely.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "bench/measure/statistics.h"

namespace stepshake::bench {

enum class Side : std::uint8_t { client = 0, server = 1 };

inline Side other(Side side) { return side == Side::client ? Side::server : Side::client; }
inline std::size_t index_of(Side side) { return static_cast<std::size_t>(side); }

using Phase = std::function<void()>;

class Meter {
 public:
  Meter() = default;
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;
  virtual ~Meter() = default;

  virtual void measure(Side side, const Phase& phase) = 0;
};

class NoMeter final : public Meter {
 public:
  void measure(Side /*side*/, const Phase& phase) override { phase(); }
};

class CpuMeter final : public Meter {
 public:
  void measure(Side side, const Phase& phase) override {
    const std::int64_t start = thread_cpu_ns();
    phase();
    spent_[index_of(side)] += thread_cpu_ns() - start;
  }

  [[nodiscard]] double microseconds(Side side) const {
    return static_cast<double>(spent_[index_of(side)]) / 1e3;
  }

 private:
  std::array<std::int64_t, 2> spent_{};
};

// bench/instructions.py has callgrind collect inside this function, and nowhere else.
[[gnu::noinline]] inline void callgrind_collects(const Phase& phase) {
  phase();
  asm volatile("");  // no tail call: the function is left when the phase is over
}

class CallgrindMeter final : public Meter {
 public:
  explicit CallgrindMeter(Side wanted) : wanted_(wanted) {}

  void measure(Side side, const Phase& phase) override {
    side == wanted_ ? callgrind_collects(phase) : phase();
  }

 private:
  Side wanted_;
};

}  // namespace stepshake::bench

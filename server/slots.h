// A number of places, taken and given back from many threads.
#pragma once

#include <atomic>
#include <cstdint>

namespace stepshake::server {

class Slots {
 public:
  explicit Slots(std::size_t count) : free_(static_cast<std::int64_t>(count)) {}

  bool try_take() {
    if (free_.fetch_sub(1) > 0) return true;
    free_.fetch_add(1);
    return false;
  }
  void give_back() { free_.fetch_add(1); }

 private:
  std::atomic<std::int64_t> free_;
};

}  // namespace stepshake::server

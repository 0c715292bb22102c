// Byte strings that are wiped when they are freed: keys, shared secrets, private shares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace stepshake {

// Frees memory only after overwriting it, so that growing and moving leave no copies behind either.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  explicit WipingAllocator(const WipingAllocator<U>& /*other*/) noexcept {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T))); }
  void deallocate(T* p, std::size_t n) noexcept {
    explicit_bzero(p, n * sizeof(T));
    ::operator delete(p, n * sizeof(T));
  }
  template <class U>
  bool operator==(const WipingAllocator<U>& /*other*/) const noexcept {
    return true;
  }
};

// A secret value. It has no operator== and no printer on purpose: crypto::equal compares in constant time.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::size_t size) : bytes_(size) {}
  explicit Secret(BytesView bytes) : bytes_(bytes.begin(), bytes.end()) {}

  [[nodiscard]] BytesView view() const { return {bytes_.data(), bytes_.size()}; }
  [[nodiscard]] std::span<std::uint8_t> writable() { return {bytes_.data(), bytes_.size()}; }
  [[nodiscard]] std::uint8_t* data() { return bytes_.data(); }
  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  void resize(std::size_t size) { bytes_.resize(size); }
  void add(BytesView more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }

 private:
  std::vector<std::uint8_t, WipingAllocator<std::uint8_t>> bytes_;
};

}  // namespace stepshake

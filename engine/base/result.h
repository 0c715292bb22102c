// Result<T>: a value, or why there is none. The engine throws nothing of its own.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/reason.h"

namespace stepshake {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit
  Result(Failure failure)
      : held_(std::in_place_index<1>, std::move(failure)) {}  // NOLINT: implicit

  [[nodiscard]] bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return *std::get_if<0>(&held_); }
  const T& value() const& { return *std::get_if<0>(&held_); }
  T&& value() && { return std::move(*std::get_if<0>(&held_)); }
  T* operator->() { return std::get_if<0>(&held_); }
  const T* operator->() const { return std::get_if<0>(&held_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }

  const Failure& failure() const& { return *std::get_if<1>(&held_); }
  Failure&& failure() && { return std::move(*std::get_if<1>(&held_)); }

 private:
  std::variant<T, Failure> held_;
};

// Success without a value.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Failure failure) : failure_(std::move(failure)) {}  // NOLINT: implicit

  [[nodiscard]] bool ok() const { return !failure_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Failure& failure() const& { return *failure_; }
  Failure&& failure() && { return std::move(*failure_); }

 private:
  std::optional<Failure> failure_;
};

inline Failure fail(Reason reason, std::string detail = {}) {
  return Failure{reason, std::move(detail), {}, {}};
}

}  // namespace stepshake

#define STEPSHAKE_JOIN_(a, b) a##b
#define STEPSHAKE_JOIN(a, b) STEPSHAKE_JOIN_(a, b)

// Leaves the function with the failure of `expression` if it has one.
#define TRY(expression)                                                             \
  do {                                                                              \
    if (auto result_ = (expression); !result_) return std::move(result_).failure(); \
  } while (false)

// The same, and binds the value: TRY_ASSIGN(const auto hello, decode(...)).
#define TRY_ASSIGN(declaration, expression)                        \
  auto STEPSHAKE_JOIN(result_, __LINE__) = (expression);           \
  if (!STEPSHAKE_JOIN(result_, __LINE__))                          \
    return std::move(STEPSHAKE_JOIN(result_, __LINE__)).failure(); \
  declaration = std::move(STEPSHAKE_JOIN(result_, __LINE__)).value()

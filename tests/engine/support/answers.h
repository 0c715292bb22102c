// What a call answered, as a test says it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "connection/connection.h"
#include "support/pair.h"

namespace stepshake::testing {

// The reason text of the oldest entry in the error queue; empty where there is none.
inline std::string reason_of_call(const connection::CallResult& result) {
  return result.errors.empty() ? "" : result.errors.front().reason;
}

inline ::testing::AssertionResult answered(const connection::CallResult& result, int return_value,
                                           connection::SslError error,
                                           const std::string& reason = "") {
  if (result.return_value == return_value && result.error == error &&
      reason_of_call(result) == reason) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure()
         << result.return_value << " " << connection::name_of(result.error) << " \""
         << reason_of_call(result) << "\"";
}

inline ::testing::AssertionResult answered(const Side& side, int return_value,
                                           connection::SslError error,
                                           const std::string& reason = "") {
  return answered(side.last.result, return_value, error, reason);
}

}  // namespace stepshake::testing

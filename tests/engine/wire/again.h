// What is decoded and then encoded again: the same bytes, or a failure.
#pragma once

#include <functional>

#include "base/bytes.h"
#include "base/result.h"

namespace stepshake::testing {

using Again = std::function<Result<Bytes>(BytesView)>;

template <class Decode, class Encode>
Again again(Decode decode, Encode encode) {
  return [=](BytesView body) -> Result<Bytes> {
    TRY_ASSIGN(const auto value, decode(body));
    return encode(value);
  };
}

// A message, whose type says how it is encoded.
template <class Decode>
Again again(Decode decode) {
  return again(decode, [](const auto& message) { return encode(message); });
}

}  // namespace stepshake::testing

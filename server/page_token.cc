#include "server/page_token.h"

#include "crypto/hash.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

constexpr std::size_t kPositionSize = 8;
constexpr std::size_t kTagSize = 8;

}  // namespace

Bytes PageTokens::tag(BytesView position) const {
  const Secret full = crypto::hmac(crypto::HashAlgorithm::sha256, key_, {position});
  return to_bytes(full.view().first(kTagSize));
}

std::string PageTokens::token(std::uint64_t position) const {
  Bytes bytes;
  for (std::size_t i = 0; i < kPositionSize; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(position >> (8 * (kPositionSize - 1 - i))));
  }
  append(bytes, tag(bytes));
  return to_hex(bytes);
}

absl::StatusOr<std::uint64_t> PageTokens::position(const std::string& token) const {
  const auto bytes = from_hex(token);
  if (!bytes || bytes->size() != kPositionSize + kTagSize ||
      !crypto::equal(tag(BytesView(*bytes).first(kPositionSize)),
                     BytesView(*bytes).subspan(kPositionSize))) {
    return invalid_field("page_token",
                         "is not from this server; pass next_page_token as ListSessions gave it, "
                         "or nothing for the first page");
  }
  std::uint64_t position = 0;
  for (std::size_t i = 0; i < kPositionSize; ++i) position = position << 8U | (*bytes)[i];
  return position;
}

}  // namespace stepshake::server

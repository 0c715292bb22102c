#include "server/request_id.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "crypto/random.h"

namespace stepshake::server {
namespace {

constexpr std::size_t kMostIdBytes = 128;
constexpr std::size_t kProcessBytes = 6;

// This process's random part, and a number.
std::string fresh() {
  static const std::string process =
      to_hex(BytesView(crypto::fresh_entropy()).first(kProcessBytes));
  static std::atomic<std::uint64_t> last = 0;
  return absl::StrCat(process, "-", last.fetch_add(1) + 1);
}

}  // namespace

bool is_request_id(absl::string_view text) {
  return !text.empty() && text.size() <= kMostIdBytes &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) ||
                  absl::string_view("-_.:/").find(static_cast<char>(c)) != absl::string_view::npos;
         });
}

std::string request_id_of(const grpc::ServerContextBase& context) {
  const auto found = context.client_metadata().find(kRequestIdKey);
  if (found != context.client_metadata().end()) {
    const absl::string_view value(found->second.data(), found->second.size());
    if (is_request_id(value)) return std::string(value);
  }
  return fresh();
}

}  // namespace stepshake::server

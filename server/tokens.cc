#include "server/tokens.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "crypto/hash.h"
#include "server/convert.h"
#include "server/file_stamp.h"

namespace stepshake::server {
namespace {

constexpr std::size_t kDigestSize = 32;
constexpr std::size_t kMostNameBytes = 64;

bool is_name(absl::string_view name) {
  return !name.empty() && name.size() <= kMostNameBytes &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '@';
         });
}

}  // namespace

absl::StatusOr<Tokens> Tokens::read(const std::string& path) {
  const auto text = read_file(path);
  if (!text.ok()) return text.status();
  Tokens tokens;
  std::size_t number = 0;
  for (absl::string_view line : absl::StrSplit(*text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    auto digest = from_hex({parts.second.data(), parts.second.size()});
    const bool hex =
        digest && digest->size() == kDigestSize && parts.second.size() == 2 * kDigestSize;
    if (!is_name(parts.first) || !hex) {
      // Not the line itself: somebody may have written the token there.
      return absl::InvalidArgumentError(
          absl::StrCat(path, ":", number,
                       ": is not NAME:SHA256HEX; the name has letters, digits and -_.@, and 64 "
                       "hexadecimal digits are what sha256sum says of the token"));
    }
    tokens.entries_.push_back({std::string(parts.first), *std::move(digest)});
  }
  return tokens;
}

std::string Tokens::name_of(absl::string_view token) const {
  if (token.empty()) return "";
  const Bytes digest =
      crypto::hash(crypto::HashAlgorithm::sha256, {view_of({token.data(), token.size()})});
  const Entry* found = nullptr;
  for (const Entry& entry : entries_) {
    if (crypto::equal(entry.digest, digest)) found = &entry;  // and on to the last one
  }
  return found == nullptr ? "" : found->name;
}

}  // namespace stepshake::server

#include "server/service_keys.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "policy/psk.h"
#include "server/text.h"

namespace stepshake::server {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::size_t kIdSize = 16;
constexpr std::size_t kNameBytes = 16;

Secret hmac_of(const Secret& key, absl::string_view purpose, BytesView more = {}) {
  const std::string label = absl::StrCat("stepshake ", purpose);
  static constexpr std::uint8_t kEnd[] = {0};
  return crypto::hmac(crypto::HashAlgorithm::sha256, key.view(), {bytes_of(label), kEnd, more});
}

policy::TicketKey key_for(const Secret& key, absl::string_view context) {
  return {to_bytes(hmac_of(key, "key id").view().first(kIdSize)), hmac_of(key, context)};
}

}  // namespace

ServiceKeys ServiceKeys::of_this_process() {
  const crypto::Entropy entropy = crypto::fresh_entropy();
  ServiceKeys keys;
  keys.keys_.emplace_back(BytesView(entropy));
  return keys;
}

absl::StatusOr<ServiceKeys> ServiceKeys::parse(absl::string_view text) {
  ServiceKeys keys;
  keys.shared_ = true;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    const auto bytes = from_hex(std::string(line));
    if (!bytes || bytes->size() != kKeySize) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, " is no key of 64 hexadecimal digits"));
    }
    keys.keys_.emplace_back(BytesView(*bytes));
  }
  if (keys.keys_.empty()) return absl::InvalidArgumentError("there is no key in it");
  return keys;
}

absl::StatusOr<ServiceKeys> ServiceKeys::read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be read"));
  }
  auto keys = parse(text.str());
  if (!keys.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", keys.status().message()));
  }
  return keys;
}

Bytes ServiceKeys::seal(absl::string_view context, BytesView plaintext) const {
  const crypto::Entropy entropy = crypto::fresh_entropy();
  return policy::seal_with(key_for(keys_.front(), context), std::string(context),
                           BytesView(entropy).first(crypto::kNonceSize), plaintext);
}

std::optional<Secret> ServiceKeys::open(absl::string_view context, BytesView sealed) const {
  for (const Secret& key : keys_) {
    const auto opened = policy::open_with({key_for(key, context)}, std::string(context), sealed);
    if (opened) return Secret(BytesView(*opened));
  }
  return std::nullopt;
}

std::vector<Secret> ServiceKeys::derive(absl::string_view purpose) const {
  std::vector<Secret> secrets;
  secrets.reserve(keys_.size());
  for (const Secret& key : keys_) secrets.push_back(hmac_of(key, purpose));
  return secrets;
}

std::vector<std::string> ServiceKeys::hidden_names(absl::string_view purpose, BytesView of) const {
  std::vector<std::string> names;
  for (const Secret& key : keys_) {
    names.push_back(to_hex(hmac_of(key, purpose, of).view().first(kNameBytes)));
  }
  return names;
}

std::string ServiceKeys::hidden_name(absl::string_view purpose, BytesView of) const {
  return to_hex(hmac_of(keys_.front(), purpose, of).view().first(kNameBytes));
}

}  // namespace stepshake::server

#include "server/ticket_keys.h"

#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "crypto/hash.h"

namespace stepshake::server {
namespace {

constexpr std::int64_t kPeriodSeconds = 86'400;
constexpr std::int64_t kPeriodsOfATicket = 8;  // its own, and seven days of 86,400 seconds
constexpr std::size_t kNameSize = 16;

policy::TicketKey derive(const Secret& secret, std::int64_t period) {
  const auto part = [&](absl::string_view what) {
    const std::string label = absl::StrCat("ticket ", what, " ", period);
    return crypto::hmac(crypto::HashAlgorithm::sha256, secret.view(), {view_of(label)});
  };
  const Secret name = part("name");
  return {to_bytes(name.view().first(kNameSize)), part("key")};
}

}  // namespace

std::int64_t TicketKeys::period(absl::Time now) {
  return absl::ToUnixSeconds(now) / kPeriodSeconds;
}

std::vector<policy::TicketKey> TicketKeys::in(std::int64_t period) const {
  std::vector<policy::TicketKey> keys;
  for (const Secret& secret : secrets_) {
    for (std::int64_t age = 0; age < kPeriodsOfATicket; ++age) {
      keys.push_back(derive(secret, period - age));
    }
  }
  return keys;
}

}  // namespace stepshake::server

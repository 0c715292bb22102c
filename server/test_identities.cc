#include "server/test_identities.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "crypto/issue.h"

namespace stepshake::server {
namespace {

constexpr absl::string_view kAlternativeNames =
    "DNS:localhost,DNS:stepshake.test,DNS:*.stepshake.test,IP:127.0.0.1,IP:::1";

struct IdentityKind {
  absl::string_view name;
  crypto::KeyType type;
};
constexpr auto kKinds = std::to_array<IdentityKind>({
    {"ecdsa", crypto::KeyType::ec_p256},
    {"ecdsa384", crypto::KeyType::ec_p384},
    {"ecdsa521", crypto::KeyType::ec_p521},
    {"ed25519", crypto::KeyType::ed25519},
    {"ed448", crypto::KeyType::ed448},
    {"rsa", crypto::KeyType::rsa},
    {"rsa_pss", crypto::KeyType::rsa_pss},
});

}  // namespace

absl::StatusOr<TestIdentities> TestIdentities::make(absl::Time now) {
  crypto::CertificateRequestFacts facts;
  facts.not_before = absl::ToUnixSeconds(now - absl::Hours(24));
  facts.not_after = absl::ToUnixSeconds(now + absl::Hours(24 * 365));

  TestIdentities made;
  facts.common_name = "Stepshake test CA";
  const auto authority = crypto::issue_authority(crypto::KeyType::ec_p256, facts);
  if (!authority) {
    return absl::InternalError(
        absl::StrCat("the test CA was not made: ", authority.failure().detail));
  }
  made.authority_ = authority->certificate;
  made.authority_pem_ = crypto::certificate_to_pem(made.authority_);

  facts.alternative_names = std::string(kAlternativeNames);
  for (const auto& [name, type] : kKinds) {
    facts.common_name = absl::StrCat("Stepshake test ", name);
    auto leaf = crypto::issue_leaf(type, facts, *authority);
    if (!leaf) continue;
    std::string pem = crypto::certificate_to_pem(leaf->certificate);
    made.all_.push_back({std::string(name),
                         {{std::move(leaf->certificate)}, std::move(leaf->key)},
                         std::move(pem)});
  }
  return made;
}

TestIdentities::TestIdentities(Bytes authority, std::vector<TestIdentity> all)
    : all_(std::move(all)),
      authority_(std::move(authority)),
      authority_pem_(crypto::certificate_to_pem(authority_)) {}

const policy::Identity* TestIdentities::find(absl::string_view name) const {
  const auto found = std::find_if(all_.begin(), all_.end(),
                                  [&](const TestIdentity& one) { return one.name == name; });
  return found == all_.end() ? nullptr : &found->identity;
}

}  // namespace stepshake::server

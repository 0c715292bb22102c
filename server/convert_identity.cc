// Identities: of the caller, built in, or with a key that stays with the caller.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/convert_config.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

absl::StatusOr<std::vector<Bytes>> chain_from_pem(const std::string& text) {
  auto chain = crypto::certificates_from_pem(text);
  if (chain) return *std::move(chain);
  return invalid_field("certificate_chain",
                       "holds no certificate in PEM, or one that cannot be read; the leaf's "
                       "\"-----BEGIN CERTIFICATE-----\" comes first");
}

absl::StatusOr<policy::Identity> from_pem(const v1::PemIdentity& pem) {
  auto chain = chain_from_pem(pem.certificate_chain());
  if (!chain.ok()) return chain.status();
  auto key = crypto::private_key_from_pem(pem.private_key());
  if (!key) {
    return invalid_field(
        "private_key",
        "holds no unencrypted private key in PEM (\"-----BEGIN PRIVATE KEY-----\"); "
        "openssl pkey -in FILE takes a passphrase off");
  }
  if (key->type() == crypto::KeyType::unsupported) {
    return invalid_field("private_key",
                         "is of a kind that cannot sign in TLS here; RSA, ECDSA on P-256, P-384 or "
                         "P-521, Ed25519 and Ed448 keys can");
  }
  return policy::Identity{std::move(*chain), std::move(*key)};
}

absl::StatusOr<policy::Identity> from_remote(const v1::RemoteIdentity& remote) {
  auto chain = chain_from_pem(remote.certificate_chain());
  if (!chain.ok()) return chain.status();
  auto key = crypto::public_key_of(chain->front());
  if (!key || key->type() == crypto::KeyType::unsupported) {
    return invalid_field("certificate_chain",
                         "the leaf's key is of a kind that cannot sign in TLS here");
  }
  return policy::Identity{*std::move(chain), crypto::PrivateKey::remote(std::move(key).value())};
}

absl::StatusOr<policy::Identity> built_in(const std::string& name,
                                          const TestIdentities& test_identities) {
  const policy::Identity* found = test_identities.find(name);
  if (found != nullptr) return *found;
  const auto add_name = [](std::string* out, const TestIdentity& one) { out->append(one.name); };
  return invalid_field("test_identity",
                       absl::StrCat("there is no test identity of this name; there are ",
                                    absl::StrJoin(test_identities.all(), ", ", add_name)));
}

}  // namespace

namespace {

absl::StatusOr<policy::Identity> from_source(const v1::Identity& identity,
                                             const TestIdentities& test_identities) {
  absl::StatusOr<policy::Identity> made;
  switch (identity.source_case()) {
    case v1::Identity::kPem:
      made = from_pem(identity.pem());
      if (!made.ok()) return within("pem", made.status());
      return made;
    case v1::Identity::kRemote:
      made = from_remote(identity.remote());
      if (!made.ok()) return within("remote", made.status());
      return made;
    case v1::Identity::kTestIdentity: return built_in(identity.test_identity(), test_identities);
    case v1::Identity::SOURCE_NOT_SET: break;
  }
  return invalid_field("source",
                       "is missing; it needs pem, remote, or the name of a test_identity");
}

}  // namespace

absl::StatusOr<policy::Identity> convert(const v1::Identity& identity,
                                         const TestIdentities& test_identities) {
  auto made = from_source(identity, test_identities);
  if (!made.ok()) return made;
  made->ocsp_response = to_bytes(view_of(identity.ocsp_response()));
  for (const std::string& timestamp : identity.signed_certificate_timestamps()) {
    made->timestamps.push_back(to_bytes(view_of(timestamp)));
  }
  return made;
}

}  // namespace stepshake::server

// The built-in test identities: a CA and a leaf for each kind of key, made when the server starts,
// for tests alone. Their names bear DNS:localhost, DNS:stepshake.test, DNS:*.stepshake.test and the
// loopback addresses.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "policy/config.h"

namespace stepshake::server {

struct TestIdentity {
  std::string name;  // for Identity.test_identity
  policy::Identity identity;
  std::string certificate_chain;  // PEM
};

class TestIdentities {
 public:
  // Valid from a day before `now` until a year after. A kind of key that this libcrypto does not have is left out;
  // INTERNAL where it cannot even make the CA.
  static absl::StatusOr<TestIdentities> make(absl::Time now);

  // Those that another server has made.
  TestIdentities(Bytes authority, std::vector<TestIdentity> all);

  // Null where there is none of the name.
  [[nodiscard]] const policy::Identity* find(absl::string_view name) const;
  [[nodiscard]] const std::vector<TestIdentity>& all() const { return all_; }

  // The CA's certificate.
  [[nodiscard]] const Bytes& authority() const { return authority_; }
  [[nodiscard]] const std::string& authority_pem() const { return authority_pem_; }

 private:
  TestIdentities() = default;

  std::vector<TestIdentity> all_;
  Bytes authority_;
  std::string authority_pem_;
};

}  // namespace stepshake::server

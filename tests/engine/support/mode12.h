// The ways to protect records before TLS 1.3, each with keys for both ends.
#pragma once

#include <string>
#include <vector>

#include "crypto/cipher_suite12.h"
#include "record/protection.h"
#include "schedule/tls12_secrets.h"

namespace stepshake::testing {

// A suite in a version, with encrypt-then-MAC or without.
struct Mode12 {
  wire::CipherSuite suite{};
  wire::ProtocolVersion version{};
  bool encrypt_then_mac = false;

  [[nodiscard]] const crypto::Suite12Facts& facts() const { return *crypto::facts12_of(suite); }
  [[nodiscard]] bool is_cbc() const { return facts().kind == crypto::CipherKind::cbc; }
  // TLS 1.0: the last block is the next IV.
  [[nodiscard]] bool chains() const {
    return is_cbc() && version == wire::ProtocolVersion::tls_1_0;
  }
  [[nodiscard]] std::string name() const {
    return wire::shown(suite) + " in " + wire::shown(version) +
           (encrypt_then_mac ? ", encrypt-then-MAC" : "");
  }
  [[nodiscard]] record::Protection keys() const {
    schedule::HelloRandoms randoms;
    randoms.client.fill(1);
    const schedule::MasterSecret12 master{schedule::prf_of(version, suite), Secret(48), false};
    record::Protection made;
    const Secret block = schedule::key_block(master, suite, randoms);
    made.install(
        schedule::record_keys(block, schedule::Sender::client, suite, version, encrypt_then_mac));
    return made;
  }
};

// One suite for each cipher and MAC, in each version: the key exchange changes nothing here, and beside a PSK the SHA-2
// suites are for all versions.
inline std::vector<Mode12> modes12() {
  using enum wire::CipherSuite;
  using enum wire::ProtocolVersion;
  std::vector<Mode12> all;
  for (auto suite :
       {tls_psk_with_aes_128_gcm_sha256, tls_psk_with_aes_256_gcm_sha384,
        tls_psk_with_chacha20_poly1305_sha256, tls_psk_with_aes_128_ccm, tls_psk_with_aes_256_ccm,
        tls_psk_with_aes_128_ccm_8, tls_psk_with_aes_256_ccm_8}) {
    all.push_back({suite, tls_1_2, false});
  }
  for (auto suite : {tls_psk_with_aes_128_cbc_sha, tls_psk_with_aes_256_cbc_sha,
                     tls_psk_with_aes_128_cbc_sha256, tls_psk_with_aes_256_cbc_sha384,
                     tls_psk_with_null_sha, tls_psk_with_null_sha256, tls_psk_with_null_sha384}) {
    for (auto version : {tls_1_0, tls_1_1, tls_1_2}) {
      all.push_back({suite, version, false});
      if (all.back().is_cbc()) all.push_back({suite, version, true});
    }
  }
  return all;
}

}  // namespace stepshake::testing

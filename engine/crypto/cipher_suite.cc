#include "crypto/cipher_suite.h"

namespace stepshake::crypto {
namespace {

SuiteFacts facts(AeadAlgorithm aead, HashAlgorithm hash) {
  return {aead, hash, key_size_of(aead), tag_size_of(aead), record_limit_of(aead)};
}

}  // namespace

std::optional<SuiteFacts> facts_of(wire::CipherSuite suite) {
  using enum wire::CipherSuite;
  using enum AeadAlgorithm;
  switch (suite) {
    case tls_aes_128_gcm_sha256: return facts(aes_128_gcm, HashAlgorithm::sha256);
    case tls_aes_256_gcm_sha384: return facts(aes_256_gcm, HashAlgorithm::sha384);
    case tls_chacha20_poly1305_sha256: return facts(chacha20_poly1305, HashAlgorithm::sha256);
    case tls_aes_128_ccm_sha256: return facts(aes_128_ccm, HashAlgorithm::sha256);
    case tls_aes_128_ccm_8_sha256: return facts(aes_128_ccm_8, HashAlgorithm::sha256);
    default: return std::nullopt;
  }
}

}  // namespace stepshake::crypto

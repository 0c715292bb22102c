// Private and public keys as values: immutable, shared, and made from (and back to) bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// libcrypto's; only crypto/ looks inside.
struct evp_md_ctx_st;
struct evp_pkey_st;

namespace stepshake::crypto {

enum class KeyType : std::uint8_t {
  unsupported,
  rsa,      // rsaEncryption
  rsa_pss,  // id-RSASSA-PSS
  ec_p256,
  ec_p384,
  ec_p521,
  ed25519,
  ed448,
  mldsa44,  // ML-DSA (FIPS 204), where libcrypto has it: 3.5 and later
  mldsa65,
  mldsa87,
};

class PublicKey {
 public:
  explicit PublicKey(std::shared_ptr<evp_pkey_st> key);

  [[nodiscard]] KeyType type() const { return type_; }
  // Of the modulus or the field.
  [[nodiscard]] unsigned bits() const;
  [[nodiscard]] evp_pkey_st* get() const { return key_.get(); }

 private:
  std::shared_ptr<evp_pkey_st> key_;
  KeyType type_;
};

// One that is here, or one of which only the public half is: signatures then are made elsewhere.
class PrivateKey {
 public:
  explicit PrivateKey(std::shared_ptr<evp_pkey_st> key);
  static PrivateKey remote(PublicKey public_half) { return PrivateKey(std::move(public_half)); }

  [[nodiscard]] bool is_remote() const { return remote_; }

  [[nodiscard]] KeyType type() const { return key_.type(); }
  [[nodiscard]] unsigned bits() const { return key_.bits(); }
  [[nodiscard]] evp_pkey_st* get() const { return key_.get(); }
  // Ready to sign in the key's first scheme (signature_scheme.h), to be copied; null where there is none.
  [[nodiscard]] const evp_md_ctx_st* signing_context() const { return signing_context_.get(); }

 private:
  explicit PrivateKey(PublicKey public_half) : key_(std::move(public_half)), remote_(true) {}

  PublicKey key_;
  std::shared_ptr<const evp_md_ctx_st> signing_context_;
  bool remote_ = false;
};

// An unencrypted PEM key. Nothing where there is none, or where it wants a passphrase.
std::optional<PrivateKey> private_key_from_pem(std::string_view pem);

// PKCS #8, PEM.
std::string to_pem(const PrivateKey& key);

// RFC 5280 4.1: SubjectPublicKeyInfo, DER, and back; nothing where the bytes are none.
Bytes to_public_key_info(const PublicKey& key);
std::optional<PublicKey> public_key_from_info(BytesView der);

// The two are halves of one pair.
bool belongs_to(const PrivateKey& key, const PublicKey& public_key);

}  // namespace stepshake::crypto

#include "crypto/keys.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>

#include "crypto/openssl_ptr.h"
#include "crypto/public_key_library.h"
#include "crypto/signature_scheme.h"

namespace stepshake::crypto {
namespace {

KeyType curve_type(const EVP_PKEY* key) {
  std::array<char, 32> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) != 1) {
    return KeyType::unsupported;
  }
  const std::string_view curve(name.data(), size);
  if (curve == "prime256v1" || curve == "P-256") return KeyType::ec_p256;
  if (curve == "secp384r1" || curve == "P-384") return KeyType::ec_p384;
  if (curve == "secp521r1" || curve == "P-521") return KeyType::ec_p521;
  return KeyType::unsupported;
}

KeyType type_of(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1) return KeyType::rsa;
  if (EVP_PKEY_is_a(key, "RSA-PSS") == 1) return KeyType::rsa_pss;
  if (EVP_PKEY_is_a(key, "EC") == 1) return curve_type(key);
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return KeyType::ed25519;
  if (EVP_PKEY_is_a(key, "ED448") == 1) return KeyType::ed448;
  if (EVP_PKEY_is_a(key, "ML-DSA-44") == 1) return KeyType::mldsa44;
  if (EVP_PKEY_is_a(key, "ML-DSA-65") == 1) return KeyType::mldsa65;
  if (EVP_PKEY_is_a(key, "ML-DSA-87") == 1) return KeyType::mldsa87;
  return KeyType::unsupported;
}

// Answers the question for a passphrase with "none", where libcrypto's own would ask on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return 0; }

}  // namespace

PublicKey::PublicKey(std::shared_ptr<evp_pkey_st> key)
    : key_(std::move(key)), type_(type_of(key_.get())) {}

unsigned PublicKey::bits() const { return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get())); }

PrivateKey::PrivateKey(std::shared_ptr<evp_pkey_st> key)
    : key_(std::move(key)), signing_context_(make_signing_context(key_)) {}

std::optional<PrivateKey> private_key_from_pem(std::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr);
  if (key == nullptr) return std::nullopt;
  return PrivateKey(std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free));
}

std::string to_pem(const PrivateKey& key) {
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Bytes to_public_key_info(const PublicKey& key) {
  const int size = i2d_PUBKEY(key.get(), nullptr);
  Bytes der(static_cast<std::size_t>(size < 0 ? 0 : size));
  std::uint8_t* at = der.data();
  if (size > 0) i2d_PUBKEY(key.get(), &at);
  return der;
}

std::optional<PublicKey> public_key_from_info(BytesView der) {
  const std::uint8_t* at = der.data();
  std::shared_ptr<EVP_PKEY> key(
      d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(der.size()), public_key_library(), nullptr),
      EVP_PKEY_free);
  ERR_clear_error();
  if (!key || at != der.data() + der.size()) return std::nullopt;
  return PublicKey(std::move(key));
}

bool belongs_to(const PrivateKey& key, const PublicKey& public_key) {
  return EVP_PKEY_eq(key.get(), public_key.get()) == 1;
}

}  // namespace stepshake::crypto

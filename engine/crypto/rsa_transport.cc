#include "crypto/rsa_transport.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "crypto/constant_time.h"
#include "crypto/openssl_ptr.h"
#include "crypto/public_key_library.h"

namespace stepshake::crypto {
namespace {

constexpr std::size_t kFrame = 3;         // 00 02 and the 00 behind the padding
constexpr std::size_t kLeastPadding = 8;  // RFC 8017 7.2.1
constexpr unsigned kLeastBits = 1024;
constexpr std::size_t kVersionSize = 2;

std::size_t modulus_size(unsigned bits) { return (bits + 7) / 8; }

// The bare operation, on a block as long as the modulus: padding is this file's.
KeyContextPtr bare_context(OSSL_LIB_CTX* library, EVP_PKEY* key, int (*init)(EVP_PKEY_CTX*)) {
  KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(library, key, nullptr));
  if (init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) != 1) {
    context.reset();
  }
  return context;
}

// RFC 8017 7.2.1: 00 02, at least eight random bytes that are not zero, 00, the message.
Secret pad(BytesView message, std::size_t size, Random& random) {
  Secret block(size);
  block.data()[1] = 2;
  const std::size_t end = size - message.size() - 1;
  for (std::size_t i = 2; i < end; ++i) {
    while (block.data()[i] == 0) random.fill(block.writable().subspan(i, 1));
  }
  std::copy(message.begin(), message.end(), block.data() + end + 1);
  return block;
}

// 00 02 nonzero... 00 client_version: all ones if the block is of this form, and zero otherwise.
Mask is_well_formed(BytesView block, std::uint16_t client_version) {
  const std::size_t start = block.size() - kRsaPremasterSize;
  Mask good = is_equal(block[0], 0) & is_equal(block[1], 2) & is_equal(block[start - 1], 0);
  for (std::size_t i = 2; i < start - 1; ++i) good &= ~is_equal(block[i], 0);
  good &= is_equal(block[start], client_version >> 8);
  good &= is_equal(block[start + 1], client_version & 0xff);
  return good;
}

}  // namespace

bool can_transport(const PublicKey& key) {
  return key.type() == KeyType::rsa && key.bits() >= kLeastBits;
}

Secret rsa_premaster(std::uint16_t client_version, Random& random) {
  Secret premaster = random.secret(kRsaPremasterSize);
  premaster.data()[0] = static_cast<std::uint8_t>(client_version >> 8);
  premaster.data()[1] = static_cast<std::uint8_t>(client_version);
  return premaster;
}

Result<Bytes> rsa_encrypt(const PublicKey& key, BytesView premaster, Random& random) {
  const std::size_t size = modulus_size(key.bits());
  if (size < kFrame + kLeastPadding + premaster.size()) {
    return fail(Reason::internal_error, "the key is too short for the premaster secret");
  }
  const auto context = bare_context(public_key_library(), key.get(), EVP_PKEY_encrypt_init);
  const Secret block = pad(premaster, size, random);
  Bytes encrypted(size);
  std::size_t written = encrypted.size();
  if (!context || EVP_PKEY_encrypt(context.get(), encrypted.data(), &written, block.data(),
                                   block.size()) != 1) {
    ERR_clear_error();
    return fail(Reason::internal_error, "the premaster secret was not encrypted");
  }
  encrypted.resize(written);
  return encrypted;
}

Secret premaster_in_block(BytesView block, std::uint16_t client_version, Random& random) {
  // RFC 5246 7.4.7.1, step 1: the random bytes are drawn before anything is known, and always.
  Secret premaster = rsa_premaster(client_version, random);
  if (block.size() < kFrame + kLeastPadding + kRsaPremasterSize) return premaster;
  const Mask good = is_well_formed(block, client_version);
  const BytesView found = block.last(kRsaPremasterSize);
  for (std::size_t i = kVersionSize; i < kRsaPremasterSize; ++i) {
    premaster.data()[i] = select_byte(good, found[i], premaster.data()[i]);
  }
  return premaster;
}

Secret rsa_decrypt_premaster(const PrivateKey& key, BytesView encrypted,
                             std::uint16_t client_version, Random& random) {
  const std::size_t size = modulus_size(key.bits());
  const auto context = bare_context(nullptr, key.get(), EVP_PKEY_decrypt_init);
  Secret block(size);
  std::size_t written = block.size();
  // What is not as long as the modulus, or not below it, anybody can see; it takes the same way still, as zeros.
  const bool decrypted = context && encrypted.size() == size &&
                         EVP_PKEY_decrypt(context.get(), block.data(), &written, encrypted.data(),
                                          encrypted.size()) == 1 &&
                         written == size;
  if (!decrypted) {
    ERR_clear_error();
    block = Secret(size);
  }
  return premaster_in_block(block.view(), client_version, random);
}

}  // namespace stepshake::crypto

// crypto/rsa_transport.h: what was encrypted comes out, and nothing tells when it was not (RFC 5246 7.4.7.1).
#include "crypto/rsa_transport.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/issue.h"
#include "key_support.h"
#include "support/hex.h"

namespace stepshake::testing {
namespace {

constexpr std::uint16_t kVersion = 0x0303;

const crypto::PrivateKey& key() {
  static const auto made = *crypto::generate_key(crypto::KeyType::rsa);
  return made;
}

// A block as it stands before it is encrypted.
Bytes block(BytesView premaster, std::size_t size = 256) {
  Bytes made(size, 0xaa);
  made[0] = 0;
  made[1] = 2;
  made[size - premaster.size() - 1] = 0;
  std::copy(premaster.begin(), premaster.end(),
            made.end() - static_cast<std::ptrdiff_t>(premaster.size()));
  return made;
}

Bytes premaster() {
  Bytes made(48, 0x77);
  made[0] = 3;
  made[1] = 3;
  return made;
}

// What comes out for a block with the randomness of seed 9, and what does where the block says nothing.
std::string out_of(BytesView of, std::uint16_t version = kVersion) {
  auto random = random_of(9);
  return hex_of(crypto::premaster_in_block(of, version, random));
}
std::string substitute(std::uint16_t version = kVersion) {
  auto random = random_of(9);
  return hex_of(crypto::rsa_premaster(version, random));
}

TEST(RsaTransport, DecryptsWhatItEncrypts) {
  auto random = random_of(1);
  const Secret sent = crypto::rsa_premaster(kVersion, random);
  EXPECT_EQ(to_hex(sent.view().first(2)), "0303");
  const auto encrypted = crypto::rsa_encrypt(public_half(key()), sent.view(), random);
  ASSERT_TRUE(encrypted.ok());
  EXPECT_EQ(encrypted->size(), 256U);
  EXPECT_EQ(hex_of(crypto::rsa_decrypt_premaster(key(), *encrypted, kVersion, random)),
            hex_of(sent));
  auto one = random_of(2);
  auto other = random_of(2);
  EXPECT_EQ(*crypto::rsa_encrypt(public_half(key()), sent.view(), one),
            *crypto::rsa_encrypt(public_half(key()), sent.view(), other));
}

// libcrypto's PKCS #1 padding on the other side.
TEST(RsaTransport, AgreesWithLibcrypto) {
  const auto run = [](bool encrypt, BytesView in) {
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_pkey(nullptr, key().get(), nullptr);
    (encrypt ? EVP_PKEY_encrypt_init : EVP_PKEY_decrypt_init)(context);
    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING);
    Bytes out(256);
    std::size_t size = out.size();
    EXPECT_EQ((encrypt ? EVP_PKEY_encrypt : EVP_PKEY_decrypt)(context, out.data(), &size, in.data(),
                                                              in.size()),
              1);
    out.resize(size);
    EVP_PKEY_CTX_free(context);
    return out;
  };
  auto random = random_of(3);
  EXPECT_EQ(run(false, *crypto::rsa_encrypt(public_half(key()), premaster(), random)), premaster());
  EXPECT_EQ(hex_of(crypto::rsa_decrypt_premaster(key(), run(true, premaster()), kVersion, random)),
            to_hex(premaster()));
}

// RFC 5246 7.4.7.1: whatever is wrong, the secret is random, and the same random one.
TEST(RsaTransport, EveryFaultGivesTheRandomPremaster) {
  EXPECT_EQ(out_of(block(premaster())), to_hex(premaster()));
  for (std::size_t i : {0U, 1U}) {
    for (int value = 0; value < 256; ++value) {
      Bytes bent = block(premaster());
      if (bent[i] == value) continue;
      bent[i] = static_cast<std::uint8_t>(value);
      EXPECT_EQ(out_of(bent), substitute());
    }
  }
  for (std::size_t i = 2; i < 256 - 49; ++i) {
    Bytes bent = block(premaster());
    bent[i] = 0;  // the message would begin earlier, and be too long
    EXPECT_EQ(out_of(bent), substitute()) << i;
  }
  Bytes without_end = block(premaster());
  without_end[256 - 49] = 1;
  EXPECT_EQ(out_of(without_end), substitute());
  for (std::size_t size : {0U, 1U, 47U, 49U, 200U}) {
    EXPECT_EQ(out_of(block(Bytes(size, 3))), substitute()) << size;
  }
  EXPECT_EQ(out_of(Bytes(256, 0)), substitute());
  EXPECT_EQ(out_of({}), substitute());
  EXPECT_EQ(out_of(block(premaster(), 58)), substitute()) << "less padding than there must be";
}

// The version that the ClientHello said, whichever was agreed.
TEST(RsaTransport, ChecksTheVersion) {
  constexpr std::uint16_t kOthers[] = {0x0301, 0x0302, 0x0304, 0x0203, 0x0003, 0xffff};
  for (std::uint16_t version : kOthers) {
    EXPECT_EQ(out_of(block(premaster()), version), substitute(version));
    EXPECT_EQ(
        out_of(block(premaster()), version).substr(0, 4),
        to_hex(Bytes{static_cast<std::uint8_t>(version >> 8), static_cast<std::uint8_t>(version)}));
  }
}

// What no RSA operation takes: too short, too long, not below the modulus.
TEST(RsaTransport, TakesAnyCiphertext) {
  for (const Bytes& encrypted :
       {Bytes{}, Bytes{1}, Bytes(255, 7), Bytes(257, 7), Bytes(256, 0xff), Bytes(256, 0)}) {
    auto random = random_of(9);
    EXPECT_EQ(hex_of(crypto::rsa_decrypt_premaster(key(), encrypted, kVersion, random)),
              substitute());
  }
  auto random = random_of(4);
  Bytes bent = *crypto::rsa_encrypt(public_half(key()), premaster(), random);
  bent[100] ^= 1;
  auto again = random_of(9);
  EXPECT_EQ(hex_of(crypto::rsa_decrypt_premaster(key(), bent, kVersion, again)), substitute());
}

TEST(RsaTransport, IsForPlainRsaKeys) {
  EXPECT_TRUE(crypto::can_transport(public_half(key())));
  for (auto type : {crypto::KeyType::ec_p256, crypto::KeyType::ed25519}) {
    EXPECT_FALSE(crypto::can_transport(public_half(*crypto::generate_key(type))));
  }
}

}  // namespace
}  // namespace stepshake::testing

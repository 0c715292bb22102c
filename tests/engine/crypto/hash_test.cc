// crypto/hash.h: known answers, parts, and comparison.
#include "crypto/hash.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "support/hex.h"

namespace stepshake::testing {
namespace {

using crypto::HashAlgorithm;

// FIPS 180-4, "abc".
TEST(Hash, OfAbc) {
  const auto of = [](HashAlgorithm algorithm) {
    return to_hex(crypto::hash(algorithm, {view_of("a"), {}, view_of("bc")}));
  };
  EXPECT_EQ(of(HashAlgorithm::sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(of(HashAlgorithm::sha384),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
            "8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(of(HashAlgorithm::sha512),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_EQ(of(HashAlgorithm::sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(of(HashAlgorithm::md5), "900150983cd24fb0d6963f7d28e17f72");  // RFC 1321 A.5
}

TEST(Hash, OfNothing) {
  EXPECT_EQ(to_hex(crypto::hash(HashAlgorithm::sha256, {})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

constexpr auto kAll =
    std::to_array({HashAlgorithm::sha256, HashAlgorithm::sha384, HashAlgorithm::sha512,
                   HashAlgorithm::sha1, HashAlgorithm::md5});

// A hash on its way is a value: each copy goes on alone, from a place within a block, too.
TEST(Hasher, GoesOnInEachCopy) {
  for (auto algorithm : kAll) {
    for (const std::size_t size : {0U, 1U, 63U, 64U, 65U, 127U, 128U, 200U}) {
      const Bytes beginning(size, 5);
      crypto::Hasher one(algorithm);
      one.add(beginning);
      crypto::Hasher other = one;
      one.add(view_of("one"));
      other.add(view_of("another"));
      for (auto& [hasher, ending] : {std::pair{one, "one"}, {other, "another"}}) {
        crypto::Hasher ended = hasher;
        Bytes hash(crypto::size_of(algorithm));
        ended.end(hash.data());
        EXPECT_EQ(to_hex(hash), to_hex(crypto::hash(algorithm, {beginning, view_of(ending)})));
      }
    }
  }
}

TEST(Hash, HasItsSize) {
  for (auto algorithm : kAll) {
    EXPECT_EQ(crypto::hash(algorithm, {}).size(), crypto::size_of(algorithm));
    EXPECT_EQ(crypto::hmac(algorithm, {}, {}).size(), crypto::size_of(algorithm));
  }
}

// RFC 4231 4.2, 4.3
TEST(Hmac, OfRfc4231) {
  EXPECT_EQ(
      to_hex(crypto::hmac(HashAlgorithm::sha256, Bytes(20, 0x0b), {view_of("Hi There")}).view()),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(crypto::hmac(HashAlgorithm::sha384, view_of("Jefe"),
                                {view_of("what do ya want "), view_of("for nothing?")})
                       .view()),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239"
            "ecfab21649");
}

// Keys that are shorter than a block, as long, and longer; libcrypto's own HMAC is the second opinion.
TEST(Hmac, IsLibcryptosForKeysOfEverySize) {
  const std::vector<std::pair<HashAlgorithm, const char*>> algorithms = {
      {HashAlgorithm::sha256, "SHA256"},
      {HashAlgorithm::sha384, "SHA384"},
      {HashAlgorithm::sha512, "SHA512"},
      {HashAlgorithm::sha1, "SHA1"},
      {HashAlgorithm::md5, "MD5"}};
  for (const auto& [algorithm, name] : algorithms) {
    for (std::size_t size = 0; size <= 260; ++size) {
      const Bytes key(size, static_cast<std::uint8_t>(size + 1));
      const Bytes text(size / 2, 7);
      Bytes expected(crypto::size_of(algorithm));
      std::size_t length = expected.size();
      // A null key would mean none at all.
      const std::uint8_t nothing = 0;
      ASSERT_NE(
          EVP_Q_mac(nullptr, "HMAC", nullptr, name, nullptr, size == 0 ? &nothing : key.data(),
                    size, text.data(), text.size(), expected.data(), length, &length),
          nullptr);
      EXPECT_EQ(to_hex(crypto::hmac(algorithm, key, {text}).view()), to_hex(expected))
          << name << ", " << size;
    }
  }
}

// One key, many messages: in parts, begun together, and with the output over the input.
TEST(Hmac, IsTheSameForEachMessage) {
  for (auto algorithm : kAll) {
    const Bytes key(48, 9);
    const crypto::Hmac keyed(algorithm, key);
    for (const std::size_t size : {0U, 1U, 55U, 64U, 111U, 300U}) {
      const Bytes text(size, 3);
      const std::string expected = to_hex(crypto::hmac(algorithm, key, {text}).view());
      EXPECT_EQ(to_hex(keyed.of({text}).view()), expected);
      crypto::Hasher first = keyed.begin();
      crypto::Hasher second = keyed.begin();
      const BytesView halves[] = {BytesView(text).first(size / 2),
                                  BytesView(text).subspan(size / 2)};
      for (BytesView half : halves) {
        first.add(half);
        second.add(half);
      }
      Bytes made(crypto::size_of(algorithm));
      keyed.end(second, made.data());
      EXPECT_EQ(to_hex(made), expected);
      keyed.end(first, made.data());
      EXPECT_EQ(to_hex(made), expected);
      const Secret again = keyed.of({made});
      keyed.of({made}, made.data());
      EXPECT_EQ(to_hex(made), to_hex(again.view()));
    }
  }
}

// An empty key is a key, not "the key of the last time".
TEST(Hmac, WithAnEmptyKeyForgetsTheLastKey) {
  const Secret before = crypto::hmac(HashAlgorithm::sha256, {}, {view_of("x")});
  crypto::hmac(HashAlgorithm::sha256, Bytes(32, 1), {view_of("x")});
  EXPECT_TRUE(
      crypto::equal(before.view(), crypto::hmac(HashAlgorithm::sha256, {}, {view_of("x")}).view()));
}

TEST(Equal, ComparesSizeAndEveryByte) {
  EXPECT_TRUE(crypto::equal({}, {}));
  EXPECT_TRUE(crypto::equal(Bytes{1, 2}, Bytes{1, 2}));
  EXPECT_FALSE(crypto::equal(Bytes{1, 2}, Bytes{1, 3}));
  EXPECT_FALSE(crypto::equal(Bytes{1, 2}, Bytes{1}));
}

}  // namespace
}  // namespace stepshake::testing

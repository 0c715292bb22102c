// crypto/certificate_cache.h: what a thread keeps changes no verdict, whatever was seen before.
#include "crypto/certificate_cache.h"

#include <gtest/gtest.h>

#include <vector>

#include "crypto/chain.h"
#include "crypto/hash.h"
#include "crypto/issue.h"
#include "support/identities.h"

namespace stepshake::testing {
namespace {

using crypto::KeyType;
using crypto::Purpose;

constexpr std::int64_t kBegin = kNow;
constexpr std::int64_t kEnd = kNow + 1'000;

// Back to the usual number when a test is done.
class Keeping {
 public:
  explicit Keeping(std::size_t most) { crypto::keep_certificates(most); }
  ~Keeping() { crypto::keep_certificates(crypto::kCertificatesKept); }
  Keeping(const Keeping&) = delete;
  Keeping& operator=(const Keeping&) = delete;
};

struct Question {
  std::vector<Bytes> chain;
  crypto::TrustAnchors trust;
  crypto::ChainCheck check;
};

crypto::Issued short_lived(const std::string& name) {
  return *crypto::issue_leaf(KeyType::ec_p256, {name, "DNS:" + name, kBegin, kEnd},
                             test_authority());
}

// A chain that is good, and what differs from it in one thing each.
std::vector<Question> questions() {
  const Bytes leaf = short_lived(kHost).certificate;
  const Bytes other = short_lived(kHost).certificate;
  const auto stranger =
      crypto::issue_authority(KeyType::ec_p256, {"Stranger", "", kNow - 1, kNow + 1'000});
  Bytes bent = leaf;
  bent.back() ^= 1;
  std::vector<Question> all;
  const auto add = [&](std::vector<Bytes> chain, const crypto::TrustAnchors& trust, Purpose purpose,
                       const std::string& name, std::int64_t now) {
    all.push_back({std::move(chain), trust, {purpose, name, now}});
  };
  const std::int64_t middle = (kBegin + kEnd) / 2;
  for (const std::int64_t now :
       {middle, kBegin - 1, kBegin, kBegin + 1, kEnd - 1, kEnd, kEnd + 1, middle}) {
    add({leaf}, test_trust(), Purpose::server, kHost, now);
  }
  for (const char* name : {"", "other.test", "127.0.0.1", kHost}) {
    add({leaf}, test_trust(), Purpose::server, name, middle);
  }
  add({leaf}, test_trust(), Purpose::client, kHost, middle);
  add({leaf}, {}, Purpose::server, kHost, middle);
  add({leaf}, crypto::TrustAnchors({stranger->certificate}), Purpose::server, kHost, middle);
  add({leaf}, crypto::TrustAnchors({stranger->certificate, test_authority().certificate}),
      Purpose::server, kHost, middle);
  add({leaf, test_authority().certificate}, test_trust(), Purpose::server, kHost, middle);
  add({leaf, Bytes{1, 2, 3}}, test_trust(), Purpose::server, kHost, middle);
  add({other}, test_trust(), Purpose::server, kHost, middle);
  add({bent}, test_trust(), Purpose::server, kHost, middle);
  return all;
}

std::int32_t code_of(const Question& question) {
  return crypto::verify_chain(question.chain, question.trust, question.check).code;
}

TEST(CertificateCache, ChangesNoVerdictWhateverWasAskedBefore) {
  const auto all = questions();
  std::vector<std::int32_t> fresh;
  {
    const Keeping none(0);
    for (const Question& question : all) fresh.push_back(code_of(question));
  }
  ASSERT_EQ(fresh.front(), 0);
  std::size_t bad = 0;
  for (const std::int32_t code : fresh) bad += code == 0 ? 0 : 1;
  EXPECT_GE(bad, 6U);  // the table has both kinds
  for (std::size_t before = 0; before < all.size(); ++before) {
    crypto::forget_certificates();
    for (std::size_t i = 0; i < all.size(); ++i) {
      code_of(all[before]);
      EXPECT_EQ(code_of(all[i]), fresh[i]) << i << " after " << before;
    }
  }
}

// What is no certificate, and begins with the hash of one, is not taken for the chain of that one and what follows.
TEST(CertificateCache, AChainIsNotSpelledByOtherBytes) {
  crypto::forget_certificates();
  const Bytes leaf = short_lived(kHost).certificate;
  const Bytes& authority = test_authority().certificate;
  const crypto::ChainCheck check{Purpose::server, kHost, kNow + 1};
  ASSERT_EQ(crypto::verify_chain({leaf, authority}, test_trust(), check).code, 0);
  Bytes spelled = crypto::hash(crypto::HashAlgorithm::sha256, {leaf});
  append(spelled, authority);
  EXPECT_NE(crypto::verify_chain({spelled}, test_trust(), check).code, 0);
}

TEST(CertificateCache, RemembersAGoodChainAndNoOther) {
  crypto::forget_certificates();
  const Bytes digest(32, 1);
  EXPECT_FALSE(crypto::is_known_good(digest, 5));
  crypto::keep_good(digest, {5, 7});
  EXPECT_FALSE(crypto::is_known_good(digest, 4));
  EXPECT_TRUE(crypto::is_known_good(digest, 5));
  EXPECT_TRUE(crypto::is_known_good(digest, 6));
  EXPECT_FALSE(crypto::is_known_good(digest, 7));
  EXPECT_FALSE(crypto::is_known_good(Bytes(32, 2), 5));
  crypto::forget_certificates();
  EXPECT_FALSE(crypto::is_known_good(digest, 5));
}

TEST(CertificateCache, KeepsNoMoreThanItIsToldTo) {
  const Keeping three(3);
  crypto::forget_certificates();
  const auto digest = [](std::uint8_t i) { return Bytes(32, i); };
  for (std::uint8_t i = 0; i < 10; ++i) crypto::keep_good(digest(i), {0, 1});
  EXPECT_TRUE(crypto::is_known_good(digest(7), 0));  // and stands first now
  crypto::keep_good(digest(10), {0, 1});
  for (std::uint8_t i = 0; i < 10; ++i) {
    EXPECT_EQ(crypto::is_known_good(digest(i), 0), i == 7 || i == 9) << int{i};
  }
  const Keeping none(0);
  crypto::keep_good(digest(11), {0, 1});
  EXPECT_FALSE(crypto::is_known_good(digest(11), 0));
}

TEST(CertificateCache, ManyCertificatesAreAllReadRight) {
  const Keeping two(2);
  std::vector<crypto::Issued> issued;
  for (int i = 0; i < 6; ++i) issued.push_back(short_lived("host" + std::to_string(i)));
  for (int round = 0; round < 2; ++round) {
    for (const crypto::Issued& one : issued) {
      const auto key = crypto::public_key_of(one.certificate);
      ASSERT_TRUE(key.ok());
      EXPECT_TRUE(crypto::belongs_to(one.key, *key));
    }
  }
}

}  // namespace
}  // namespace stepshake::testing

// schedule/tls13_secrets.h, beyond what tests/vectors/ shows: SHA-384, PSKs, updates and exporters.
#include "schedule/tls13_secrets.h"

#include <gtest/gtest.h>

#include "schedule/hkdf.h"
#include "support/hex.h"

namespace stepshake::testing {
namespace {

using crypto::HashAlgorithm;

// RFC 8446 7.1: no PSK, or no (EC)DHE, is a string of zeros as long as the hash.
TEST(Secrets, NothingIsZeros) {
  for (auto hash : {HashAlgorithm::sha256, HashAlgorithm::sha384}) {
    const Bytes zeros(crypto::size_of(hash));
    const auto early = schedule::early_secret(hash, {});
    EXPECT_EQ(hex_of(early.secret), hex_of(schedule::early_secret(hash, zeros).secret));
    EXPECT_EQ(hex_of(schedule::handshake_secret(early, {}).secret),
              hex_of(schedule::handshake_secret(early, zeros).secret));
    EXPECT_EQ(early.secret.size(), crypto::size_of(hash));
  }
}

TEST(Secrets, DifferByStageSideAndTranscript) {
  const auto handshake =
      schedule::handshake_secret(schedule::early_secret(HashAlgorithm::sha256, {}), Bytes(32, 1));
  const auto one = schedule::handshake_traffic(handshake, Bytes(32, 1));
  const auto other = schedule::handshake_traffic(handshake, Bytes(32, 2));
  EXPECT_NE(hex_of(one.client.secret), hex_of(one.server.secret));
  EXPECT_NE(hex_of(one.client.secret), hex_of(other.client.secret));
}

// RFC 8446 7.2
TEST(Secrets, NextGenerationIsTrafficUpd) {
  const schedule::TrafficSecret secret = {HashAlgorithm::sha384, Secret(BytesView(Bytes(48, 5)))};
  EXPECT_EQ(hex_of(schedule::next_generation(secret).secret),
            hex_of(schedule::hkdf_expand_label({HashAlgorithm::sha384, secret.secret.view()},
                                               "traffic upd", {}, 48)));
}

// RFC 8446 7.3: sizes are the suite's.
TEST(Secrets, KeysHaveTheSuitesSize) {
  const schedule::TrafficSecret secret = {HashAlgorithm::sha384, Secret(BytesView(Bytes(48, 5)))};
  const auto keys =
      schedule::traffic_keys(secret, *crypto::facts_of(wire::CipherSuite::tls_aes_256_gcm_sha384));
  EXPECT_EQ(keys.key.size(), 32U);
  EXPECT_EQ(keys.iv.size(), 12U);
}

// RFC 8446 7.5: a label, a context and a length each make another value; absent and empty contexts are one.
TEST(Exporter, DependsOnLabelContextAndLength) {
  const Bytes master(32, 7);
  const auto exported = [&](std::string_view label, BytesView context, std::size_t length) {
    return hex_of(
        schedule::exported_keying_material(HashAlgorithm::sha256, master, label, context, length));
  };
  EXPECT_EQ(exported("EXPERIMENTAL-x", Bytes{1}, 20).size(), 40U);
  EXPECT_NE(exported("EXPERIMENTAL-x", Bytes{1}, 32), exported("EXPERIMENTAL-y", Bytes{1}, 32));
  EXPECT_NE(exported("EXPERIMENTAL-x", Bytes{1}, 32), exported("EXPERIMENTAL-x", Bytes{2}, 32));
  EXPECT_NE(exported("EXPERIMENTAL-x", {}, 32).substr(0, 40), exported("EXPERIMENTAL-x", {}, 20));
}

}  // namespace
}  // namespace stepshake::testing

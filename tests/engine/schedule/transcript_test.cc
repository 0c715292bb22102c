// schedule/transcript.h: what is hashed, and message_hash (RFC 8446 4.4.1).
#include "schedule/transcript.h"

#include <gtest/gtest.h>

#include "support/hex.h"

namespace stepshake::testing {
namespace {

using crypto::HashAlgorithm;
using schedule::Transcript;

const Bytes kFirst = hex("01 000002 aaaa");
const Bytes kSecond = hex("02 000001 bb");
const Bytes kThird = hex("08 000000");

Transcript of(std::initializer_list<Bytes> messages) {
  Transcript transcript;
  for (const auto& message : messages) transcript.add(message);
  return transcript;
}

TEST(Transcript, HashesTheMessagesInOrder) {
  for (auto algorithm : {HashAlgorithm::sha256, HashAlgorithm::sha384}) {
    const auto transcript = of({kFirst, kSecond});
    EXPECT_EQ(transcript.hash(algorithm), crypto::hash(algorithm, {kFirst, kSecond}));
    EXPECT_EQ(transcript.hash_before_last_message(algorithm), crypto::hash(algorithm, {kFirst}));
    EXPECT_EQ(Transcript().hash(algorithm), crypto::hash(algorithm, {}));
  }
}

TEST(Transcript, HashesWithoutItsLastBytes) {
  EXPECT_EQ(of({kFirst}).hash_without_last_bytes(HashAlgorithm::sha256, 2),
            crypto::hash(HashAlgorithm::sha256, {hex("01 000002")}));
}

TEST(Transcript, ReplacesTheFirstHelloByItsHash) {
  const Bytes digest = crypto::hash(HashAlgorithm::sha256, {kFirst});
  const Bytes replaced = concat({hex("fe 000020"), digest});
  auto client = of({kFirst, kSecond});
  client.replace_with_message_hash(HashAlgorithm::sha256, true);
  EXPECT_EQ(client.messages, concat({replaced, kSecond}));
  EXPECT_EQ(client.hash_before_last_message(HashAlgorithm::sha256),
            crypto::hash(HashAlgorithm::sha256, {replaced}));
  auto server = of({kFirst});
  server.replace_with_message_hash(HashAlgorithm::sha256, false);
  EXPECT_EQ(server.messages, replaced);
  server.add(kSecond);
  client.add(kThird);
  server.add(kThird);
  EXPECT_EQ(client.messages, server.messages);
  EXPECT_EQ(client.last_message, server.last_message);
}

}  // namespace
}  // namespace stepshake::testing

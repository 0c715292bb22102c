// Every handshake message: round trip, every truncation, trailing bytes, bounds (RFC 8446 3, 4).
#include <gtest/gtest.h>

#include "again.h"
#include "support/edit.h"
#include "support/stations.h"
#include "wire/certificate.h"
#include "wire/certificate_verify.h"
#include "wire/key_update.h"
#include "wire/new_session_ticket.h"

namespace stepshake::testing {
namespace {

using wire::HandshakeType;

Result<Bytes> client_hello_again(BytesView body) {
  TRY(wire::decode_client_hello(body));
  return encode(client_hello_of(wire::frame(HandshakeType::client_hello, body)));
}

Result<Bytes> encrypted_extensions_again(BytesView body) {
  TRY(wire::decode_encrypted_extensions(body));
  return encode(encrypted_extensions_of(wire::frame(HandshakeType::encrypted_extensions, body)));
}

Result<Bytes> certificate_request_again(BytesView body) {
  TRY(wire::decode_certificate_request(body));
  return encode(certificate_request_of(wire::frame(HandshakeType::certificate_request, body)));
}

struct MessageCase {
  std::string name;
  Bytes body;
  Again again;
};

Bytes body_of(const std::string& name) {
  return to_bytes(wire::unframe(station(name).message).body);
}

std::vector<MessageCase> message_cases() {
  return {
      {"ClientHello", body_of("server WaitClientHello"), client_hello_again},
      {"ServerHello", body_of("client WaitServerHello"), again(wire::decode_server_hello)},
      {"HelloRetryRequest",
       to_bytes(wire::unframe(travel({.retry = true}).client.front().message).body),
       again(wire::decode_server_hello)},
      {"EncryptedExtensions", body_of("client WaitEncryptedExtensions"),
       encrypted_extensions_again},
      {"CertificateRequest", encode([] {
         wire::CertificateRequest request;
         request.signature_algorithms = {wire::SignatureScheme::ed25519};
         request.signature_algorithms_cert = {wire::SignatureScheme::ed448};
         request.certificate_authorities = {Bytes{1, 2}, Bytes{3}};
         request.oid_filters = {{Bytes{6, 1}, Bytes{}}, {Bytes{6, 2}, Bytes{4}}};
         return request;
       }()),
       certificate_request_again},
      {"Certificate", body_of("client WaitCertificate"), again(wire::decode_certificate)},
      {"CertificateVerify", body_of("client WaitCertificateVerify"),
       again(wire::decode_certificate_verify)},
      {"NewSessionTicket", encode(wire::NewSessionTicket{7, 8, {1}, {2, 3}, 16'384}),
       again(wire::decode_new_session_ticket)},
      {"KeyUpdate", Bytes{1}, again(wire::decode_key_update)},
  };
}

class EachMessage : public ::testing::TestWithParam<MessageCase> {};

TEST_P(EachMessage, IsEncodedAsItWasDecoded) {
  const auto again = GetParam().again(GetParam().body);
  ASSERT_TRUE(again.ok()) << again.failure().detail;
  EXPECT_EQ(to_hex(*again), to_hex(GetParam().body));
}

// Where a cut message is well-formed, it is another message: a hello without extensions.
TEST_P(EachMessage, CutShortIsADecodeError) {
  int taken = 0;
  for (std::size_t size = 0; size < GetParam().body.size(); ++size) {
    const auto again = GetParam().again(BytesView(GetParam().body).first(size));
    if (again.ok()) {
      ++taken;
      continue;
    }
    EXPECT_EQ(alert_of(again.failure()), AlertDescription::decode_error) << size;
    EXPECT_FALSE(again.failure().detail.empty());
  }
  const bool hello = GetParam().name.starts_with("Hello") || GetParam().name.ends_with("Hello");
  EXPECT_EQ(taken, hello ? 1 : 0);
}

TEST_P(EachMessage, WithTrailingBytesIsADecodeError) {
  for (std::size_t extra : {1U, 2U, 4U, 50U}) {
    Bytes longer = GetParam().body;
    longer.resize(longer.size() + extra);
    const auto again = GetParam().again(longer);
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(alert_of(again.failure()), AlertDescription::decode_error);
  }
}

// Whatever a bent message is, it is an answer and not a crash; what is taken can be written again.
TEST_P(EachMessage, BentIsTakenOrRefused) {
  for (std::size_t i = 0; i < GetParam().body.size(); ++i) {
    for (std::uint8_t mask : Bytes{0x01, 0x80, 0xff}) {
      Bytes bent = GetParam().body;
      bent[i] ^= mask;
      const auto again = GetParam().again(bent);
      EXPECT_TRUE(again.ok() || alert_of(again.failure()).has_value());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Messages, EachMessage, ::testing::ValuesIn(message_cases()), NameOfCase());

TEST(Frame, IsTypeAndThreeBytesOfLength) {
  const Bytes message = wire::frame(HandshakeType::finished, Bytes(300, 7));
  EXPECT_EQ(to_hex(BytesView(message).first(4)), "1400012c");
  const auto read = wire::unframe(message);
  EXPECT_EQ(read.type, HandshakeType::finished);
  EXPECT_EQ(read.body.size(), 300U);
  EXPECT_EQ(read.whole.size(), 304U);
}

TEST(HelloRetryRequest, IsToldByItsRandom) {
  auto hello = server_hello_of(travel({.retry = true}).client.front().message);
  EXPECT_TRUE(wire::is_hello_retry_request(hello));
  EXPECT_EQ(to_bytes(hello.random),
            crypto::hash(crypto::HashAlgorithm::sha256, {view_of("HelloRetryRequest")}));
  hello.random[31] ^= 1;
  EXPECT_FALSE(wire::is_hello_retry_request(hello));
}

}  // namespace
}  // namespace stepshake::testing

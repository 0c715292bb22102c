// Authentication after the handshake, record by record (RFC 8446 4.3.2, 4.6.2).
#include <gtest/gtest.h>

#include "talk.h"
#include "wire/certificate.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using wire::ContentType;
using wire::HandshakeType;

// A connected pair; the client offers the extension.
Talk connected_talk(bool with_certificate) {
  policy::Config ours = client_config();
  ours.post_handshake_auth = true;
  if (with_certificate) ours.identities = {identity(crypto::KeyType::ec_p256)};
  policy::Config theirs = server_config();
  theirs.trust = test_trust();
  Talk talk(ours, theirs);
  talk.run();
  EXPECT_TRUE(talk.complete()) << talk.trouble();
  talk.said.clear();
  return talk;
}

void ask(Talk& talk, std::uint64_t entropy = 7) {
  ASSERT_FALSE(session::request_client_certificate(talk.server.session, *talk.server.config,
                                                   inputs_of(entropy))
                   .failure);
}

Bytes context_in(const Talk& talk) {
  const Bytes request = talk.message(kServer, HandshakeType::certificate_request);
  return wire::decode_certificate_request(wire::unframe(request).body)->certificate_request_context;
}

wire::Certificate certificate_in(const Talk& talk) {
  const Bytes message = talk.message(kClient, HandshakeType::certificate);
  return wire::decode_certificate(wire::unframe(message).body).value();
}

// RFC 8446 4.6.2: Certificate, CertificateVerify and Finished, one behind the other, with the request's context.
TEST(LateCertificate, IsAnsweredInARow) {
  Talk talk = connected_talk(true);
  ask(talk);
  talk.run();
  EXPECT_TRUE(talk.complete()) << talk.trouble();
  using enum HandshakeType;
  EXPECT_EQ(talk.types(kClient), (std::vector{certificate, certificate_verify, finished}));
  ASSERT_EQ(talk.said.size(), 4U) << "nothing between them";
  for (const auto& each : talk.said) EXPECT_TRUE(each.sealed);
  EXPECT_EQ(certificate_in(talk).certificate_request_context, context_in(talk));
  EXPECT_EQ(talk.server.session.facts.peer_certificates, identity(crypto::KeyType::ec_p256).chain);
}

// RFC 8446 4.6.2: who declines says so by an empty list, and Finished.
TEST(LateCertificate, IsDeclinedByAnEmptyListAndFinished) {
  Talk talk = connected_talk(false);
  ask(talk);
  talk.run();
  EXPECT_TRUE(talk.complete()) << talk.trouble();
  using enum HandshakeType;
  EXPECT_EQ(talk.types(kClient), (std::vector{certificate, finished}));
  EXPECT_TRUE(certificate_in(talk).certificate_list.empty());
  EXPECT_EQ(certificate_in(talk).certificate_request_context, context_in(talk));
}

// RFC 8446 4.3.2: each request has a context of its own, one that is not to be guessed.
TEST(LateRequest, HasAContextOfItsOwn) {
  std::vector<Bytes> contexts;
  Talk talk = connected_talk(true);
  for (std::uint64_t entropy : {7U, 8U}) {
    talk.said.clear();
    ask(talk, entropy);
    talk.run();
    contexts.push_back(context_in(talk));
    EXPECT_GE(contexts.back().size(), 16U);
  }
  EXPECT_NE(contexts[0], contexts[1]);
  EXPECT_TRUE(talk.complete()) << talk.trouble();
}

// RFC 8446 4.6.2: between the request and the answer anything may come; inside the answer nothing.
TEST(LateAnswer, MayComeAfterOtherMessages) {
  Talk talk = connected_talk(true);
  ask(talk);
  for (int i = 0; i < 3; ++i) {
    session::send(talk.client.session, *talk.client.config, inputs_of(20), Bytes{1, 2, 3});
    session::update_keys(talk.client.session, *talk.client.config, inputs_of(21), false);
  }
  talk.run();
  EXPECT_TRUE(talk.complete()) << talk.trouble();
  EXPECT_EQ(talk.server.session.application_data.size(), 9U);
  EXPECT_FALSE(talk.server.session.facts.peer_certificates.empty());
}

// The server with its request out, and the client's answer, message by message.
struct Answer {
  Victim server;
  std::vector<Bytes> messages;
};

Answer answer() {
  Talk talk = connected_talk(true);
  ask(talk);
  Answer made{talk.server, {}};
  made.server.take_output();
  talk.run();
  made.messages = talk.messages(kClient);
  return made;
}

TEST(LateAnswer, HasNothingInsideIt) {
  const Answer honest = answer();
  const Bytes update = wire::frame(HandshakeType::key_update, Bytes{0});
  for (std::size_t behind = 1; behind <= 2; ++behind) {
    Victim server = honest.server;
    for (std::size_t i = 0; i < behind; ++i) {
      ASSERT_TRUE(server.feed(Peer(server).handshake(honest.messages[i])));
    }
    EXPECT_TRUE(refuses(server, Peer(server).seal(ContentType::application_data, Bytes{1}),
                        unexpected_message));
    EXPECT_TRUE(refuses(server, Peer(server).handshake(update), unexpected_message));
    EXPECT_TRUE(takes(server, Peer(server).handshake(honest.messages[behind])));
  }
}

TEST(LateAnswer, ToNoRequestIsRefused) {
  const Answer honest = answer();
  auto message = wire::decode_certificate(wire::unframe(honest.messages[0]).body).value();
  message.certificate_request_context.back() ^= 1;
  EXPECT_TRUE(
      refuses(honest.server, Peer(honest.server).handshake(framed(message)), illegal_parameter));
  const Talk quiet = connected_talk(true);
  EXPECT_TRUE(
      refuses(quiet.server, Peer(quiet.server).handshake(honest.messages[0]), unexpected_message));
}

// RFC 8446 4.4.3, 4.4.4: here as in the handshake.
TEST(LateAnswer, MustVerify) {
  const Answer honest = answer();
  Victim server = honest.server;
  for (std::size_t i = 0; i < honest.messages.size(); ++i) {
    if (i > 0) {
      Bytes bent = honest.messages[i];
      bent.back() ^= 1;
      EXPECT_TRUE(refuses(server, Peer(server).handshake(bent), decrypt_error)) << i;
    }
    ASSERT_TRUE(server.feed(Peer(server).handshake(honest.messages[i])));
  }
}

// RFC 8446 4.2.6, 4.6.2: not to a client that does not offer it; such a client takes none.
TEST(LateRequest, NeedsTheClientsOffer) {
  Talk talk(client_config(), server_config());
  talk.run();
  EXPECT_TRUE(
      session::request_client_certificate(talk.server.session, *talk.server.config, inputs_of(7))
          .failure);
  Talk offered = connected_talk(true);
  ask(offered);
  ASSERT_TRUE(offered.carry(kServer));
  const Bytes request = offered.message(kServer, HandshakeType::certificate_request);
  Talk other(client_config(), server_config());
  other.run();
  EXPECT_TRUE(refuses(other.client, Peer(other.client).handshake(request), unexpected_message));
}

}  // namespace
}  // namespace stepshake::testing

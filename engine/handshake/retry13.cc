#include "handshake/retry13.h"

#include <algorithm>

#include "crypto/cipher_suite.h"
#include "wire/server_hello.h"
#include "wire/value_codec.h"

namespace stepshake::handshake::server13 {
namespace {

// What a stateless server's cookie holds, sealed.
struct CookieContent {
  wire::CipherSuite cipher_suite{};
  wire::NamedGroup group{};
  Bytes unchanging_part;
  Bytes first_hello_hash;
};
STEPSHAKE_FIELDS(CookieContent, cipher_suite, group, unchanging_part, first_hello_hash)

// All that a second hello must not change, hashed: fields, and extensions but for those listed.
Bytes unchanging_part(wire::ClientHello hello) {
  using enum wire::ExtensionType;
  wire::RawExtensions extensions = wire::extensions_as_sent(hello);
  std::erase_if(extensions, [](const auto& extension) {
    return extension.type == key_share || extension.type == early_data ||
           extension.type == cookie || extension.type == pre_shared_key ||
           extension.type == padding;
  });
  hello.extensions = {};
  hello.extensions.others = std::move(extensions);
  return crypto::hash(crypto::HashAlgorithm::sha256, {encode(hello)});
}

wire::ServerHello retry_request(const wire::ClientHello& hello, wire::CipherSuite suite,
                                wire::NamedGroup group, const Bytes& cookie) {
  wire::ServerHelloExtensions extensions;
  extensions.supported_versions = wire::ProtocolVersion::tls_1_3;
  extensions.retry_group = group;
  if (!cookie.empty()) extensions.cookie = cookie;
  wire::ServerHello request;
  request.random = wire::kHelloRetryRequestRandom;
  request.legacy_session_id_echo = hello.legacy_session_id;
  request.cipher_suite = suite;
  request.extensions = wire::encode_server_hello_extensions(extensions);
  return request;
}

Bytes make_cookie(const CookieContent& content, Turn& turn) {
  wire::Writer writer;
  wire::Encoder(writer).put(content);
  const auto nonce = turn.random.array<crypto::kNonceSize>();
  return policy::seal_with(turn.config.ticket_keys.front(), "cookie", nonce, writer.written());
}

}  // namespace

WaitSecondClientHello send_retry_request(const wire::ClientHello& hello,
                                         const policy::Choice& choice, Turn& turn) {
  const crypto::HashAlgorithm hash = crypto::facts_of(choice.cipher_suite)->hash;
  WaitSecondClientHello next{choice.cipher_suite, *choice.group, unchanging_part(hello), {}};
  if (turn.config.stateless_retry) {
    next.cookie = make_cookie(
        {next.cipher_suite, next.group, next.unchanging_part, turn.transcript.hash(hash)}, turn);
  }
  turn.transcript.replace_with_message_hash(hash, false);
  turn.send(retry_request(hello, next.cipher_suite, next.group, next.cookie));
  turn.facts.hello_retry_request = true;
  return next;
}

Result<WaitSecondClientHello> restore_from_cookie(const wire::ClientHello& hello, Turn& turn) {
  const Bytes& cookie = *hello.extensions.cookie;
  const auto opened = policy::open_with(turn.config.ticket_keys, "cookie", cookie);
  // RFC 8446 4.2.2: a cookie that is not ours; the hello cannot be the second one.
  if (!opened) return fail(Reason::bad_cookie, "the cookie is not of this server");
  CookieContent content;
  wire::Decoder decoder(*opened);
  TRY(decoder.get(content));
  const Bytes second_hello = std::move(turn.transcript.messages);
  turn.transcript.clear();
  // RFC 8446 4.2.2: the transcript is rebuilt from the first hello's hash and the retry request's fields.
  turn.transcript.add(wire::frame(wire::HandshakeType::message_hash, content.first_hello_hash));
  turn.transcript.add(
      wire::frame(wire::ServerHello::kType,
                  encode(retry_request(hello, content.cipher_suite, content.group, cookie))));
  turn.transcript.add(second_hello);
  turn.facts.hello_retry_request = true;
  return WaitSecondClientHello{content.cipher_suite, content.group, content.unchanging_part,
                               cookie};
}

Result<void> check_second_hello(const WaitSecondClientHello& state,
                                const wire::ClientHello& hello) {
  if (unchanging_part(hello) != state.unchanging_part) {
    return fail(Reason::client_hello_changed, "the second ClientHello changed what it must keep");
  }
  if (hello.extensions.cookie.value_or(Bytes{}) != state.cookie) {
    return fail(Reason::bad_cookie, "the cookie is not the one that was sent");
  }
  const auto& shares = hello.extensions.key_share;
  // RFC 8446 4.1.2: one share, in the group that was asked for.
  if (!shares || shares->size() != 1 || shares->front().group != state.group) {
    return fail(Reason::bad_key_share, "not exactly the share that HelloRetryRequest asked for");
  }
  // RFC 8446 4.2.10: early_data is not allowed after HelloRetryRequest.
  if (hello.extensions.early_data) {
    return fail(Reason::client_hello_changed, "early_data in the second ClientHello");
  }
  return {};
}

}  // namespace stepshake::handshake::server13

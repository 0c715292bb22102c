#include "handshake/server13.h"

#include <algorithm>

#include "handshake/authentication.h"
#include "handshake/key_update13.h"
#include "policy/negotiation.h"
#include "wire/certificate_request.h"
#include "wire/encrypted_extensions.h"
#include "wire/server_hello.h"

namespace stepshake::handshake::server13 {
namespace {

Result<void> check_legacy_fields(const wire::ClientHello& hello) {
  // RFC 8446 4.1.2: exactly one byte, zero.
  if (hello.legacy_compression_methods != Bytes{0}) {
    return fail(Reason::legacy_compression, "legacy_compression_methods is not one zero");
  }
  return wire::check_places(hello.as_sent, wire::Place::client_hello);
}

// RFC 8446 4.1.2: all that a second hello must not change, hashed: fields, and extensions but for those listed.
Bytes unchanging_part(wire::ClientHello hello) {
  using enum wire::ExtensionType;
  std::erase_if(hello.as_sent, [](const auto& extension) {
    return extension.type == key_share || extension.type == early_data ||
           extension.type == cookie || extension.type == pre_shared_key ||
           extension.type == padding;
  });
  hello.extensions = {};
  hello.extensions.others = hello.as_sent;
  return crypto::hash(crypto::HashAlgorithm::sha256, {encode(hello)});
}

void send_hello(const wire::ClientHello& client, wire::CipherSuite suite, const wire::Random& random,
                wire::ServerHelloExtensions extensions, Turn& turn) {
  extensions.supported_versions = wire::ProtocolVersion::tls_1_3;
  wire::ServerHello hello;
  hello.random = random;
  hello.legacy_session_id_echo = client.legacy_session_id;
  hello.cipher_suite = suite;
  hello.extensions = wire::encode_server_hello_extensions(extensions);
  turn.send(hello);
}

// RFC 8446 D.4: after the server's first message, to a client whose session id asks for it.
void send_dummy_change_cipher_spec(const wire::ClientHello& client, Turn& turn) {
  if (turn.config.middlebox_compatibility && !client.legacy_session_id.empty()) {
    turn.change_cipher_spec();
  }
}

WaitSecondClientHello ask_again(const wire::ClientHello& hello, const policy::Choice& choice,
                                Turn& turn) {
  turn.transcript.replace_with_message_hash(crypto::facts_of(choice.cipher_suite)->hash, false);
  wire::ServerHelloExtensions extensions;
  extensions.retry_group = choice.group;
  send_hello(hello, choice.cipher_suite, wire::kHelloRetryRequestRandom, extensions, turn);
  send_dummy_change_cipher_spec(hello, turn);
  turn.facts.hello_retry_request = true;
  return {choice.cipher_suite, choice.group, unchanging_part(hello)};
}

// ServerHello, and the keys that come with it.
Result<HandshakeKeys> agree_on_keys(const wire::ClientHello& hello, const policy::Choice& choice,
                                    Turn& turn) {
  const auto& share = (*hello.extensions.key_share)[*choice.share];
  TRY_ASSIGN(const crypto::Answer answer,
             crypto::answer(choice.group, share.key_exchange, turn.random));
  wire::ServerHelloExtensions extensions;
  extensions.key_share = {choice.group, answer.public_key};
  send_hello(hello, choice.cipher_suite, turn.random.array<32>(), extensions, turn);
  const crypto::HashAlgorithm hash = crypto::facts_of(choice.cipher_suite)->hash;
  const auto secret =
      schedule::handshake_secret(schedule::early_secret(hash, {}), answer.shared_secret.view());
  const auto traffic = schedule::handshake_traffic(secret, turn.transcript.hash(hash));
  if (!turn.facts.hello_retry_request) send_dummy_change_cipher_spec(hello, turn);
  turn.install_read_keys(choice.cipher_suite, traffic.client);
  turn.install_write_keys(choice.cipher_suite, traffic.server);
  return HandshakeKeys{choice.cipher_suite, traffic, schedule::master_secret(secret)};
}

void send_encrypted_extensions(const policy::Choice& choice, Turn& turn) {
  wire::EncryptedExtensions message;
  message.alpn = choice.alpn_protocol;
  turn.send(message);
}

void send_certificate_request(Turn& turn) {
  wire::CertificateRequest message;
  message.signature_algorithms = turn.config.signature_schemes;
  if (!turn.config.certificate_signature_schemes.empty()) {
    message.signature_algorithms_cert = turn.config.certificate_signature_schemes;
  }
  if (turn.config.trust.size() > 0) {
    message.certificate_authorities = turn.config.trust.subjects();
  }
  turn.send(message);
}

// RFC 8446 2: the server's whole first flight, from ServerHello to Finished.
Result<Next<WaitCertificate, WaitFinished>> send_flight(const wire::ClientHello& hello,
                                                        const policy::Choice& choice, Turn& turn) {
  using Outcome = Next<WaitCertificate, WaitFinished>;
  const policy::Identity& identity = turn.config.identities[choice.identity];
  const bool ask = turn.config.client_authentication != policy::ClientAuthentication::none;
  turn.facts.cipher_suite = choice.cipher_suite;
  turn.facts.group = choice.group;
  turn.facts.alpn_protocol = choice.alpn_protocol;
  turn.facts.server_name = hello.extensions.server_name.value_or("");
  TRY_ASSIGN(HandshakeKeys keys, agree_on_keys(hello, choice, turn));
  const crypto::HashAlgorithm hash = keys.master.hash;
  send_encrypted_extensions(choice, turn);
  if (ask) send_certificate_request(turn);
  send_certificate(&identity, {}, turn);
  TRY(send_certificate_verify(identity, choice.signature_scheme, Signer::server, hash, turn));
  send_finished(keys.traffic.server, turn);
  const Bytes to_server_finished = turn.transcript.hash(hash);
  ApplicationKeys application{
      keys.cipher_suite, schedule::application_traffic(keys.master, to_server_finished),
      schedule::exporter_master_secret(keys.master, to_server_finished), Secret()};
  turn.install_write_keys(keys.cipher_suite, application.traffic.server);
  if (ask) return Outcome(WaitCertificate{std::move(keys), std::move(application)});
  return Outcome(WaitFinished{std::move(keys), std::move(application)});
}

}  // namespace

Result<Flight> receive_hello(const wire::ClientHello& hello, Turn& turn) {
  TRY(check_legacy_fields(hello));
  TRY_ASSIGN(const policy::Choice choice, policy::negotiate(hello, turn.config));
  if (!choice.share) return Flight(ask_again(hello, choice, turn));
  TRY_ASSIGN(auto next, send_flight(hello, choice, turn));
  return std::visit([](auto&& state) { return Flight(std::move(state)); }, std::move(next));
}

Result<Next<WaitCertificate, WaitFinished>> on(WaitSecondClientHello state,
                                               const wire::ClientHello& hello, Turn& turn) {
  TRY(check_legacy_fields(hello));
  if (unchanging_part(hello) != state.unchanging_part) {
    return fail(Reason::client_hello_changed, "the second ClientHello changed what it must keep");
  }
  TRY_ASSIGN(policy::Choice choice, policy::negotiate(hello, turn.config));
  const auto& shares = *hello.extensions.key_share;
  // RFC 8446 4.1.2: the second hello has one share, in the group that was asked for.
  if (shares.size() != 1 || shares.front().group != state.group) {
    return fail(Reason::bad_key_share, "not exactly the share that HelloRetryRequest asked for");
  }
  // RFC 8446 4.2.10: early_data is not allowed after HelloRetryRequest.
  if (hello.extensions.early_data) {
    return fail(Reason::client_hello_changed, "early_data in the second ClientHello");
  }
  choice.cipher_suite = state.cipher_suite;
  choice.group = state.group;
  choice.share = 0;
  return send_flight(hello, choice, turn);
}

Result<Next<WaitCertificateVerify, WaitFinished>> on(WaitCertificate state,
                                                     const wire::Certificate& message, Turn& turn) {
  using Outcome = Next<WaitCertificateVerify, WaitFinished>;
  if (!message.certificate_request_context.empty()) {
    return fail(Reason::bad_request_context, "the context is not the request's");
  }
  for (const auto& entry : message.certificate_list) {
    // RFC 8446 4.4.2: extensions in an entry MUST correspond to ones in the CertificateRequest; it had none of them.
    TRY(wire::check_solicited(entry.extensions, {}, wire::Place::certificate));
  }
  if (message.certificate_list.empty()) {
    // RFC 8446 4.4.2.4: the server MAY go on without, or abort with certificate_required.
    if (turn.config.client_authentication == policy::ClientAuthentication::require) {
      return fail(Reason::certificate_missing, "the client sent no certificate");
    }
    return Outcome(WaitFinished{std::move(state.keys), std::move(state.application)});
  }
  TRY(check_chain(message, crypto::Purpose::client, turn));
  return Outcome(WaitCertificateVerify{std::move(state.keys), std::move(state.application)});
}

Result<Next<WaitFinished>> on(WaitCertificateVerify state, const wire::CertificateVerify& message,
                              Turn& turn) {
  TRY(check_certificate_verify(message, Signer::client, state.keys.master.hash, turn));
  return Next<WaitFinished>(WaitFinished{std::move(state.keys), std::move(state.application)});
}

Result<Next<Connected>> on(WaitFinished state, const wire::Finished& message, Turn& turn) {
  TRY(check_finished(message, state.keys.traffic.client, turn));
  turn.install_read_keys(state.keys.cipher_suite, state.application.traffic.client);
  state.application.resumption_master_secret = schedule::resumption_master_secret(
      state.keys.master, turn.transcript.hash(state.keys.master.hash));
  return Next<Connected>(Connected{std::move(state.application)});
}

Result<Next<Connected>> on(Connected state, const wire::KeyUpdate& message, Turn& turn) {
  receive_key_update(state.keys, message, policy::Role::server, turn);
  return Next<Connected>(std::move(state));
}

}  // namespace stepshake::handshake::server13

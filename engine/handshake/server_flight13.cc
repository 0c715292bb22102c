#include "handshake/server_flight13.h"

#include <utility>

#include "handshake/answers.h"
#include "handshake/authentication.h"
#include "handshake/post_handshake_auth13.h"
#include "handshake/psk13.h"
#include "wire/encrypted_extensions.h"
#include "wire/server_hello.h"

namespace stepshake::handshake::server13 {
namespace {

void send_hello(const wire::ClientHello& client, wire::CipherSuite suite,
                const wire::Random& random, wire::ServerHelloExtensions extensions, Turn& turn) {
  extensions.supported_versions = wire::ProtocolVersion::tls_1_3;
  wire::ServerHello hello;
  hello.random = random;
  hello.legacy_session_id_echo = client.legacy_session_id;
  hello.cipher_suite = suite;
  hello.extensions = wire::encode_server_hello_extensions(extensions);
  turn.send(hello);
}

// ServerHello, and the keys that come with it.
Result<HandshakeKeys> agree_on_keys(const wire::ClientHello& hello, const policy::Choice& choice,
                                    Turn& turn) {
  wire::ServerHelloExtensions extensions;
  Secret shared;
  if (choice.group) {
    const auto& share = (*hello.extensions.key_share)[*choice.share];
    TRY_ASSIGN(crypto::Answer answer,
               crypto::answer(*choice.group, share.key_exchange, turn.random));
    extensions.key_share = {*choice.group, std::move(answer.public_key)};
    shared = std::move(answer.shared_secret);
  }
  if (choice.psk) extensions.pre_shared_key = choice.psk->index;
  send_hello(hello, choice.cipher_suite, turn.random.array<32>(), extensions, turn);
  const crypto::HashAlgorithm hash = crypto::facts_of(choice.cipher_suite)->hash;
  const auto early =
      schedule::early_secret(hash, choice.psk ? choice.psk->psk.key.view() : BytesView());
  return handshake_keys(choice.cipher_suite, early, shared.view(), turn);
}

// RFC 8446 4.2.10: 0-RTT data is read under its own keys, or skipped. The transcript is the ClientHello.
std::optional<schedule::TrafficSecret> settle_early_data(const wire::ClientHello& hello,
                                                         const policy::Choice& choice, Turn& turn) {
  if (!hello.extensions.early_data) return std::nullopt;
  const bool accepted = !turn.facts.hello_retry_request &&
                        policy::accepts_early_data(hello, choice, turn.config, turn.now);
  turn.facts.early_data = accepted ? EarlyData::accepted : EarlyData::rejected;
  if (!accepted) {
    turn.expect_early_data(false, turn.config.limits.skipped_early_data);
    return std::nullopt;
  }
  turn.expect_early_data(true, turn.config.max_early_data);
  return early_traffic(choice.psk->psk, turn);
}

void send_encrypted_extensions(const policy::Choice& choice, wire::ServerAnswers answers,
                               Turn& turn) {
  wire::EncryptedExtensions message;
  message.answers = std::move(answers);
  message.answers.alpn = choice.alpn_protocol;
  message.early_data = turn.facts.early_data == EarlyData::accepted;
  turn.send(message);
}

void record(const wire::ClientHello& hello, const policy::Choice& choice, Facts& facts) {
  facts.cipher_suite = choice.cipher_suite;
  facts.group = choice.group;
  facts.alpn_protocol = choice.alpn_protocol;
  facts.server_name = hello.extensions.server_name.value_or("");
  facts.post_handshake_auth = hello.extensions.post_handshake_auth;
  if (choice.psk) {
    facts.psk = choice.psk->psk.origin;
    facts.peer_certificates = choice.psk->psk.peer_certificates;
  }
}

// RFC 8446 4.3.2: a server that authenticates with a PSK MUST NOT ask for a certificate in the handshake.
bool asks_for_certificate(const Turn& turn) {
  return !turn.facts.psk && turn.config.client_authentication != policy::ClientAuthentication::none;
}

}  // namespace

// RFC 8446 D.4: after the server's first message, to a client whose session id asks for it.
void send_dummy_change_cipher_spec(const wire::ClientHello& client, Turn& turn) {
  if (turn.config.middlebox_compatibility && !client.legacy_session_id.empty()) {
    turn.change_cipher_spec();
  }
}

Flight conclude_flight(HandshakeKeys keys, bool takes_tickets, Turn& turn) {
  send_finished(keys.traffic.server, turn);
  ApplicationKeys application = application_keys(keys, turn);
  turn.install_write_keys(Epoch::application, keys.cipher_suite, application.traffic.server);
  if (turn.facts.early_data == EarlyData::accepted) {
    return WaitEndOfEarlyData{std::move(keys), std::move(application), takes_tickets};
  }
  if (asks_for_certificate(turn)) {
    return WaitCertificate{std::move(keys), std::move(application), takes_tickets};
  }
  return WaitFinished{std::move(keys), std::move(application), takes_tickets};
}

Result<Flight> send_flight(const wire::ClientHello& hello, const policy::Choice& choice,
                           Turn& turn) {
  record(hello, choice, turn.facts);
  const bool certified = choice.certificate.has_value();
  TRY_ASSIGN(auto answers,
             choose_answers(hello, {certified, certified && asks_for_certificate(turn)}, turn));
  const auto early = settle_early_data(hello, choice, turn);
  TRY_ASSIGN(HandshakeKeys keys, agree_on_keys(hello, choice, turn));
  if (!turn.facts.hello_retry_request) send_dummy_change_cipher_spec(hello, turn);
  turn.install_read_keys(early ? Epoch::early_data : Epoch::handshake, keys.cipher_suite,
                         early ? *early : keys.traffic.client);
  turn.install_write_keys(Epoch::handshake, keys.cipher_suite, keys.traffic.server);
  limit_sent_records(turn);
  send_encrypted_extensions(choice, std::move(answers), turn);
  limit_all_records(turn);
  if (!choice.certificate) return conclude_flight(std::move(keys), choice.takes_tickets, turn);
  const policy::Identity& identity = turn.config.identities[choice.certificate->identity];
  const wire::SignatureScheme scheme = choice.certificate->scheme;
  if (asks_for_certificate(turn)) turn.send(certificate_request({}, turn.config));
  send_server_certificate(identity, hello.extensions, turn);
  if (identity.key.is_remote()) {
    return Flight(AwaitSignature{std::move(keys), scheme, choice.takes_tickets});
  }
  TRY(send_certificate_verify(identity, scheme, Signer::server, keys.master.hash, turn));
  return conclude_flight(std::move(keys), choice.takes_tickets, turn);
}

}  // namespace stepshake::handshake::server13

#include "handshake/server13.h"

#include <utility>

#include "handshake/authentication.h"
#include "handshake/key_update13.h"
#include "handshake/post_handshake_auth13.h"
#include "handshake/psk13.h"
#include "handshake/retry13.h"
#include "handshake/tickets13.h"
#include "policy/negotiation.h"
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

// RFC 8446 D.4: after the server's first message, to a client whose session id asks for it.
void send_dummy_change_cipher_spec(const wire::ClientHello& client, Turn& turn) {
  if (turn.config.middlebox_compatibility && !client.legacy_session_id.empty()) {
    turn.change_cipher_spec();
  }
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

void send_encrypted_extensions(const policy::Choice& choice, Turn& turn) {
  wire::EncryptedExtensions message;
  message.alpn = choice.alpn_protocol;
  message.early_data = turn.facts.early_data == EarlyData::accepted;
  turn.send(message);
}

// The flight's middle: what proves who the server is. Nothing where a PSK does.
Result<void> send_proof(const policy::Choice& choice, bool ask, crypto::HashAlgorithm hash,
                        Turn& turn) {
  // RFC 8446 4.3.2: a server that authenticates with a PSK MUST NOT ask for a certificate here.
  if (!choice.certificate) return {};
  const policy::Identity& identity = turn.config.identities[choice.certificate->identity];
  if (ask) turn.send(certificate_request({}, turn.config));
  send_certificate(&identity, {}, turn);
  return send_certificate_verify(identity, choice.certificate->scheme, Signer::server, hash, turn);
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

// RFC 8446 2: the server's whole first flight, from ServerHello to Finished.
Result<LastFlight> send_flight(const wire::ClientHello& hello, const policy::Choice& choice,
                               Turn& turn) {
  const bool ask =
      choice.certificate && turn.config.client_authentication != policy::ClientAuthentication::none;
  record(hello, choice, turn.facts);
  const auto early = settle_early_data(hello, choice, turn);
  TRY_ASSIGN(HandshakeKeys keys, agree_on_keys(hello, choice, turn));
  if (!turn.facts.hello_retry_request) send_dummy_change_cipher_spec(hello, turn);
  turn.install_read_keys(keys.cipher_suite, early ? *early : keys.traffic.client);
  turn.install_write_keys(keys.cipher_suite, keys.traffic.server);
  send_encrypted_extensions(choice, turn);
  TRY(send_proof(choice, ask, keys.master.hash, turn));
  send_finished(keys.traffic.server, turn);
  ApplicationKeys application = application_keys(keys, turn);
  turn.install_write_keys(keys.cipher_suite, application.traffic.server);
  const bool tickets = choice.takes_tickets;
  if (early) {
    return LastFlight(WaitEndOfEarlyData{std::move(keys), std::move(application), tickets});
  }
  if (ask) return LastFlight(WaitCertificate{std::move(keys), std::move(application), tickets});
  return LastFlight(WaitFinished{std::move(keys), std::move(application), tickets});
}

// The answer to a hello that has all that it needs, first or second.
Result<LastFlight> answer(const wire::ClientHello& hello, const policy::Choice& choice,
                          Turn& turn) {
  if (choice.psk) TRY(check_binder(hello, *choice.psk, turn));
  return send_flight(hello, choice, turn);
}

Flight widen(LastFlight flight) {
  return std::visit([](auto&& state) { return Flight(std::forward<decltype(state)>(state)); },
                    std::move(flight));
}

}  // namespace

Result<Flight> receive_hello(const wire::ClientHello& hello, Turn& turn) {
  TRY(check_legacy_fields(hello));
  if (turn.config.stateless_retry && hello.extensions.cookie) {
    TRY_ASSIGN(auto state, restore_from_cookie(hello, turn));
    TRY_ASSIGN(auto flight, on(std::move(state), hello, turn));
    return widen(std::move(flight));
  }
  TRY_ASSIGN(const auto choice, policy::negotiate(hello, turn.config, turn.now));
  if (choice.needs_retry()) {
    if (hello.extensions.early_data) {
      turn.facts.early_data = EarlyData::rejected;
      turn.expect_early_data(false, turn.config.limits.skipped_early_data);
    }
    auto next = send_retry_request(hello, choice, turn);
    send_dummy_change_cipher_spec(hello, turn);
    return Flight(std::move(next));
  }
  TRY_ASSIGN(auto flight, answer(hello, choice, turn));
  return widen(std::move(flight));
}

Result<LastFlight> on(WaitSecondClientHello state, const wire::ClientHello& hello, Turn& turn) {
  TRY(check_legacy_fields(hello));
  TRY(check_second_hello(state, hello));
  TRY_ASSIGN(auto choice, policy::negotiate(hello, turn.config, turn.now, state.cipher_suite));
  return answer(hello, choice, turn);
}

Result<Next<WaitFinished>> on(WaitEndOfEarlyData state, const wire::EndOfEarlyData& /*message*/,
                              Turn& turn) {
  turn.install_read_keys(state.keys.cipher_suite, state.keys.traffic.client);
  return Next<WaitFinished>(
      WaitFinished{std::move(state.keys), std::move(state.application), state.takes_tickets});
}

Result<Next<WaitCertificateVerify, WaitFinished>> on(WaitCertificate state,
                                                     const wire::Certificate& message, Turn& turn) {
  using Outcome = Next<WaitCertificateVerify, WaitFinished>;
  if (!message.certificate_request_context.empty()) {
    return fail(Reason::bad_request_context, "the context is not the request's");
  }
  TRY(check_client_certificate(message, turn));
  if (message.certificate_list.empty()) {
    return Outcome(
        WaitFinished{std::move(state.keys), std::move(state.application), state.takes_tickets});
  }
  return Outcome(WaitCertificateVerify{std::move(state.keys), std::move(state.application),
                                       state.takes_tickets});
}

Result<Next<WaitFinished>> on(WaitCertificateVerify state, const wire::CertificateVerify& message,
                              Turn& turn) {
  TRY(check_certificate_verify(message, Signer::client, state.keys.master.hash, turn));
  return Next<WaitFinished>(
      WaitFinished{std::move(state.keys), std::move(state.application), state.takes_tickets});
}

Result<Next<Connected>> on(WaitFinished state, const wire::Finished& message, Turn& turn) {
  TRY(check_finished(message, state.keys.traffic.client, turn));
  turn.install_read_keys(state.keys.cipher_suite, state.application.traffic.client);
  state.application.resumption_master_secret = schedule::resumption_master_secret(
      state.keys.master, turn.transcript.hash(state.keys.master.hash));
  // RFC 8446 4.2.9: no tickets that the client has said it could not use.
  if (state.takes_tickets) send_tickets(state.application, turn);
  return Next<Connected>(Connected{std::move(state.application), {}});
}

Result<Next<Connected>> on(Connected state, const wire::KeyUpdate& message, Turn& turn) {
  receive_key_update(state.keys, message, policy::Role::server, turn);
  return Next<Connected>(std::move(state));
}

}  // namespace stepshake::handshake::server13

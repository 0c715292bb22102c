#include "handshake/client12.h"

#include <algorithm>
#include <utility>

#include "crypto/cipher_suite12.h"
#include "crypto/rsa_transport.h"
#include "handshake/authentication12.h"
#include "handshake/client_flight12.h"
#include "handshake/hello.h"
#include "handshake/sessions12.h"
#include "policy/negotiation12.h"

namespace stepshake::handshake::client12 {
namespace {

bool is_rsa_alone(const Agreed12& agreed) {
  return crypto::facts12_of(agreed.cipher_suite)->key_exchange == crypto::KeyExchange::rsa;
}

KeyUse use_of(const Agreed12& agreed) {
  const auto form = form_of(agreed.cipher_suite);
  return form.agreement == wire::KeyExchangeForm::Agreement::rsa ? KeyUse::encipherment
                                                                 : KeyUse::signing;
}

// RFC 5246 7.4.2: the key's kind is the suite's; RFC 8422 2.2: EdDSA keys go under ECDSA's name.
Result<void> check_key_kind(const Agreed12& agreed, const Turn& turn) {
  TRY_ASSIGN(const crypto::PublicKey key, peer_key(Signer::server, turn.facts));
  const auto& suite = *crypto::facts12_of(agreed.cipher_suite);
  const bool transport = use_of(agreed) == KeyUse::encipherment;
  const bool rsa =
      key.type() == crypto::KeyType::rsa || (key.type() == crypto::KeyType::rsa_pss && !transport);
  const bool fits = suite.authentication == crypto::Authentication::rsa
                        ? rsa
                        : !rsa && key.type() != crypto::KeyType::unsupported;
  if (!fits) return fail(Reason::bad_certificate_type, "the leaf's key is not of the suite's kind");
  // RFC 8017 7.2.1: a key that is too short has no room for the secret.
  if (transport && !crypto::can_transport(key)) {
    return fail(Reason::certificate_unsupported,
                "the leaf's key of " + std::to_string(key.bits()) + " bits is too short");
  }
  return {};
}

AfterDecision next_of(Agreed12 agreed) {
  const auto exchange = crypto::facts12_of(agreed.cipher_suite)->key_exchange;
  const bool status = agreed.status_announced;
  if (is_rsa_alone(agreed)) {
    if (status) return WaitCertificateStatusOrRequest{std::move(agreed)};
    return WaitRequestOrDone{std::move(agreed), {}};
  }
  if (!crypto::is_ephemeral(exchange)) return WaitKeyExchangeOrDone{std::move(agreed)};
  if (status) return WaitCertificateStatusOrKeyExchange{std::move(agreed)};
  return WaitServerKeyExchange{std::move(agreed)};
}

template <class To, class From>
To widen(From next) {
  return std::visit([](auto&& state) { return To(std::forward<decltype(state)>(state)); },
                    std::move(next));
}

// RFC 8422 5.1.1: an ECDSA key is on a curve that the hello named.
Result<void> check_key_curve(const Turn& turn) {
  TRY_ASSIGN(const crypto::PublicKey key, peer_key(Signer::server, turn.facts));
  TRY_ASSIGN(const wire::ClientHello offered, last_hello(turn.transcript));
  if (policy::allows_curve_of(key.type(), offered)) return {};
  return fail(Reason::bad_curve, "the leaf's key is on a curve that was not offered");
}

Result<void> check_group(const wire::ServerEcdhParams& params, const Turn& turn) {
  const auto& groups = turn.config.groups;
  // RFC 8422 5.4: a curve that the client did not name is illegal_parameter.
  const bool offered = policy::is_curve(params.group) &&
                       std::find(groups.begin(), groups.end(), params.group) != groups.end();
  if (offered) return {};
  return fail(Reason::bad_curve, wire::shown(params.group) + " was not offered");
}

Result<PeerShare> take_share(const wire::ServerKeyExchange& message, Turn& turn) {
  PeerShare share;
  if (message.ecdh) {
    TRY(check_group(*message.ecdh, turn));
    share.curve = message.ecdh->group;
    share.public_key = message.ecdh->public_key;
    turn.facts.group = share.curve;
  }
  if (message.dh) {
    share.dhe = {message.dh->p, message.dh->g};
    share.public_key = message.dh->public_key;
    // RFC 7919 3.1: a group that the client did not name, or none of RFC 7919's, is taken where it is strong enough.
    TRY(crypto::check(*share.dhe, turn.config.least_dhe_bits));
    turn.facts.group = crypto::name_of(*share.dhe);
  }
  return share;
}

Result<AfterKeyExchange> receive_key_exchange(Agreed12 agreed,
                                              const wire::ServerKeyExchange& message, Turn& turn) {
  // RFC 5246 7.4.3: the signature first; what it covers is the server's then.
  if (message.proof) {
    TRY(check_signature12(*message.proof, content_of_params(agreed.randoms, encode_params(message)),
                          Signer::server, turn));
  }
  TRY_ASSIGN(PeerShare share, take_share(message, turn));
  // RFC 4279 2: no CertificateRequest where there is no Certificate.
  if (!crypto::has_certificate(crypto::facts12_of(agreed.cipher_suite)->key_exchange)) {
    return AfterKeyExchange(WaitServerHelloDone{std::move(agreed), std::move(share), {}});
  }
  return AfterKeyExchange(WaitRequestOrDone{std::move(agreed), std::move(share)});
}

Result<LastFlight> begin_last_flight(Agreed12 agreed, PeerShare share,
                                     std::optional<wire::CertificateRequest12> request,
                                     Turn& turn) {
  if (request && turn.config.pause_on.certificate) {
    return LastFlight(
        AwaitCertificateChoice{std::move(agreed), std::move(share), std::move(*request)});
  }
  TRY_ASSIGN(auto next, send_last_flight(std::move(agreed), share, request, turn));
  return widen<LastFlight>(std::move(next));
}

}  // namespace

Result<AfterCertificate> on(WaitCertificate state, const wire::Certificate12& message, Turn& turn) {
  // RFC 5246 7.4.2: the server's list is not empty.
  if (message.certificate_list.empty()) {
    return fail(Reason::certificate_list_empty, "the server sent no certificate");
  }
  TRY(check_chain(message.certificate_list, crypto::Purpose::server, use_of(state.agreed), turn));
  TRY(check_key_kind(state.agreed, turn));
  TRY(check_key_curve(turn));
  if (turn.config.pause_on.verify) {
    return AfterCertificate(AwaitVerifyDecision{std::move(state.agreed)});
  }
  return widen<AfterCertificate>(next_of(std::move(state.agreed)));
}

Result<AfterDecision> answer(AwaitVerifyDecision state, const GoOn& /*answer*/, Turn& /*turn*/) {
  return next_of(std::move(state.agreed));
}

Result<Next<WaitServerKeyExchange>> on(WaitCertificateStatusOrKeyExchange state,
                                       const wire::CertificateStatus& message, Turn& turn) {
  turn.facts.ocsp_response = message.ocsp_response;
  return Next<WaitServerKeyExchange>(WaitServerKeyExchange{std::move(state.agreed)});
}

Result<Next<WaitRequestOrDone>> on(WaitCertificateStatusOrRequest state,
                                   const wire::CertificateStatus& message, Turn& turn) {
  turn.facts.ocsp_response = message.ocsp_response;
  return Next<WaitRequestOrDone>(WaitRequestOrDone{std::move(state.agreed), {}});
}

Result<Next<WaitKeyExchangeOrDone>> on(WaitKeyExchangeOrDone state,
                                       const wire::CertificateStatus& message, Turn& turn) {
  if (!std::exchange(state.agreed.status_announced, false)) {
    return fail(Reason::unexpected_message, "CertificateStatus that was not announced");
  }
  turn.facts.ocsp_response = message.ocsp_response;
  return Next<WaitKeyExchangeOrDone>(std::move(state));
}

Result<AfterKeyExchange> on(WaitCertificateStatusOrKeyExchange state,
                            const wire::ServerKeyExchange& message, Turn& turn) {
  return receive_key_exchange(std::move(state.agreed), message, turn);
}

Result<AfterKeyExchange> on(WaitServerKeyExchange state, const wire::ServerKeyExchange& message,
                            Turn& turn) {
  return receive_key_exchange(std::move(state.agreed), message, turn);
}

Result<Next<WaitServerHelloDone>> on(WaitKeyExchangeOrDone state,
                                     const wire::ServerKeyExchange& message, Turn& turn) {
  TRY_ASSIGN(PeerShare share, take_share(message, turn));
  return Next<WaitServerHelloDone>(
      WaitServerHelloDone{std::move(state.agreed), std::move(share), {}});
}

Result<Next<WaitServerHelloDone>> on(WaitCertificateStatusOrRequest state,
                                     const wire::CertificateRequest12& message, Turn& /*turn*/) {
  return Next<WaitServerHelloDone>(WaitServerHelloDone{std::move(state.agreed), {}, message});
}

Result<Next<WaitServerHelloDone>> on(WaitRequestOrDone state,
                                     const wire::CertificateRequest12& message, Turn& /*turn*/) {
  return Next<WaitServerHelloDone>(
      WaitServerHelloDone{std::move(state.agreed), std::move(state.share), message});
}

Result<LastFlight> on(WaitCertificateStatusOrRequest state,
                      const wire::ServerHelloDone& /*message*/, Turn& turn) {
  return begin_last_flight(std::move(state.agreed), {}, {}, turn);
}

Result<LastFlight> on(WaitKeyExchangeOrDone state, const wire::ServerHelloDone& /*message*/,
                      Turn& turn) {
  return begin_last_flight(std::move(state.agreed), {}, {}, turn);
}

Result<LastFlight> on(WaitRequestOrDone state, const wire::ServerHelloDone& /*message*/,
                      Turn& turn) {
  return begin_last_flight(std::move(state.agreed), std::move(state.share), {}, turn);
}

Result<LastFlight> on(WaitServerHelloDone state, const wire::ServerHelloDone& /*message*/,
                      Turn& turn) {
  return begin_last_flight(std::move(state.agreed), std::move(state.share),
                           std::move(state.request), turn);
}

Result<AfterLastFlight> answer(AwaitCertificateChoice state, const GoOn& /*answer*/, Turn& turn) {
  return send_last_flight(std::move(state.agreed), state.share, std::move(state.request), turn);
}

Result<AfterOurFinished> answer(AwaitSignature state, const Signature& signature, Turn& turn) {
  turn.send(wire::CertificateVerify12{signed_elsewhere12(
      state.scheme, signature.signature, Signer::client, state.agreed.version, turn)});
  return finish_flight(std::move(state.agreed), std::move(state.master), turn);
}

Result<Next<WaitChangeCipherSpec>> on(WaitNewSessionTicket state,
                                      const wire::NewSessionTicket12& message, Turn& turn) {
  auto session = session_of(state.agreed, state.master, message, turn);
  return Next<WaitChangeCipherSpec>(
      WaitChangeCipherSpec{std::move(state.agreed), std::move(state.master),
                           std::move(state.client_verify_data), std::move(session)});
}

Result<Next<WaitFinished>> on(WaitChangeCipherSpec state, const wire::ChangeCipherSpec& /*message*/,
                              Turn& turn) {
  install_peer_keys12(state.agreed, state.master, Signer::server, turn);
  return Next<WaitFinished>(WaitFinished{std::move(state.agreed), std::move(state.master),
                                         std::move(state.client_verify_data),
                                         std::move(state.session)});
}

Result<Next<Connected>> on(WaitFinished state, const wire::Finished& message, Turn& turn) {
  TRY(check_finished12(message, state.master, Signer::server, turn));
  if (state.agreed.resumed) {
    state.client_verify_data = send_finished12(state.agreed, state.master, Signer::client, turn);
  }
  if (state.session) turn.keep_ticket(std::move(*state.session));
  return Next<Connected>(Connected{
      {std::move(state.master), state.agreed.randoms, std::move(state.client_verify_data),
       message.verify_data, state.agreed.secure_renegotiation, state.agreed.encrypt_then_mac}});
}

}  // namespace stepshake::handshake::client12

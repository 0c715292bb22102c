#include "handshake/server12.h"

#include <algorithm>
#include <utility>

#include "crypto/rsa_transport.h"
#include "handshake/authentication12.h"
#include "handshake/hello.h"
#include "handshake/sessions12.h"

namespace stepshake::handshake::server12 {
namespace {

using Agreement = wire::KeyExchangeForm::Agreement;

// RFC 5246 7.4.7.1: what comes of it is a secret in any case, ours or another one.
Result<Secret> decipher(const ServerShare& share, BytesView encrypted, Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello hello, last_hello(turn.transcript));
  const auto& identities = turn.config.identities;
  if (!share.identity || *share.identity >= identities.size() ||
      identities[*share.identity].key.is_remote()) {
    return fail(Reason::internal_error, "the key of the Certificate is no longer there");
  }
  return crypto::rsa_decrypt_premaster(identities[*share.identity].key, encrypted,
                                       hello.legacy_version, turn.random);
}

Result<Secret> agree(const ServerShare& share, const wire::ClientKeyExchange& message, Turn& turn) {
  switch (message.agreement) {
    case Agreement::none: return Secret();
    case Agreement::ecdhe: return crypto::conclude(*share.curve, message.exchange_keys);
    case Agreement::dhe: return crypto::dhe_conclude(*share.dhe, message.exchange_keys);
    case Agreement::rsa: break;
  }
  return decipher(share, message.exchange_keys, turn);
}

Result<Secret> premaster_of(const ServerShare& share, const wire::ClientKeyExchange& message,
                            Turn& turn) {
  TRY_ASSIGN(Secret premaster, agree(share, message, turn));
  if (!message.psk_identity) return premaster;
  const auto& psks = turn.config.psks;
  const auto psk = std::find_if(psks.begin(), psks.end(), [&](const auto& each) {
    return each.origin == policy::PskOrigin::external && each.identity == *message.psk_identity;
  });
  // RFC 4279 2
  if (psk == psks.end()) return fail(Reason::unknown_psk_identity, "the client's PSK is not known");
  turn.facts.psk = policy::PskOrigin::external;
  return schedule::psk_premaster(premaster.view(), psk->key.view());
}

}  // namespace

Result<Next<AwaitVerifyDecision, WaitClientKeyExchange>> on(WaitCertificate state,
                                                            const wire::Certificate12& message,
                                                            Turn& turn) {
  using Outcome = Next<AwaitVerifyDecision, WaitClientKeyExchange>;
  if (message.certificate_list.empty()) {
    // RFC 5246 7.4.6: the server may go on without, or answer with handshake_failure.
    if (turn.config.client_authentication == policy::ClientAuthentication::require) {
      return fail(Reason::certificate_missing12, "the client sent no certificate");
    }
    return Outcome(WaitClientKeyExchange{std::move(state.agreed), std::move(state.share), false});
  }
  TRY(check_chain(message.certificate_list, crypto::Purpose::client, KeyUse::signing, turn));
  if (turn.config.pause_on.verify) {
    return Outcome(AwaitVerifyDecision{std::move(state.agreed), std::move(state.share)});
  }
  return Outcome(WaitClientKeyExchange{std::move(state.agreed), std::move(state.share), true});
}

Result<WaitClientKeyExchange> answer(AwaitVerifyDecision state, const GoOn& /*answer*/,
                                     Turn& /*turn*/) {
  return WaitClientKeyExchange{std::move(state.agreed), std::move(state.share), true};
}

Result<Next<WaitCertificateVerify, WaitChangeCipherSpec>> on(WaitClientKeyExchange state,
                                                             const wire::ClientKeyExchange& message,
                                                             Turn& turn) {
  using Outcome = Next<WaitCertificateVerify, WaitChangeCipherSpec>;
  TRY_ASSIGN(const Secret premaster, premaster_of(state.share, message, turn));
  auto master = conclude_master_secret(state.agreed, premaster.view(), turn);
  if (state.certified) {
    return Outcome(WaitCertificateVerify{std::move(state.agreed), std::move(master)});
  }
  return Outcome(WaitChangeCipherSpec{std::move(state.agreed), std::move(master), {}});
}

Result<Next<WaitChangeCipherSpec>> on(WaitCertificateVerify state,
                                      const wire::CertificateVerify12& message, Turn& turn) {
  // RFC 5246 7.4.8: over all messages before this one.
  const Bytes content = to_bytes(turn.transcript.before_last_message());
  TRY(check_signature12(message.proof, content, Signer::client, turn));
  return Next<WaitChangeCipherSpec>(
      WaitChangeCipherSpec{std::move(state.agreed), std::move(state.master), {}});
}

Result<Next<WaitFinished>> on(WaitChangeCipherSpec state, const wire::ChangeCipherSpec& /*message*/,
                              Turn& turn) {
  install_peer_keys12(state.agreed, state.master, Signer::client, turn);
  return Next<WaitFinished>(WaitFinished{std::move(state.agreed), std::move(state.master),
                                         std::move(state.server_verify_data)});
}

Result<Next<Connected>> on(WaitFinished state, const wire::Finished& message, Turn& turn) {
  TRY(check_finished12(message, state.master, Signer::client, turn));
  if (!state.agreed.resumed) {
    if (state.agreed.ticket_announced) send_ticket12(state.agreed, state.master, turn);
    state.server_verify_data = send_finished12(state.agreed, state.master, Signer::server, turn);
  }
  if (!state.agreed.ticket_announced && !state.agreed.session_id.empty() &&
      issues_session_ids(turn.config)) {
    store_session12(state.agreed, state.master, turn);
  }
  return Next<Connected>(
      Connected{{std::move(state.master), state.agreed.randoms, message.verify_data,
                 std::move(state.server_verify_data), state.agreed.secure_renegotiation,
                 state.agreed.encrypt_then_mac}});
}

}  // namespace stepshake::handshake::server12

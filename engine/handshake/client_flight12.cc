#include "handshake/client_flight12.h"

#include <algorithm>
#include <utility>

#include "crypto/cipher_suite12.h"
#include "crypto/rsa_transport.h"
#include "handshake/authentication12.h"
#include "handshake/hello.h"
#include "handshake/sessions12.h"
#include "policy/negotiation12.h"

namespace stepshake::handshake::client12 {
namespace {

using Agreement = wire::KeyExchangeForm::Agreement;

// RFC 5246 7.4.4, RFC 8422 5.5: whose keys the server takes.
bool takes_key(const wire::CertificateRequest12& request, crypto::KeyType type) {
  using enum wire::ClientCertificateType;
  const bool rsa = type == crypto::KeyType::rsa || type == crypto::KeyType::rsa_pss;
  const auto wanted = rsa ? rsa_sign : ecdsa_sign;
  return std::find(request.certificate_types.begin(), request.certificate_types.end(), wanted) !=
         request.certificate_types.end();
}

// RFC 5246 7.4.6: an identity that fits what the request asks for; RFC 5246 7.4.4: before TLS 1.2 any key would do.
std::optional<policy::IdentityChoice> choose(const Agreed12& agreed,
                                             const wire::CertificateRequest12& request,
                                             const Turn& turn) {
  const auto& schemes = request.supported_signature_algorithms;
  const policy::PeerWishes wishes{
      schemes, schemes.empty() ? policy::supported_certificate_schemes() : schemes,
      request.certificate_authorities, true};
  return policy::choose_identity(
      turn.config, wishes,
      [&](const policy::Identity& identity) -> std::optional<wire::SignatureScheme> {
        if (!takes_key(request, identity.key.type())) return std::nullopt;
        return policy::choose_scheme12(identity, turn.config, agreed.version, schemes);
      });
}

// What is sent of the key exchange, and the premaster secret that it makes.
struct Exchanged {
  wire::ClientKeyExchange message;
  Secret premaster;
};

// RFC 5246 7.4.7: our half, and the secret that it makes with the server's; empty where there is no such half.
Result<Secret> agree(const PeerShare& share, wire::ClientKeyExchange& message, Turn& turn) {
  switch (message.agreement) {
    case Agreement::none: return Secret();
    case Agreement::ecdhe: {
      TRY_ASSIGN(crypto::Answer own, crypto::answer(*share.curve, share.public_key, turn.random));
      message.exchange_keys = std::move(own.public_key);
      return std::move(own.shared_secret);
    }
    case Agreement::dhe: {
      crypto::DhePrivate own = crypto::dhe_offer(*share.dhe, turn.random);
      message.exchange_keys = own.public_key;
      return crypto::dhe_conclude(own, share.public_key);
    }
    case Agreement::rsa: break;
  }
  TRY_ASSIGN(const wire::ClientHello hello, last_hello(turn.transcript));
  TRY_ASSIGN(const crypto::PublicKey key,
             crypto::public_key_of(turn.facts.peer_certificates.front()));
  // RFC 5246 7.4.7.1: the version that the ClientHello said, whatever was chosen.
  Secret premaster = crypto::rsa_premaster(hello.legacy_version, turn.random);
  TRY_ASSIGN(message.exchange_keys, crypto::rsa_encrypt(key, premaster.view(), turn.random));
  return premaster;
}

Result<Exchanged> exchange_keys(const Agreed12& agreed, const PeerShare& share, Turn& turn) {
  const auto form = form_of(agreed.cipher_suite);
  Exchanged done;
  done.message.agreement = form.agreement;
  TRY_ASSIGN(done.premaster, agree(share, done.message, turn));
  if (!form.psk) return done;
  const auto& psks = turn.config.psks;
  const auto psk = std::find_if(psks.begin(), psks.end(), [](const auto& each) {
    return each.origin == policy::PskOrigin::external;
  });
  if (psk == psks.end()) return fail(Reason::unknown_psk_identity, "there is no key to offer");
  done.message.psk_identity = psk->identity;
  done.premaster = schedule::psk_premaster(done.premaster.view(), psk->key.view());
  turn.facts.psk = policy::PskOrigin::external;
  return done;
}

}  // namespace

AfterOurFinished finish_flight(Agreed12 agreed, schedule::MasterSecret12 master, Turn& turn) {
  Bytes sent = send_finished12(agreed, master, Signer::client, turn);
  if (agreed.ticket_announced) {
    return WaitNewSessionTicket{std::move(agreed), std::move(master), std::move(sent)};
  }
  auto session = session_of_id(agreed, master, turn);
  return WaitChangeCipherSpec{std::move(agreed), std::move(master), std::move(sent),
                              std::move(session)};
}

Result<AfterLastFlight> send_last_flight(Agreed12 agreed, const PeerShare& share,
                                         const std::optional<wire::CertificateRequest12>& request,
                                         Turn& turn) {
  std::optional<policy::IdentityChoice> choice;
  if (request) {
    choice = choose(agreed, *request, turn);
    // RFC 5246 7.4.6: a request is answered, if only with an empty list.
    send_certificate12(choice ? &turn.config.identities[choice->identity] : nullptr, turn);
  }
  TRY_ASSIGN(Exchanged exchanged, exchange_keys(agreed, share, turn));
  turn.send(exchanged.message);
  auto master = conclude_master_secret(agreed, exchanged.premaster.view(), turn);
  if (choice) {
    const policy::Identity& identity = turn.config.identities[choice->identity];
    if (identity.key.is_remote()) {
      return AfterLastFlight(AwaitSignature{std::move(agreed), std::move(master), choice->scheme});
    }
    // RFC 5246 7.4.8: over all messages so far.
    const Bytes content = turn.transcript.messages;
    TRY_ASSIGN(auto proof,
               sign12(identity, choice->scheme, content, Signer::client, agreed.version, turn));
    turn.send(wire::CertificateVerify12{std::move(proof)});
  }
  return std::visit(
      [](auto&& state) { return AfterLastFlight(std::forward<decltype(state)>(state)); },
      finish_flight(std::move(agreed), std::move(master), turn));
}

}  // namespace stepshake::handshake::client12

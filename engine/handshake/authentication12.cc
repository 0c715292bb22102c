#include "handshake/authentication12.h"

#include <algorithm>
#include <utility>

#include "crypto/hash.h"
#include "crypto/signature12.h"
#include "handshake/answers.h"

namespace stepshake::handshake {
namespace {

using wire::ProtocolVersion;

void record_scheme(Signer signer, wire::SignatureScheme scheme, Facts& facts) {
  (signer == Signer::server ? facts.server_signature_scheme : facts.client_signature_scheme) =
      scheme;
}

schedule::Sender sender_of(Signer sender) {
  return sender == Signer::client ? schedule::Sender::client : schedule::Sender::server;
}

crypto::RecordKeys keys_of(Agreed12& agreed, const schedule::MasterSecret12& master,
                           Signer sender) {
  if (agreed.key_block.empty()) {
    agreed.key_block = schedule::key_block(master, agreed.cipher_suite, agreed.randoms);
  }
  return schedule::record_keys(agreed.key_block, sender_of(sender), agreed.cipher_suite,
                               agreed.version, agreed.encrypt_then_mac);
}

// RFC 5246 7.4.3, 7.4.8: one of those that were offered, and the key's.
Result<void> check_scheme(wire::SignatureScheme scheme, const crypto::PublicKey& key,
                          const Turn& turn) {
  const auto& offered = turn.config.signature_schemes;
  if (std::find(offered.begin(), offered.end(), scheme) == offered.end()) {
    return fail(Reason::wrong_signature_scheme, wire::shown(scheme) + " was not offered");
  }
  if (crypto::fits12(scheme, key)) return {};
  return fail(Reason::wrong_signature_scheme,
              wire::shown(scheme) + " is not for the certificate's key");
}

Result<void> verify(bool good) {
  if (good) return {};
  return fail(Reason::bad_signature, "the signature does not verify");
}

}  // namespace

void send_certificate12(const policy::Identity* identity, Signer sender, Turn& turn) {
  wire::Certificate12 message;
  message.type = certificate_type_of(sender, turn.facts);
  if (identity != nullptr) message.certificate_list = certificates_of(*identity, message.type);
  turn.send(message);
}

Result<wire::DigitallySigned> sign12(const policy::Identity& identity, wire::SignatureScheme scheme,
                                     BytesView content, Signer signer, ProtocolVersion version,
                                     Turn& turn) {
  const crypto::Nonces nonces = turn.config.signature_nonces;
  TRY_ASSIGN(const Bytes signature,
             version == ProtocolVersion::tls_1_2
                 ? crypto::sign12(scheme, identity.key, content, nonces, turn.random)
                 : crypto::sign_before12(identity.key, content, nonces, turn.random));
  return signed_elsewhere12(scheme, signature, signer, version, turn);
}

wire::DigitallySigned signed_elsewhere12(wire::SignatureScheme scheme, BytesView signature,
                                         Signer signer, ProtocolVersion version, Turn& turn) {
  wire::DigitallySigned proof{std::nullopt, to_bytes(signature)};
  if (version < ProtocolVersion::tls_1_2) return proof;
  record_scheme(signer, scheme, turn.facts);
  proof.algorithm = scheme;
  return proof;
}

Result<void> check_signature12(const wire::DigitallySigned& proof, BytesView content, Signer signer,
                               Turn& turn) {
  TRY_ASSIGN(const crypto::PublicKey key, peer_key(signer, turn.facts));
  if (!proof.algorithm) return verify(crypto::verify_before12(key, content, proof.signature));
  TRY(check_scheme(*proof.algorithm, key, turn));
  record_scheme(signer, *proof.algorithm, turn.facts);
  return verify(crypto::verify12(*proof.algorithm, key, content, proof.signature));
}

Bytes content_of_params(const schedule::HelloRandoms& randoms, BytesView params) {
  return concat({randoms.client, randoms.server, params});
}

Bytes send_finished12(Agreed12& agreed, const schedule::MasterSecret12& master, Signer sender,
                      Turn& turn) {
  turn.change_cipher_spec();
  turn.install_write_keys(Epoch::application, keys_of(agreed, master, sender));
  limit_sent_records(turn);
  const Secret made = schedule::verify_data(master, sender_of(sender),
                                            master.prf.transcript_hash(turn.transcript.messages));
  turn.send(wire::Finished{to_bytes(made.view())});
  return to_bytes(made.view());
}

void install_peer_keys12(Agreed12& agreed, const schedule::MasterSecret12& master, Signer sender,
                         Turn& turn) {
  turn.install_read_keys(Epoch::application, keys_of(agreed, master, sender));
  limit_received_records(turn);
}

Result<void> check_finished12(const wire::Finished& message, const schedule::MasterSecret12& master,
                              Signer sender, Turn& turn) {
  const Secret expected = schedule::verify_data(
      master, sender_of(sender), master.prf.transcript_hash(turn.transcript.before_last_message()));
  // RFC 5246 7.4.9: twelve bytes for all suites that there are here.
  if (message.verify_data.size() != expected.size()) {
    return fail(Reason::bad_finished_length,
                "verify_data of " + std::to_string(message.verify_data.size()) + " bytes");
  }
  if (!crypto::equal(message.verify_data, expected.view())) {
    return fail(Reason::bad_verify_data, "Finished does not verify");
  }
  return {};
}

}  // namespace stepshake::handshake

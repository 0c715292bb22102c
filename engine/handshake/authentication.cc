#include "handshake/authentication.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "crypto/hash.h"
#include "crypto/signature.h"
#include "wire/certificate_status.h"

namespace stepshake::handshake {
namespace {

// RFC 8446 4.4.3: 64 spaces, the context string, a zero byte, the transcript's hash.
Bytes signed_content(Signer signer, BytesView transcript_hash) {
  const std::string_view context = signer == Signer::server ? "TLS 1.3, server CertificateVerify"
                                                            : "TLS 1.3, client CertificateVerify";
  Bytes content(64, 0x20);
  append(content, view_of(context));
  content.push_back(0);
  append(content, transcript_hash);
  return content;
}

// RFC 8446 4.4.2.2, RFC 5246 7.4.2: where the leaf has a key usage, it MUST allow what its key is for.
Result<void> check_usage(BytesView leaf, KeyUse use) {
  if (use == KeyUse::signing && !crypto::may_sign(leaf)) {
    return fail(Reason::certificate_unsupported, "the leaf's key usage forbids signing");
  }
  if (use == KeyUse::encipherment && !crypto::may_encipher(leaf)) {
    return fail(Reason::certificate_unsupported, "the leaf's key usage forbids enciphering keys");
  }
  return {};
}

void record_scheme(Signer signer, wire::SignatureScheme scheme, Facts& facts) {
  (signer == Signer::server ? facts.server_signature_scheme : facts.client_signature_scheme) =
      scheme;
}

}  // namespace

wire::CertificateType certificate_type_of(Signer side, const Facts& facts) {
  return side == Signer::server ? facts.server_certificate_type : facts.client_certificate_type;
}

std::vector<Bytes> certificates_of(const policy::Identity& identity, wire::CertificateType type) {
  if (type == wire::CertificateType::x509) return identity.chain;
  const auto key = crypto::public_key_of(identity.chain.front());
  return {key ? crypto::to_public_key_info(*key) : Bytes()};
}

Result<crypto::PublicKey> peer_key(Signer peer, const Facts& facts) {
  const Bytes& first = facts.peer_certificates.front();
  if (certificate_type_of(peer, facts) == wire::CertificateType::x509) {
    return crypto::public_key_of(first);
  }
  if (auto key = crypto::public_key_from_info(first)) return *std::move(key);
  return fail(Reason::certificate_bad, "the raw public key cannot be read");
}

namespace {

wire::Certificate certificate(const policy::Identity& identity, Signer sender, const Facts& facts) {
  wire::Certificate message;
  for (auto& der : certificates_of(identity, certificate_type_of(sender, facts))) {
    message.certificate_list.push_back({std::move(der), {}});
  }
  return message;
}

}  // namespace

void send_certificate(const policy::Identity* identity, BytesView request_context, Signer sender,
                      Turn& turn) {
  wire::Certificate message;
  if (identity != nullptr) message = certificate(*identity, sender, turn.facts);
  message.certificate_request_context = to_bytes(request_context);
  turn.send(message);
}

void send_server_certificate(const policy::Identity& identity,
                             const wire::ClientHelloExtensions& asked, Turn& turn) {
  wire::Certificate message = certificate(identity, Signer::server, turn.facts);
  auto& extensions = message.certificate_list.front().extensions;
  if (asked.status_request && !identity.ocsp_response.empty()) {
    extensions.push_back({wire::ExtensionType::status_request,
                          encode(wire::CertificateStatus{identity.ocsp_response})});
  }
  if (asked.signed_certificate_timestamp && !identity.timestamps.empty()) {
    extensions.push_back({wire::ExtensionType::signed_certificate_timestamp,
                          wire::encode_timestamps(identity.timestamps)});
  }
  turn.send(message);
}

Result<void> send_certificate_verify(const policy::Identity& identity, wire::SignatureScheme scheme,
                                     Signer signer, crypto::HashAlgorithm hash, Turn& turn) {
  const Bytes content = content_to_sign(signer, hash, turn.transcript);
  TRY_ASSIGN(Bytes signature, crypto::sign(scheme, identity.key, content,
                                           turn.config.signature_nonces, turn.random));
  send_foreign_certificate_verify(scheme, signature, signer, turn);
  return {};
}

Bytes content_to_sign(Signer signer, crypto::HashAlgorithm hash,
                      const schedule::Transcript& transcript) {
  return signed_content(signer, transcript.hash(hash));
}

void send_foreign_certificate_verify(wire::SignatureScheme scheme, BytesView signature,
                                     Signer signer, Turn& turn) {
  record_scheme(signer, scheme, turn.facts);
  turn.send(wire::CertificateVerify{scheme, to_bytes(signature)});
}

void send_finished(const schedule::TrafficSecret& secret, Turn& turn) {
  const Secret verify_data =
      schedule::finished_verify_data(secret, turn.transcript.hash(secret.hash));
  turn.send(wire::Finished{to_bytes(verify_data.view())});
}

namespace {

// libcrypto's X509_V_ERR_RPK_UNTRUSTED, of 3.2 and later.
constexpr std::int32_t kUntrustedKey = 95;

// RFC 7250 4.4: whether the key is trusted is known by other means.
Result<void> judge_key(const Bytes& key, Turn& turn) {
  const policy::Config& config = turn.config;
  const auto& trusted = config.trusted_keys;
  if (config.verification == policy::Verification::off) return {};
  const bool known = std::find(trusted.begin(), trusted.end(), key) != trusted.end();
  turn.facts.verdict =
      known ? crypto::Verdict{0, "ok"} : crypto::Verdict{kUntrustedKey, "raw public key untrusted"};
  if (known || config.verification == policy::Verification::recorded || config.pause_on.verify) {
    return {};
  }
  return fail(Reason::certificate_bad, turn.facts.verdict->text);
}

Result<void> judge_chain(crypto::Purpose purpose, Turn& turn) {
  const policy::Config& config = turn.config;
  if (config.verification == policy::Verification::off) return {};
  const bool server = purpose == crypto::Purpose::server;
  turn.facts.verdict =
      crypto::verify_chain(turn.facts.peer_certificates, config.trust,
                           {purpose, server ? config.server_name : std::string(), turn.now});
  if (turn.facts.verdict->code == 0 || config.verification == policy::Verification::recorded ||
      config.pause_on.verify) {
    return {};
  }
  return fail(crypto::reason_of(*turn.facts.verdict), turn.facts.verdict->text);
}

}  // namespace

Result<void> check_chain(std::vector<Bytes> certificates, crypto::Purpose purpose, KeyUse use,
                         Turn& turn) {
  const policy::Config& config = turn.config;
  if (certificates.size() > config.limits.certificates) {
    return fail(Reason::message_too_long,
                "a chain of " + std::to_string(certificates.size()) + " certificates");
  }
  auto& chain = turn.facts.peer_certificates;
  chain = std::move(certificates);
  const Signer peer = purpose == crypto::Purpose::server ? Signer::server : Signer::client;
  TRY(peer_key(peer, turn.facts));
  const auto& taken =
      peer == Signer::server ? config.server_certificate_types : config.client_certificate_types;
  // RFC 7250 4.2: a peer that says nothing of types sends X.509.
  if (!taken.empty() &&
      std::find(taken.begin(), taken.end(), certificate_type_of(peer, turn.facts)) == taken.end()) {
    return fail(Reason::certificate_unsupported, "not a type of certificate that is taken");
  }
  if (certificate_type_of(peer, turn.facts) == wire::CertificateType::raw_public_key) {
    // RFC 8446 4.4.2: no more than one entry then.
    if (chain.size() > 1) return fail(Reason::bad_parameter, "more than one raw public key");
    return judge_key(chain.front(), turn);
  }
  TRY(check_usage(chain.front(), use));
  return judge_chain(purpose, turn);
}

Result<void> check_chain13(const wire::Certificate& message, crypto::Purpose purpose, Turn& turn) {
  std::vector<Bytes> chain;
  for (const auto& entry : message.certificate_list) chain.push_back(entry.cert_data);
  return check_chain(std::move(chain), purpose, KeyUse::signing, turn);
}

Result<void> take_entry_extensions(const wire::Certificate& message,
                                   const wire::ClientHello& offered, Turn& turn) {
  bool leaf = true;
  for (const auto& entry : message.certificate_list) {
    TRY(wire::check_solicited(entry.extensions, offered.extension_types, wire::Place::certificate));
    TRY(wire::check_places(entry.extensions, wire::Place::certificate));
    if (const auto* status = wire::find(entry.extensions, wire::ExtensionType::status_request)) {
      TRY_ASSIGN(auto staple, wire::decode_certificate_status(status->data));
      if (leaf) turn.facts.ocsp_response = std::move(staple.ocsp_response);
    }
    if (const auto* list =
            wire::find(entry.extensions, wire::ExtensionType::signed_certificate_timestamp)) {
      TRY_ASSIGN(auto timestamps, wire::decode_timestamps(list->data));
      if (leaf) turn.facts.timestamps = std::move(timestamps);
    }
    leaf = false;
  }
  return {};
}

Result<void> check_client_certificate(const wire::Certificate& message, Turn& turn) {
  for (const auto& entry : message.certificate_list) {
    // RFC 8446 4.4.2: an entry's extensions MUST correspond to ones in the CertificateRequest; it had none of them.
    TRY(wire::check_solicited(entry.extensions, {}, wire::Place::certificate));
  }
  if (!message.certificate_list.empty()) {
    return check_chain13(message, crypto::Purpose::client, turn);
  }
  // RFC 8446 4.4.2.4: the server MAY go on without a certificate, or abort with certificate_required.
  if (turn.config.client_authentication == policy::ClientAuthentication::require) {
    return fail(Reason::certificate_missing, "the client sent no certificate");
  }
  return {};
}

Result<void> check_certificate_verify(const wire::CertificateVerify& message, Signer signer,
                                      crypto::HashAlgorithm hash, Turn& turn) {
  const auto& offered = turn.config.signature_schemes;
  TRY_ASSIGN(const crypto::PublicKey key, peer_key(signer, turn.facts));
  // RFC 8446 4.4.3: a scheme that was offered, that TLS 1.3 allows here, and that is the key's.
  if (std::find(offered.begin(), offered.end(), message.algorithm) == offered.end()) {
    return fail(Reason::wrong_signature_scheme,
                wire::shown(message.algorithm) + " was not offered");
  }
  if (!crypto::fits(message.algorithm, key)) {
    return fail(Reason::wrong_signature_scheme,
                wire::shown(message.algorithm) + " is not for the certificate's key");
  }
  record_scheme(signer, message.algorithm, turn.facts);
  const Bytes content = signed_content(signer, turn.transcript.hash_before_last_message(hash));
  if (!crypto::verify(message.algorithm, key, content, message.signature)) {
    return fail(Reason::bad_signature, "CertificateVerify does not verify");
  }
  return {};
}

Result<void> check_finished(const wire::Finished& message, const schedule::TrafficSecret& secret,
                            Turn& turn) {
  const Secret expected =
      schedule::finished_verify_data(secret, turn.transcript.hash_before_last_message(secret.hash));
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

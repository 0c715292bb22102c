#include "schedule/tls13_secrets.h"

#include "schedule/hkdf.h"

namespace stepshake::schedule {
namespace {

// The secret of a stage or of a direction's traffic, for all that is derived from it.
template <class Stage>
crypto::Hmac keyed(const Stage& stage) {
  return {stage.hash, stage.secret.view()};
}

// RFC 8446 7.1: the salt of the next stage.
template <class Stage>
Secret derived(const Stage& stage) {
  return derive_secret(keyed(stage), "derived", crypto::hash(stage.hash, {}));
}

Secret zeros(crypto::HashAlgorithm hash) { return Secret(crypto::size_of(hash)); }

}  // namespace

EarlySecret early_secret(crypto::HashAlgorithm hash, BytesView psk) {
  const Secret none = zeros(hash);
  return {hash, hkdf_extract(hash, none.view(), psk.empty() ? none.view() : psk)};
}

HandshakeSecret handshake_secret(const EarlySecret& early, BytesView shared_secret) {
  const Secret none = zeros(early.hash);
  const Secret salt = derived(early);
  return {early.hash, hkdf_extract(early.hash, salt.view(),
                                   shared_secret.empty() ? none.view() : shared_secret)};
}

MasterSecret master_secret(const HandshakeSecret& handshake) {
  const Secret salt = derived(handshake);
  return {handshake.hash, hkdf_extract(handshake.hash, salt.view(), zeros(handshake.hash).view())};
}

TrafficSecrets handshake_traffic(const HandshakeSecret& handshake, BytesView transcript_hash) {
  const crypto::Hmac secret = keyed(handshake);
  return {{handshake.hash, derive_secret(secret, "c hs traffic", transcript_hash)},
          {handshake.hash, derive_secret(secret, "s hs traffic", transcript_hash)}};
}

TrafficSecrets application_traffic(const MasterSecret& master, BytesView transcript_hash) {
  const crypto::Hmac secret = keyed(master);
  return {{master.hash, derive_secret(secret, "c ap traffic", transcript_hash)},
          {master.hash, derive_secret(secret, "s ap traffic", transcript_hash)}};
}

Secret exporter_master_secret(const MasterSecret& master, BytesView transcript_hash) {
  return derive_secret(keyed(master), "exp master", transcript_hash);
}

Secret resumption_master_secret(const MasterSecret& master, BytesView transcript_hash) {
  return derive_secret(keyed(master), "res master", transcript_hash);
}

TrafficSecret binder_key(const EarlySecret& early, PskOrigin origin) {
  const std::string_view label = origin == PskOrigin::external     ? "ext binder"
                                 : origin == PskOrigin::resumption ? "res binder"
                                                                   : "imp binder";
  return {early.hash, derive_secret(keyed(early), label, crypto::hash(early.hash, {}))};
}

TrafficSecret early_traffic(const EarlySecret& early, BytesView transcript_hash) {
  return {early.hash, derive_secret(keyed(early), "c e traffic", transcript_hash)};
}

Secret early_exporter_master_secret(const EarlySecret& early, BytesView transcript_hash) {
  return derive_secret(keyed(early), "e exp master", transcript_hash);
}

Secret resumption_psk(crypto::HashAlgorithm hash, BytesView resumption_master_secret,
                      BytesView ticket_nonce) {
  return hkdf_expand_label({hash, resumption_master_secret}, "resumption", ticket_nonce,
                           crypto::size_of(hash));
}

TrafficSecret next_generation(const TrafficSecret& current) {
  return {current.hash,
          hkdf_expand_label(keyed(current), "traffic upd", {}, crypto::size_of(current.hash))};
}

TrafficKeys traffic_keys(const TrafficSecret& secret, const crypto::SuiteFacts& suite) {
  const crypto::Hmac key = keyed(secret);
  return {hkdf_expand_label(key, "key", {}, suite.key_size),
          hkdf_expand_label(key, "iv", {}, crypto::kNonceSize)};
}

Secret finished_verify_data(const TrafficSecret& secret, BytesView transcript_hash) {
  const Secret key = hkdf_expand_label(keyed(secret), "finished", {}, crypto::size_of(secret.hash));
  return crypto::hmac(secret.hash, key.view(), {transcript_hash});
}

Secret exported_keying_material(crypto::HashAlgorithm hash, BytesView exporter_master_secret,
                                std::string_view label, BytesView context, std::size_t length) {
  const Secret secret =
      derive_secret({hash, exporter_master_secret}, label, crypto::hash(hash, {}));
  return hkdf_expand_label({hash, secret.view()}, "exporter", crypto::hash(hash, {context}),
                           length);
}

}  // namespace stepshake::schedule

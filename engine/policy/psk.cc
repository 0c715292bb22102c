#include "policy/psk.h"

#include "crypto/cipher_suite.h"
#include "schedule/hkdf.h"
#include "wire/value_codec.h"
#include "wire/writer.h"

namespace stepshake::policy {
namespace {

constexpr std::size_t kNameSize = 16;
// The AEAD alone is of interest here, and of this suite it is AES-256-GCM.
constexpr auto kSealingSuite = wire::CipherSuite::tls_aes_256_gcm_sha384;

// RFC 9258 5.1, registry "TLS KDF Identifiers".
std::uint16_t kdf_identifier(crypto::HashAlgorithm hash) {
  return hash == crypto::HashAlgorithm::sha384 ? 2 : 1;
}

Bytes associated_data(BytesView name, std::string_view context) {
  return concat({name, view_of(context)});
}

}  // namespace

Psk import_psk(BytesView external_identity, BytesView context, BytesView key,
               crypto::HashAlgorithm external_hash, crypto::HashAlgorithm target_hash) {
  wire::Writer identity;
  identity.vector16(external_identity)
      .vector16(context)
      .u16(wire::number_of(wire::ProtocolVersion::tls_1_3))
      .u16(kdf_identifier(target_hash));
  // RFC 9258 5.1: epskx = HKDF-Extract(0, epsk), with the hash that the external key is for.
  const Secret zeros(crypto::size_of(external_hash));
  const Secret extracted = schedule::hkdf_extract(external_hash, zeros.view(), key);
  Psk psk;
  psk.origin = PskOrigin::imported;
  psk.identity = identity.written();
  psk.key = schedule::hkdf_expand_label({external_hash, extracted.view()}, "derived psk",
                                        crypto::hash(external_hash, {identity.written()}),
                                        crypto::size_of(target_hash));
  psk.hash = target_hash;
  return psk;
}

Bytes encode_psk(const Psk& psk) {
  wire::Writer writer;
  wire::Encoder(writer).put(psk);
  return writer.take();
}

Result<Psk> decode_psk(BytesView bytes) {
  Psk psk;
  wire::Decoder decoder(bytes);
  TRY(decoder.get(psk));
  TRY(decoder.expect_end());
  const bool known_hash =
      psk.hash == crypto::HashAlgorithm::sha256 || psk.hash == crypto::HashAlgorithm::sha384;
  if (!known_hash || psk.origin < PskOrigin::external || psk.origin > PskOrigin::imported) {
    return fail(Reason::decode_error, "the bytes are no pre-shared key");
  }
  return psk;
}

Bytes seal_with(const TicketKey& key, std::string_view context, BytesView nonce,
                BytesView plaintext) {
  Bytes sealed = concat({key.name, nonce});
  crypto::seal(*crypto::facts_of(kSealingSuite), key.key.view(), nonce,
               associated_data(key.name, context), {plaintext}, sealed);
  return sealed;
}

std::optional<Bytes> open_with(const std::vector<TicketKey>& keys, std::string_view context,
                               BytesView sealed) {
  if (sealed.size() < kNameSize + crypto::kNonceSize) return std::nullopt;
  const BytesView name = sealed.first(kNameSize);
  for (const auto& key : keys) {
    if (!same(key.name, name)) continue;
    return crypto::open(*crypto::facts_of(kSealingSuite), key.key.view(),
                        sealed.subspan(kNameSize, crypto::kNonceSize),
                        associated_data(name, context),
                        sealed.subspan(kNameSize + crypto::kNonceSize));
  }
  return std::nullopt;
}

}  // namespace stepshake::policy

#include "crypto/cipher_suite12.h"

#include <algorithm>
#include <array>
#include <utility>

namespace stepshake::crypto {
namespace {

using wire::CipherSuite;

// How records are protected: the second half of a suite's name.
enum class Bulk : std::uint8_t {
  null_sha1,
  null_sha256,
  null_sha384,
  aes_128_cbc_sha1,
  aes_256_cbc_sha1,
  aes_128_cbc_sha256,
  aes_256_cbc_sha256,
  aes_256_cbc_sha384,
  aes_128_gcm,
  aes_256_gcm,
  aes_128_ccm,
  aes_256_ccm,
  aes_128_ccm_8,
  aes_256_ccm_8,
  chacha20_poly1305,
};

struct Row {
  CipherSuite suite;
  KeyExchange key_exchange;
  Authentication authentication;
  Bulk bulk;
};

using enum CipherSuite;
using K = KeyExchange;
using A = Authentication;
using B = Bulk;
constexpr auto kRows = std::to_array<Row>({
    {tls_rsa_with_null_sha, K::rsa, A::rsa, B::null_sha1},
    {tls_psk_with_null_sha, K::psk, A::psk, B::null_sha1},
    {tls_dhe_psk_with_null_sha, K::dhe_psk, A::psk, B::null_sha1},
    {tls_rsa_psk_with_null_sha, K::rsa_psk, A::rsa, B::null_sha1},
    {tls_rsa_with_aes_128_cbc_sha, K::rsa, A::rsa, B::aes_128_cbc_sha1},
    {tls_dhe_rsa_with_aes_128_cbc_sha, K::dhe, A::rsa, B::aes_128_cbc_sha1},
    {tls_rsa_with_aes_256_cbc_sha, K::rsa, A::rsa, B::aes_256_cbc_sha1},
    {tls_dhe_rsa_with_aes_256_cbc_sha, K::dhe, A::rsa, B::aes_256_cbc_sha1},
    {tls_rsa_with_null_sha256, K::rsa, A::rsa, B::null_sha256},
    {tls_rsa_with_aes_128_cbc_sha256, K::rsa, A::rsa, B::aes_128_cbc_sha256},
    {tls_rsa_with_aes_256_cbc_sha256, K::rsa, A::rsa, B::aes_256_cbc_sha256},
    {tls_dhe_rsa_with_aes_128_cbc_sha256, K::dhe, A::rsa, B::aes_128_cbc_sha256},
    {tls_dhe_rsa_with_aes_256_cbc_sha256, K::dhe, A::rsa, B::aes_256_cbc_sha256},
    {tls_psk_with_aes_128_cbc_sha, K::psk, A::psk, B::aes_128_cbc_sha1},
    {tls_psk_with_aes_256_cbc_sha, K::psk, A::psk, B::aes_256_cbc_sha1},
    {tls_dhe_psk_with_aes_128_cbc_sha, K::dhe_psk, A::psk, B::aes_128_cbc_sha1},
    {tls_dhe_psk_with_aes_256_cbc_sha, K::dhe_psk, A::psk, B::aes_256_cbc_sha1},
    {tls_rsa_psk_with_aes_128_cbc_sha, K::rsa_psk, A::rsa, B::aes_128_cbc_sha1},
    {tls_rsa_psk_with_aes_256_cbc_sha, K::rsa_psk, A::rsa, B::aes_256_cbc_sha1},
    {tls_rsa_with_aes_128_gcm_sha256, K::rsa, A::rsa, B::aes_128_gcm},
    {tls_rsa_with_aes_256_gcm_sha384, K::rsa, A::rsa, B::aes_256_gcm},
    {tls_dhe_rsa_with_aes_128_gcm_sha256, K::dhe, A::rsa, B::aes_128_gcm},
    {tls_dhe_rsa_with_aes_256_gcm_sha384, K::dhe, A::rsa, B::aes_256_gcm},
    {tls_psk_with_aes_128_gcm_sha256, K::psk, A::psk, B::aes_128_gcm},
    {tls_psk_with_aes_256_gcm_sha384, K::psk, A::psk, B::aes_256_gcm},
    {tls_dhe_psk_with_aes_128_gcm_sha256, K::dhe_psk, A::psk, B::aes_128_gcm},
    {tls_dhe_psk_with_aes_256_gcm_sha384, K::dhe_psk, A::psk, B::aes_256_gcm},
    {tls_rsa_psk_with_aes_128_gcm_sha256, K::rsa_psk, A::rsa, B::aes_128_gcm},
    {tls_rsa_psk_with_aes_256_gcm_sha384, K::rsa_psk, A::rsa, B::aes_256_gcm},
    {tls_psk_with_aes_128_cbc_sha256, K::psk, A::psk, B::aes_128_cbc_sha256},
    {tls_psk_with_aes_256_cbc_sha384, K::psk, A::psk, B::aes_256_cbc_sha384},
    {tls_psk_with_null_sha256, K::psk, A::psk, B::null_sha256},
    {tls_psk_with_null_sha384, K::psk, A::psk, B::null_sha384},
    {tls_dhe_psk_with_aes_128_cbc_sha256, K::dhe_psk, A::psk, B::aes_128_cbc_sha256},
    {tls_dhe_psk_with_aes_256_cbc_sha384, K::dhe_psk, A::psk, B::aes_256_cbc_sha384},
    {tls_dhe_psk_with_null_sha256, K::dhe_psk, A::psk, B::null_sha256},
    {tls_dhe_psk_with_null_sha384, K::dhe_psk, A::psk, B::null_sha384},
    {tls_rsa_psk_with_aes_128_cbc_sha256, K::rsa_psk, A::rsa, B::aes_128_cbc_sha256},
    {tls_rsa_psk_with_aes_256_cbc_sha384, K::rsa_psk, A::rsa, B::aes_256_cbc_sha384},
    {tls_rsa_psk_with_null_sha256, K::rsa_psk, A::rsa, B::null_sha256},
    {tls_rsa_psk_with_null_sha384, K::rsa_psk, A::rsa, B::null_sha384},
    {tls_ecdhe_ecdsa_with_null_sha, K::ecdhe, A::ecdsa, B::null_sha1},
    {tls_ecdhe_ecdsa_with_aes_128_cbc_sha, K::ecdhe, A::ecdsa, B::aes_128_cbc_sha1},
    {tls_ecdhe_ecdsa_with_aes_256_cbc_sha, K::ecdhe, A::ecdsa, B::aes_256_cbc_sha1},
    {tls_ecdhe_rsa_with_null_sha, K::ecdhe, A::rsa, B::null_sha1},
    {tls_ecdhe_rsa_with_aes_128_cbc_sha, K::ecdhe, A::rsa, B::aes_128_cbc_sha1},
    {tls_ecdhe_rsa_with_aes_256_cbc_sha, K::ecdhe, A::rsa, B::aes_256_cbc_sha1},
    {tls_ecdhe_ecdsa_with_aes_128_cbc_sha256, K::ecdhe, A::ecdsa, B::aes_128_cbc_sha256},
    {tls_ecdhe_ecdsa_with_aes_256_cbc_sha384, K::ecdhe, A::ecdsa, B::aes_256_cbc_sha384},
    {tls_ecdhe_rsa_with_aes_128_cbc_sha256, K::ecdhe, A::rsa, B::aes_128_cbc_sha256},
    {tls_ecdhe_rsa_with_aes_256_cbc_sha384, K::ecdhe, A::rsa, B::aes_256_cbc_sha384},
    {tls_ecdhe_ecdsa_with_aes_128_gcm_sha256, K::ecdhe, A::ecdsa, B::aes_128_gcm},
    {tls_ecdhe_ecdsa_with_aes_256_gcm_sha384, K::ecdhe, A::ecdsa, B::aes_256_gcm},
    {tls_ecdhe_rsa_with_aes_128_gcm_sha256, K::ecdhe, A::rsa, B::aes_128_gcm},
    {tls_ecdhe_rsa_with_aes_256_gcm_sha384, K::ecdhe, A::rsa, B::aes_256_gcm},
    {tls_ecdhe_psk_with_aes_128_cbc_sha, K::ecdhe_psk, A::psk, B::aes_128_cbc_sha1},
    {tls_ecdhe_psk_with_aes_256_cbc_sha, K::ecdhe_psk, A::psk, B::aes_256_cbc_sha1},
    {tls_ecdhe_psk_with_aes_128_cbc_sha256, K::ecdhe_psk, A::psk, B::aes_128_cbc_sha256},
    {tls_ecdhe_psk_with_aes_256_cbc_sha384, K::ecdhe_psk, A::psk, B::aes_256_cbc_sha384},
    {tls_ecdhe_psk_with_null_sha, K::ecdhe_psk, A::psk, B::null_sha1},
    {tls_ecdhe_psk_with_null_sha256, K::ecdhe_psk, A::psk, B::null_sha256},
    {tls_ecdhe_psk_with_null_sha384, K::ecdhe_psk, A::psk, B::null_sha384},
    {tls_rsa_with_aes_128_ccm, K::rsa, A::rsa, B::aes_128_ccm},
    {tls_rsa_with_aes_256_ccm, K::rsa, A::rsa, B::aes_256_ccm},
    {tls_dhe_rsa_with_aes_128_ccm, K::dhe, A::rsa, B::aes_128_ccm},
    {tls_dhe_rsa_with_aes_256_ccm, K::dhe, A::rsa, B::aes_256_ccm},
    {tls_rsa_with_aes_128_ccm_8, K::rsa, A::rsa, B::aes_128_ccm_8},
    {tls_rsa_with_aes_256_ccm_8, K::rsa, A::rsa, B::aes_256_ccm_8},
    {tls_dhe_rsa_with_aes_128_ccm_8, K::dhe, A::rsa, B::aes_128_ccm_8},
    {tls_dhe_rsa_with_aes_256_ccm_8, K::dhe, A::rsa, B::aes_256_ccm_8},
    {tls_psk_with_aes_128_ccm, K::psk, A::psk, B::aes_128_ccm},
    {tls_psk_with_aes_256_ccm, K::psk, A::psk, B::aes_256_ccm},
    {tls_dhe_psk_with_aes_128_ccm, K::dhe_psk, A::psk, B::aes_128_ccm},
    {tls_dhe_psk_with_aes_256_ccm, K::dhe_psk, A::psk, B::aes_256_ccm},
    {tls_psk_with_aes_128_ccm_8, K::psk, A::psk, B::aes_128_ccm_8},
    {tls_psk_with_aes_256_ccm_8, K::psk, A::psk, B::aes_256_ccm_8},
    {tls_psk_dhe_with_aes_128_ccm_8, K::dhe_psk, A::psk, B::aes_128_ccm_8},
    {tls_psk_dhe_with_aes_256_ccm_8, K::dhe_psk, A::psk, B::aes_256_ccm_8},
    {tls_ecdhe_ecdsa_with_aes_128_ccm, K::ecdhe, A::ecdsa, B::aes_128_ccm},
    {tls_ecdhe_ecdsa_with_aes_256_ccm, K::ecdhe, A::ecdsa, B::aes_256_ccm},
    {tls_ecdhe_ecdsa_with_aes_128_ccm_8, K::ecdhe, A::ecdsa, B::aes_128_ccm_8},
    {tls_ecdhe_ecdsa_with_aes_256_ccm_8, K::ecdhe, A::ecdsa, B::aes_256_ccm_8},
    {tls_ecdhe_rsa_with_chacha20_poly1305_sha256, K::ecdhe, A::rsa, B::chacha20_poly1305},
    {tls_ecdhe_ecdsa_with_chacha20_poly1305_sha256, K::ecdhe, A::ecdsa, B::chacha20_poly1305},
    {tls_dhe_rsa_with_chacha20_poly1305_sha256, K::dhe, A::rsa, B::chacha20_poly1305},
    {tls_psk_with_chacha20_poly1305_sha256, K::psk, A::psk, B::chacha20_poly1305},
    {tls_ecdhe_psk_with_chacha20_poly1305_sha256, K::ecdhe_psk, A::psk, B::chacha20_poly1305},
    {tls_dhe_psk_with_chacha20_poly1305_sha256, K::dhe_psk, A::psk, B::chacha20_poly1305},
    {tls_rsa_psk_with_chacha20_poly1305_sha256, K::rsa_psk, A::rsa, B::chacha20_poly1305},
    {tls_ecdhe_psk_with_aes_128_gcm_sha256, K::ecdhe_psk, A::psk, B::aes_128_gcm},
    {tls_ecdhe_psk_with_aes_256_gcm_sha384, K::ecdhe_psk, A::psk, B::aes_256_gcm},
    {tls_ecdhe_psk_with_aes_128_ccm_8_sha256, K::ecdhe_psk, A::psk, B::aes_128_ccm_8},
    {tls_ecdhe_psk_with_aes_128_ccm_sha256, K::ecdhe_psk, A::psk, B::aes_128_ccm},
});

Suite12Facts null_facts(HashAlgorithm mac) {
  Suite12Facts facts;
  facts.kind = CipherKind::null;
  facts.mac = mac;
  facts.mac_size = size_of(mac);
  facts.record_limit = UINT64_MAX;
  return facts;
}

// RFC 5246 6.2.3.2: the IV is as long as a block.
Suite12Facts cbc_facts(std::size_t key_size, HashAlgorithm mac) {
  Suite12Facts facts = null_facts(mac);
  facts.kind = CipherKind::cbc;
  facts.key_size = key_size;
  facts.block_size = 16;
  facts.record_iv_size = 16;
  return facts;
}

// RFC 5288 3, RFC 6655 3: four bytes of the nonce come from the key block, eight go with the record.
// RFC 7905 2: ChaCha20-Poly1305 takes all twelve from the key block.
Suite12Facts aead_facts(AeadAlgorithm aead) {
  Suite12Facts facts;
  facts.kind = CipherKind::aead;
  facts.aead = aead;
  facts.key_size = key_size_of(aead);
  facts.tag_size = tag_size_of(aead);
  facts.record_limit = record_limit_of(aead);
  facts.record_iv_size = aead == AeadAlgorithm::chacha20_poly1305 ? 0 : 8;
  facts.fixed_iv_size = kNonceSize - facts.record_iv_size;
  return facts;
}

Suite12Facts bulk_facts(Bulk bulk) {
  using enum HashAlgorithm;
  switch (bulk) {
    case B::null_sha1: return null_facts(sha1);
    case B::null_sha256: return null_facts(sha256);
    case B::null_sha384: return null_facts(sha384);
    case B::aes_128_cbc_sha1: return cbc_facts(16, sha1);
    case B::aes_256_cbc_sha1: return cbc_facts(32, sha1);
    case B::aes_128_cbc_sha256: return cbc_facts(16, sha256);
    case B::aes_256_cbc_sha256: return cbc_facts(32, sha256);
    case B::aes_256_cbc_sha384: return cbc_facts(32, sha384);
    case B::aes_128_gcm: return aead_facts(AeadAlgorithm::aes_128_gcm);
    case B::aes_256_gcm: return aead_facts(AeadAlgorithm::aes_256_gcm);
    case B::aes_128_ccm: return aead_facts(AeadAlgorithm::aes_128_ccm);
    case B::aes_256_ccm: return aead_facts(AeadAlgorithm::aes_256_ccm);
    case B::aes_128_ccm_8: return aead_facts(AeadAlgorithm::aes_128_ccm_8);
    case B::aes_256_ccm_8: return aead_facts(AeadAlgorithm::aes_256_ccm_8);
    case B::chacha20_poly1305: return aead_facts(AeadAlgorithm::chacha20_poly1305);
  }
  return {};
}

// RFC 5246 5: SHA-256, unless the suite says otherwise.
HashAlgorithm prf_hash(Bulk bulk) {
  const bool sha384 =
      bulk == B::null_sha384 || bulk == B::aes_256_cbc_sha384 || bulk == B::aes_256_gcm;
  return sha384 ? HashAlgorithm::sha384 : HashAlgorithm::sha256;
}

wire::ProtocolVersion minimum_version(const Row& row, const Suite12Facts& facts) {
  // RFC 5288 3, RFC 6655 3, RFC 7905 2: AEADs MUST NOT be negotiated in older versions.
  if (facts.kind == CipherKind::aead) return wire::ProtocolVersion::tls_1_2;
  if (facts.mac == HashAlgorithm::sha1) return wire::ProtocolVersion::tls_1_0;
  // RFC 5487 3, RFC 5489 3.2: with a PSK they may be, under the older PRF; RFC 5246 A.5, RFC 5289 3: otherwise not.
  return uses_psk(row.key_exchange) ? wire::ProtocolVersion::tls_1_0
                                    : wire::ProtocolVersion::tls_1_2;
}

Suite12Facts facts_of(const Row& row) {
  Suite12Facts facts = bulk_facts(row.bulk);
  facts.key_exchange = row.key_exchange;
  facts.authentication = row.authentication;
  facts.prf_hash = prf_hash(row.bulk);
  facts.minimum_version = minimum_version(row, facts);
  return facts;
}

using NumberedFacts = std::pair<CipherSuite, Suite12Facts>;

// A handshake asks some fifty times: made once a process, by number.
const std::vector<NumberedFacts>& all_facts() {
  static const std::vector<NumberedFacts> all = [] {
    std::vector<NumberedFacts> made;
    made.reserve(kRows.size());
    for (const Row& row : kRows) made.emplace_back(row.suite, facts_of(row));
    std::sort(made.begin(), made.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    return made;
  }();
  return all;
}

}  // namespace

const Suite12Facts* facts12_of(CipherSuite suite) {
  const auto& all = all_facts();
  const auto found =
      std::lower_bound(all.begin(), all.end(), suite,
                       [](const auto& each, auto wanted) { return each.first < wanted; });
  if (found == all.end() || found->first != suite) return nullptr;
  return &found->second;
}

bool has(CipherSuite suite) {
  const Suite12Facts* facts = facts12_of(suite);
  return facts != nullptr && (facts->aead ? has(*facts->aead) : has(*facts->mac));
}

std::vector<CipherSuite> suites12() {
  std::vector<CipherSuite> suites;
  for (const Row& row : kRows) {
    if (has(row.suite)) suites.push_back(row.suite);
  }
  return suites;
}

bool has_certificate(KeyExchange exchange) {
  return exchange == K::rsa || exchange == K::dhe || exchange == K::ecdhe || exchange == K::rsa_psk;
}

bool is_ephemeral(KeyExchange exchange) {
  return exchange == K::dhe || exchange == K::ecdhe || exchange == K::dhe_psk ||
         exchange == K::ecdhe_psk;
}

bool uses_psk(KeyExchange exchange) {
  return exchange == K::psk || exchange == K::dhe_psk || exchange == K::ecdhe_psk ||
         exchange == K::rsa_psk;
}

}  // namespace stepshake::crypto

#include "record/protection12.h"

#include "crypto/cipher_suite12.h"
#include "record/header.h"
#include "record/mac_protection12.h"

namespace stepshake::record {
namespace {

using crypto::Suite12Facts;

// RFC 5288 3, RFC 6655 3: the key block's salt, and the part that goes with the record.
std::array<std::uint8_t, crypto::kNonceSize> explicit_nonce(const Secret& salt, BytesView part) {
  std::array<std::uint8_t, crypto::kNonceSize> bytes{};
  std::copy_n(salt.data(), 4, bytes.begin());
  std::copy_n(part.begin(), 8, bytes.begin() + 4);
  return bytes;
}

void seal_aead(const Protection& keys, const Suite12Facts& facts, wire::ContentType type,
               BytesView content, Bytes& out) {
  append(out, header(type, wire::number_of(keys.version),
                     facts.record_iv_size + content.size() + facts.tag_size));
  const auto aad = additional_data(keys, type, content.size());
  // RFC 5288 3: nonce_explicit MUST differ in each record under a key, and the sequence number does.
  const auto number = sequence_bytes(keys.sequence_number);
  append(out, BytesView(number).first(facts.record_iv_size));
  crypto::seal(*facts.aead, keys.key.view(),
               facts.record_iv_size == 0 ? nonce(keys.iv, keys.sequence_number)
                                         : explicit_nonce(keys.iv, number),
               aad, {content}, out);
}

std::optional<Bytes> open_aead(const Protection& keys, const Suite12Facts& facts,
                               const Record& record) {
  const BytesView fragment = record.fragment;
  const std::size_t expansion = facts.record_iv_size + facts.tag_size;
  if (fragment.size() < expansion) return std::nullopt;
  const auto aad = additional_data(keys, record.type, fragment.size() - expansion);
  return crypto::open(*facts.aead, keys.key.view(),
                      facts.record_iv_size == 0 ? nonce(keys.iv, keys.sequence_number)
                                                : explicit_nonce(keys.iv, fragment.first(8)),
                      aad, fragment.subspan(facts.record_iv_size));
}

}  // namespace

std::array<std::uint8_t, 13> additional_data(const Protection& keys, wire::ContentType type,
                                             std::size_t size) {
  std::array<std::uint8_t, 13> data{};
  const auto number = sequence_bytes(keys.sequence_number);
  const auto rest = header(type, wire::number_of(keys.version), size);
  std::copy(number.begin(), number.end(), data.begin());
  std::copy(rest.begin(), rest.end(), data.begin() + number.size());
  return data;
}

void seal12(Protection& keys, wire::ContentType type, BytesView content, Bytes& out) {
  const Suite12Facts& facts = *crypto::facts12_of(*keys.suite);
  if (facts.aead) {
    seal_aead(keys, facts, type, content, out);
  } else {
    seal_with_mac(keys, facts, type, content, out);
  }
}

Result<Plaintext> open12(Protection& keys, const Record& record) {
  // As OpenSSL: a record of another version than the agreed one is refused, whatever is in it.
  if (record.legacy_record_version != wire::number_of(keys.version)) {
    return fail(Reason::record_version, "a record of another version than was agreed");
  }
  const Suite12Facts& facts = *crypto::facts12_of(*keys.suite);
  auto content = facts.aead ? open_aead(keys, facts, record) : open_with_mac(keys, facts, record);
  // RFC 5246 7.2.2: MUST be answered with bad_record_mac, wrong padding too.
  if (!content) {
    return fail(Reason::bad_record_mac, "record " + std::to_string(keys.sequence_number));
  }
  // RFC 5246 6.2.1, RFC 6066 4, RFC 8449 4: record_overflow.
  if (content->size() > keys.content_limit) {
    return fail(Reason::inner_plaintext_overflow, std::to_string(content->size()) + " bytes");
  }
  return Plaintext{record.type, std::move(*content)};
}

}  // namespace stepshake::record

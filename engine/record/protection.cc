#include "record/protection.h"

#include <algorithm>

#include "crypto/cipher_suite.h"
#include "crypto/cipher_suite12.h"
#include "record/header.h"
#include "record/protection12.h"
#include "record/protection13.h"

namespace stepshake::record {
namespace {

constexpr std::uint64_t kLastSequenceNumber = UINT64_MAX;

bool is_tls13(const Protection& keys) { return keys.version == wire::ProtocolVersion::tls_1_3; }

std::uint64_t record_limit(const Protection& keys) {
  return is_tls13(keys) ? crypto::facts_of(*keys.suite)->record_limit
                        : crypto::facts12_of(*keys.suite)->record_limit;
}

// TLS 1.0's CBC takes the last block that it sent as the next IV, where all may see it.
bool has_foreseeable_iv(const Protection& keys) {
  return keys.protects() && keys.version == wire::ProtocolVersion::tls_1_0 &&
         crypto::facts12_of(*keys.suite)->kind == crypto::CipherKind::cbc;
}

void seal_one(Protection& keys, wire::ContentType type, BytesView content, Bytes& out,
              const Dress& dress) {
  if (!keys.protects()) {
    append(out, header(type, dress.legacy_record_version, content.size()));
    append(out, content);
    return;
  }
  if (keys.sequence_number == kLastSequenceNumber) return;
  if (is_tls13(keys)) {
    seal13(keys, type, content, dress.padding, out);
  } else {
    seal12(keys, type, content, out);
  }
  ++keys.sequence_number;
}

}  // namespace

bool Protection::worn_out() const { return protects() && sequence_number >= record_limit(*this); }

bool Protection::has_room_for(std::size_t size) const {
  // One more for what does not fill a record, and one for a first byte that goes alone.
  return !protects() || kLastSequenceNumber - sequence_number >= size / content_limit + 2;
}

std::size_t Protection::fragment_limit() const {
  if (!protects()) return content_limit;
  return is_tls13(*this) ? kMaxCiphertext : kMaxCiphertext12;
}

void Protection::install(crypto::RecordKeys keys) {
  *this = {keys.suite,   std::move(keys.key),     std::move(keys.iv),    0,
           keys.version, std::move(keys.mac_key), keys.encrypt_then_mac, content_limit};
}

void Protection::remove_keys() {
  const std::uint16_t limit = content_limit;
  *this = {};
  content_limit = limit;
}

void Protection::seal(wire::ContentType type, BytesView content, Bytes& out, Dress dress) {
  const bool split = dress.split_first_byte && type == wire::ContentType::application_data &&
                     content.size() > 1 && has_foreseeable_iv(*this);
  std::size_t most = split ? 1 : content_limit;
  do {
    const BytesView piece = content.first(std::min(content.size(), most));
    content = content.subspan(piece.size());
    seal_one(*this, type, piece, out, dress);
    most = content_limit;
  } while (!content.empty());
}

Result<Plaintext> Protection::open(Record record) {
  if (!protects()) return Plaintext{record.type, std::move(record.fragment)};
  if (sequence_number == kLastSequenceNumber) {
    return fail(Reason::internal_error, "the sequence numbers are at their end");
  }
  auto plain = is_tls13(*this) ? open13(*this, record) : open12(*this, record);
  if (plain) ++sequence_number;
  return plain;
}

}  // namespace stepshake::record

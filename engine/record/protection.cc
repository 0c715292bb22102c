#include "record/protection.h"

#include <algorithm>
#include <array>

#include "wire/writer.h"

namespace stepshake::record {
namespace {

// RFC 8446 5.3: the sequence number, padded to the IV's size, XORed with the IV.
std::array<std::uint8_t, crypto::kNonceSize> nonce(const Secret& iv, std::uint64_t sequence) {
  std::array<std::uint8_t, crypto::kNonceSize> bytes{};
  std::copy_n(iv.data(), bytes.size(), bytes.begin());
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[bytes.size() - 1 - i] ^= static_cast<std::uint8_t>(sequence >> (8 * i));
  }
  return bytes;
}

std::array<std::uint8_t, kHeaderSize> header(wire::ContentType type, std::uint16_t version,
                                             std::size_t size) {
  return {static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(version >> 8),
          static_cast<std::uint8_t>(version), static_cast<std::uint8_t>(size >> 8),
          static_cast<std::uint8_t>(size)};
}

// Zeros up to the next multiple, as far as the record has room for them.
std::size_t padding_for(std::size_t content, std::size_t multiple) {
  if (multiple == 0) return 0;
  const std::size_t rest = (content + 1) % multiple;
  return std::min(rest == 0 ? 0 : multiple - rest, kMaxPlaintext - content);
}

// RFC 8446 5.4: the type is the last byte that is not zero.
Result<Plaintext> take_type(Bytes inner) {
  // RFC 8446 5.4: content, type and padding together are at most 2^14 + 1 bytes.
  if (inner.size() > kMaxPlaintext + 1) {
    return fail(Reason::inner_plaintext_overflow, std::to_string(inner.size()) + " bytes inside");
  }
  while (!inner.empty() && inner.back() == 0) inner.pop_back();
  if (inner.empty()) return fail(Reason::inner_plaintext_without_type, "a record of zeros");
  const auto type = static_cast<wire::ContentType>(inner.back());
  inner.pop_back();
  return Plaintext{type, std::move(inner)};
}

}  // namespace

bool Protection::worn_out() const {
  return protects() && sequence_number >= crypto::facts_of(*suite)->record_limit;
}

void Protection::seal(wire::ContentType type, BytesView content, Bytes& out, Dress dress) {
  do {
    const BytesView piece = content.first(std::min(content.size(), kMaxPlaintext));
    content = content.subspan(piece.size());
    if (!protects()) {
      append(out, header(type, dress.legacy_record_version, piece.size()));
      append(out, piece);
      continue;
    }
    const crypto::SuiteFacts facts = *crypto::facts_of(*suite);
    // RFC 8446 5.2: opaque_type is 23 and legacy_record_version 0x0303.
    Bytes type_and_padding(1 + padding_for(piece.size(), dress.padding));
    type_and_padding.front() = static_cast<std::uint8_t>(type);
    const auto aad = header(wire::ContentType::application_data, 0x0303,
                            piece.size() + type_and_padding.size() + facts.tag_size);
    append(out, aad);
    crypto::seal(facts, key.view(), nonce(iv, sequence_number), aad, {piece, type_and_padding},
                 out);
    ++sequence_number;
  } while (!content.empty());
}

Result<Plaintext> Protection::open(Record record) {
  if (!protects()) {
    return Plaintext{record.type, std::move(record.fragment)};
  }
  const crypto::SuiteFacts facts = *crypto::facts_of(*suite);
  const auto aad = header(record.type, record.legacy_record_version, record.fragment.size());
  auto inner = crypto::open(facts, key.view(), nonce(iv, sequence_number), aad, record.fragment);
  // RFC 8446 5.2: MUST terminate with bad_record_mac.
  if (!inner) return fail(Reason::bad_record_mac, "record " + std::to_string(sequence_number));
  ++sequence_number;
  return take_type(std::move(*inner));
}

}  // namespace stepshake::record

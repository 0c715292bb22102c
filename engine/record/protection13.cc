#include "record/protection13.h"

#include <algorithm>

#include "crypto/cipher_suite.h"
#include "record/header.h"

namespace stepshake::record {
namespace {

// Zeros up to the next multiple, as far as the record has room for them.
std::size_t padding_for(std::size_t content, std::size_t multiple, std::size_t limit) {
  if (multiple == 0) return 0;
  const std::size_t rest = (content + 1) % multiple;
  return std::min(rest == 0 ? 0 : multiple - rest, limit - content);
}

// RFC 8446 5.4: the type is the last byte that is not zero.
Result<Plaintext> take_type(Bytes inner, std::size_t content_limit) {
  // RFC 8446 5.4: content, type and padding together are at most 2^14 + 1 bytes; RFC 8449 4: or what was agreed.
  if (inner.size() > content_limit + 1) {
    return fail(Reason::inner_plaintext_overflow, std::to_string(inner.size()) + " bytes inside");
  }
  while (!inner.empty() && inner.back() == 0) inner.pop_back();
  if (inner.empty()) return fail(Reason::inner_plaintext_without_type, "a record of zeros");
  const auto type = static_cast<wire::ContentType>(inner.back());
  inner.pop_back();
  return Plaintext{type, std::move(inner)};
}

}  // namespace

void seal13(const Protection& keys, wire::ContentType type, BytesView content, std::size_t padding,
            Bytes& out) {
  const crypto::SuiteFacts facts = *crypto::facts_of(*keys.suite);
  // RFC 8446 5.2: opaque_type is 23 and legacy_record_version 0x0303.
  Bytes type_and_padding(1 + padding_for(content.size(), padding, keys.content_limit));
  type_and_padding.front() = static_cast<std::uint8_t>(type);
  const auto aad = header(wire::ContentType::application_data, 0x0303,
                          content.size() + type_and_padding.size() + facts.tag_size);
  append(out, aad);
  crypto::seal(facts, keys.key.view(), nonce(keys.iv, keys.sequence_number), aad,
               {content, type_and_padding}, out);
}

Result<Plaintext> open13(const Protection& keys, const Record& record) {
  const crypto::SuiteFacts facts = *crypto::facts_of(*keys.suite);
  const auto aad = header(record.type, record.legacy_record_version, record.fragment.size());
  auto inner = crypto::open(facts, keys.key.view(), nonce(keys.iv, keys.sequence_number), aad,
                            record.fragment);
  // RFC 8446 5.2: MUST terminate with bad_record_mac.
  if (!inner) {
    return fail(Reason::bad_record_mac, "record " + std::to_string(keys.sequence_number));
  }
  return take_type(std::move(*inner), keys.content_limit);
}

}  // namespace stepshake::record

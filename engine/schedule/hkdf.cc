#include "schedule/hkdf.h"

#include <array>

#include "wire/writer.h"

namespace stepshake::schedule {
namespace {

constexpr std::string_view kPrefix = "tls13 ";
// The longest label of the handshake and a SHA-384 hash.
constexpr std::size_t kUsualLabelSize = 80;

}  // namespace

Secret hkdf_extract(crypto::HashAlgorithm hash, BytesView salt, BytesView input_key_material) {
  return crypto::hmac(hash, salt, {input_key_material});
}

Secret hkdf_expand(const crypto::Hmac& secret, BytesView info, std::size_t length) {
  std::uint8_t counter = 1;
  Secret output = secret.of({info, std::array{counter}});
  const std::size_t size = output.size();
  while (output.size() < length) {
    const BytesView last = output.view().last(size);
    output.add(secret.of({last, info, std::array{++counter}}).view());
  }
  output.resize(length);
  return output;
}

Secret hkdf_expand_label(const crypto::Hmac& secret, std::string_view label, BytesView context,
                         std::size_t length) {
  wire::Writer hkdf_label(kUsualLabelSize);
  hkdf_label.u16(length)
      .u8(kPrefix.size() + label.size())
      .bytes(view_of(kPrefix))
      .bytes(view_of(label))
      .vector8(context);
  return hkdf_expand(secret, hkdf_label.written(), length);
}

Secret derive_secret(const crypto::Hmac& secret, std::string_view label,
                     BytesView transcript_hash) {
  return hkdf_expand_label(secret, label, transcript_hash, crypto::size_of(secret.algorithm()));
}

}  // namespace stepshake::schedule

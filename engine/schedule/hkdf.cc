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

Secret hkdf_expand(crypto::HashAlgorithm hash, BytesView secret, BytesView info,
                   std::size_t length) {
  std::uint8_t counter = 1;
  Secret output = crypto::hmac(hash, secret, {info, std::array{counter}});
  const std::size_t size = output.size();
  while (output.size() < length) {
    const BytesView last = output.view().last(size);
    output.add(crypto::hmac(hash, secret, {last, info, std::array{++counter}}).view());
  }
  output.resize(length);
  return output;
}

Secret hkdf_expand_label(crypto::HashAlgorithm hash, BytesView secret, std::string_view label,
                         BytesView context, std::size_t length) {
  wire::Writer hkdf_label(kUsualLabelSize);
  hkdf_label.u16(length)
      .u8(kPrefix.size() + label.size())
      .bytes(view_of(kPrefix))
      .bytes(view_of(label))
      .vector8(context);
  return hkdf_expand(hash, secret, hkdf_label.written(), length);
}

Secret derive_secret(crypto::HashAlgorithm hash, BytesView secret, std::string_view label,
                     BytesView transcript_hash) {
  return hkdf_expand_label(hash, secret, label, transcript_hash, crypto::size_of(hash));
}

}  // namespace stepshake::schedule

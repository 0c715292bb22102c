#include "schedule/hkdf.h"

#include <array>

namespace stepshake::schedule {
namespace {

constexpr std::string_view kPrefix = "tls13 ";

}  // namespace

Secret hkdf_extract(crypto::HashAlgorithm hash, BytesView salt, BytesView input_key_material) {
  return crypto::hmac(hash, salt, {input_key_material});
}

Secret hkdf_expand(const crypto::Hmac& secret, std::initializer_list<BytesView> info,
                   std::size_t length) {
  const std::size_t step = crypto::size_of(secret.algorithm());
  Secret output((length + step - 1) / step * step);
  for (std::size_t at = 0; at < length; at += step) {
    crypto::Hasher message = secret.begin();
    // RFC 5869 2.3: T(i) is over T(i-1), the info, and i.
    if (at > 0) message.add(output.view().subspan(at - step, step));
    for (BytesView part : info) message.add(part);
    message.add(std::array{static_cast<std::uint8_t>(at / step + 1)});
    secret.end(message, output.data() + at);
  }
  output.resize(length);
  return output;
}

Secret hkdf_expand_label(const crypto::Hmac& secret, std::string_view label, BytesView context,
                         std::size_t length) {
  const std::array<std::uint8_t, 3> sizes = {
      static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length),
      static_cast<std::uint8_t>(kPrefix.size() + label.size())};
  const std::array context_size = {static_cast<std::uint8_t>(context.size())};
  return hkdf_expand(secret, {sizes, view_of(kPrefix), view_of(label), context_size, context},
                     length);
}

Secret derive_secret(const crypto::Hmac& secret, std::string_view label,
                     BytesView transcript_hash) {
  return hkdf_expand_label(secret, label, transcript_hash, crypto::size_of(secret.algorithm()));
}

}  // namespace stepshake::schedule

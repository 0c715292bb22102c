#include "schedule/hkdf.h"

#include <array>
#include <string>

#include "wire/writer.h"

namespace stepshake::schedule {

Secret hkdf_extract(crypto::HashAlgorithm hash, BytesView salt, BytesView input_key_material) {
  return crypto::hmac(hash, salt, {input_key_material});
}

Secret hkdf_expand(crypto::HashAlgorithm hash, BytesView secret, BytesView info,
                   std::size_t length) {
  Secret output;
  Secret block;
  for (std::uint8_t counter = 1; output.size() < length; ++counter) {
    block = crypto::hmac(hash, secret, {block.view(), info, std::array{counter}});
    output.add(block.view());
  }
  output.resize(length);
  return output;
}

Secret hkdf_expand_label(crypto::HashAlgorithm hash, BytesView secret, std::string_view label,
                         BytesView context, std::size_t length) {
  wire::Writer hkdf_label;
  hkdf_label.u16(length).vector8(view_of("tls13 " + std::string(label))).vector8(context);
  return hkdf_expand(hash, secret, hkdf_label.written(), length);
}

Secret derive_secret(crypto::HashAlgorithm hash, BytesView secret, std::string_view label,
                     BytesView transcript_hash) {
  return hkdf_expand_label(hash, secret, label, transcript_hash, crypto::size_of(hash));
}

}  // namespace stepshake::schedule

// HKDF (RFC 5869) and TLS 1.3's labelled form of it (RFC 8446 7.1). A secret from which several others come is given as
// one Hmac to all of them.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"
#include "crypto/hash.h"

namespace stepshake::schedule {

Secret hkdf_extract(crypto::HashAlgorithm hash, BytesView salt, BytesView input_key_material);

// `info` in parts; `length` is at most 255 times the hash's size.
Secret hkdf_expand(const crypto::Hmac& secret, std::initializer_list<BytesView> info,
                   std::size_t length);

// `label` without its "tls13 " prefix.
Secret hkdf_expand_label(const crypto::Hmac& secret, std::string_view label, BytesView context,
                         std::size_t length);

// Derive-Secret, given the transcript's hash instead of the messages.
Secret derive_secret(const crypto::Hmac& secret, std::string_view label, BytesView transcript_hash);

}  // namespace stepshake::schedule

// AES in CBC mode, whole blocks, without padding: what TLS's records pad is the record layer's.
#pragma once

#include <span>

#include "base/bytes.h"

namespace stepshake::crypto {

inline constexpr std::size_t kBlockSize = 16;

// In place. The key's size, 16 or 32, says which AES; `blocks` holds whole blocks.
void cbc_encrypt(BytesView key, BytesView iv, std::span<std::uint8_t> blocks);
void cbc_decrypt(BytesView key, BytesView iv, std::span<std::uint8_t> blocks);

}  // namespace stepshake::crypto

#include "crypto/cbc.h"

#include <cstdlib>

#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

const EVP_CIPHER* cipher(std::size_t key_size) {
  static const CipherPtr aes_128(EVP_CIPHER_fetch(nullptr, "AES-128-CBC", nullptr));
  static const CipherPtr aes_256(EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr));
  return key_size == 16 ? aes_128.get() : aes_256.get();
}

void run(BytesView key, BytesView iv, std::span<std::uint8_t> blocks, bool encrypt) {
  thread_local const CipherContextPtr context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX_reset(context.get());
  int written = 0;
  const bool ok = EVP_CipherInit_ex2(context.get(), cipher(key.size()), key.data(), iv.data(),
                                     encrypt ? 1 : 0, nullptr) == 1 &&
                  EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
                  EVP_CipherUpdate(context.get(), blocks.data(), &written, blocks.data(),
                                   static_cast<int>(blocks.size())) == 1 &&
                  static_cast<std::size_t>(written) == blocks.size();
  // Fails only for want of memory; bytes that were not encrypted must never leave.
  if (!ok) std::abort();
}

}  // namespace

void cbc_encrypt(BytesView key, BytesView iv, std::span<std::uint8_t> blocks) {
  run(key, iv, blocks, true);
}

void cbc_decrypt(BytesView key, BytesView iv, std::span<std::uint8_t> blocks) {
  run(key, iv, blocks, false);
}

}  // namespace stepshake::crypto

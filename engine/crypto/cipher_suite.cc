#include "crypto/cipher_suite.h"

#include <array>
#include <cstdlib>

#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

// RFC 8446 5.5: 2^24.5 full-size records for AES-GCM; RFC 9001 B: 2^23.5 for AES-CCM.
constexpr std::uint64_t kGcmLimit = 23'726'566;
constexpr std::uint64_t kCcmLimit = 11'863'283;
constexpr std::uint64_t kNoLimit = UINT64_MAX;

constexpr std::array<const char*, 5> kCipherNames = {
    "AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305", "AES-128-CCM", "AES-128-CCM",
};

const EVP_CIPHER* cipher(AeadAlgorithm algorithm) {
  static const auto fetched = [] {
    std::array<CipherPtr, kCipherNames.size()> all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i].reset(EVP_CIPHER_fetch(nullptr, kCipherNames[i], nullptr));
    }
    return all;
  }();
  return fetched[static_cast<std::size_t>(algorithm)].get();
}

bool is_ccm(const SuiteFacts& suite) {
  return suite.aead == AeadAlgorithm::aes_128_ccm || suite.aead == AeadAlgorithm::aes_128_ccm_8;
}

EVP_CIPHER_CTX* context() {
  thread_local const CipherContextPtr kept(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX_reset(kept.get());
  return kept.get();
}

int length(BytesView bytes) { return static_cast<int>(bytes.size()); }

// A null text is no text to libcrypto, not an empty one: CCM then makes no tag (some of OpenSSL 3.0's releases).
const std::uint8_t* start_of(BytesView text) {
  static constexpr std::uint8_t kNothing = 0;
  return text.empty() ? &kNothing : text.data();
}

bool add_aad(EVP_CIPHER_CTX* ctx, BytesView aad) {
  int written = 0;
  return aad.empty() || EVP_CipherUpdate(ctx, nullptr, &written, aad.data(), length(aad)) == 1;
}

// CCM is told its tag's size (or, when opening, the tag) before the key, and the text's size before the AAD.
bool start(EVP_CIPHER_CTX* ctx, const SuiteFacts& suite, BytesView key, BytesView nonce,
           BytesView tag, std::size_t text_size, bool sealing) {
  const int encrypt = sealing ? 1 : 0;
  if (EVP_CipherInit_ex2(ctx, cipher(suite.aead), nullptr, nullptr, encrypt, nullptr) != 1) {
    return false;
  }
  if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, length(nonce), nullptr) != 1) return false;
  if (is_ccm(suite) || !sealing) {
    void* tag_data = sealing ? nullptr : const_cast<std::uint8_t*>(tag.data());
    const int tag_size = static_cast<int>(suite.tag_size);
    if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, tag_size, tag_data) != 1) return false;
  }
  if (EVP_CipherInit_ex2(ctx, nullptr, key.data(), nonce.data(), encrypt, nullptr) != 1) {
    return false;
  }
  int written = 0;
  return !is_ccm(suite) ||
         EVP_CipherUpdate(ctx, nullptr, &written, nullptr, static_cast<int>(text_size)) == 1;
}

}  // namespace

std::optional<SuiteFacts> facts_of(wire::CipherSuite suite) {
  using enum wire::CipherSuite;
  using enum AeadAlgorithm;
  switch (suite) {
    case tls_aes_128_gcm_sha256:
      return SuiteFacts{aes_128_gcm, HashAlgorithm::sha256, 16, 16, kGcmLimit};
    case tls_aes_256_gcm_sha384:
      return SuiteFacts{aes_256_gcm, HashAlgorithm::sha384, 32, 16, kGcmLimit};
    case tls_chacha20_poly1305_sha256:
      return SuiteFacts{chacha20_poly1305, HashAlgorithm::sha256, 32, 16, kNoLimit};
    case tls_aes_128_ccm_sha256:
      return SuiteFacts{aes_128_ccm, HashAlgorithm::sha256, 16, 16, kCcmLimit};
    case tls_aes_128_ccm_8_sha256:
      return SuiteFacts{aes_128_ccm_8, HashAlgorithm::sha256, 16, 8, kCcmLimit};
  }
  return std::nullopt;
}

void seal(const SuiteFacts& suite, BytesView key, BytesView nonce, BytesView aad,
          std::initializer_list<BytesView> plaintext, Bytes& out) {
  Bytes joined;
  BytesView text =
      plaintext.size() == 1 ? *plaintext.begin() : BytesView(joined = concat(plaintext));
  EVP_CIPHER_CTX* ctx = context();
  const std::size_t at = out.size();
  out.resize(at + text.size() + suite.tag_size);
  int written = 0;
  int ended = 0;
  // CCM takes the whole text in one piece; the others do not mind.
  const bool ok =
      start(ctx, suite, key, nonce, {}, text.size(), true) && add_aad(ctx, aad) &&
      EVP_CipherUpdate(ctx, out.data() + at, &written, start_of(text), length(text)) == 1 &&
      EVP_CipherFinal_ex(ctx, out.data() + at + written, &ended) == 1 &&
      EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(suite.tag_size),
                          out.data() + at + text.size()) == 1;
  // Sealing fails only for want of memory; bytes that were not sealed must never leave.
  if (!ok) std::abort();
}

std::optional<Bytes> open(const SuiteFacts& suite, BytesView key, BytesView nonce, BytesView aad,
                          BytesView ciphertext_and_tag) {
  if (ciphertext_and_tag.size() < suite.tag_size) return std::nullopt;
  const BytesView text = ciphertext_and_tag.first(ciphertext_and_tag.size() - suite.tag_size);
  const BytesView tag = ciphertext_and_tag.last(suite.tag_size);
  EVP_CIPHER_CTX* ctx = context();
  Bytes plaintext(text.size());
  int written = 0;
  int ended = 0;
  std::uint8_t nothing = 0;
  std::uint8_t* out = plaintext.empty() ? &nothing : plaintext.data();
  const bool started = start(ctx, suite, key, nonce, tag, text.size(), false) &&
                       add_aad(ctx, aad) &&
                       EVP_CipherUpdate(ctx, out, &written, start_of(text), length(text)) == 1;
  // CCM has checked its tag with the text and does not want to be finished.
  if (!started || (!is_ccm(suite) && EVP_CipherFinal_ex(ctx, out + written, &ended) != 1)) {
    return std::nullopt;
  }
  return plaintext;
}

}  // namespace stepshake::crypto

#include "crypto/aead.h"

#include <array>
#include <cstdlib>

#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

// RFC 8446 5.5: 2^24.5 full-size records for AES-GCM; RFC 9001 B: 2^23.5 for AES-CCM.
constexpr std::uint64_t kGcmLimit = 23'726'566;
constexpr std::uint64_t kCcmLimit = 11'863'283;
constexpr std::uint64_t kNoLimit = UINT64_MAX;

struct AeadFacts {
  const char* name;  // libcrypto's
  std::size_t key_size;
  std::size_t tag_size;
  std::uint64_t record_limit;
  bool ccm;
};

// In the enumeration's order.
constexpr auto kFacts = std::to_array<AeadFacts>({
    {"AES-128-GCM", 16, 16, kGcmLimit, false},
    {"AES-256-GCM", 32, 16, kGcmLimit, false},
    {"ChaCha20-Poly1305", 32, 16, kNoLimit, false},
    {"AES-128-CCM", 16, 16, kCcmLimit, true},
    {"AES-128-CCM", 16, 8, kCcmLimit, true},
    {"AES-256-CCM", 32, 16, kCcmLimit, true},
    {"AES-256-CCM", 32, 8, kCcmLimit, true},
});

const AeadFacts& facts_of(AeadAlgorithm algorithm) {
  return kFacts[static_cast<std::size_t>(algorithm)];
}

const EVP_CIPHER* cipher(AeadAlgorithm algorithm) {
  static const auto fetched = [] {
    std::array<CipherPtr, kFacts.size()> all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i].reset(EVP_CIPHER_fetch(nullptr, kFacts[i].name, nullptr));
    }
    return all;
  }();
  return fetched[static_cast<std::size_t>(algorithm)].get();
}

// A thread keeps one a cipher and direction: a key alone is set in half the time. With `fresh`, nothing is left of the
// last use.
EVP_CIPHER_CTX* context(AeadAlgorithm algorithm, bool sealing, bool fresh) {
  thread_local std::array<std::array<CipherContextPtr, 2>, kFacts.size()> kept;
  auto& context = kept[static_cast<std::size_t>(algorithm)][sealing ? 1 : 0];
  if (context && !fresh) return context.get();
  if (!context) context.reset(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX_reset(context.get());
  EVP_CipherInit_ex2(context.get(), cipher(algorithm), nullptr, nullptr, sealing ? 1 : 0, nullptr);
  return context.get();
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

// The others' nonces have the 12 bytes that libcrypto expects. CCM is told its nonce's and its tag's size (or, when
// opening, the tag) before the key, and the text's size before the AAD.
bool start(EVP_CIPHER_CTX* ctx, AeadAlgorithm algorithm, BytesView key, BytesView nonce,
           BytesView tag, std::size_t text_size, bool sealing) {
  const int encrypt = sealing ? 1 : 0;
  const bool ccm = facts_of(algorithm).ccm;
  void* tag_data = sealing ? nullptr : const_cast<std::uint8_t*>(tag.data());
  const int tag_size = static_cast<int>(tag_size_of(algorithm));
  if (ccm && (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, length(nonce), nullptr) != 1 ||
              EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, tag_size, tag_data) != 1)) {
    return false;
  }
  if (EVP_CipherInit_ex2(ctx, nullptr, key.data(), nonce.data(), encrypt, nullptr) != 1) {
    return false;
  }
  if (!ccm) {
    return sealing || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, tag_size, tag_data) == 1;
  }
  int written = 0;
  return EVP_CipherUpdate(ctx, nullptr, &written, nullptr, static_cast<int>(text_size)) == 1;
}

}  // namespace

bool has(AeadAlgorithm algorithm) { return cipher(algorithm) != nullptr; }
std::size_t key_size_of(AeadAlgorithm algorithm) { return facts_of(algorithm).key_size; }
std::size_t tag_size_of(AeadAlgorithm algorithm) { return facts_of(algorithm).tag_size; }
std::uint64_t record_limit_of(AeadAlgorithm algorithm) { return facts_of(algorithm).record_limit; }

void seal(AeadAlgorithm algorithm, BytesView key, BytesView nonce, BytesView aad,
          std::initializer_list<BytesView> plaintext, Bytes& out) {
  Bytes joined;
  BytesView text =
      plaintext.size() == 1 ? *plaintext.begin() : BytesView(joined = concat(plaintext));
  EVP_CIPHER_CTX* ctx = context(algorithm, true, facts_of(algorithm).ccm);
  const std::size_t at = out.size();
  out.resize(at + text.size() + tag_size_of(algorithm));
  int written = 0;
  int ended = 0;
  // CCM takes the whole text in one piece; the others do not mind.
  const bool ok =
      start(ctx, algorithm, key, nonce, {}, text.size(), true) && add_aad(ctx, aad) &&
      EVP_CipherUpdate(ctx, out.data() + at, &written, start_of(text), length(text)) == 1 &&
      EVP_CipherFinal_ex(ctx, out.data() + at + written, &ended) == 1 &&
      EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size_of(algorithm)),
                          out.data() + at + text.size()) == 1;
  // Sealing fails only for want of memory; bytes that were not sealed must never leave.
  if (!ok) std::abort();
}

std::optional<Bytes> open(AeadAlgorithm algorithm, BytesView key, BytesView nonce, BytesView aad,
                          BytesView ciphertext_and_tag) {
  if (ciphertext_and_tag.size() < tag_size_of(algorithm)) return std::nullopt;
  const BytesView text =
      ciphertext_and_tag.first(ciphertext_and_tag.size() - tag_size_of(algorithm));
  const BytesView tag = ciphertext_and_tag.last(tag_size_of(algorithm));
  EVP_CIPHER_CTX* ctx = context(algorithm, false, facts_of(algorithm).ccm);
  Bytes plaintext(text.size());
  int written = 0;
  int ended = 0;
  std::uint8_t nothing = 0;
  std::uint8_t* out = plaintext.empty() ? &nothing : plaintext.data();
  const bool started = start(ctx, algorithm, key, nonce, tag, text.size(), false) &&
                       add_aad(ctx, aad) &&
                       EVP_CipherUpdate(ctx, out, &written, start_of(text), length(text)) == 1;
  // CCM has checked its tag with the text and does not want to be finished.
  if (!started ||
      (!facts_of(algorithm).ccm && EVP_CipherFinal_ex(ctx, out + written, &ended) != 1)) {
    return std::nullopt;
  }
  return plaintext;
}

}  // namespace stepshake::crypto

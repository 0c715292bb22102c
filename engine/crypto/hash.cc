// libcrypto's digests by their own functions. By EVP a state is an object on the heap, and one HMAC of a key schedule
// costs half as much again; these have been called deprecated since 3.0, and are the ones whose state is a value.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/hash.h"

#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "crypto/digest.h"

#ifdef OPENSSL_NO_DEPRECATED_3_0
#error "libcrypto was built with no-deprecated, and lacks SHA256_Init: use one that has it"
#endif

namespace stepshake::crypto {
namespace {

// They fail only for more bytes than SHA-256 can count; going on with a wrong hash would be worse.
void check(int ok) {
  if (ok != 1) std::abort();
}

template <class State, auto Init, auto Update, auto Final>
constexpr Digest make(const char* name, std::size_t size, std::size_t block_size) {
  static_assert(std::is_trivially_copyable_v<State> && alignof(State) <= alignof(std::uint64_t));
  return {
      name,
      size,
      block_size,
      [](std::byte* state) { check(Init(reinterpret_cast<State*>(state))); },
      [](std::byte* state, BytesView bytes) {
        check(Update(reinterpret_cast<State*>(state), bytes.data(), bytes.size()));
      },
      [](std::byte* state, std::uint8_t* hash) {
        check(Final(hash, reinterpret_cast<State*>(state)));
      },
      sizeof(State),
  };
}

constexpr auto kSha256 =
    make<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final>("SHA2-256", 32, 64);
constexpr auto kSha384 =
    make<SHA512_CTX, SHA384_Init, SHA384_Update, SHA384_Final>("SHA2-384", 48, 128);
constexpr auto kSha512 =
    make<SHA512_CTX, SHA512_Init, SHA512_Update, SHA512_Final>("SHA2-512", 64, 128);
constexpr auto kSha1 = make<SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final>("SHA1", 20, 64);
constexpr auto kMd5 = make<MD5_CTX, MD5_Init, MD5_Update, MD5_Final>("MD5", 16, 64);

}  // namespace

const Digest& digest(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha256: return kSha256;
    case HashAlgorithm::sha384: return kSha384;
    case HashAlgorithm::sha512: return kSha512;
    case HashAlgorithm::sha1: return kSha1;
    case HashAlgorithm::md5: return kMd5;
  }
  std::abort();
}

std::size_t size_of(HashAlgorithm algorithm) { return digest(algorithm).size; }

Hasher::Hasher(HashAlgorithm algorithm) : digest_(&digest(algorithm)) {
  static_assert(kSha512.state_size == kStateSize && kSha256.state_size <= kStateSize &&
                kSha1.state_size <= kStateSize && kMd5.state_size <= kStateSize);
  digest_->begin(state_.data());
}

void Hasher::add(BytesView bytes) { digest_->add(state_.data(), bytes); }

void Hasher::end(std::uint8_t* hash) { digest_->end(state_.data(), hash); }

void Hasher::wipe() { explicit_bzero(state_.data(), digest_->state_size); }

Bytes hash(HashAlgorithm algorithm, std::initializer_list<BytesView> parts) {
  Hasher hasher(algorithm);
  for (BytesView part : parts) hasher.add(part);
  Bytes output(size_of(algorithm));
  hasher.end(output.data());
  return output;
}

bool equal(BytesView a, BytesView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace stepshake::crypto

// HMAC over libcrypto's digests. Its own HMAC costs twice as much for the short inputs of a key schedule, most of it in
// looking up parameters; it is used where the length of the input must not show.
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "crypto/digest.h"
#include "crypto/hash.h"

namespace stepshake::crypto {
namespace {

constexpr std::size_t kLargestBlock = 128;  // SHA-384's and SHA-512's, in bytes

// RFC 2104 2: B.
std::size_t block_size_of(HashAlgorithm algorithm) {
  const bool wide = algorithm == HashAlgorithm::sha384 || algorithm == HashAlgorithm::sha512;
  return wide ? kLargestBlock : 64;
}

// The two hashes of RFC 2104 2, one after the other.
class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm) : digest_(digest(algorithm)) {
    thread_local const DigestContextPtr kept(EVP_MD_CTX_new());
    context_ = kept.get();
  }

  void begin() { ok_ = ok_ && EVP_DigestInit_ex2(context_, digest_, nullptr) == 1; }
  void add(BytesView bytes) {
    ok_ = ok_ && EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1;
  }
  void end(std::uint8_t* hash) {
    ok_ = ok_ && EVP_DigestFinal_ex(context_, hash, nullptr) == 1;
    // A hash that libcrypto has cannot fail but for want of memory; going on with zeros would be worse.
    if (!ok_) std::abort();
  }

 private:
  const EVP_MD* digest_;
  EVP_MD_CTX* context_ = nullptr;
  bool ok_ = true;
};

EVP_MAC* hmac_method() {
  static const MacPtr mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  return mac.get();
}

// The name is only read; OSSL_PARAM has no const form of it.
OSSL_PARAM digest_parameter(HashAlgorithm algorithm) {
  return OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                          const_cast<char*>(name_of(algorithm)), 0);
}

}  // namespace

void hmac(HashAlgorithm algorithm, BytesView key, std::initializer_list<BytesView> parts,
          std::uint8_t* out) {
  constexpr std::uint8_t kInner = 0x36;
  constexpr std::uint8_t kOuter = 0x5c;
  const std::size_t block_size = block_size_of(algorithm);
  Hasher hasher(algorithm);
  std::array<std::uint8_t, kLargestBlock> pad{};
  if (key.size() > block_size) {
    hasher.begin();
    hasher.add(key);
    hasher.end(pad.data());
  } else {
    std::copy(key.begin(), key.end(), pad.begin());
  }
  const BytesView block = BytesView(pad).first(block_size);

  for (std::uint8_t& byte : pad) byte ^= kInner;
  hasher.begin();
  hasher.add(block);
  for (BytesView part : parts) hasher.add(part);
  hasher.end(out);

  for (std::uint8_t& byte : pad) byte ^= kInner ^ kOuter;
  hasher.begin();
  hasher.add(block);
  hasher.add({out, size_of(algorithm)});
  hasher.end(out);
  OPENSSL_cleanse(pad.data(), pad.size());
}

Secret hmac(HashAlgorithm algorithm, BytesView key, std::initializer_list<BytesView> parts) {
  Secret output(size_of(algorithm));
  hmac(algorithm, key, parts, output.data());
  return output;
}

Secret hmac_of_hidden_size(HashAlgorithm algorithm, BytesView key, BytesView header,
                           BytesView record, std::size_t size) {
  // A context of its own: it cannot be told that a second record begins.
  const MacContextPtr context(EVP_MAC_CTX_new(hmac_method()));
  std::size_t record_size = record.size();
  const std::array<OSSL_PARAM, 3> params = {
      digest_parameter(algorithm),
      OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_TLS_DATA_SIZE, &record_size),
      OSSL_PARAM_construct_end()};
  Secret output(size_of(algorithm));
  std::size_t written = output.size();
  const bool ok = EVP_MAC_init(context.get(), key.data(), key.size(), params.data()) == 1 &&
                  EVP_MAC_update(context.get(), header.data(), header.size()) == 1 &&
                  EVP_MAC_update(context.get(), record.data(), size) == 1 &&
                  EVP_MAC_final(context.get(), output.data(), &written, output.size()) == 1;
  if (!ok) std::abort();
  return output;
}

}  // namespace stepshake::crypto

// HMAC over libcrypto's digests. Its own costs more than twice as much for the short inputs of a key schedule, most of it
// in looking up parameters; it is used where the length of the input must not show.
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "crypto/digest.h"
#include "crypto/hash.h"
#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

constexpr std::size_t kLargestBlock = 128;  // SHA-384's and SHA-512's, in bytes

EVP_MAC* hmac_method() {
  static const MacPtr mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  return mac.get();
}

// The name is only read; OSSL_PARAM has no const form of it.
OSSL_PARAM digest_parameter(HashAlgorithm algorithm) {
  return OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                          const_cast<char*>(digest(algorithm).name), 0);
}

}  // namespace

Hmac::Hmac(HashAlgorithm algorithm, BytesView key)
    : algorithm_(algorithm), inner_(algorithm), outer_(algorithm) {
  constexpr std::uint8_t kInner = 0x36;
  constexpr std::uint8_t kOuter = 0x5c;
  std::array<std::uint8_t, kLargestBlock> pad{};
  const BytesView block = BytesView(pad).first(digest(algorithm).block_size);
  if (key.size() > block.size()) {
    Hasher shortened(algorithm);
    shortened.add(key);
    shortened.end(pad.data());
    shortened.wipe();
  } else {
    std::copy(key.begin(), key.end(), pad.begin());
  }
  for (std::uint8_t& byte : pad) byte ^= kInner;
  inner_.add(block);
  for (std::uint8_t& byte : pad) byte ^= kInner ^ kOuter;
  outer_.add(block);
  explicit_bzero(pad.data(), pad.size());
}

Hmac::~Hmac() {
  inner_.wipe();
  outer_.wipe();
}

void Hmac::of(std::initializer_list<BytesView> parts, std::uint8_t* out) const {
  Hasher message = begin();
  for (BytesView part : parts) message.add(part);
  end(message, out);
}

void Hmac::end(Hasher& message, std::uint8_t* out) const {
  message.end(out);
  message.wipe();
  Hasher outer = outer_;
  outer.add({out, size_of(algorithm_)});
  outer.end(out);
  outer.wipe();
}

Secret Hmac::of(std::initializer_list<BytesView> parts) const {
  Secret output(size_of(algorithm_));
  of(parts, output.data());
  return output;
}

Secret hmac(HashAlgorithm algorithm, BytesView key, std::initializer_list<BytesView> parts) {
  return Hmac(algorithm, key).of(parts);
}

bool has(HashAlgorithm algorithm) {
  static const auto found = [] {
    std::array<bool, 6> all{};  // the enumerators start at 1
    for (std::size_t i = 1; i < all.size(); ++i) {
      const char* name = digest(static_cast<HashAlgorithm>(i)).name;
      all[i] = DigestPtr(EVP_MD_fetch(nullptr, name, nullptr)) != nullptr;
    }
    ERR_clear_error();
    return all;
  }();
  return found[static_cast<std::size_t>(algorithm)];
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

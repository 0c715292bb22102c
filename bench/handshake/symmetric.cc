#include "bench/handshake/symmetric.h"

#include "bench/measure/check.h"

namespace stepshake::bench {
namespace {

EVP_CIPHER* cipher_of(wire::CipherSuite suite) {
  switch (suite) {
    case wire::CipherSuite::tls_aes_256_gcm_sha384:
    case wire::CipherSuite::tls_ecdhe_ecdsa_with_aes_256_gcm_sha384:
    case wire::CipherSuite::tls_ecdhe_rsa_with_aes_256_gcm_sha384:
      return library().aes_256_gcm.get();
    case wire::CipherSuite::tls_chacha20_poly1305_sha256:
    case wire::CipherSuite::tls_ecdhe_ecdsa_with_chacha20_poly1305_sha256:
    case wire::CipherSuite::tls_ecdhe_rsa_with_chacha20_poly1305_sha256:
      return library().chacha20_poly1305.get();
    default: return library().aes_128_gcm.get();
  }
}

std::size_t signature_size(crypto::KeyType type) {
  switch (type) {
    case crypto::KeyType::rsa: return 264;
    case crypto::KeyType::ed25519: return 72;
    default: return 80;
  }
}

// HMAC by hand, on a digest that was fetched: the cheapest way with EVP.
void hmac(EVP_MD_CTX* context, EVP_MD* digest, BytesView key, BytesView message,
          std::uint8_t* out) {
  const auto block = static_cast<std::size_t>(EVP_MD_get_block_size(digest));
  std::array<std::uint8_t, 128> inner{};
  std::array<std::uint8_t, 128> outer{};
  std::copy(key.begin(), key.end(), inner.begin());
  for (std::size_t i = 0; i < block; ++i) {
    outer[i] = static_cast<std::uint8_t>(inner[i] ^ 0x5cU);
    inner[i] ^= 0x36U;
  }
  const auto size = static_cast<std::size_t>(EVP_MD_get_size(digest));
  check(EVP_DigestInit_ex2(context, digest, nullptr) == 1 &&
            EVP_DigestUpdate(context, inner.data(), block) == 1 &&
            EVP_DigestUpdate(context, message.data(), message.size()) == 1 &&
            EVP_DigestFinal_ex(context, out, nullptr) == 1 &&
            EVP_DigestInit_ex2(context, digest, nullptr) == 1 &&
            EVP_DigestUpdate(context, outer.data(), block) == 1 &&
            EVP_DigestUpdate(context, out, size) == 1 &&
            EVP_DigestFinal_ex(context, out, nullptr) == 1,
        "an HMAC");
}

void protect(EVP_CIPHER_CTX* context, bool seals, Bytes& buffer, std::size_t size) {
  constexpr int kTagSize = 16;
  const std::array<std::uint8_t, 12> nonce{1};
  const std::array<std::uint8_t, 5> header{23, 3, 3, 0, 0};
  std::array<std::uint8_t, kTagSize> tag{};
  int length = 0;
  check(EVP_CipherInit_ex2(context, nullptr, nullptr, nonce.data(), seals ? 1 : 0, nullptr) == 1 &&
            EVP_CipherUpdate(context, nullptr, &length, header.data(), header.size()) == 1 &&
            EVP_CipherUpdate(context, buffer.data(), &length, buffer.data(),
                             static_cast<int>(size)) == 1,
        "a record's protection");
  if (seals) {
    check(EVP_CipherFinal_ex(context, buffer.data(), &length) == 1 &&
              EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagSize, tag.data()) == 1,
          "a record's tag");
  } else {  // a tag that is wrong costs what a right one does, up to the error queue: so it is not asked
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data());
  }
}

}  // namespace

SymmetricPart::SymmetricPart(const Suite& suite, const Certificates& issued)
    : suite_(suite),
      signature_size_(signature_size(suite.key)),
      cipher_(cipher_of(suite.cipher_suite)),
      hash_(EVP_MD_CTX_new()),
      snapshot_(EVP_MD_CTX_new()) {
  digest_ =
      cipher_ == library().aes_256_gcm.get() ? library().sha384.get() : library().sha256.get();
  for (const Bytes& each : issued.server_chain) certificates_size_ += each.size() + 10;
}

void SymmetricPart::transcript(std::initializer_list<std::size_t> messages, int snapshots) {
  check(EVP_DigestInit_ex2(hash_.get(), digest_, nullptr) == 1, "a transcript's hash");
  for (const std::size_t size : messages) EVP_DigestUpdate(hash_.get(), buffer_.data(), size);
  std::array<std::uint8_t, 64> out;
  for (int i = 0; i < snapshots; ++i) {
    check(EVP_MD_CTX_copy_ex(snapshot_.get(), hash_.get()) == 1 &&
              EVP_DigestFinal_ex(snapshot_.get(), out.data(), nullptr) == 1,
          "a transcript's hash so far");
  }
}

void SymmetricPart::hmacs(int count, std::size_t size) {
  const BytesView key(secret_.data(), static_cast<std::size_t>(EVP_MD_get_size(digest_)));
  for (int i = 0; i < count; ++i) {
    hmac(snapshot_.get(), digest_, key, {buffer_.data(), size}, secret_.data());
  }
}

void SymmetricPart::keys(int count, bool seals, std::initializer_list<std::size_t> records) {
  const std::array<std::uint8_t, 12> nonce{};
  const auto* size = records.begin();
  for (int i = 0; i < count; ++i) {
    const crypto::CipherContextPtr context(EVP_CIPHER_CTX_new());
    check(EVP_CipherInit_ex2(context.get(), cipher_, secret_.data(), nonce.data(), seals ? 1 : 0,
                             nullptr) == 1,
          "a traffic key");
    if (size != records.end()) protect(context.get(), seals, buffer_, *size++);
  }
}

void SymmetricPart::run(Side side) { suite_.is_tls13() ? run13(side) : run12(side); }

void SymmetricPart::run13(Side side) {
  const std::size_t point = suite_.group == wire::NamedGroup::secp256r1 ? 65 : 32;
  std::size_t client_hello = 190 + point;
  const std::size_t certified = suite_.resumed() ? 0 : certificates_size_ + signature_size_;
  const std::size_t client_certified = suite_.mutual ? certified : 0;
  if (suite_.resumed()) {
    client_hello += 290;
    hmacs(4, 48);  // early secret, binder key, finished key, binder
    transcript({client_hello}, 1);
  }
  // Hellos, the server's Certificate and CertificateVerify, its Finished, the client's; and the client's certificate.
  const int snapshots = suite_.resumed() ? 3 : suite_.mutual ? 7 : 5;
  transcript({client_hello, 90 + point, 10, certified, 36, client_certified, 36}, snapshots);
  // 3 extractions, 2 Derive-Secrets, 4 traffic secrets and resumption, 8 keys and IVs, 2 finished keys and MACs.
  hmacs(3 + 2 + 5 + 8 + 2 + 2, 54);
  const std::size_t by_server = 10 + certified + 36 + 1;
  const std::size_t by_client = client_certified + 36 + 1;
  const bool server = side == Side::server;
  keys(2, true, {server ? by_server : by_client});
  keys(2, false, {server ? by_client : by_server});
  if (suite_.tickets) tickets13(side);
  if (suite_.resumed() && server) keys(1, false, {220});  // the ticket
}

void SymmetricPart::tickets13(Side side) {
  const int count = suite_.resumed() ? 1 : 2;
  hmacs(count, 30);
  const bool server = side == Side::server;  // which also seals what is in them
  for (int i = 0; i < count; ++i) keys(server ? 2 : 1, server, {250, 220});
}

void SymmetricPart::run12(Side side) {
  if (suite_.resumed()) {
    transcript({380, 90, 16, 16}, 2);
    hmacs(4 + 4, 80);  // key block, 2 Finished
  } else {
    const std::size_t point = suite_.group == wire::NamedGroup::secp256r1 ? 65 : 32;
    const std::size_t key_exchange = 45 + point + signature_size_;
    const std::size_t by_client =
        5 + point + (suite_.mutual ? certificates_size_ + signature_size_ : 0);
    transcript({180, 90, certificates_size_, key_exchange, 4, by_client,
                suite_.tickets ? std::size_t{220} : 0, 16, 16},
               suite_.mutual ? 4 : 3);
    hmacs(4 + 4 + 4, 80);  // master secret, key block, 2 Finished
  }
  keys(1, true, {16});
  keys(1, false, {16});
  const bool by_ticket = suite_.tickets || suite_.resumption == Resumption::ticket;
  if (side == Side::server && by_ticket) keys(1, !suite_.resumed(), {200});
}

}  // namespace stepshake::bench

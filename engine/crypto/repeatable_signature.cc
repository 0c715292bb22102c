#include "crypto/repeatable_signature.h"

#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include <array>

#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

using EcdsaSigPtr = Owned<ECDSA_SIG, ECDSA_SIG_free>;

Bytes digest_of(const RepeatableScheme& scheme, std::initializer_list<BytesView> parts) {
  const DigestPtr digest(EVP_MD_fetch(nullptr, scheme.digest, nullptr));
  const DigestContextPtr context(EVP_MD_CTX_new());
  Bytes output(scheme.digest_size);
  EVP_DigestInit_ex2(context.get(), digest.get(), nullptr);
  for (BytesView part : parts) EVP_DigestUpdate(context.get(), part.data(), part.size());
  EVP_DigestFinal_ex(context.get(), output.data(), nullptr);
  return output;
}

BignumPtr key_number(const PrivateKey& key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key.get(), name, &number);
  return BignumPtr(number);
}

GroupPtr group_of(const PrivateKey& key) {
  switch (key.type()) {
    case KeyType::ec_p256: return GroupPtr(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    case KeyType::ec_p384: return GroupPtr(EC_GROUP_new_by_curve_name(NID_secp384r1));
    default: return GroupPtr(EC_GROUP_new_by_curve_name(NID_secp521r1));
  }
}

// A nonce in [1, order), from as many bits more than the order as make the reduction fair (FIPS 186-5 A.3.1).
BignumPtr nonce(const BIGNUM* order, Random& random, BN_CTX* context) {
  const Secret wide = random.secret(static_cast<std::size_t>(BN_num_bytes(order)) + 8);
  const BignumPtr number(BN_bin2bn(wide.data(), static_cast<int>(wide.size()), nullptr));
  BignumPtr reduced(BN_secure_new());
  const BignumPtr order_less_one(BN_dup(order));
  BN_sub_word(order_less_one.get(), 1);
  BN_mod(reduced.get(), number.get(), order_less_one.get(), context);
  BN_add_word(reduced.get(), 1);
  BN_set_flags(reduced.get(), BN_FLG_CONSTTIME);
  return reduced;
}

// The leftmost bits of the digest, as many as the order has (SEC 1, 4.1.3).
BignumPtr truncated(BytesView digest, const BIGNUM* order) {
  BignumPtr number(BN_bin2bn(digest.data(), static_cast<int>(digest.size()), nullptr));
  const int excess = static_cast<int>(digest.size()) * 8 - BN_num_bits(order);
  if (excess > 0) BN_rshift(number.get(), number.get(), excess);
  return number;
}

// SEC 1, 4.1.3: r = (k G).x mod n, s = (e + r d) / k mod n.
Result<Bytes> sign_ecdsa(const RepeatableScheme& scheme, const PrivateKey& key, BytesView message,
                         Random& random) {
  const GroupPtr group = group_of(key);
  const BIGNUM* order = EC_GROUP_get0_order(group.get());
  const BignumContextPtr context(BN_CTX_secure_new());
  const BignumPtr d = key_number(key, OSSL_PKEY_PARAM_PRIV_KEY);
  const BignumPtr e = truncated(digest_of(scheme, {message}), order);
  const BignumPtr k = nonce(order, random, context.get());
  const PointPtr point(EC_POINT_new(group.get()));
  BignumPtr r(BN_new());
  BignumPtr s(BN_new());
  const BignumPtr inverse(BN_secure_new());
  BN_CTX* ctx = context.get();
  const bool ok =
      d && EC_POINT_mul(group.get(), point.get(), k.get(), nullptr, nullptr, ctx) == 1 &&
      EC_POINT_get_affine_coordinates(group.get(), point.get(), r.get(), nullptr, ctx) == 1 &&
      BN_nnmod(r.get(), r.get(), order, ctx) == 1 &&
      BN_mod_mul(s.get(), r.get(), d.get(), order, ctx) == 1 &&
      BN_mod_add(s.get(), s.get(), e.get(), order, ctx) == 1 &&
      BN_mod_inverse(inverse.get(), k.get(), order, ctx) != nullptr &&
      BN_mod_mul(s.get(), s.get(), inverse.get(), order, ctx) == 1 && BN_is_zero(r.get()) == 0 &&
      BN_is_zero(s.get()) == 0;
  if (!ok) return fail(Reason::internal_error, "an ECDSA signature was not made");
  const EcdsaSigPtr signature(ECDSA_SIG_new());
  ECDSA_SIG_set0(signature.get(), r.release(), s.release());
  Bytes der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)));
  std::uint8_t* out = der.data();
  i2d_ECDSA_SIG(signature.get(), &out);
  return der;
}

// RFC 8017 B.2.1, MGF1.
Bytes mask(const RepeatableScheme& scheme, BytesView seed, std::size_t size) {
  Bytes out;
  for (std::uint32_t counter = 0; out.size() < size; ++counter) {
    const std::array<std::uint8_t, 4> number = {
        static_cast<std::uint8_t>(counter >> 24), static_cast<std::uint8_t>(counter >> 16),
        static_cast<std::uint8_t>(counter >> 8), static_cast<std::uint8_t>(counter)};
    append(out, digest_of(scheme, {seed, number}));
  }
  out.resize(size);
  return out;
}

// RFC 8017 9.1.1, EMSA-PSS-ENCODE, with a salt as long as the digest.
Bytes encode_pss(const RepeatableScheme& scheme, BytesView message, std::size_t em_bits,
                 Random& random) {
  const std::size_t em_size = (em_bits + 7) / 8;
  const Secret salt = random.secret(scheme.digest_size);
  const Bytes message_digest = digest_of(scheme, {message});
  static constexpr std::array<std::uint8_t, 8> kZeros{};
  const Bytes h = digest_of(scheme, {kZeros, message_digest, salt.view()});
  Bytes block(em_size - h.size() - 1);
  block[block.size() - salt.size() - 1] = 1;
  std::copy_n(salt.data(), salt.size(), block.end() - static_cast<std::ptrdiff_t>(salt.size()));
  const Bytes block_mask = mask(scheme, h, block.size());
  for (std::size_t i = 0; i < block.size(); ++i) block[i] ^= block_mask[i];
  block[0] &= static_cast<std::uint8_t>(0xff >> (8 * em_size - em_bits));
  static constexpr std::array<std::uint8_t, 1> kTrailer = {0xbc};
  return concat({block, h, kTrailer});
}

Result<Bytes> sign_pss(const RepeatableScheme& scheme, const PrivateKey& key, BytesView message,
                       Random& random) {
  const std::size_t modulus_size = (key.bits() + 7) / 8;
  const Bytes encoded = encode_pss(scheme, message, key.bits() - 1, random);
  Bytes padded(modulus_size - encoded.size());
  append(padded, encoded);
  // The bare operation is asked of the numbers: a PSS-only key would refuse any other padding.
  const BignumContextPtr context(BN_CTX_secure_new());
  const BignumPtr n = key_number(key, OSSL_PKEY_PARAM_RSA_N);
  const BignumPtr d = key_number(key, OSSL_PKEY_PARAM_RSA_D);
  if (!n || !d) return fail(Reason::internal_error, "an RSA key without its numbers");
  BN_set_flags(d.get(), BN_FLG_CONSTTIME);
  const BignumPtr text(BN_bin2bn(padded.data(), static_cast<int>(padded.size()), nullptr));
  const BignumPtr result(BN_new());
  Bytes signature(modulus_size);
  if (BN_mod_exp(result.get(), text.get(), d.get(), n.get(), context.get()) != 1 ||
      BN_bn2binpad(result.get(), signature.data(), static_cast<int>(signature.size())) < 0) {
    return fail(Reason::internal_error, "an RSA signature was not made");
  }
  return signature;
}

}  // namespace

Result<Bytes> sign_repeatably(const RepeatableScheme& scheme, const PrivateKey& key,
                              BytesView message, Random& random) {
  return scheme.pss ? sign_pss(scheme, key, message, random)
                    : sign_ecdsa(scheme, key, message, random);
}

}  // namespace stepshake::crypto

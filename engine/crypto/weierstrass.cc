// secp256r1, secp384r1, secp521r1 (RFC 8446 4.2.8.2, 7.4.2), on libcrypto's points: scalars stay plain bytes.
#include <openssl/obj_mac.h>

#include <array>
#include <cstdlib>

#include "crypto/curves.h"
#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

using wire::NamedGroup;

const EC_GROUP* curve(NamedGroup group) {
  static const GroupPtr p256(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  static const GroupPtr p384(EC_GROUP_new_by_curve_name(NID_secp384r1));
  static const GroupPtr p521(EC_GROUP_new_by_curve_name(NID_secp521r1));
  switch (group) {
    case NamedGroup::secp256r1: return p256.get();
    case NamedGroup::secp384r1: return p384.get();
    default: return p521.get();
  }
}

std::size_t field_size(NamedGroup group) {
  return static_cast<std::size_t>(EC_GROUP_get_degree(curve(group)) + 7) / 8;
}

// Uniform in [1, order): candidates of the order's bit length, the unfit thrown away (FIPS 186-5 A.2.2).
Secret random_scalar(NamedGroup group, Random& random) {
  const BIGNUM* order = EC_GROUP_get0_order(curve(group));
  const auto bits = static_cast<unsigned>(BN_num_bits(order));
  const std::size_t size = (bits + 7) / 8;
  for (;;) {
    Secret candidate = random.secret(size);
    candidate.data()[0] &= static_cast<std::uint8_t>(0xff >> (size * 8 - bits));
    const BignumPtr value(BN_bin2bn(candidate.data(), static_cast<int>(size), nullptr));
    if (!BN_is_zero(value.get()) && BN_cmp(value.get(), order) < 0) return candidate;
  }
}

}  // namespace

bool is_weierstrass(NamedGroup group) {
  return group == NamedGroup::secp256r1 || group == NamedGroup::secp384r1 ||
         group == NamedGroup::secp521r1;
}

bool has_weierstrass(NamedGroup group) { return is_weierstrass(group) && curve(group) != nullptr; }

std::size_t weierstrass_share_size(NamedGroup group) { return 1 + 2 * field_size(group); }

PrivateShare weierstrass_offer(NamedGroup group, Random& random) {
  PrivateShare share{group, random_scalar(group, random), Bytes(weierstrass_share_size(group))};
  const BignumContextPtr context(BN_CTX_secure_new());
  const BignumPtr scalar(
      BN_bin2bn(share.private_key.data(), static_cast<int>(share.private_key.size()), nullptr));
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  const PointPtr point(EC_POINT_new(curve(group)));
  if (EC_POINT_mul(curve(group), point.get(), scalar.get(), nullptr, nullptr, context.get()) != 1 ||
      EC_POINT_point2oct(curve(group), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                         share.public_key.data(), share.public_key.size(),
                         context.get()) != share.public_key.size()) {
    std::abort();
  }
  return share;
}

Result<Secret> weierstrass_conclude(const PrivateShare& own, BytesView peer_share) {
  const EC_GROUP* group = curve(own.group);
  const std::size_t size = field_size(own.group);
  // RFC 8446 4.2.8.2: the uncompressed form alone.
  if (peer_share.size() != 1 + 2 * size || peer_share[0] != POINT_CONVERSION_UNCOMPRESSED) {
    return fail(Reason::bad_key_share,
                std::string(wire::name_of(own.group)) + " share is not an uncompressed point");
  }
  const BignumContextPtr context(BN_CTX_secure_new());
  const PointPtr peer(EC_POINT_new(group));
  // RFC 8446 4.2.8.2: peers MUST validate each other's public value; oct2point checks ranges and the equation, and
  // a point in this form is not the infinity. The cofactor is 1, so that the order needs no check.
  if (EC_POINT_oct2point(group, peer.get(), peer_share.data(), peer_share.size(), context.get()) !=
      1) {
    return fail(Reason::bad_point, "the share is not on " + std::string(wire::name_of(own.group)));
  }
  const BignumPtr scalar(
      BN_bin2bn(own.private_key.data(), static_cast<int>(own.private_key.size()), nullptr));
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  const PointPtr product(EC_POINT_new(group));
  const BignumPtr x(BN_secure_new());
  Secret shared(size);
  if (EC_POINT_mul(group, product.get(), nullptr, peer.get(), scalar.get(), context.get()) != 1 ||
      EC_POINT_get_affine_coordinates(group, product.get(), x.get(), nullptr, context.get()) != 1 ||
      BN_bn2binpad(x.get(), shared.data(), static_cast<int>(size)) < 0) {
    return fail(Reason::bad_point, "no shared secret in " + std::string(wire::name_of(own.group)));
  }
  return shared;
}

}  // namespace stepshake::crypto

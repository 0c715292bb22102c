#include "crypto/modular.h"

#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {

bool power(const BIGNUM* prime, BN_MONT_CTX* montgomery, const BIGNUM* base, BytesView exponent,
           std::span<std::uint8_t> padded) {
  const BignumContextPtr context(BN_CTX_secure_new());
  const BignumPtr secret_exponent(BN_secure_new());
  const BignumPtr result(BN_secure_new());
  BN_set_flags(secret_exponent.get(), BN_FLG_CONSTTIME);
  return BN_bin2bn(exponent.data(), static_cast<int>(exponent.size()), secret_exponent.get()) !=
             nullptr &&
         BN_mod_exp_mont_consttime(result.get(), base, secret_exponent.get(), prime, context.get(),
                                   montgomery) == 1 &&
         BN_bn2binpad(result.get(), padded.data(), static_cast<int>(padded.size())) >= 0;
}

Secret random_exponent(unsigned bits, Random& random) {
  const std::size_t size = (bits + 7) / 8;
  for (;;) {
    Secret exponent = random.secret(size);
    exponent.data()[0] &= static_cast<std::uint8_t>(0xff >> (size * 8 - bits));
    std::uint8_t seen = 0;
    for (std::uint8_t byte : exponent.view()) seen |= byte;
    if (seen != 0) return exponent;
  }
}

bool is_in_range(const BIGNUM* value, const BIGNUM* prime) {
  const BignumPtr prime_less_one(BN_dup(prime));
  return BN_sub_word(prime_less_one.get(), 1) == 1 && BN_cmp(value, BN_value_one()) > 0 &&
         BN_cmp(value, prime_less_one.get()) < 0;
}

}  // namespace stepshake::crypto

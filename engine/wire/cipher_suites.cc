#include "wire/cipher_suites.h"

#include <algorithm>
#include <array>
#include <utility>

namespace stepshake::wire {
namespace {

using Row = std::pair<CipherSuite, std::string_view>;
using enum CipherSuite;

// In the order of their numbers, to be searched by halves.
constexpr auto kNames = std::to_array<Row>({
    {tls_rsa_with_null_sha, "TLS_RSA_WITH_NULL_SHA"},
    {tls_psk_with_null_sha, "TLS_PSK_WITH_NULL_SHA"},
    {tls_dhe_psk_with_null_sha, "TLS_DHE_PSK_WITH_NULL_SHA"},
    {tls_rsa_psk_with_null_sha, "TLS_RSA_PSK_WITH_NULL_SHA"},
    {tls_rsa_with_aes_128_cbc_sha, "TLS_RSA_WITH_AES_128_CBC_SHA"},
    {tls_dhe_rsa_with_aes_128_cbc_sha, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"},
    {tls_rsa_with_aes_256_cbc_sha, "TLS_RSA_WITH_AES_256_CBC_SHA"},
    {tls_dhe_rsa_with_aes_256_cbc_sha, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"},
    {tls_rsa_with_null_sha256, "TLS_RSA_WITH_NULL_SHA256"},
    {tls_rsa_with_aes_128_cbc_sha256, "TLS_RSA_WITH_AES_128_CBC_SHA256"},
    {tls_rsa_with_aes_256_cbc_sha256, "TLS_RSA_WITH_AES_256_CBC_SHA256"},
    {tls_dhe_rsa_with_aes_128_cbc_sha256, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"},
    {tls_dhe_rsa_with_aes_256_cbc_sha256, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"},
    {tls_psk_with_aes_128_cbc_sha, "TLS_PSK_WITH_AES_128_CBC_SHA"},
    {tls_psk_with_aes_256_cbc_sha, "TLS_PSK_WITH_AES_256_CBC_SHA"},
    {tls_dhe_psk_with_aes_128_cbc_sha, "TLS_DHE_PSK_WITH_AES_128_CBC_SHA"},
    {tls_dhe_psk_with_aes_256_cbc_sha, "TLS_DHE_PSK_WITH_AES_256_CBC_SHA"},
    {tls_rsa_psk_with_aes_128_cbc_sha, "TLS_RSA_PSK_WITH_AES_128_CBC_SHA"},
    {tls_rsa_psk_with_aes_256_cbc_sha, "TLS_RSA_PSK_WITH_AES_256_CBC_SHA"},
    {tls_rsa_with_aes_128_gcm_sha256, "TLS_RSA_WITH_AES_128_GCM_SHA256"},
    {tls_rsa_with_aes_256_gcm_sha384, "TLS_RSA_WITH_AES_256_GCM_SHA384"},
    {tls_dhe_rsa_with_aes_128_gcm_sha256, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"},
    {tls_dhe_rsa_with_aes_256_gcm_sha384, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"},
    {tls_psk_with_aes_128_gcm_sha256, "TLS_PSK_WITH_AES_128_GCM_SHA256"},
    {tls_psk_with_aes_256_gcm_sha384, "TLS_PSK_WITH_AES_256_GCM_SHA384"},
    {tls_dhe_psk_with_aes_128_gcm_sha256, "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256"},
    {tls_dhe_psk_with_aes_256_gcm_sha384, "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384"},
    {tls_rsa_psk_with_aes_128_gcm_sha256, "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256"},
    {tls_rsa_psk_with_aes_256_gcm_sha384, "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384"},
    {tls_psk_with_aes_128_cbc_sha256, "TLS_PSK_WITH_AES_128_CBC_SHA256"},
    {tls_psk_with_aes_256_cbc_sha384, "TLS_PSK_WITH_AES_256_CBC_SHA384"},
    {tls_psk_with_null_sha256, "TLS_PSK_WITH_NULL_SHA256"},
    {tls_psk_with_null_sha384, "TLS_PSK_WITH_NULL_SHA384"},
    {tls_dhe_psk_with_aes_128_cbc_sha256, "TLS_DHE_PSK_WITH_AES_128_CBC_SHA256"},
    {tls_dhe_psk_with_aes_256_cbc_sha384, "TLS_DHE_PSK_WITH_AES_256_CBC_SHA384"},
    {tls_dhe_psk_with_null_sha256, "TLS_DHE_PSK_WITH_NULL_SHA256"},
    {tls_dhe_psk_with_null_sha384, "TLS_DHE_PSK_WITH_NULL_SHA384"},
    {tls_rsa_psk_with_aes_128_cbc_sha256, "TLS_RSA_PSK_WITH_AES_128_CBC_SHA256"},
    {tls_rsa_psk_with_aes_256_cbc_sha384, "TLS_RSA_PSK_WITH_AES_256_CBC_SHA384"},
    {tls_rsa_psk_with_null_sha256, "TLS_RSA_PSK_WITH_NULL_SHA256"},
    {tls_rsa_psk_with_null_sha384, "TLS_RSA_PSK_WITH_NULL_SHA384"},
    {tls_aes_128_gcm_sha256, "TLS_AES_128_GCM_SHA256"},
    {tls_aes_256_gcm_sha384, "TLS_AES_256_GCM_SHA384"},
    {tls_chacha20_poly1305_sha256, "TLS_CHACHA20_POLY1305_SHA256"},
    {tls_aes_128_ccm_sha256, "TLS_AES_128_CCM_SHA256"},
    {tls_aes_128_ccm_8_sha256, "TLS_AES_128_CCM_8_SHA256"},
    {tls_ecdhe_ecdsa_with_null_sha, "TLS_ECDHE_ECDSA_WITH_NULL_SHA"},
    {tls_ecdhe_ecdsa_with_aes_128_cbc_sha, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"},
    {tls_ecdhe_ecdsa_with_aes_256_cbc_sha, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"},
    {tls_ecdhe_rsa_with_null_sha, "TLS_ECDHE_RSA_WITH_NULL_SHA"},
    {tls_ecdhe_rsa_with_aes_128_cbc_sha, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"},
    {tls_ecdhe_rsa_with_aes_256_cbc_sha, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"},
    {tls_ecdhe_ecdsa_with_aes_128_cbc_sha256, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"},
    {tls_ecdhe_ecdsa_with_aes_256_cbc_sha384, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"},
    {tls_ecdhe_rsa_with_aes_128_cbc_sha256, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"},
    {tls_ecdhe_rsa_with_aes_256_cbc_sha384, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"},
    {tls_ecdhe_ecdsa_with_aes_128_gcm_sha256, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
    {tls_ecdhe_ecdsa_with_aes_256_gcm_sha384, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
    {tls_ecdhe_rsa_with_aes_128_gcm_sha256, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
    {tls_ecdhe_rsa_with_aes_256_gcm_sha384, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
    {tls_ecdhe_psk_with_aes_128_cbc_sha, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA"},
    {tls_ecdhe_psk_with_aes_256_cbc_sha, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA"},
    {tls_ecdhe_psk_with_aes_128_cbc_sha256, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256"},
    {tls_ecdhe_psk_with_aes_256_cbc_sha384, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384"},
    {tls_ecdhe_psk_with_null_sha, "TLS_ECDHE_PSK_WITH_NULL_SHA"},
    {tls_ecdhe_psk_with_null_sha256, "TLS_ECDHE_PSK_WITH_NULL_SHA256"},
    {tls_ecdhe_psk_with_null_sha384, "TLS_ECDHE_PSK_WITH_NULL_SHA384"},
    {tls_rsa_with_aes_128_ccm, "TLS_RSA_WITH_AES_128_CCM"},
    {tls_rsa_with_aes_256_ccm, "TLS_RSA_WITH_AES_256_CCM"},
    {tls_dhe_rsa_with_aes_128_ccm, "TLS_DHE_RSA_WITH_AES_128_CCM"},
    {tls_dhe_rsa_with_aes_256_ccm, "TLS_DHE_RSA_WITH_AES_256_CCM"},
    {tls_rsa_with_aes_128_ccm_8, "TLS_RSA_WITH_AES_128_CCM_8"},
    {tls_rsa_with_aes_256_ccm_8, "TLS_RSA_WITH_AES_256_CCM_8"},
    {tls_dhe_rsa_with_aes_128_ccm_8, "TLS_DHE_RSA_WITH_AES_128_CCM_8"},
    {tls_dhe_rsa_with_aes_256_ccm_8, "TLS_DHE_RSA_WITH_AES_256_CCM_8"},
    {tls_psk_with_aes_128_ccm, "TLS_PSK_WITH_AES_128_CCM"},
    {tls_psk_with_aes_256_ccm, "TLS_PSK_WITH_AES_256_CCM"},
    {tls_dhe_psk_with_aes_128_ccm, "TLS_DHE_PSK_WITH_AES_128_CCM"},
    {tls_dhe_psk_with_aes_256_ccm, "TLS_DHE_PSK_WITH_AES_256_CCM"},
    {tls_psk_with_aes_128_ccm_8, "TLS_PSK_WITH_AES_128_CCM_8"},
    {tls_psk_with_aes_256_ccm_8, "TLS_PSK_WITH_AES_256_CCM_8"},
    {tls_psk_dhe_with_aes_128_ccm_8, "TLS_PSK_DHE_WITH_AES_128_CCM_8"},
    {tls_psk_dhe_with_aes_256_ccm_8, "TLS_PSK_DHE_WITH_AES_256_CCM_8"},
    {tls_ecdhe_ecdsa_with_aes_128_ccm, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM"},
    {tls_ecdhe_ecdsa_with_aes_256_ccm, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM"},
    {tls_ecdhe_ecdsa_with_aes_128_ccm_8, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"},
    {tls_ecdhe_ecdsa_with_aes_256_ccm_8, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"},
    {tls_ecdhe_rsa_with_chacha20_poly1305_sha256, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    {tls_ecdhe_ecdsa_with_chacha20_poly1305_sha256,
     "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
    {tls_dhe_rsa_with_chacha20_poly1305_sha256, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    {tls_psk_with_chacha20_poly1305_sha256, "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256"},
    {tls_ecdhe_psk_with_chacha20_poly1305_sha256, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256"},
    {tls_dhe_psk_with_chacha20_poly1305_sha256, "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256"},
    {tls_rsa_psk_with_chacha20_poly1305_sha256, "TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256"},
    {tls_ecdhe_psk_with_aes_128_gcm_sha256, "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256"},
    {tls_ecdhe_psk_with_aes_256_gcm_sha384, "TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384"},
    {tls_ecdhe_psk_with_aes_128_ccm_8_sha256, "TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256"},
    {tls_ecdhe_psk_with_aes_128_ccm_sha256, "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256"},
});

constexpr bool before(const Row& a, const Row& b) { return a.first < b.first; }
static_assert(std::is_sorted(kNames.begin(), kNames.end(), before));

}  // namespace

std::string_view name_of(CipherSuite value) {
  const auto* row = std::lower_bound(kNames.begin(), kNames.end(), Row{value, {}}, before);
  return row == kNames.end() || row->first != value ? std::string_view() : row->second;
}

}  // namespace stepshake::wire

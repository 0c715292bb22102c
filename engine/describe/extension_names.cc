// The TLS ExtensionType Values registry, without the rows of wire/code_points.
#include "describe/name_tables.h"
#include "describe/names.h"
#include "wire/code_points.h"

namespace stepshake::describe {
namespace {

constexpr auto kRows = std::to_array<Name>({
    {2, "client_certificate_url"},
    {3, "trusted_ca_keys"},
    {4, "truncated_hmac"},
    {6, "user_mapping"},
    {7, "client_authz"},
    {8, "server_authz"},
    {9, "cert_type"},
    {12, "srp"},
    {17, "status_request_v2"},
    {24, "token_binding"},
    {25, "cached_info"},
    {26, "tls_lts"},
    {29, "pwd_protect"},
    {30, "pwd_clear"},
    {31, "password_salt"},
    {32, "ticket_pinning"},
    {33, "tls_cert_with_extern_psk"},
    {34, "delegated_credential"},
    {36, "TLMSP"},
    {37, "TLMSP_proxying"},
    {38, "TLMSP_delegate"},
    {39, "supported_ekt_ciphers"},
    {52, "transparency_info"},
    {53, "connection_id_deprecated"},
    {54, "connection_id"},
    {55, "external_id_hash"},
    {56, "external_session_id"},
    {57, "quic_transport_parameters"},
    {58, "ticket_request"},
    {59, "dnssec_chain"},
    {60, "sequence_number_encryption_algorithms"},
    {61, "rrc"},
    {62, "tls_flags"},
    {64768, "ech_outer_extensions"},
    {65037, "encrypted_client_hello"},
});
static_assert(in_order(kRows));

}  // namespace

std::string_view extension_name(std::uint32_t number) {
  const auto name = wire::name_of(static_cast<wire::ExtensionType>(number));
  return name.empty() ? look_up(kRows, number) : name;
}

}  // namespace stepshake::describe

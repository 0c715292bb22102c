#include "describe/extensions.h"

#include <algorithm>
#include <array>
#include <string>

#include "describe/extension_bodies.h"
#include "describe/names.h"

namespace stepshake::describe {
namespace {

struct Row {
  std::uint32_t type;
  ExtensionBody body;
};

// Extensions that are not here stay raw: tickets, timestamps, QUIC's parameters, and what nobody sends.
constexpr auto kBodies = std::to_array<Row>({
    {0, server_name},
    {1, max_fragment_length},
    {4, without_body},  // truncated_hmac
    {5, status_request},
    {10, supported_groups},
    {11, ec_point_formats},
    {13, signature_algorithms},
    {14, use_srtp},
    {15, heartbeat},
    {16, application_layer_protocol_negotiation},
    {19, client_certificate_type},
    {20, server_certificate_type},
    {21, padding},
    {22, without_body},  // encrypt_then_mac
    {23, without_body},  // extended_master_secret
    {27, compress_certificate},
    {28, record_size_limit},
    {33, without_body},  // tls_cert_with_extern_psk
    {34, delegated_credential},
    {41, pre_shared_key},
    {42, early_data},
    {43, supported_versions},
    {44, cookie},
    {45, psk_key_exchange_modes},
    {47, certificate_authorities},
    {48, oid_filters},
    {49, without_body},  // post_handshake_auth
    {50, signature_algorithms},
    {51, key_share},
    {58, ticket_request},
    {65037, encrypted_client_hello},
    {65281, renegotiation_info},
});

std::string name_of(std::uint32_t type) {
  const auto name = extension_name(type);
  if (!name.empty()) return std::string(name);
  return is_grease(type) ? "GREASE" : "extension_" + hex16(type);
}

void body(Members& in, std::uint32_t type, wire::Place place) {
  const auto* row = std::find_if(kBodies.begin(), kBodies.end(),
                                 [&](const Row& candidate) { return candidate.type == type; });
  if (row != kBodies.end()) return row->body(in, place);
  const bool named_by_value = extension_name(type).empty() && is_grease(type);
  in.own_bytes(named_by_value ? hex16(type) : shown_bytes(in.rest()));
}

}  // namespace

void extensions(Members& in, wire::Place place) {
  in.list(2, "extensions", [place](Members& list) {
    const auto type = list.take(2, "extension_type");
    if (!type) return;
    list.within(2, name_of(*type), [&](Members& data) { body(data, *type, place); });
  });
}

}  // namespace stepshake::describe

// What stands inside the extensions: each reads extension_data. The place decides where an extension has more than
// one form; where it may not stand at all, it is read in the nearest one.
#pragma once

#include "describe/members.h"
#include "wire/extensions.h"

namespace stepshake::describe {

using ExtensionBody = void (*)(Members& in, wire::Place place);

// RFC 8446 4.2; extension_bodies13.cc.
void supported_groups(Members& in, wire::Place place);
void signature_algorithms(Members& in, wire::Place place);
void supported_versions(Members& in, wire::Place place);
void cookie(Members& in, wire::Place place);
void key_share(Members& in, wire::Place place);
void psk_key_exchange_modes(Members& in, wire::Place place);
void pre_shared_key(Members& in, wire::Place place);
void early_data(Members& in, wire::Place place);
void certificate_authorities(Members& in, wire::Place place);
void oid_filters(Members& in, wire::Place place);

// Other RFCs; extension_bodies.cc names them.
void without_body(Members& in, wire::Place place);
void server_name(Members& in, wire::Place place);
void max_fragment_length(Members& in, wire::Place place);
void status_request(Members& in, wire::Place place);
void ec_point_formats(Members& in, wire::Place place);
void use_srtp(Members& in, wire::Place place);
void heartbeat(Members& in, wire::Place place);
void application_layer_protocol_negotiation(Members& in, wire::Place place);
void client_certificate_type(Members& in, wire::Place place);
void server_certificate_type(Members& in, wire::Place place);
void padding(Members& in, wire::Place place);
void compress_certificate(Members& in, wire::Place place);
void record_size_limit(Members& in, wire::Place place);
void delegated_credential(Members& in, wire::Place place);
void ticket_request(Members& in, wire::Place place);
void encrypted_client_hello(Members& in, wire::Place place);
void renegotiation_info(Members& in, wire::Place place);

// CertificateStatus (RFC 6066 8): a message of TLS 1.2, and status_request in a CertificateEntry of TLS 1.3.
void certificate_status(Members& in);

}  // namespace stepshake::describe

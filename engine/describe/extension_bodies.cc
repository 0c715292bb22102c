#include "describe/extension_bodies.h"

#include "describe/names.h"

namespace stepshake::describe {
namespace {

using wire::Place;

// RFC 7250 4: a list in the ClientHello, the choice in the answer.
void certificate_types(Members& in, Place place, std::string_view list) {
  if (place == Place::client_hello) {
    in.numbers(1, list, 1, "CertificateType", shown_certificate_type);
  } else {
    in.own_number(1, shown_certificate_type);
  }
}

// RFC 6066 8. Of another type than ocsp nothing is known.
void certificate_status_request(Members& in) {
  if (in.number(1, "status_type", shown_status_type) != 1) {
    if (in.more()) in.all("request");
    return;
  }
  in.list(2, "responder_id_list", [](Members& list) { list.opaque(2, "ResponderID"); });
  in.opaque(2, "request_extensions");
}

}  // namespace

void without_body(Members& /*in*/, Place /*place*/) {}

// RFC 6066 3. An answer says by an empty one that it has taken the name.
void server_name(Members& in, Place place) {
  if (place != Place::client_hello && !in.more()) return;
  in.list(2, "server_name_list", [](Members& list) {
    list.structure("ServerName", [](Members& name) {
      const bool host = name.number(1, "name_type", shown_server_name_type) == 0;
      name.opaque(2, host ? "host_name" : "name", host ? printable : shown_bytes);
    });
  });
}

// RFC 6066 4
void max_fragment_length(Members& in, Place /*place*/) {
  in.own_number(1, shown_max_fragment_length);
}

void certificate_status(Members& in) {
  in.number(1, "status_type", shown_status_type);
  in.opaque(3, "response", shown_size);
}

// RFC 6066 8, RFC 8446 4.4.2.1. Empty in answers of TLS 1.2 and in CertificateRequest.
void status_request(Members& in, Place place) {
  if (place == Place::client_hello) certificate_status_request(in);
  if (place == Place::certificate) certificate_status(in);
}

// RFC 8422 5.1.2
void ec_point_formats(Members& in, Place /*place*/) {
  in.numbers(1, "ec_point_format_list", 1, "ECPointFormat", shown_point_format);
}

// RFC 5764 4.1.1
void use_srtp(Members& in, Place /*place*/) {
  in.numbers(2, "SRTPProtectionProfiles", 2, "SRTPProtectionProfile", shown_srtp_profile);
  in.opaque(1, "srtp_mki");
}

// RFC 6520 2
void heartbeat(Members& in, Place /*place*/) { in.own_number(1, shown_heartbeat_mode); }

// RFC 7301 3.1
void application_layer_protocol_negotiation(Members& in, Place /*place*/) {
  in.list(2, "protocol_name_list",
          [](Members& list) { list.opaque(1, "ProtocolName", printable); });
}

void client_certificate_type(Members& in, Place place) {
  certificate_types(in, place, "client_certificate_types");
}

void server_certificate_type(Members& in, Place place) {
  certificate_types(in, place, "server_certificate_types");
}

// RFC 7685 3
void padding(Members& in, Place /*place*/) { in.own_bytes(shown_size(in.rest())); }

// RFC 8879 3
void compress_certificate(Members& in, Place /*place*/) {
  in.numbers(1, "algorithms", 2, "CertificateCompressionAlgorithm", shown_certificate_compression);
}

// RFC 8449 4
void record_size_limit(Members& in, Place /*place*/) { in.own_number(2, decimal); }

// RFC 9345 4.1.1. In a CertificateEntry it is a credential, which stays raw.
void delegated_credential(Members& in, Place place) {
  if (place == Place::certificate) return in.own_bytes(shown_size(in.rest()));
  signature_algorithms(in, place);
}

// RFC 9149 2
void ticket_request(Members& in, Place place) {
  if (place != Place::client_hello) return in.own_number(1, decimal);
  in.number(1, "new_session_count", decimal);
  in.number(1, "resumption_count", decimal);
}

// RFC 9849 5. What answers hold, new configurations or a confirmation, stays raw.
void encrypted_client_hello(Members& in, Place place) {
  if (place != Place::client_hello) return in.own_bytes(shown_bytes(in.rest()));
  if (in.number(1, "type", shown_hello_type) != 0) return;
  in.structure("cipher_suite", [](Members& suite) {
    suite.number(2, "kdf_id", shown_hpke_kdf);
    suite.number(2, "aead_id", shown_hpke_aead);
  });
  in.number(1, "config_id", decimal);
  in.opaque(2, "enc");
  in.opaque(2, "payload");
}

// RFC 5746 3.2
void renegotiation_info(Members& in, Place /*place*/) { in.opaque(1, "renegotiated_connection"); }

}  // namespace stepshake::describe

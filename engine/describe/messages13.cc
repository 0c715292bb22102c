#include "describe/extensions.h"
#include "describe/messages.h"
#include "describe/names.h"

namespace stepshake::describe {

using wire::Place;

void encrypted_extensions(Members& in, const Context& /*context*/) {
  extensions(in, Place::encrypted_extensions);
}

void certificate_request13(Members& in, const Context& /*context*/) {
  in.opaque(1, "certificate_request_context");
  extensions(in, Place::certificate_request);
}

void certificate13(Members& in, const Context& /*context*/) {
  in.opaque(1, "certificate_request_context");
  in.list(3, "certificate_list", [](Members& list) {
    list.structure("CertificateEntry", [](Members& entry) {
      entry.opaque(3, "cert_data", shown_size);
      extensions(entry, Place::certificate);
    });
  });
}

void signature(Members& in, const Context& context) {
  if (context.version >= wire::ProtocolVersion::tls_1_2) {
    in.number(2, "algorithm", shown_signature_scheme);
  }
  in.opaque(2, "signature");
}

void certificate_verify(Members& in, const Context& context) { signature(in, context); }

void new_session_ticket13(Members& in, const Context& /*context*/) {
  in.number(4, "ticket_lifetime", seconds);
  in.number(4, "ticket_age_add", hex32);
  in.opaque(1, "ticket_nonce");
  in.opaque(2, "ticket");
  extensions(in, Place::new_session_ticket);
}

void key_update(Members& in, const Context& /*context*/) {
  in.number(1, "request_update", shown_key_update_request);
}

void compressed_certificate(Members& in, const Context& /*context*/) {
  in.number(2, "algorithm", shown_certificate_compression);
  in.number(3, "uncompressed_length", decimal);
  in.opaque(3, "compressed_certificate_message", shown_size);
}

}  // namespace stepshake::describe

// The extensions of RFC 8446 4.2.
#include "describe/extension_bodies.h"
#include "describe/names.h"

namespace stepshake::describe {
namespace {

using wire::Place;

void key_share_entry(Members& in, std::string_view name) {
  in.structure(name, [](Members& entry) {
    entry.number(2, "group", shown_group);
    entry.opaque(2, "key_exchange");
  });
}

}  // namespace

void supported_groups(Members& in, Place /*place*/) {
  in.numbers(2, "named_group_list", 2, "NamedGroup", shown_group);
}

void signature_algorithms(Members& in, Place /*place*/) {
  in.numbers(2, "supported_signature_algorithms", 2, "SignatureScheme", shown_signature_scheme);
}

void supported_versions(Members& in, Place place) {
  if (place == Place::client_hello) {
    in.numbers(1, "versions", 2, "ProtocolVersion", shown_version);
  } else {
    in.number(2, "selected_version", shown_version);
  }
}

void cookie(Members& in, Place /*place*/) { in.opaque(2, "cookie"); }

void key_share(Members& in, Place place) {
  if (place == Place::client_hello) {
    in.list(2, "client_shares", [](Members& list) { key_share_entry(list, "KeyShareEntry"); });
  } else if (place == Place::hello_retry_request) {
    in.number(2, "selected_group", shown_group);
  } else {
    key_share_entry(in, "server_share");
  }
}

void psk_key_exchange_modes(Members& in, Place /*place*/) {
  in.numbers(1, "ke_modes", 1, "PskKeyExchangeMode", shown_psk_mode);
}

void pre_shared_key(Members& in, Place place) {
  if (place != Place::client_hello) {
    in.number(2, "selected_identity", decimal);
    return;
  }
  in.list(2, "identities", [](Members& list) {
    list.structure("PskIdentity", [](Members& psk) {
      psk.opaque(2, "identity");
      psk.number(4, "obfuscated_ticket_age", hex32);
    });
  });
  in.list(2, "binders", [](Members& list) { list.opaque(1, "PskBinderEntry"); });
}

void early_data(Members& in, Place place) {
  if (place == Place::new_session_ticket) in.number(4, "max_early_data_size", decimal);
}

void certificate_authorities(Members& in, Place /*place*/) {
  in.list(2, "authorities", [](Members& list) { list.opaque(2, "DistinguishedName"); });
}

void oid_filters(Members& in, Place /*place*/) {
  in.list(2, "filters", [](Members& list) {
    list.structure("OIDFilter", [](Members& filter) {
      filter.opaque(1, "certificate_extension_oid");
      filter.opaque(2, "certificate_extension_values");
    });
  });
}

}  // namespace stepshake::describe

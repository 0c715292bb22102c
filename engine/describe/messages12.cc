// Messages that only TLS 1.2 has, or has in another form. What the key exchange messages hold is read off the
// suite's name.
#include <algorithm>
#include <array>

#include "describe/messages.h"
#include "describe/names.h"

namespace stepshake::describe {
namespace {

enum class Agreement : std::uint8_t { none, rsa, dh, ecdh };

struct KeyExchange {
  std::string_view name;
  Agreement agreement = Agreement::none;
  bool psk = false;
  bool authenticated = false;  // by a signature in ServerKeyExchange
};

// Between "TLS_" and "_WITH_". Others (static DH, SRP, Kerberos, ECCPWD) stay raw.
constexpr auto kKeyExchanges = std::to_array<KeyExchange>({
    {"RSA", Agreement::rsa, false, false},
    {"DHE_RSA", Agreement::dh, false, true},
    {"DHE_DSS", Agreement::dh, false, true},
    {"DH_anon", Agreement::dh, false, false},
    {"ECDHE_RSA", Agreement::ecdh, false, true},
    {"ECDHE_ECDSA", Agreement::ecdh, false, true},
    {"ECDH_anon", Agreement::ecdh, false, false},
    {"PSK", Agreement::none, true, false},
    {"RSA_PSK", Agreement::rsa, true, false},
    {"DHE_PSK", Agreement::dh, true, false},
    {"PSK_DHE", Agreement::dh, true, false},  // RFC 6655 writes two of them so
    {"ECDHE_PSK", Agreement::ecdh, true, false},
});

const KeyExchange* key_exchange_of(const Context& context) {
  if (!context.cipher_suite) return nullptr;
  constexpr std::string_view kPrefix = "TLS_";
  auto name = cipher_suite_name(wire::number_of(*context.cipher_suite));
  const auto end = name.find("_WITH_");
  if (end == std::string_view::npos) return nullptr;
  name = name.substr(kPrefix.size(), end - kPrefix.size());
  const auto* row = std::find_if(kKeyExchanges.begin(), kKeyExchanges.end(),
                                 [&](const auto& candidate) { return candidate.name == name; });
  return row == kKeyExchanges.end() ? nullptr : row;
}

void server_dh_params(Members& in) {
  in.opaque(2, "dh_p");
  in.opaque(2, "dh_g");
  in.opaque(2, "dh_Ys");
}

// RFC 8422 5.4. Explicit curves, which it took away, stay raw with all that follows: then false.
bool server_ecdh_params(Members& in) {
  constexpr std::uint32_t kNamedCurve = 3;
  if (in.number(1, "curve_type", shown_curve_type) != kNamedCurve) {
    if (in.more()) in.all("body");
    return false;
  }
  in.number(2, "namedcurve", shown_group);
  in.opaque(1, "public");
  return true;
}

}  // namespace

void certificate_request12(Members& in, const Context& context) {
  in.numbers(1, "certificate_types", 1, "ClientCertificateType", shown_client_certificate_type);
  if (context.version >= wire::ProtocolVersion::tls_1_2) {
    in.numbers(2, "supported_signature_algorithms", 2, "SignatureAndHashAlgorithm",
               shown_signature_scheme);
  }
  in.list(2, "certificate_authorities", [](Members& list) { list.opaque(2, "DistinguishedName"); });
}

void certificate12(Members& in, const Context& /*context*/) {
  in.list(3, "certificate_list", [](Members& list) { list.opaque(3, "ASN.1Cert", shown_size); });
}

void server_key_exchange(Members& in, const Context& context) {
  const KeyExchange* kind = key_exchange_of(context);
  // RFC 5246 7.4.3: with RSA alone there is no such message.
  if (kind == nullptr || (kind->agreement == Agreement::rsa && !kind->psk)) return in.all("body");
  if (kind->psk) in.opaque(2, "psk_identity_hint", printable);
  if (kind->agreement == Agreement::dh) server_dh_params(in);
  if (kind->agreement == Agreement::ecdh && !server_ecdh_params(in)) return;
  if (kind->authenticated) signature(in, context);
}

void client_key_exchange(Members& in, const Context& context) {
  const KeyExchange* kind = key_exchange_of(context);
  if (kind == nullptr) return in.all("body");
  if (kind->psk) in.opaque(2, "psk_identity", printable);
  switch (kind->agreement) {
    case Agreement::none: break;
    case Agreement::rsa: in.opaque(2, "encrypted_pre_master_secret"); break;
    case Agreement::dh: in.opaque(2, "dh_Yc"); break;
    case Agreement::ecdh: in.opaque(1, "ecdh_Yc"); break;
  }
}

void new_session_ticket12(Members& in, const Context& /*context*/) {
  in.number(4, "ticket_lifetime_hint", seconds);
  in.opaque(2, "ticket");
}

}  // namespace stepshake::describe

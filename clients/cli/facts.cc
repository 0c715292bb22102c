#include "cli/facts.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace stepshake::cli {
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

std::string chain_text(const v1::Negotiated& negotiated) {
  const int count = negotiated.peer_certificates_size();
  return absl::StrCat(count, count == 1 ? " certificate, " : " certificates, leaf of ",
                      negotiated.peer_certificates(0).size(), " bytes");
}

// "PSK_ORIGIN_EXTERNAL" -> "external".
std::string enumerator(absl::string_view name, absl::string_view prefix) {
  absl::ConsumePrefix(&name, prefix);
  return absl::AsciiStrToLower(name);
}

void add_key_facts(const v1::Negotiated& negotiated, Facts& list) {
  if (negotiated.psk() != v1::PSK_ORIGIN_UNSPECIFIED) {
    list.emplace_back("pre-shared key",
                      enumerator(v1::PskOrigin_Name(negotiated.psk()), "PSK_ORIGIN_"));
  }
  if (negotiated.early_data() != v1::EARLY_DATA_UNSPECIFIED) {
    list.emplace_back("early data",
                      enumerator(v1::EarlyData_Name(negotiated.early_data()), "EARLY_DATA_"));
  }
}

// What an extension that carries no name or number of a registry has led to.
void add_extension_facts(const v1::Negotiated& negotiated, Facts& list) {
  std::vector<absl::string_view> agreed;
  if (negotiated.extended_master_secret()) agreed.push_back("extended master secret");
  if (negotiated.encrypt_then_mac()) agreed.push_back("encrypt-then-MAC");
  if (negotiated.secure_renegotiation()) agreed.push_back("secure renegotiation");
  if (!agreed.empty()) list.emplace_back("agreed on", absl::StrJoin(agreed, ", "));
  const auto add_number = [&](const char* label, uint32_t number, const char* unit) {
    if (number != 0) list.emplace_back(label, absl::StrCat(number, unit));
  };
  if (negotiated.server_certificate_type() == v1::CERTIFICATE_TYPE_RAW_PUBLIC_KEY) {
    list.emplace_back("server's certificate", "a raw public key");
  }
  if (negotiated.client_certificate_type() == v1::CERTIFICATE_TYPE_RAW_PUBLIC_KEY) {
    list.emplace_back("client's certificate", "a raw public key");
  }
  add_number("max fragment length", negotiated.max_fragment_length(), " bytes");
  add_number("record size limit", negotiated.record_size_limit(), " bytes");
  if (negotiated.srtp_profile() != 0) {
    list.emplace_back("SRTP profile", absl::StrFormat("0x%04x", negotiated.srtp_profile()));
  }
  add_number("OCSP response", static_cast<uint32_t>(negotiated.ocsp_response().size()), " bytes");
  add_number("SCTs", static_cast<uint32_t>(negotiated.signed_certificate_timestamps_size()), "");
}

Facts facts(const v1::Negotiated& negotiated) {
  Facts list;
  const auto add = [&](const char* label, bool present, const v1::CodePoint& code_point) {
    if (present) list.emplace_back(label, code_point_name(code_point));
  };
  add("version", negotiated.has_version(), negotiated.version());
  add("cipher suite", negotiated.has_cipher_suite(), negotiated.cipher_suite());
  add("group", negotiated.has_group(), negotiated.group());
  if (negotiated.hello_retry_request()) list.emplace_back("hello retry request", "yes");
  add("server signature", negotiated.has_server_signature_scheme(),
      negotiated.server_signature_scheme());
  add("client signature", negotiated.has_client_signature_scheme(),
      negotiated.client_signature_scheme());
  if (!negotiated.alpn_protocol().empty()) {
    list.emplace_back("ALPN", printable(negotiated.alpn_protocol()));
  }
  if (!negotiated.server_name().empty()) {
    list.emplace_back("server name", printable(negotiated.server_name()));
  }
  add_key_facts(negotiated, list);
  add_extension_facts(negotiated, list);
  if (negotiated.peer_certificates_size() > 0) {
    list.emplace_back("peer's chain", chain_text(negotiated));
  }
  if (negotiated.has_verify_result()) {
    list.emplace_back("verification", absl::StrCat(negotiated.verify_result(), " (",
                                                   printable(negotiated.verify_message()), ")"));
  }
  return list;
}

}  // namespace

std::string facts_text(const v1::Negotiated& negotiated) {
  constexpr size_t kLabelWidth = 21;
  std::string text;
  for (const auto& [label, value] : facts(negotiated)) {
    absl::StrAppend(&text, "  ", label, std::string(kLabelWidth - label.size(), ' '), value, "\n");
  }
  return text;
}

std::string facts_line(const v1::Negotiated& negotiated) {
  std::vector<std::string> words;
  const auto add = [&](bool present, const v1::CodePoint& code_point) {
    if (present) words.push_back(code_point_name(code_point));
  };
  add(negotiated.has_version(), negotiated.version());
  add(negotiated.has_cipher_suite(), negotiated.cipher_suite());
  add(negotiated.has_group(), negotiated.group());
  add(negotiated.has_server_signature_scheme(), negotiated.server_signature_scheme());
  if (!negotiated.alpn_protocol().empty()) words.push_back(printable(negotiated.alpn_protocol()));
  if (!negotiated.server_name().empty()) words.push_back(printable(negotiated.server_name()));
  return absl::StrJoin(words, " ");
}

}  // namespace stepshake::cli

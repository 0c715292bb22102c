// Names of code points: the registries' by way of GetCapabilities, OpenSSL's by the table below.
#include "cli/code_points.h"

#include <array>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace stepshake::cli {
namespace {

using Alias = std::pair<absl::string_view, absl::string_view>;

// OpenSSL's names where they differ by more than case, in lower case, and the registry's.
constexpr std::array<Alias, 19> kAliases{{
    {"p-256", "secp256r1"},
    {"prime256v1", "secp256r1"},
    {"p-384", "secp384r1"},
    {"p-521", "secp521r1"},
    {"ecdsa+sha1", "ecdsa_sha1"},
    {"ecdsa+sha256", "ecdsa_secp256r1_sha256"},
    {"ecdsa+sha384", "ecdsa_secp384r1_sha384"},
    {"ecdsa+sha512", "ecdsa_secp521r1_sha512"},
    {"rsa-pss+sha256", "rsa_pss_rsae_sha256"},
    {"rsa-pss+sha384", "rsa_pss_rsae_sha384"},
    {"rsa-pss+sha512", "rsa_pss_rsae_sha512"},
    {"pss+sha256", "rsa_pss_rsae_sha256"},
    {"pss+sha384", "rsa_pss_rsae_sha384"},
    {"pss+sha512", "rsa_pss_rsae_sha512"},
    {"rsa+sha1", "rsa_pkcs1_sha1"},
    {"rsa+sha256", "rsa_pkcs1_sha256"},
    {"rsa+sha384", "rsa_pkcs1_sha384"},
    {"rsa+sha512", "rsa_pkcs1_sha512"},
    {"tls_aes_128_ccm_sha256_8", "tls_aes_128_ccm_8_sha256"},
}};

std::vector<const v1::CodePoint*> entries(const v1::GetCapabilitiesResponse& capabilities,
                                          Registry registry) {
  std::vector<const v1::CodePoint*> all;
  const auto add = [&](const auto& list) {
    for (const v1::Capability& each : list) all.push_back(&each.code_point());
  };
  switch (registry) {
    case Registry::kCipherSuites: add(capabilities.cipher_suites()); break;
    case Registry::kGroups: add(capabilities.groups()); break;
    case Registry::kSignatureSchemes: add(capabilities.signature_schemes()); break;
    case Registry::kAlerts:
      for (const auto& each : capabilities.alert_descriptions()) all.push_back(&each);
      break;
  }
  return all;
}

absl::string_view noun(Registry registry) {
  switch (registry) {
    case Registry::kCipherSuites: return "cipher suite";
    case Registry::kGroups: return "group";
    case Registry::kAlerts: return "alert";
    case Registry::kSignatureSchemes: break;
  }
  return "signature scheme";
}

// A number as C writes it. Nothing when the text is a name.
std::optional<uint64_t> number(absl::string_view text) {
  uint64_t value = 0;
  if (absl::StartsWithIgnoreCase(text, "0x")) {
    if (absl::SimpleHexAtoi(text, &value)) return value;
    return std::nullopt;
  }
  if (!text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text.front())) &&
      absl::SimpleAtoi(text, &value)) {
    return value;
  }
  return std::nullopt;
}

absl::StatusOr<uint32_t> in_range(uint64_t value, absl::string_view text) {
  if (value > 0xffff) {
    return absl::InvalidArgumentError(absl::StrCat(text, " is not a code point: 0 to 0xffff"));
  }
  return static_cast<uint32_t>(value);
}

}  // namespace

absl::StatusOr<uint32_t> find_code_point(const v1::GetCapabilitiesResponse& capabilities,
                                         Registry registry, absl::string_view name) {
  if (const auto value = number(name)) return in_range(*value, name);
  std::string wanted = absl::AsciiStrToLower(name);
  for (const auto& [alias, registered] : kAliases) {
    if (wanted == alias) wanted = std::string(registered);
  }
  std::vector<absl::string_view> known;
  for (const v1::CodePoint* entry : entries(capabilities, registry)) {
    if (absl::EqualsIgnoreCase(entry->name(), wanted)) return entry->value();
    known.push_back(entry->name());
  }
  return absl::InvalidArgumentError(absl::StrCat("there is no ", noun(registry), " '", name,
                                                 "' here; there are ", absl::StrJoin(known, ", ")));
}

absl::StatusOr<uint32_t> parse_version(absl::string_view text) {
  if (absl::StartsWithIgnoreCase(text, "0x")) {
    if (const auto value = number(text)) return in_range(*value, text);
  }
  std::string digits = absl::AsciiStrToLower(text);
  absl::string_view rest = digits;
  if (absl::ConsumePrefix(&rest, "tls")) absl::ConsumePrefix(&rest, "v");
  rest = absl::StripAsciiWhitespace(rest);
  if (rest.size() == 3 && rest[0] == '1' && (rest[1] == '.' || rest[1] == '_') && rest[2] >= '0' &&
      rest[2] <= '3') {
    return 0x0301u + static_cast<uint32_t>(rest[2] - '0');
  }
  if (rest == "1") return 0x0301u;  // OpenSSL writes TLS 1.0 "TLSv1"
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' is not a TLS version; write 1.2, 1.3, TLSv1.3 or 0x0304"));
}

absl::StatusOr<std::vector<uint32_t>> CodePointNames::parse_list(Registry registry,
                                                                 absl::string_view list) {
  std::vector<uint32_t> values;
  for (absl::string_view item : absl::StrSplit(list, absl::ByAnyChar(":,"))) {
    item = absl::StripAsciiWhitespace(item);
    if (item.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("an empty ", noun(registry), " in the list '", list, "'"));
    }
    const auto value = parse(registry, item);
    if (!value.ok()) return value.status();
    values.push_back(*value);
  }
  return values;
}

absl::StatusOr<uint32_t> CodePointNames::parse(Registry registry, absl::string_view name) {
  if (!number(name) && !capabilities_) {
    absl::StatusOr<v1::GetCapabilitiesResponse> response = service_.capabilities();
    if (!response.ok()) return response.status();
    capabilities_ = std::move(*response);
  }
  const v1::GetCapabilitiesResponse none;
  return find_code_point(capabilities_ ? *capabilities_ : none, registry, name);
}

}  // namespace stepshake::cli

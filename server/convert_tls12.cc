#include "server/convert_tls12.h"

#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "crypto/dhe.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

absl::Status set_extended_master_secret(v1::ExtendedMasterSecret from, policy::Wish& to) {
  switch (from) {
    case v1::EXTENDED_MASTER_SECRET_UNSPECIFIED:
    case v1::EXTENDED_MASTER_SECRET_OFFERED: to = policy::Wish::offered; return absl::OkStatus();
    case v1::EXTENDED_MASTER_SECRET_OFF: to = policy::Wish::off; return absl::OkStatus();
    case v1::EXTENDED_MASTER_SECRET_REQUIRED: to = policy::Wish::required; return absl::OkStatus();
    default:
      return invalid_field("tls12.extended_master_secret",
                           absl::StrCat("there is no ", static_cast<int>(from),
                                        "; the enum ExtendedMasterSecret lists what there is"));
  }
}

absl::Status set_dhe_group(const std::string& pem, policy::Config& to) {
  if (pem.empty()) return absl::OkStatus();
  to.dhe_group = crypto::dhe_group_from_pem(pem);
  if (to.dhe_group) return absl::OkStatus();
  return invalid_field("tls12.dhe_parameters",
                       "holds no parameters in PEM (\"-----BEGIN DH PARAMETERS-----\"); "
                       "openssl dhparam 2048 makes some");
}

absl::Status set_certificate_types(absl::string_view field,
                                   const google::protobuf::RepeatedField<int>& from,
                                   std::vector<wire::CertificateType>& to) {
  for (int i = 0; i < from.size(); ++i) {
    switch (from[i]) {
      case v1::CERTIFICATE_TYPE_X509: to.push_back(wire::CertificateType::x509); break;
      case v1::CERTIFICATE_TYPE_RAW_PUBLIC_KEY:
        to.push_back(wire::CertificateType::raw_public_key);
        break;
      default:
        return invalid_field(absl::StrCat(field, "[", i, "]"),
                             absl::StrCat("there is no type ", from[i],
                                          "; the enum CertificateType lists what there is"));
    }
  }
  return absl::OkStatus();
}

// RFC 6066 4: 1 stands for 2^9 bytes, and so on.
absl::Status set_max_fragment_length(std::uint32_t bytes, policy::Config& to) {
  if (bytes == 0) return absl::OkStatus();
  for (std::uint8_t code = 1; code <= 4; ++code) {
    if (bytes == 256U << code) to.max_fragment_length = code;
  }
  if (to.max_fragment_length) return absl::OkStatus();
  return invalid_field("max_fragment_length",
                       absl::StrCat("is 512, 1024, 2048 or 4096, and this is ", bytes));
}

}  // namespace

absl::Status set_tls12(const v1::SessionConfig& from, policy::Config& to) {
  const v1::Tls12Options& options = from.tls12();
  absl::Status status =
      set_extended_master_secret(options.extended_master_secret(), to.extended_master_secret);
  status.Update(set_dhe_group(options.dhe_parameters(), to));
  to.encrypt_then_mac = !options.has_encrypt_then_mac() || options.encrypt_then_mac();
  to.session_tickets = !options.has_session_tickets() || options.session_tickets();
  to.renegotiation =
      options.renegotiation() ? policy::Renegotiation::allowed : policy::Renegotiation::refused;
  to.legacy_servers = options.legacy_servers();
  to.fallback_scsv = options.fallback_scsv();
  to.false_start = options.false_start();
  to.psk_identity_hint = to_bytes(view_of(options.psk_identity_hint()));
  if (options.least_dhe_bits() != 0) to.least_dhe_bits = options.least_dhe_bits();
  return status;
}

absl::Status set_extensions(const v1::SessionConfig& from, policy::Config& to) {
  absl::Status status = set_max_fragment_length(from.max_fragment_length(), to);
  status.Update(set_certificate_types("server_certificate_types", from.server_certificate_types(),
                                      to.server_certificate_types));
  status.Update(set_certificate_types("client_certificate_types", from.client_certificate_types(),
                                      to.client_certificate_types));
  to.request_ocsp = from.request_ocsp();
  to.request_timestamps = from.request_timestamps();
  for (const std::string& key : from.trusted_keys()) {
    to.trusted_keys.push_back(to_bytes(view_of(key)));
  }
  static constexpr std::uint32_t kMost = std::numeric_limits<std::uint16_t>::max();
  if (from.record_size_limit() > kMost) {
    status.Update(invalid_field("record_size_limit", "must be 64 to 16385 bytes"));
  } else if (from.record_size_limit() != 0) {
    to.record_size_limit = static_cast<std::uint16_t>(from.record_size_limit());
  }
  for (int i = 0; i < from.srtp_profiles_size(); ++i) {
    if (from.srtp_profiles(i) > kMost) {
      status.Update(invalid_field(absl::StrCat("srtp_profiles[", i, "]"), "has 16 bits at most"));
    }
    to.srtp_profiles.push_back(static_cast<std::uint16_t>(from.srtp_profiles(i)));
  }
  return status;
}

}  // namespace stepshake::server

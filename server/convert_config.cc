#include "server/convert_config.h"

#include <google/protobuf/repeated_field.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/convert_psk.h"
#include "server/convert_stepping.h"
#include "server/convert_tls12.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

std::string at(absl::string_view field, int index) { return absl::StrCat(field, "[", index, "]"); }

template <class Enum>
absl::Status set_code_point(absl::string_view field, std::uint32_t number, Enum& to) {
  if (number > std::numeric_limits<std::uint16_t>::max()) {
    return invalid_field(field, absl::StrCat("code points have 16 bits, and this is ", number));
  }
  to = static_cast<Enum>(number);
  return absl::OkStatus();
}

// An empty list leaves what `to` holds: the build's defaults.
template <class Enum>
absl::Status set_list(absl::string_view field,
                      const google::protobuf::RepeatedField<std::uint32_t>& numbers,
                      std::vector<Enum>& to) {
  if (numbers.empty()) return absl::OkStatus();
  to.clear();
  for (int i = 0; i < numbers.size(); ++i) {
    auto status = set_code_point(at(field, i), numbers[i], to.emplace_back());
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status set_versions(const v1::SessionConfig& from, policy::Config& to) {
  absl::Status status;
  if (from.min_version() != 0) {
    status.Update(set_code_point("min_version", from.min_version(), to.min_version));
  }
  if (from.max_version() != 0) {
    status.Update(set_code_point("max_version", from.max_version(), to.max_version));
  }
  // Whoever says only what the highest is, and means an old one, means that one.
  if (from.min_version() == 0) to.min_version = std::min(to.min_version, to.max_version);
  return status;
}

absl::Status set_preferences(const v1::SessionConfig& from, policy::Config& to) {
  absl::Status status = set_versions(from, to);
  status.Update(set_list("cipher_suites", from.cipher_suites(), to.cipher_suites));
  status.Update(set_list("groups", from.groups(), to.groups));
  status.Update(set_list("signature_schemes", from.signature_schemes(), to.signature_schemes));
  if (!status.ok()) return status;
  // Of these two, an empty list means something else than the build's defaults.
  if (!from.groups().empty()) to.key_share_groups = {to.groups.front()};
  to.certificate_signature_schemes.clear();
  status.Update(set_list("key_share_groups", from.key_share_groups(), to.key_share_groups));
  status.Update(set_list("certificate_signature_schemes", from.certificate_signature_schemes(),
                         to.certificate_signature_schemes));
  return status;
}

absl::Status set_role(absl::string_view field, v1::Role from, std::optional<policy::Role>& to) {
  switch (from) {
    case v1::ROLE_UNSPECIFIED: to = std::nullopt; return absl::OkStatus();
    case v1::ROLE_CLIENT: to = policy::Role::client; return absl::OkStatus();
    case v1::ROLE_SERVER: to = policy::Role::server; return absl::OkStatus();
    default:
      return invalid_field(field, absl::StrCat("there is no role ", static_cast<int>(from),
                                               "; ROLE_CLIENT, ROLE_SERVER or none"));
  }
}

absl::Status set_client_authentication(const v1::SessionConfig& from, policy::Config& to) {
  using enum policy::ClientAuthentication;
  switch (from.client_authentication()) {
    case v1::CLIENT_AUTHENTICATION_UNSPECIFIED:
    case v1::CLIENT_AUTHENTICATION_NONE: to.client_authentication = none; break;
    case v1::CLIENT_AUTHENTICATION_REQUEST: to.client_authentication = request; break;
    case v1::CLIENT_AUTHENTICATION_REQUIRE: to.client_authentication = require; break;
    default:
      return invalid_field(
          "client_authentication",
          absl::StrCat("there is no ", static_cast<int>(from.client_authentication()),
                       "; the enum ClientAuthentication lists what there is"));
  }
  if (to.client_authentication != none && from.role() == v1::ROLE_CLIENT) {
    return invalid_field("client_authentication",
                         "a client asks nobody for a client certificate; leave it out, or set it "
                         "for the server's session");
  }
  return absl::OkStatus();
}

// After the role and the client authentication, on which the default depends.
absl::Status set_verification(const v1::SessionConfig& from, policy::Config& to) {
  using enum policy::Verification;
  const bool sees_no_certificate = to.role == policy::Role::server &&
                                   to.client_authentication == policy::ClientAuthentication::none;
  switch (from.verification()) {
    case v1::VERIFICATION_UNSPECIFIED:
      to.verification = sees_no_certificate ? off : required;
      return absl::OkStatus();
    case v1::VERIFICATION_REQUIRED: to.verification = required; return absl::OkStatus();
    case v1::VERIFICATION_RECORDED: to.verification = recorded; return absl::OkStatus();
    case v1::VERIFICATION_OFF: to.verification = off; return absl::OkStatus();
    default:
      return invalid_field("verification",
                           absl::StrCat("there is no ", static_cast<int>(from.verification()),
                                        "; the enum Verification lists what there is"));
  }
}

absl::Status set_names(const v1::SessionConfig& from, policy::Config& to) {
  for (const std::string& protocol : from.alpn_protocols()) {
    to.alpn_protocols.push_back(to_bytes(view_of(protocol)));
  }
  if (!from.server_name().empty() && from.role() == v1::ROLE_SERVER) {
    return invalid_field("server_name",
                         "is the name that a client looks for; leave it out for a server");
  }
  to.server_name = from.server_name();
  return absl::OkStatus();
}

absl::Status set_identities(const v1::SessionConfig& from, const TestIdentities& test_identities,
                            policy::Config& to) {
  for (int i = 0; i < from.identities_size(); ++i) {
    auto identity = convert(from.identities(i), test_identities);
    if (!identity.ok()) return within(at("identities", i), identity.status());
    to.identities.push_back(*std::move(identity));
  }
  // Without a role yet it may become a client, which needs none; if it becomes a server, the handshake fails.
  if (to.identities.empty() && to.psks.empty() && to.role == policy::Role::server &&
      !to.pause_on.certificate) {
    return invalid_field("identities",
                         "a server needs at least one, for example {test_identity: \"ecdsa\"}, or "
                         "a pre-shared key");
  }
  return absl::OkStatus();
}

absl::Status set_trust(const v1::SessionConfig& from, const TestIdentities& test_identities,
                       policy::Config& to) {
  std::vector<Bytes> anchors;
  if (!from.trust_anchors().empty()) {
    auto read = crypto::certificates_from_pem(from.trust_anchors());
    if (!read) {
      return invalid_field("trust_anchors",
                           "holds no certificate in PEM, or one that cannot be read");
    }
    anchors = *std::move(read);
  }
  if (from.trust_test_ca()) anchors.push_back(test_identities.authority());
  to.trust = crypto::TrustAnchors(anchors);
  return absl::OkStatus();
}

// Not for production: whoever knows the seed knows the session's secrets.
absl::Status set_deterministic(const v1::SessionConfig& from, policy::Config& to) {
  if (!from.has_deterministic()) return absl::OkStatus();
  if (from.deterministic().seed().size() != crypto::kEntropySize) {
    return invalid_field("deterministic.seed",
                         absl::StrCat("must have ", crypto::kEntropySize, " bytes, and has ",
                                      from.deterministic().seed().size()));
  }
  if (!from.deterministic().has_time()) {
    return invalid_field("deterministic.time", "is missing: the time at which the clock stands");
  }
  to.signature_nonces = crypto::Nonces::from_entropy;
  return absl::OkStatus();
}

void set_limits(const v1::SessionLimits& from, policy::Limits& to) {
  const auto set = [](std::uint32_t value, auto& limit) {
    if (value != 0) limit = value;
  };
  set(from.handshake_message_bytes(), to.handshake_message);
  set(from.certificates(), to.certificates);
  set(from.warnings(), to.warnings);
  set(from.empty_records(), to.empty_records);
  set(from.key_updates(), to.key_updates);
  set(from.skipped_early_data_bytes(), to.skipped_early_data);
  set(from.tickets(), to.tickets);
}

// The engine's own judgement. Its members have the names of ours, except what an identity or tls12 holds.
absl::Status judged(const v1::SessionConfig& from, const policy::Config& config) {
  const auto problem = policy::find_problem(config);
  if (!problem) return absl::OkStatus();
  std::string field = problem->field;
  if (field == "dhe_group") field = "tls12.dhe_parameters";
  if (field == "psk_identity_hint") field = "tls12.psk_identity_hint";
  if (field == "min_version" && from.min_version() == 0)
    field = "max_version";  // it was taken from there
  std::string text = problem->reason;
  if (absl::StrContains(text, "not supported")) {
    absl::StrAppend(&text, "; GetCapabilities lists what is");
  }
  return invalid_field(field, text);
}

}  // namespace

absl::StatusOr<policy::Config> convert(const v1::SessionConfig& config,
                                       const TestIdentities& test_identities,
                                       const std::vector<policy::TicketKey>& ticket_keys) {
  policy::Config to = policy::default_config();
  absl::Status status = set_role("role", config.role(), to.role);
  status.Update(set_role("method", config.method(), to.method));
  status.Update(set_preferences(config, to));
  status.Update(set_client_authentication(config, to));
  status.Update(set_verification(config, to));
  status.Update(set_names(config, to));
  status.Update(set_pre_shared_keys(config, to));
  status.Update(set_tickets(config, ticket_keys, to));
  status.Update(set_stepping(config, to));
  status.Update(set_tls12(config, to));
  status.Update(set_extensions(config, to));
  status.Update(set_deterministic(config, to));
  if (status.ok()) status = set_identities(config, test_identities, to);
  if (status.ok()) status = set_trust(config, test_identities, to);
  to.middlebox_compatibility =
      !config.has_middlebox_compatibility() || config.middlebox_compatibility();
  to.ignore_unexpected_eof = config.ignore_unexpected_eof();
  to.post_handshake_auth = config.post_handshake_auth();
  to.record_padding = config.record_padding();
  to.key_log = config.key_log();
  set_limits(config.limits(), to.limits);
  for (const v1::OidFilter& filter : config.oid_filters()) {
    to.oid_filters.push_back({to_bytes(view_of(filter.certificate_extension_oid())),
                              to_bytes(view_of(filter.certificate_extension_values()))});
  }
  if (status.ok()) status = judged(config, to);
  if (!status.ok()) return status;
  return to;
}

}  // namespace stepshake::server

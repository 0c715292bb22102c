#include "server/capability_service.h"

#include <google/protobuf/repeated_field.h>

#include <algorithm>
#include <vector>

#include "base/alert.h"
#include "crypto/library.h"
#include "policy/config.h"
#include "server/convert.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

template <class Enum>
bool contains(const std::vector<Enum>& values, Enum value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

template <class Enum>
void add_all(const std::vector<Enum>& known, const std::vector<Enum>& supported,
             const std::vector<Enum>& by_default,
             google::protobuf::RepeatedPtrField<v1::Capability>& to) {
  for (const Enum value : known) {
    v1::Capability& capability = *to.Add();
    fill(value, *capability.mutable_code_point());
    capability.set_available(contains(supported, value));
    capability.set_enabled_by_default(contains(by_default, value));
  }
}

}  // namespace

v1::GetCapabilitiesResponse capabilities(const TestIdentities& test_identities) {
  const policy::Config defaults = policy::default_config();
  v1::GetCapabilitiesResponse all;
  all.set_server_version(STEPSHAKE_VERSION);
  all.set_libcrypto_version(crypto::library_version());
  const auto versions = policy::supported_versions();
  const auto suites = policy::supported_cipher_suites();
  add_all(versions, versions, versions, *all.mutable_versions());
  add_all(suites, suites, defaults.cipher_suites, *all.mutable_cipher_suites());
  add_all(policy::known_groups(), policy::supported_groups(), defaults.groups,
          *all.mutable_groups());
  add_all(policy::known_signature_schemes(), policy::supported_signature_schemes(),
          defaults.signature_schemes, *all.mutable_signature_schemes());
  for (const TestIdentity& one : test_identities.all()) {
    v1::TestIdentity& identity = *all.add_test_identities();
    identity.set_name(one.name);
    identity.set_certificate_chain(one.certificate_chain);
  }
  all.set_test_ca_certificate(test_identities.authority_pem());
  for (const char* feature : {"hello_retry_request",
                              "stateless_retry",
                              "tickets",
                              "external_psk",
                              "imported_psk",
                              "stored_tickets",
                              "psk_ke",
                              "early_data",
                              "client_certificates",
                              "oid_filters",
                              "post_handshake_auth",
                              "key_update",
                              "exporters",
                              "key_log",
                              "record_padding",
                              "record_size_limit",
                              "max_fragment_length",
                              "staples",
                              "raw_public_keys",
                              "srtp",
                              "session_ids",
                              "extended_master_secret",
                              "encrypt_then_mac",
                              "renegotiation",
                              "false_start",
                              "middlebox_compatibility",
                              "pause_on",
                              "remote_keys",
                              "granularity",
                              "trace",
                              "output_capacity",
                              "blocking",
                              "method"}) {
    all.add_features(feature);
  }
  for (const AlertDescription alert : known_alerts()) {
    v1::CodePoint& code_point = *all.add_alert_descriptions();
    code_point.set_value(static_cast<std::uint32_t>(alert));
    code_point.set_name(alert_name(alert));
  }
  return all;
}

grpc::ServerUnaryReactor* CapabilityService::GetCapabilities(
    grpc::CallbackServerContext* context, const v1::GetCapabilitiesRequest* /*request*/,
    v1::GetCapabilitiesResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  auto call = reception_.enter(*context, "GetCapabilities");
  if (call.ok()) *response = capabilities_;
  reactor->Finish(call.ok() ? call->ends(grpc::Status::OK) : to_grpc(call.status()));
  return reactor;
}

}  // namespace stepshake::server

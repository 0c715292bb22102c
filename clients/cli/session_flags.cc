// From options to a SessionConfig.
#include "cli/session_flags.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/config_file.h"
#include "cli/files.h"

namespace stepshake::cli {
namespace {

// So that the message begins with the option to be corrected.
absl::Status about(absl::string_view option, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(option, ": ", status.message()));
}

absl::Status set_versions(const SessionFlags& flags, v1::SessionConfig& config) {
  if (!flags.min_version.empty()) {
    const auto version = parse_version(flags.min_version);
    if (!version.ok()) return about("--min-version", version.status());
    config.set_min_version(*version);
  }
  if (!flags.max_version.empty()) {
    const auto version = parse_version(flags.max_version);
    if (!version.ok()) return about("--max-version", version.status());
    config.set_max_version(*version);
  }
  return absl::OkStatus();
}

using Numbers = google::protobuf::RepeatedField<uint32_t>;

absl::Status set_list(absl::string_view option, Registry registry, const std::string& list,
                      CodePointNames& names, Numbers& field) {
  if (list.empty()) return absl::OkStatus();
  const auto values = names.parse_list(registry, list);
  if (values.ok()) {
    field.Clear();
    field.Add(values->begin(), values->end());
    return absl::OkStatus();
  }
  // What the service itself has to say is not about this option.
  return absl::IsInvalidArgument(values.status()) ? about(option, values.status())
                                                  : values.status();
}

absl::Status set_lists(const SessionFlags& flags, CodePointNames& names,
                       v1::SessionConfig& config) {
  absl::Status status = set_list("--ciphersuites", Registry::kCipherSuites, flags.ciphersuites,
                                 names, *config.mutable_cipher_suites());
  status.Update(
      set_list("--groups", Registry::kGroups, flags.groups, names, *config.mutable_groups()));
  status.Update(set_list("--key-shares", Registry::kGroups, flags.key_shares, names,
                         *config.mutable_key_share_groups()));
  status.Update(set_list("--sigalgs", Registry::kSignatureSchemes, flags.sigalgs, names,
                         *config.mutable_signature_schemes()));
  status.Update(set_list("--cert-sigalgs", Registry::kSignatureSchemes, flags.cert_sigalgs, names,
                         *config.mutable_certificate_signature_schemes()));
  return status;
}

absl::Status set_alpn(const SessionFlags& flags, v1::SessionConfig& config) {
  if (flags.alpn.empty()) return absl::OkStatus();
  config.clear_alpn_protocols();
  for (const absl::string_view protocol : absl::StrSplit(flags.alpn, ',')) {
    if (protocol.empty() || protocol.size() > 255) {
      return absl::InvalidArgumentError(
          absl::StrCat("--alpn: each protocol in '", flags.alpn, "' must have 1 to 255 bytes"));
    }
    config.add_alpn_protocols(std::string(protocol));
  }
  return absl::OkStatus();
}

absl::Status set_psk(const SessionFlags& flags, v1::SessionConfig& config) {
  if (flags.psk.empty()) return absl::OkStatus();
  const auto key = from_hex(flags.psk);
  if (!key.ok()) return about("--psk", key.status());
  v1::ExternalPsk& psk = *config.add_pre_shared_keys()->mutable_external();
  psk.set_identity(flags.psk_identity.empty() ? "Client_identity" : flags.psk_identity);
  psk.set_key(*key);
  return absl::OkStatus();
}

// The certificates of a file; `option` is what named it.
absl::StatusOr<std::string> read_certificates(absl::string_view option, const std::string& path) {
  const auto text = read_file(path);
  if (!text.ok()) return about(option, text.status());
  std::string certificates = pem_blocks(*text, PemBlocks::kCertificates);
  if (certificates.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(option, ": ", path, " holds no PEM certificate"));
  }
  return certificates;
}

// A key may stand in the certificate's own file, as with the openssl program.
absl::Status add_pem_identity(const std::string& cert, const std::string& key,
                              v1::SessionConfig& config) {
  const auto certificates = read_certificates("--cert", cert);
  if (!certificates.ok()) return certificates.status();
  const auto key_text = read_file(key);
  if (!key_text.ok()) return about("--key", key_text.status());
  const std::string private_key = pem_blocks(*key_text, PemBlocks::kPrivateKeys);
  if (private_key.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--key: ", key, " holds no PEM private key; name the key's file with --key"));
  }
  v1::PemIdentity& identity = *config.add_identities()->mutable_pem();
  identity.set_certificate_chain(*certificates);
  identity.set_private_key(private_key);
  return absl::OkStatus();
}

absl::Status set_identities(const SessionFlags& flags, v1::Role role, v1::SessionConfig& config) {
  if (!flags.keys.empty() && flags.keys.size() != flags.certs.size()) {
    return absl::InvalidArgumentError(
        "give --key once for each --cert (or not at all: then the key is looked for in the "
        "certificate's file)");
  }
  for (size_t i = 0; i < flags.certs.size(); ++i) {
    const std::string& key = flags.keys.empty() ? flags.certs[i] : flags.keys[i];
    const absl::Status status = add_pem_identity(flags.certs[i], key, config);
    if (!status.ok()) return status;
  }
  for (const std::string& path : flags.remote_certs) {
    const auto certificates = read_certificates("--remote-cert", path);
    if (!certificates.ok()) return certificates.status();
    config.add_identities()->mutable_remote()->set_certificate_chain(*certificates);
  }
  for (const std::string& name : flags.test_identities) {
    config.add_identities()->set_test_identity(name);
  }
  if (role == v1::ROLE_SERVER && config.identities().empty() && config.pre_shared_keys().empty()) {
    config.add_identities()->set_test_identity("ecdsa");
  }
  return absl::OkStatus();
}

absl::Status set_trust(const SessionFlags& flags, v1::SessionConfig& config) {
  for (const std::string& path : flags.cas) {
    const auto anchors = read_certificates("--ca", path);
    if (!anchors.ok()) return anchors.status();
    config.mutable_trust_anchors()->append(*anchors);
  }
  if (flags.test_ca) config.set_trust_test_ca(true);
  const bool has_anchors = config.trust_test_ca() || !config.trust_anchors().empty();
  if (flags.verify.empty() && config.verification() != v1::VERIFICATION_UNSPECIFIED) {
    return absl::OkStatus();
  }
  if (flags.verify == "off") {
    config.set_verification(v1::VERIFICATION_OFF);
  } else if (flags.verify == "required" || (flags.verify.empty() && has_anchors)) {
    config.set_verification(v1::VERIFICATION_REQUIRED);
  } else {
    config.set_verification(v1::VERIFICATION_RECORDED);
  }
  return absl::OkStatus();
}

void set_server_name(const SessionFlags& flags, v1::SessionConfig& config) {
  if (flags.no_servername) {
    config.clear_server_name();
  } else if (!flags.servername.empty()) {
    config.set_server_name(flags.servername);
  } else if (config.server_name().empty()) {
    config.set_server_name(flags.default_servername);
  }
}

void set_client_authentication(const SessionFlags& flags, v1::SessionConfig& config) {
  if (flags.require_client_cert) {
    config.set_client_authentication(v1::CLIENT_AUTHENTICATION_REQUIRE);
  } else if (flags.request_client_cert) {
    config.set_client_authentication(v1::CLIENT_AUTHENTICATION_REQUEST);
  }
}

template <class T>
const T& either(const T& common, const T& side) {
  return side.empty() ? common : side;
}

}  // namespace

void add_negotiation_options(CLI::App& app, SessionFlags& flags, const std::string& prefix,
                             const std::string& group) {
  const std::string dashes = "--" + prefix;
  const auto option = [&](const char* name, std::string& value, const char* type,
                          const char* help) {
    app.add_option(dashes + name, value, help)->type_name(type)->group(group);
  };
  option("config", flags.config, "FILE",
         "A SessionConfig in JSON, for all that has no option here (docs/api.md); options given "
         "beside it override it");
  option("min-version", flags.min_version, "VERSION", "Lowest version: 1.2, 1.3, TLSv1.3, 0x0304");
  option("max-version", flags.max_version, "VERSION", "Highest version");
  option("ciphersuites", flags.ciphersuites, "LIST",
         "Cipher suites, most preferred first (see LISTS)");
  option("groups", flags.groups, "LIST", "Named groups, most preferred first");
  option("key-shares", flags.key_shares, "LIST",
         "Client: the groups it sends key shares for at once (default: the first group)");
  option("sigalgs", flags.sigalgs, "LIST", "Signature schemes of the handshake");
  option("cert-sigalgs", flags.cert_sigalgs, "LIST",
         "Signature schemes for certificates (default: the extension is not sent)");
  option("alpn", flags.alpn, "NAMES", "ALPN protocols, separated by commas: h2,http/1.1");
  option("psk", flags.psk, "HEX",
         "A pre-shared key; a server with one shows no certificate of itself");
  option("psk-identity", flags.psk_identity, "NAME", "Its identity (default: Client_identity)");
  app.add_flag(dashes + "no-middlebox-compat", flags.no_middlebox_compat,
               "Send no session id and no ChangeCipherSpec in TLS 1.3")
      ->group(group);
  app.add_flag(dashes + "ignore-unexpected-eof", flags.ignore_unexpected_eof,
               "Take a peer's end of file for close_notify")
      ->group(group);
}

void add_identity_options(CLI::App& app, SessionFlags& flags, const std::string& prefix,
                          const std::string& group) {
  const std::string dashes = "--" + prefix;
  app.add_option(dashes + "cert", flags.certs,
                 "Certificate chain to show, PEM, leaf first; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option(dashes + "key", flags.keys, "Its private key, PEM (default: in the --cert file)")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option(dashes + "test-identity", flags.test_identities,
                 "A built-in certificate of the service, for tests: ecdsa, rsa, ed25519")
      ->type_name("NAME")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(group);
}

void add_remote_identity_option(CLI::App& app, SessionFlags& flags, const std::string& group) {
  app.add_option("--remote-cert", flags.remote_certs,
                 "Certificate chain whose key stays with you: a step asks for the signature "
                 "(SSL_ERROR_WANT_ASYNC); may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(group);
}

void add_trust_options(CLI::App& app, SessionFlags& flags, const std::string& prefix,
                       const std::string& group) {
  const std::string dashes = "--" + prefix;
  app.add_option(dashes + "ca", flags.cas, "Trusted CA certificates, PEM; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(group);
  app.add_flag(dashes + "test-ca", flags.test_ca, "Trust the service's built-in test CA")
      ->group(group);
  app.add_option(dashes + "verify", flags.verify,
                 "What to do with the peer's chain: required (a bad one ends the handshake), "
                 "recorded (checked, the verdict shown, no consequence), off. Default: required "
                 "if a CA is given, else recorded")
      ->type_name("HOW")
      ->check(CLI::IsMember({"required", "recorded", "off"}).description(""))
      ->group(group);
}

void add_servername_options(CLI::App& app, SessionFlags& flags, const std::string& group) {
  auto* const name = app.add_option("--servername", flags.servername,
                                    "Name to send as SNI, and to find in the certificate")
                         ->type_name("NAME")
                         ->group(group);
  app.add_flag("--no-servername", flags.no_servername, "Send no name, and look for none")
      ->excludes(name)
      ->group(group);
}

void add_client_auth_options(CLI::App& app, SessionFlags& flags, const std::string& group) {
  auto* const request = app.add_flag("--request-client-cert", flags.request_client_cert,
                                     "Server: ask for a client certificate, go on without one")
                            ->group(group);
  app.add_flag("--require-client-cert", flags.require_client_cert,
               "Server: ask for a client certificate, fail without one")
      ->excludes(request)
      ->group(group);
}

SessionFlags overlay(const SessionFlags& common, const SessionFlags& side) {
  SessionFlags both = side;
  both.config = either(common.config, side.config);
  both.psk = either(common.psk, side.psk);
  both.psk_identity = either(common.psk_identity, side.psk_identity);
  both.min_version = either(common.min_version, side.min_version);
  both.max_version = either(common.max_version, side.max_version);
  both.ciphersuites = either(common.ciphersuites, side.ciphersuites);
  both.groups = either(common.groups, side.groups);
  both.key_shares = either(common.key_shares, side.key_shares);
  both.sigalgs = either(common.sigalgs, side.sigalgs);
  both.cert_sigalgs = either(common.cert_sigalgs, side.cert_sigalgs);
  both.alpn = either(common.alpn, side.alpn);
  both.no_middlebox_compat |= common.no_middlebox_compat;
  both.ignore_unexpected_eof |= common.ignore_unexpected_eof;
  both.verify = either(common.verify, side.verify);
  if (side.cas.empty() && !side.test_ca) {
    both.cas = common.cas;
    both.test_ca = common.test_ca;
  }
  return both;
}

absl::StatusOr<v1::SessionConfig> build_config(const SessionFlags& flags, v1::Role role,
                                               CodePointNames& names) {
  v1::SessionConfig config;
  config.set_role(role);
  if (!flags.config.empty()) {
    auto read = read_config(flags.config, role);
    if (!read.ok()) return read.status();
    config = *std::move(read);
  }
  absl::Status status = set_versions(flags, config);
  if (status.ok()) status = set_alpn(flags, config);
  if (status.ok()) status = set_psk(flags, config);
  if (status.ok()) status = set_identities(flags, role, config);
  if (status.ok()) status = set_trust(flags, config);
  if (status.ok()) status = set_lists(flags, names, config);
  if (!status.ok()) return status;
  set_client_authentication(flags, config);
  set_server_name(flags, config);
  if (flags.no_middlebox_compat) config.set_middlebox_compatibility(false);
  if (flags.ignore_unexpected_eof) config.set_ignore_unexpected_eof(true);
  return config;
}

}  // namespace stepshake::cli

// The options that describe a session, and the SessionConfig that they make. Verbs take the groups
// of options that concern them; `pair` takes most of them three times: for both sides, for the
// client, for the server.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/code_points.h"
#include "cli/service.h"

namespace stepshake::cli {

// As typed. An empty text or list means that the option was not given.
struct SessionFlags {
  std::string config;  // a file
  std::string min_version;
  std::string max_version;
  std::string ciphersuites;
  std::string groups;
  std::string key_shares;
  std::string sigalgs;
  std::string cert_sigalgs;
  std::string alpn;
  bool no_middlebox_compat = false;
  bool ignore_unexpected_eof = false;

  std::string psk;  // hexadecimal
  std::string psk_identity;

  std::vector<std::string> certs;
  std::vector<std::string> keys;
  std::vector<std::string> test_identities;
  std::vector<std::string> remote_certs;  // chains whose keys stay with the caller

  std::vector<std::string> cas;
  bool test_ca = false;
  std::string verify;

  std::string servername;
  std::string default_servername;  // not an option: what a verb takes where nothing names one
  bool no_servername = false;

  bool request_client_cert = false;
  bool require_client_cert = false;
};

// `prefix` stands between the dashes and the name ("client-", or empty); `group` is the help's
// heading.
void add_negotiation_options(CLI::App& app, SessionFlags& flags, const std::string& prefix,
                             const std::string& group);
void add_identity_options(CLI::App& app, SessionFlags& flags, const std::string& prefix,
                          const std::string& group);
// Where signatures can be asked for: the verb takes answers.
void add_remote_identity_option(CLI::App& app, SessionFlags& flags, const std::string& group);
void add_trust_options(CLI::App& app, SessionFlags& flags, const std::string& prefix,
                       const std::string& group);
void add_servername_options(CLI::App& app, SessionFlags& flags, const std::string& group);
void add_client_auth_options(CLI::App& app, SessionFlags& flags, const std::string& group);

// What `side` gives, and where it gives nothing what `common` gives.
SessionFlags overlay(const SessionFlags& common, const SessionFlags& side);

// Reads the files that the flags name and looks code points up; a flag overrides what --config's file says. Where
// nothing is said of it, a server without a pre-shared key shows the test identity "ecdsa", and a peer's chain is
// REQUIRED to verify if trust anchors are given, else RECORDED.
absl::StatusOr<v1::SessionConfig> build_config(const SessionFlags& flags, v1::Role role,
                                               CodePointNames& names);

}  // namespace stepshake::cli

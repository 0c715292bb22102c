// libssl, the second opinion: its contexts made from the tests' identities, and its names for our code points.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "policy/config.h"
#include "support/identities.h"

namespace stepshake::testing {

template <auto Free>
struct LibsslFreer {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using SslContextPtr = std::unique_ptr<SSL_CTX, LibsslFreer<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, LibsslFreer<SSL_free>>;
using SslSessionPtr = std::unique_ptr<SSL_SESSION, LibsslFreer<SSL_SESSION_free>>;
using X509Ptr = std::unique_ptr<X509, LibsslFreer<X509_free>>;

// How libssl's side is set up. Empty lists: libssl's own default.
struct LibsslOptions {
  policy::Role role = policy::Role::server;
  int min_version = TLS1_3_VERSION;
  int max_version = TLS1_3_VERSION;
  std::vector<wire::CipherSuite> cipher_suites =
      policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3);
  std::vector<wire::CipherSuite> older_suites;  // of TLS 1.2 and before
  std::vector<wire::NamedGroup> groups;
  std::vector<wire::SignatureScheme> schemes;
  std::vector<std::string> alpn;
  std::string server_name = kHost;  // client: sent and checked
  const policy::Identity* identity = nullptr;
  const crypto::TrustAnchors* trust = nullptr;  // null: nothing is trusted
  int verify_mode = SSL_VERIFY_NONE;
  unsigned tickets = 2;
  bool middlebox_compatibility = true;
  std::function<void(SSL_CTX*)> tweak;  // last, on the context
};

inline LibsslOptions libssl_server(crypto::KeyType type = crypto::KeyType::ec_p256) {
  LibsslOptions options;
  options.identity = &identity(type);
  return options;
}

// Trusts the tests' CA and checks kHost.
inline LibsslOptions libssl_client() {
  LibsslOptions options;
  options.role = policy::Role::client;
  options.trust = &test_trust();
  options.verify_mode = SSL_VERIFY_PEER;
  return options;
}

inline X509Ptr x509_of(const Bytes& der) {
  const std::uint8_t* at = der.data();
  return X509Ptr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

// As SSL_CTX_set1_groups_list(3) and SSL_group_to_name(3) of OpenSSL 3.0 have it.
inline std::string libssl_name(wire::NamedGroup group) {
  switch (group) {
    case wire::NamedGroup::x25519: return "X25519";
    case wire::NamedGroup::x448: return "X448";
    case wire::NamedGroup::secp256r1: return "P-256";
    case wire::NamedGroup::secp384r1: return "P-384";
    case wire::NamedGroup::secp521r1: return "P-521";
    default: return wire::shown(group);
  }
}

// This libssl can do the group (ML-KEM: from 3.5 on).
inline bool libssl_has(wire::NamedGroup group) {
  const SslContextPtr context(SSL_CTX_new(TLS_method()));
  const bool has = SSL_CTX_set1_groups_list(context.get(), libssl_name(group).c_str()) == 1;
  ERR_clear_error();
  return has;
}

// What SSL_get_negotiated_group(3) returns.
inline int nid_of(wire::NamedGroup group) {
  switch (group) {
    case wire::NamedGroup::x25519: return NID_X25519;
    case wire::NamedGroup::x448: return NID_X448;
    case wire::NamedGroup::secp256r1: return NID_X9_62_prime256v1;
    case wire::NamedGroup::secp384r1: return NID_secp384r1;
    case wire::NamedGroup::secp521r1: return NID_secp521r1;
    case wire::NamedGroup::ffdhe2048: return NID_ffdhe2048;
    case wire::NamedGroup::ffdhe3072: return NID_ffdhe3072;
    case wire::NamedGroup::ffdhe4096: return NID_ffdhe4096;
    case wire::NamedGroup::ffdhe6144: return NID_ffdhe6144;
    case wire::NamedGroup::ffdhe8192: return NID_ffdhe8192;
    // Those without a NID, as ML-KEM's.
    default: return TLSEXT_nid_unknown | wire::number_of(group);
  }
}

// What SSL_get_signature_type_nid(3) and SSL_get_signature_nid(3) return.
struct SignatureNids {
  int type = NID_undef;
  int hash = NID_undef;
  bool operator==(const SignatureNids&) const = default;
};

inline SignatureNids nids_of(wire::SignatureScheme scheme) {
  using enum wire::SignatureScheme;
  switch (scheme) {
    case ecdsa_secp256r1_sha256: return {EVP_PKEY_EC, NID_sha256};
    case ecdsa_secp384r1_sha384: return {EVP_PKEY_EC, NID_sha384};
    case ecdsa_secp521r1_sha512: return {EVP_PKEY_EC, NID_sha512};
    case rsa_pss_rsae_sha256:
    case rsa_pss_pss_sha256: return {EVP_PKEY_RSA_PSS, NID_sha256};
    case rsa_pss_rsae_sha384:
    case rsa_pss_pss_sha384: return {EVP_PKEY_RSA_PSS, NID_sha384};
    case rsa_pss_rsae_sha512:
    case rsa_pss_pss_sha512: return {EVP_PKEY_RSA_PSS, NID_sha512};
    case ed25519: return {EVP_PKEY_ED25519, NID_undef};
    case ed448: return {EVP_PKEY_ED448, NID_undef};
    // Numbers that the headers of OpenSSL 3.0 do not name.
    case mldsa44: return {OBJ_ln2nid("ML-DSA-44"), NID_undef};
    case mldsa65: return {OBJ_ln2nid("ML-DSA-65"), NID_undef};
    case mldsa87: return {OBJ_ln2nid("ML-DSA-87"), NID_undef};
    default: return {};
  }
}

// The key that a scheme signs with.
inline crypto::KeyType key_type_of(wire::SignatureScheme scheme) {
  using enum wire::SignatureScheme;
  switch (scheme) {
    case ecdsa_secp256r1_sha256: return crypto::KeyType::ec_p256;
    case ecdsa_secp384r1_sha384: return crypto::KeyType::ec_p384;
    case ecdsa_secp521r1_sha512: return crypto::KeyType::ec_p521;
    case rsa_pss_pss_sha256:
    case rsa_pss_pss_sha384:
    case rsa_pss_pss_sha512: return crypto::KeyType::rsa_pss;
    case ed25519: return crypto::KeyType::ed25519;
    case ed448: return crypto::KeyType::ed448;
    case mldsa44: return crypto::KeyType::mldsa44;
    case mldsa65: return crypto::KeyType::mldsa65;
    case mldsa87: return crypto::KeyType::mldsa87;
    default: return crypto::KeyType::rsa;
  }
}

template <class Enum, class Name>
std::string colon_list(const std::vector<Enum>& values, Name name) {
  std::string list;
  for (Enum value : values) {
    if (!list.empty()) list += ':';
    list += name(value);
  }
  return list;
}

// The one-byte length before each name, as in the extension.
inline Bytes alpn_list(const std::vector<std::string>& protocols) {
  Bytes list;
  for (const auto& protocol : protocols) {
    list.push_back(static_cast<std::uint8_t>(protocol.size()));
    append(list, view_of(protocol));
  }
  return list;
}

inline void use_identity(SSL_CTX* context, const policy::Identity& identity) {
  SSL_CTX_use_certificate(context, x509_of(identity.chain.front()).get());
  for (std::size_t i = 1; i < identity.chain.size(); ++i) {
    SSL_CTX_add1_chain_cert(context, x509_of(identity.chain[i]).get());
  }
  SSL_CTX_use_PrivateKey(context, identity.key.get());
}

// libssl's names of suites before TLS 1.3; those that it does not have are left out. An empty list: all that it has.
inline std::string libssl_names(SSL_CTX* context, const std::vector<wire::CipherSuite>& suites) {
  static constexpr const char* kAll = "ALL:eNULL:@SECLEVEL=0";
  SSL_CTX_set_cipher_list(context, kAll);
  if (suites.empty()) return kAll;
  const STACK_OF(SSL_CIPHER)* known = SSL_CTX_get_ciphers(context);
  std::string names;
  for (const auto suite : suites) {
    for (int i = 0; i < sk_SSL_CIPHER_num(known); ++i) {
      const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(known, i);
      if (SSL_CIPHER_get_protocol_id(cipher) != wire::number_of(suite)) continue;
      names += std::string(names.empty() ? "" : ":") + SSL_CIPHER_get_name(cipher);
    }
  }
  return names + ":@SECLEVEL=0";
}

// This libssl has the suite of a version before TLS 1.3.
inline bool libssl_has(wire::CipherSuite suite) {
  const SslContextPtr context(SSL_CTX_new(TLS_method()));
  return libssl_names(context.get(), {suite}).front() != ':';
}

inline SslContextPtr make_context(const LibsslOptions& options) {
  SslContextPtr context(SSL_CTX_new(TLS_method()));
  SSL_CTX* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, options.min_version);
  SSL_CTX_set_max_proto_version(raw, options.max_version);
  // CCM_8 and small keys are not for libssl's higher levels.
  SSL_CTX_set_security_level(raw, 0);
  const auto shown = [](auto value) { return wire::shown(value); };
  if (!options.cipher_suites.empty()) {
    SSL_CTX_set_ciphersuites(raw, colon_list(options.cipher_suites, shown).c_str());
  }
  SSL_CTX_set_cipher_list(raw, libssl_names(raw, options.older_suites).c_str());
  if (!options.groups.empty()) {
    const std::string list = colon_list(options.groups, [](auto g) { return libssl_name(g); });
    SSL_CTX_set1_groups_list(raw, list.c_str());
  }
  if (!options.schemes.empty()) {
    SSL_CTX_set1_sigalgs_list(raw, colon_list(options.schemes, shown).c_str());
  }
  SSL_CTX_set_dh_auto(raw, 1);
  if (options.identity != nullptr) use_identity(raw, *options.identity);
  if (options.trust != nullptr) SSL_CTX_set1_cert_store(raw, options.trust->get());
  X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(raw), kNow);
  SSL_CTX_set_verify(raw, options.verify_mode, nullptr);
  SSL_CTX_set_num_tickets(raw, options.tickets);
  // The chain is the identity's, and not what the trust store could add.
  SSL_CTX_set_mode(raw, SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_clear_options(raw, SSL_OP_ENABLE_MIDDLEBOX_COMPAT);
  if (options.middlebox_compatibility) SSL_CTX_set_options(raw, SSL_OP_ENABLE_MIDDLEBOX_COMPAT);
  static constexpr std::uint8_t kSessionContext[] = "interop";
  SSL_CTX_set_session_id_context(raw, kSessionContext, sizeof kSessionContext);
  if (options.tweak) options.tweak(raw);
  return context;
}

}  // namespace stepshake::testing

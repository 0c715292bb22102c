// What a session may do and what it prefers: fixed before the session starts, shared between sessions, never changed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "crypto/chain.h"
#include "crypto/dhe.h"
#include "crypto/keys.h"
#include "crypto/signature.h"
#include "crypto/x509.h"
#include "policy/psk.h"
#include "wire/code_points.h"
#include "wire/extension_bodies.h"

namespace stepshake::policy {

enum class Role : std::uint8_t { client = 1, server = 2 };

// SSL_VERIFY_PEER; the same, but a bad verdict only recorded; SSL_VERIFY_NONE.
enum class Verification : std::uint8_t { required, recorded, off };

enum class ClientAuthentication : std::uint8_t { none, request, require };

// Server: where tickets are kept. Sealed, all is in the ticket; stored, it is a handle to a store of the caller's,
// which gives each out once (RFC 8446 8.1).
enum class TicketStorage : std::uint8_t { sealed, stored };

// RFC 5746, of TLS 1.2 and older: what becomes of a peer's wish to do the handshake again.
enum class Renegotiation : std::uint8_t { refused, allowed };

// What is done without, used where the peer can, or demanded.
enum class Wish : std::uint8_t { off, offered, required };

// After what a call on a handshake under way comes back: as SSL_do_handshake(3), or sooner.
enum class Granularity : std::uint8_t { call, message, record };

// Where a handshake stops for its caller's word; OpenSSL's callbacks of the same places.
struct PausePoints {
  bool client_hello = false;  // server: at each ClientHello, before anything is chosen
  bool certificate = false;   // where one's own certificate is about to be chosen
  bool verify = false;        // at the peer's certificate, with libcrypto's verdict
};

// A chain, DER, leaf first, and the leaf's key. As a raw public key (RFC 7250) the leaf's key stands alone.
struct Identity {
  std::vector<Bytes> chain;
  crypto::PrivateKey key;
  Bytes ocsp_response = {};  // DER, of the leaf: stapled where a client asks for it (RFC 6066 8)
  std::vector<Bytes> timestamps = {};  // SerializedSCTs of the leaf, likewise (RFC 6962 3.3)
};

// Bounds on what a peer can make a session hold.
struct Limits {
  // Bytes of one handshake message: the longest ClientHello that there can be.
  std::size_t handshake_message = 131'396;
  std::size_t certificates = 10;  // in a peer's chain
  unsigned warnings = 5;          // warning alerts in a row (OpenSSL: MAX_WARN_ALERT_COUNT)
  unsigned empty_records = 32;    // in a row (OpenSSL: MAX_EMPTY_RECORDS)
  unsigned key_updates = 32;      // in a row, without application data between
  std::size_t skipped_early_data = 16'384;  // bytes of 0-RTT data that a server refuses but skips
  std::size_t tickets = 8;                  // that a client keeps; the oldest give way
};

struct Config {
  // The role in which do_handshake runs where none was set by a call; nothing: it has to be set.
  std::optional<Role> role;
  // The only role there may be, as with TLS_client_method(3) and TLS_server_method(3): a handshake in the other one is
  // refused with 0. Nothing: both, as with TLS_method(3).
  std::optional<Role> method;
  // A version in between is in use where one of the cipher suites is for it.
  wire::ProtocolVersion min_version = wire::ProtocolVersion::tls_1_2;
  wire::ProtocolVersion max_version = wire::ProtocolVersion::tls_1_3;
  // Most preferred first; those of TLS 1.3 and those before it choose for themselves.
  std::vector<wire::CipherSuite> cipher_suites;
  std::vector<wire::NamedGroup> groups;
  // Groups that a client sends shares for; in the order of `groups`.
  std::vector<wire::NamedGroup> key_share_groups;
  std::vector<wire::SignatureScheme> signature_schemes;
  // Sent as signature_algorithms_cert; empty: not sent.
  std::vector<wire::SignatureScheme> certificate_signature_schemes;
  std::vector<Bytes> alpn_protocols;
  std::string server_name;
  std::vector<Identity> identities;
  crypto::TrustAnchors trust;
  Verification verification = Verification::required;
  ClientAuthentication client_authentication = ClientAuthentication::none;
  // What the client's certificate has to bear (RFC 8446 4.2.5); a server asks for it with its CertificateRequest.
  std::vector<wire::OidFilter> oid_filters;
  // Client: asks for the server's OCSP response and for its certificate's timestamps. Nobody judges them here.
  bool request_ocsp = false;
  bool request_timestamps = false;
  // RFC 7250: how the server, and the client, may be certified, most preferred first. Empty: by X.509 alone, and
  // nothing is said of it.
  std::vector<wire::CertificateType> server_certificate_types;
  std::vector<wire::CertificateType> client_certificate_types;
  std::vector<Bytes> trusted_keys;  // SubjectPublicKeyInfos that are trusted as raw public keys
  // Client: a server may ask for a certificate after the handshake.
  bool post_handshake_auth = false;

  // RFC 6066 4, client: 1 to 4, for 2^9 to 2^12 bytes a record.
  std::optional<std::uint8_t> max_fragment_length;
  // RFC 8449: bytes, 64 to 2^14 + 1, that a record sent to us may hold.
  std::optional<std::uint16_t> record_size_limit;
  // RFC 5764: the protection profiles, most preferred first; what is agreed on is for the caller to use.
  std::vector<std::uint16_t> srtp_profiles;

  // A client offers these in their order; a server finds external and imported keys here.
  std::vector<Psk> psks;
  // Server of TLS 1.2 or older: sent with a PSK's key exchange (RFC 4279 5.2).
  Bytes psk_identity_hint;
  std::vector<wire::PskKeyExchangeMode> psk_modes = {wire::PskKeyExchangeMode::psk_dhe_ke};

  // TLS 1.2 and older.
  Wish extended_master_secret = Wish::offered;  // RFC 7627
  bool encrypt_then_mac = true;                 // RFC 7366
  // Server: for clients of DHE that name none of RFC 7919's groups; nothing: the first of these in `groups`.
  std::optional<crypto::DheGroup> dhe_group;
  unsigned least_dhe_bits = crypto::kLeastDheBits;  // client: of the server's group
  bool session_tickets = true;                      // RFC 5077
  Renegotiation renegotiation = Renegotiation::refused;
  // Client: servers without renegotiation_info are taken too (RFC 5746 4.1).
  bool legacy_servers = false;
  bool false_start = false;  // client: data may be sent before the server's Finished (RFC 7918)
  // Client: this hello is a second attempt, with less than could be had (RFC 7507).
  bool fallback_scsv = false;

  PausePoints pause_on;
  Granularity granularity = Granularity::call;
  // What goes over is told with its bytes, record by record, and which keys come into force.
  bool trace = false;

  // Server: seals tickets and cookies with the first, opens them with any; none: no sealed tickets, no cookies.
  std::vector<TicketKey> ticket_keys;
  TicketStorage ticket_storage = TicketStorage::sealed;
  unsigned tickets = 2;  // sent after a full handshake; after a resumed one, at most one
  std::uint32_t ticket_lifetime = 7'200;  // seconds, at most 604,800 (RFC 8446 4.6.1)
  std::uint32_t max_early_data = 0;       // bytes of 0-RTT data that a server takes; 0: none
  // Server: a HelloRetryRequest carries all that the second ClientHello needs in its cookie.
  bool stateless_retry = false;

  std::size_t record_padding =
      0;                 // protected records are padded to a multiple of this; 0: not at all
  bool key_log = false;  // secrets are told in NSS's key log format
  bool middlebox_compatibility = true;
  bool ignore_unexpected_eof = false;
  crypto::Nonces signature_nonces = crypto::Nonces::libcrypto;
  Limits limits;
};

// What the engine implements, most preferred first, whether or not this build's libcrypto has it.
std::vector<wire::NamedGroup> known_groups();
std::vector<wire::SignatureScheme> known_signature_schemes();

// What this build can do, most preferred first: what capabilities list.
std::vector<wire::ProtocolVersion> supported_versions();
std::vector<wire::CipherSuite> supported_cipher_suites();
std::vector<wire::CipherSuite> supported_cipher_suites(wire::ProtocolVersion version);
std::vector<wire::NamedGroup> supported_groups();
std::vector<wire::SignatureScheme> supported_signature_schemes();
std::vector<wire::SignatureScheme> supported_signature_schemes(wire::ProtocolVersion version);

// Schemes that certificates may be signed with, beyond those of the handshake (RFC 8446 4.2.3).
std::vector<wire::SignatureScheme> supported_certificate_schemes();

// The suite can be used in that version.
bool fits(wire::CipherSuite suite, wire::ProtocolVersion version);

// The versions that the configuration lets be, highest first, and the suites that it has for one.
std::vector<wire::ProtocolVersion> enabled_versions(const Config& config);
std::vector<wire::CipherSuite> cipher_suites_of(const Config& config,
                                                wire::ProtocolVersion version);
// The schemes that the configuration has for a handshake of that version.
std::vector<wire::SignatureScheme> signature_schemes_of(const Config& config,
                                                        wire::ProtocolVersion version);

// Preferences as this build has them by default, no role, no identity, no trust.
Config default_config();

struct ConfigProblem {
  std::string field;   // the member's name, with an index where it is a list: "cipher_suites[1]"
  std::string reason;  // what is wrong with it and what would be right
};

// Nothing where the configuration can work.
std::optional<ConfigProblem> find_problem(const Config& config);

// SHA-256 over all of the configuration, keys included: tells a snapshot which configuration it belongs to.
using ConfigDigest = std::array<std::uint8_t, 32>;
ConfigDigest digest_of(const Config& config);

}  // namespace stepshake::policy

// Every state of a handshake, named as in RFC 8446 A; those of TLS 1.2 and older are in states12.h. Each holds what must outlive its message, and nothing else.
// A Wait... state waits for the peer's message, an Await... state for an answer from our own side (questions.h).
// A tag is a state's number in snapshots: it never changes, and is never given to another state.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "crypto/key_exchange.h"
#include "handshake/keys13.h"
#include "handshake/states12.h"
#include "wire/code_points.h"
#include "wire/extension_bodies.h"

namespace stepshake::handshake {

// Before the first call, in any role or none.
struct Start {
  static constexpr std::uint8_t kTag = 1;
  static constexpr std::string_view kName = "Start";
};
STEPSHAKE_NO_FIELDS(Start)

// A server before the ClientHello; which version it will be is open.
struct WaitClientHello {
  static constexpr std::uint8_t kTag = 2;
  static constexpr std::string_view kName = "WaitClientHello";
};
STEPSHAKE_NO_FIELDS(WaitClientHello)

// A client that has sent its hello; which version it will be is open.
struct WaitServerHello {
  static constexpr std::uint8_t kTag = 3;
  static constexpr std::string_view kName = "WaitServerHello";
  std::vector<crypto::PrivateShare> shares;
  std::vector<std::uint16_t> psks;       // those of the configuration that were offered, in order
  std::optional<std::uint16_t> session;  // that of an older version
  bool change_cipher_spec_seen = false;  // a dummy, if the version turns out to be TLS 1.3
};
STEPSHAKE_FIELDS(WaitServerHello, shares, psks, session, change_cipher_spec_seen)

// After a failure. The session holds the failure itself.
struct Failed {
  static constexpr std::uint8_t kTag = 4;
  static constexpr std::string_view kName = "Failed";
};
STEPSHAKE_NO_FIELDS(Failed)

namespace client13 {

// What a CertificateRequest asked for.
struct RequestedCertificate {
  Bytes certificate_request_context;
  std::vector<wire::SignatureScheme> signature_algorithms;
  std::vector<wire::SignatureScheme> signature_algorithms_cert;
  std::vector<Bytes> certificate_authorities;
  std::vector<wire::OidFilter> oid_filters;
};
STEPSHAKE_FIELDS(RequestedCertificate, certificate_request_context, signature_algorithms,
                 signature_algorithms_cert, certificate_authorities, oid_filters)

// After a HelloRetryRequest, which has fixed the suite.
struct WaitSecondServerHello {
  static constexpr std::uint8_t kTag = 16;
  static constexpr std::string_view kName = "WaitSecondServerHello";
  std::vector<crypto::PrivateShare> shares;
  std::vector<std::uint16_t> psks;
  wire::CipherSuite cipher_suite{};
};
STEPSHAKE_FIELDS(WaitSecondServerHello, shares, psks, cipher_suite)

struct WaitEncryptedExtensions {
  static constexpr std::uint8_t kTag = 17;
  static constexpr std::string_view kName = "WaitEncryptedExtensions";
  HandshakeKeys keys;
  std::optional<std::uint16_t> selected_psk;  // of those offered
};
STEPSHAKE_FIELDS(WaitEncryptedExtensions, keys, selected_psk)

struct WaitCertificateOrRequest {
  static constexpr std::uint8_t kTag = 18;
  static constexpr std::string_view kName = "WaitCertificateOrRequest";
  HandshakeKeys keys;
};
STEPSHAKE_FIELDS(WaitCertificateOrRequest, keys)

struct WaitCertificate {
  static constexpr std::uint8_t kTag = 19;
  static constexpr std::string_view kName = "WaitCertificate";
  HandshakeKeys keys;
  std::optional<RequestedCertificate> request;
};
STEPSHAKE_FIELDS(WaitCertificate, keys, request)

// The server's chain has come.
struct AwaitVerifyDecision {
  static constexpr std::uint8_t kTag = 23;
  static constexpr std::string_view kName = "AwaitVerifyDecision";
  HandshakeKeys keys;
  std::optional<RequestedCertificate> request;
};
STEPSHAKE_FIELDS(AwaitVerifyDecision, keys, request)

struct WaitCertificateVerify {
  static constexpr std::uint8_t kTag = 20;
  static constexpr std::string_view kName = "WaitCertificateVerify";
  HandshakeKeys keys;
  std::optional<RequestedCertificate> request;
};
STEPSHAKE_FIELDS(WaitCertificateVerify, keys, request)

struct WaitFinished {
  static constexpr std::uint8_t kTag = 21;
  static constexpr std::string_view kName = "WaitFinished";
  HandshakeKeys keys;
  std::optional<RequestedCertificate> request;
};
STEPSHAKE_FIELDS(WaitFinished, keys, request)

// The server's Finished has come, which asked for a certificate.
struct AwaitCertificateChoice {
  static constexpr std::uint8_t kTag = 24;
  static constexpr std::string_view kName = "AwaitCertificateChoice";
  HandshakeKeys keys;
  ApplicationKeys application;
  RequestedCertificate request;
};
STEPSHAKE_FIELDS(AwaitCertificateChoice, keys, application, request)

// The flight is out up to Certificate.
struct AwaitSignature {
  static constexpr std::uint8_t kTag = 25;
  static constexpr std::string_view kName = "AwaitSignature";
  HandshakeKeys keys;
  ApplicationKeys application;
  wire::SignatureScheme scheme{};
};
STEPSHAKE_FIELDS(AwaitSignature, keys, application, scheme)

// Post-handshake messages come here.
struct Connected {
  static constexpr std::uint8_t kTag = 22;
  static constexpr std::string_view kName = "Connected";
  ApplicationKeys keys;
};
STEPSHAKE_FIELDS(Connected, keys)

// The same two of authentication after the handshake (RFC 8446 4.6.2).
struct AwaitPostHandshakeCertificateChoice {
  static constexpr std::uint8_t kTag = 26;
  static constexpr std::string_view kName = "AwaitPostHandshakeCertificateChoice";
  Connected connected;
  RequestedCertificate request;
  std::uint64_t handshake_size = 0;  // bytes of the transcript that are the handshake's
};
STEPSHAKE_FIELDS(AwaitPostHandshakeCertificateChoice, connected, request, handshake_size)

struct AwaitPostHandshakeSignature {
  static constexpr std::uint8_t kTag = 27;
  static constexpr std::string_view kName = "AwaitPostHandshakeSignature";
  Connected connected;
  wire::SignatureScheme scheme{};
  std::uint64_t handshake_size = 0;
};
STEPSHAKE_FIELDS(AwaitPostHandshakeSignature, connected, scheme, handshake_size)

}  // namespace client13

namespace server13 {

// After a HelloRetryRequest, which has fixed the suite and the group.
struct WaitSecondClientHello {
  static constexpr std::uint8_t kTag = 32;
  static constexpr std::string_view kName = "WaitSecondClientHello";
  wire::CipherSuite cipher_suite{};
  wire::NamedGroup group{};
  Bytes unchanging_part;  // a hash over what the second hello must repeat
  Bytes cookie;           // that it must bring back; empty: none was sent
};
STEPSHAKE_FIELDS(WaitSecondClientHello, cipher_suite, group, unchanging_part, cookie)

// Where a ClientHello's answer stops for one of ours. The hello is the transcript's last message; `retry` is of the
// HelloRetryRequest before it, where there was one.
struct AwaitTickets {
  static constexpr std::uint8_t kTag = 40;
  static constexpr std::string_view kName = "AwaitTickets";
  std::optional<WaitSecondClientHello> retry;
};
STEPSHAKE_FIELDS(AwaitTickets, retry)

struct AwaitCertificateChoice {
  static constexpr std::uint8_t kTag = 41;
  static constexpr std::string_view kName = "AwaitCertificateChoice";
  std::optional<WaitSecondClientHello> retry;
};
STEPSHAKE_FIELDS(AwaitCertificateChoice, retry)

// The flight is out up to Certificate.
struct AwaitSignature {
  static constexpr std::uint8_t kTag = 42;
  static constexpr std::string_view kName = "AwaitSignature";
  HandshakeKeys keys;
  wire::SignatureScheme scheme{};
  bool takes_tickets = false;
};
STEPSHAKE_FIELDS(AwaitSignature, keys, scheme, takes_tickets)

// 0-RTT data was accepted; it ends with EndOfEarlyData.
struct WaitEndOfEarlyData {
  static constexpr std::uint8_t kTag = 37;
  static constexpr std::string_view kName = "WaitEndOfEarlyData";
  HandshakeKeys keys;
  ApplicationKeys application;
  bool takes_tickets = false;
};
STEPSHAKE_FIELDS(WaitEndOfEarlyData, keys, application, takes_tickets)

// The server's flight is out. WaitCertificate, WaitCertificateVerify and WaitFinished wait for the client's.
struct WaitCertificate {
  static constexpr std::uint8_t kTag = 33;
  static constexpr std::string_view kName = "WaitCertificate";
  HandshakeKeys keys;
  ApplicationKeys application;
  bool takes_tickets = false;
};
STEPSHAKE_FIELDS(WaitCertificate, keys, application, takes_tickets)

// The client's chain has come.
struct AwaitVerifyDecision {
  static constexpr std::uint8_t kTag = 43;
  static constexpr std::string_view kName = "AwaitVerifyDecision";
  HandshakeKeys keys;
  ApplicationKeys application;
  bool takes_tickets = false;
};
STEPSHAKE_FIELDS(AwaitVerifyDecision, keys, application, takes_tickets)

struct WaitCertificateVerify {
  static constexpr std::uint8_t kTag = 34;
  static constexpr std::string_view kName = "WaitCertificateVerify";
  HandshakeKeys keys;
  ApplicationKeys application;
  bool takes_tickets = false;
};
STEPSHAKE_FIELDS(WaitCertificateVerify, keys, application, takes_tickets)

struct WaitFinished {
  static constexpr std::uint8_t kTag = 35;
  static constexpr std::string_view kName = "WaitFinished";
  HandshakeKeys keys;
  ApplicationKeys application;
  bool takes_tickets = false;
};
STEPSHAKE_FIELDS(WaitFinished, keys, application, takes_tickets)

struct Connected {
  static constexpr std::uint8_t kTag = 36;
  static constexpr std::string_view kName = "Connected";
  ApplicationKeys keys;
  std::vector<Bytes> requests;  // CertificateRequests that are not answered yet, framed
};
STEPSHAKE_FIELDS(Connected, keys, requests)

// The client answers a CertificateRequest after the handshake. Its messages come in a row (RFC 8446 4.6.2).
struct WaitPostHandshakeVerify {
  static constexpr std::uint8_t kTag = 38;
  static constexpr std::string_view kName = "WaitPostHandshakeVerify";
  Connected connected;
  std::uint64_t handshake_size = 0;  // bytes of the transcript that are the handshake's
};
STEPSHAKE_FIELDS(WaitPostHandshakeVerify, connected, handshake_size)

struct WaitPostHandshakeFinished {
  static constexpr std::uint8_t kTag = 39;
  static constexpr std::string_view kName = "WaitPostHandshakeFinished";
  Connected connected;
  std::uint64_t handshake_size = 0;
};
STEPSHAKE_FIELDS(WaitPostHandshakeFinished, connected, handshake_size)

}  // namespace server13

// A server that is asked about a ClientHello before anything is chosen.
struct AwaitClientHelloDecision {
  static constexpr std::uint8_t kTag = 5;
  static constexpr std::string_view kName = "AwaitClientHelloDecision";
  std::optional<server13::WaitSecondClientHello> retry;
};
STEPSHAKE_FIELDS(AwaitClientHelloDecision, retry)

using State = std::variant<
    Start, WaitClientHello, WaitServerHello, Failed, client13::WaitSecondServerHello,
    client13::WaitEncryptedExtensions, client13::WaitCertificateOrRequest,
    client13::WaitCertificate, client13::WaitCertificateVerify, client13::WaitFinished,
    client13::Connected, server13::WaitSecondClientHello, server13::WaitCertificate,
    server13::WaitCertificateVerify, server13::WaitFinished, server13::Connected,
    server13::WaitEndOfEarlyData, server13::WaitPostHandshakeVerify,
    server13::WaitPostHandshakeFinished, AwaitClientHelloDecision, client13::AwaitVerifyDecision,
    client13::AwaitCertificateChoice, client13::AwaitSignature,
    client13::AwaitPostHandshakeCertificateChoice, client13::AwaitPostHandshakeSignature,
    server13::AwaitTickets, server13::AwaitCertificateChoice, server13::AwaitSignature,
    server13::AwaitVerifyDecision, client12::WaitCertificate, client12::AwaitVerifyDecision,
    client12::WaitCertificateStatusOrKeyExchange, client12::WaitServerKeyExchange,
    client12::WaitCertificateStatusOrRequest, client12::WaitKeyExchangeOrDone,
    client12::WaitRequestOrDone, client12::WaitServerHelloDone, client12::AwaitCertificateChoice,
    client12::AwaitSignature, client12::WaitNewSessionTicket, client12::WaitChangeCipherSpec,
    client12::WaitFinished, client12::Connected, client12::WaitRenegotiationHello,
    server12::AwaitClientHelloDecision, server12::AwaitTickets, server12::AwaitCertificateChoice,
    server12::AwaitSignature, server12::WaitCertificate, server12::AwaitVerifyDecision,
    server12::WaitClientKeyExchange, server12::WaitCertificateVerify,
    server12::WaitChangeCipherSpec, server12::WaitFinished, server12::Connected>;

}  // namespace stepshake::handshake

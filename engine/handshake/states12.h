// The states of a handshake of TLS 1.2 or older, from the ServerHello on (RFC 5246 7.3). states.h has the others, and
// says what holds for all. Tags from 64 on are the client's, from 96 on the server's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/fields.h"
#include "handshake/keys12.h"
#include "policy/psk.h"
#include "wire/certificate_request12.h"
#include "wire/code_points.h"

namespace stepshake::handshake {

// The first tag of these states.
inline constexpr std::uint8_t kFirstTag12 = 64;

namespace client12 {

struct WaitCertificate {
  static constexpr std::uint8_t kTag = 64;
  static constexpr std::string_view kName = "WaitCertificate";
  Agreed12 agreed;
};
STEPSHAKE_FIELDS(WaitCertificate, agreed)

// The server's chain has come.
struct AwaitVerifyDecision {
  static constexpr std::uint8_t kTag = 65;
  static constexpr std::string_view kName = "AwaitVerifyDecision";
  Agreed12 agreed;
};
STEPSHAKE_FIELDS(AwaitVerifyDecision, agreed)

// The server has announced a staple, which it may yet leave out (RFC 6066 8).
struct WaitCertificateStatusOrKeyExchange {
  static constexpr std::uint8_t kTag = 66;
  static constexpr std::string_view kName = "WaitCertificateStatusOrKeyExchange";
  Agreed12 agreed;
};
STEPSHAKE_FIELDS(WaitCertificateStatusOrKeyExchange, agreed)

struct WaitServerKeyExchange {
  static constexpr std::uint8_t kTag = 67;
  static constexpr std::string_view kName = "WaitServerKeyExchange";
  Agreed12 agreed;
};
STEPSHAKE_FIELDS(WaitServerKeyExchange, agreed)

// The same two where the suite has no ServerKeyExchange: RSA alone.
struct WaitCertificateStatusOrRequest {
  static constexpr std::uint8_t kTag = 68;
  static constexpr std::string_view kName = "WaitCertificateStatusOrRequest";
  Agreed12 agreed;
};
STEPSHAKE_FIELDS(WaitCertificateStatusOrRequest, agreed)

// Where it may have one, for a hint (RFC 4279 2): PSK alone and RSA_PSK.
struct WaitKeyExchangeOrDone {
  static constexpr std::uint8_t kTag = 69;
  static constexpr std::string_view kName = "WaitKeyExchangeOrDone";
  Agreed12 agreed;
};
STEPSHAKE_FIELDS(WaitKeyExchangeOrDone, agreed)

struct WaitRequestOrDone {
  static constexpr std::uint8_t kTag = 70;
  static constexpr std::string_view kName = "WaitRequestOrDone";
  Agreed12 agreed;
  PeerShare share;
};
STEPSHAKE_FIELDS(WaitRequestOrDone, agreed, share)

struct WaitServerHelloDone {
  static constexpr std::uint8_t kTag = 71;
  static constexpr std::string_view kName = "WaitServerHelloDone";
  Agreed12 agreed;
  PeerShare share;
  std::optional<wire::CertificateRequest12> request;
};
STEPSHAKE_FIELDS(WaitServerHelloDone, agreed, share, request)

// The server's flight is in, and asked for a certificate.
struct AwaitCertificateChoice {
  static constexpr std::uint8_t kTag = 72;
  static constexpr std::string_view kName = "AwaitCertificateChoice";
  Agreed12 agreed;
  PeerShare share;
  wire::CertificateRequest12 request;
};
STEPSHAKE_FIELDS(AwaitCertificateChoice, agreed, share, request)

// The flight is out up to ClientKeyExchange.
struct AwaitSignature {
  static constexpr std::uint8_t kTag = 73;
  static constexpr std::string_view kName = "AwaitSignature";
  Agreed12 agreed;
  schedule::MasterSecret12 master;
  wire::SignatureScheme scheme{};
};
STEPSHAKE_FIELDS(AwaitSignature, agreed, master, scheme)

// Our Finished is out, or with a resumed session the server's ServerHello is in.
struct WaitNewSessionTicket {
  static constexpr std::uint8_t kTag = 74;
  static constexpr std::string_view kName = "WaitNewSessionTicket";
  Agreed12 agreed;
  schedule::MasterSecret12 master;
  Bytes client_verify_data;  // empty where our Finished is still to come
};
STEPSHAKE_FIELDS(WaitNewSessionTicket, agreed, master, client_verify_data)

struct WaitChangeCipherSpec {
  static constexpr std::uint8_t kTag = 75;
  static constexpr std::string_view kName = "WaitChangeCipherSpec";
  Agreed12 agreed;
  schedule::MasterSecret12 master;
  Bytes client_verify_data;
  std::optional<policy::Psk> session;  // to be kept, once the server has proved itself
};
STEPSHAKE_FIELDS(WaitChangeCipherSpec, agreed, master, client_verify_data, session)

struct WaitFinished {
  static constexpr std::uint8_t kTag = 76;
  static constexpr std::string_view kName = "WaitFinished";
  Agreed12 agreed;
  schedule::MasterSecret12 master;
  Bytes client_verify_data;
  std::optional<policy::Psk> session;
};
STEPSHAKE_FIELDS(WaitFinished, agreed, master, client_verify_data, session)

struct Connected {
  static constexpr std::uint8_t kTag = 77;
  static constexpr std::string_view kName = "Connected";
  Established12 established;
};
STEPSHAKE_FIELDS(Connected, established)

// A hello of ours for a renegotiation is out.
struct WaitRenegotiationHello {
  static constexpr std::uint8_t kTag = 78;
  static constexpr std::string_view kName = "WaitRenegotiationHello";
  Established12 before;
};
STEPSHAKE_FIELDS(WaitRenegotiationHello, before)

}  // namespace client12

namespace server12 {

// Where a ClientHello's answer stops for one of ours; the hello is the transcript's last message. `before` is the
// connection that a renegotiation takes the place of.
struct AwaitClientHelloDecision {
  static constexpr std::uint8_t kTag = 96;
  static constexpr std::string_view kName = "AwaitClientHelloDecision";
  Established12 before;
};
STEPSHAKE_FIELDS(AwaitClientHelloDecision, before)

struct AwaitTickets {
  static constexpr std::uint8_t kTag = 97;
  static constexpr std::string_view kName = "AwaitTickets";
};
STEPSHAKE_NO_FIELDS(AwaitTickets)

struct AwaitCertificateChoice {
  static constexpr std::uint8_t kTag = 98;
  static constexpr std::string_view kName = "AwaitCertificateChoice";
  std::optional<Established12> before;
};
STEPSHAKE_FIELDS(AwaitCertificateChoice, before)

// The flight is out up to the Certificate; what is signed is ServerKeyExchange, but for its signature.
struct AwaitSignature {
  static constexpr std::uint8_t kTag = 99;
  static constexpr std::string_view kName = "AwaitSignature";
  Agreed12 agreed;
  ServerShare share;
  Bytes params;
  wire::SignatureScheme scheme{};
};
STEPSHAKE_FIELDS(AwaitSignature, agreed, share, params, scheme)

// The server's flight is out.
struct WaitCertificate {
  static constexpr std::uint8_t kTag = 100;
  static constexpr std::string_view kName = "WaitCertificate";
  Agreed12 agreed;
  ServerShare share;
};
STEPSHAKE_FIELDS(WaitCertificate, agreed, share)

// The client's chain has come.
struct AwaitVerifyDecision {
  static constexpr std::uint8_t kTag = 101;
  static constexpr std::string_view kName = "AwaitVerifyDecision";
  Agreed12 agreed;
  ServerShare share;
};
STEPSHAKE_FIELDS(AwaitVerifyDecision, agreed, share)

struct WaitClientKeyExchange {
  static constexpr std::uint8_t kTag = 102;
  static constexpr std::string_view kName = "WaitClientKeyExchange";
  Agreed12 agreed;
  ServerShare share;
  bool certified = false;  // the client has sent a chain, whose key it has to prove
};
STEPSHAKE_FIELDS(WaitClientKeyExchange, agreed, share, certified)

struct WaitCertificateVerify {
  static constexpr std::uint8_t kTag = 103;
  static constexpr std::string_view kName = "WaitCertificateVerify";
  Agreed12 agreed;
  schedule::MasterSecret12 master;
};
STEPSHAKE_FIELDS(WaitCertificateVerify, agreed, master)

struct WaitChangeCipherSpec {
  static constexpr std::uint8_t kTag = 104;
  static constexpr std::string_view kName = "WaitChangeCipherSpec";
  Agreed12 agreed;
  schedule::MasterSecret12 master;
  Bytes server_verify_data;  // empty where our Finished is still to come
};
STEPSHAKE_FIELDS(WaitChangeCipherSpec, agreed, master, server_verify_data)

struct WaitFinished {
  static constexpr std::uint8_t kTag = 105;
  static constexpr std::string_view kName = "WaitFinished";
  Agreed12 agreed;
  schedule::MasterSecret12 master;
  Bytes server_verify_data;
};
STEPSHAKE_FIELDS(WaitFinished, agreed, master, server_verify_data)

struct Connected {
  static constexpr std::uint8_t kTag = 106;
  static constexpr std::string_view kName = "Connected";
  Established12 established;
};
STEPSHAKE_FIELDS(Connected, established)

}  // namespace server12

}  // namespace stepshake::handshake

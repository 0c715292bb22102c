// Every state of a handshake, named as in RFC 8446 A. Each holds what must outlive its message, and nothing else.
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
#include "wire/code_points.h"

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
};
STEPSHAKE_FIELDS(WaitServerHello, shares)

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
  std::vector<Bytes> certificate_authorities;
};
STEPSHAKE_FIELDS(RequestedCertificate, certificate_request_context, signature_algorithms,
                 certificate_authorities)

// After a HelloRetryRequest, which has fixed the suite.
struct WaitSecondServerHello {
  static constexpr std::uint8_t kTag = 16;
  static constexpr std::string_view kName = "WaitSecondServerHello";
  std::vector<crypto::PrivateShare> shares;
  wire::CipherSuite cipher_suite{};
};
STEPSHAKE_FIELDS(WaitSecondServerHello, shares, cipher_suite)

struct WaitEncryptedExtensions {
  static constexpr std::uint8_t kTag = 17;
  static constexpr std::string_view kName = "WaitEncryptedExtensions";
  HandshakeKeys keys;
};
STEPSHAKE_FIELDS(WaitEncryptedExtensions, keys)

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

struct Connected {
  static constexpr std::uint8_t kTag = 22;
  static constexpr std::string_view kName = "Connected";
  ApplicationKeys keys;
};
STEPSHAKE_FIELDS(Connected, keys)

}  // namespace client13

namespace server13 {

// After a HelloRetryRequest, which has fixed the suite and the group.
struct WaitSecondClientHello {
  static constexpr std::uint8_t kTag = 32;
  static constexpr std::string_view kName = "WaitSecondClientHello";
  wire::CipherSuite cipher_suite{};
  wire::NamedGroup group{};
  Bytes unchanging_part;  // a hash over what the second hello must repeat
};
STEPSHAKE_FIELDS(WaitSecondClientHello, cipher_suite, group, unchanging_part)

// The server's flight is out. WaitCertificate, WaitCertificateVerify and WaitFinished wait for the client's.
struct WaitCertificate {
  static constexpr std::uint8_t kTag = 33;
  static constexpr std::string_view kName = "WaitCertificate";
  HandshakeKeys keys;
  ApplicationKeys application;
};
STEPSHAKE_FIELDS(WaitCertificate, keys, application)

struct WaitCertificateVerify {
  static constexpr std::uint8_t kTag = 34;
  static constexpr std::string_view kName = "WaitCertificateVerify";
  HandshakeKeys keys;
  ApplicationKeys application;
};
STEPSHAKE_FIELDS(WaitCertificateVerify, keys, application)

struct WaitFinished {
  static constexpr std::uint8_t kTag = 35;
  static constexpr std::string_view kName = "WaitFinished";
  HandshakeKeys keys;
  ApplicationKeys application;
};
STEPSHAKE_FIELDS(WaitFinished, keys, application)

struct Connected {
  static constexpr std::uint8_t kTag = 36;
  static constexpr std::string_view kName = "Connected";
  ApplicationKeys keys;
};
STEPSHAKE_FIELDS(Connected, keys)

}  // namespace server13

using State =
    std::variant<Start, WaitClientHello, WaitServerHello, Failed, client13::WaitSecondServerHello,
                 client13::WaitEncryptedExtensions, client13::WaitCertificateOrRequest,
                 client13::WaitCertificate, client13::WaitCertificateVerify,
                 client13::WaitFinished, client13::Connected, server13::WaitSecondClientHello,
                 server13::WaitCertificate, server13::WaitCertificateVerify,
                 server13::WaitFinished, server13::Connected>;

}  // namespace stepshake::handshake

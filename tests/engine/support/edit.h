// Messages taken apart, to be changed and framed again: every extension stands in one raw list.
#pragma once

#include "support/hex.h"
#include "wire/certificate_request.h"
#include "wire/client_hello.h"
#include "wire/encrypted_extensions.h"
#include "wire/handshake_message.h"
#include "wire/server_hello.h"

namespace stepshake::testing {

inline constexpr auto kAlpn = wire::ExtensionType::application_layer_protocol_negotiation;

template <class Message>
Bytes framed(const Message& message) {
  return wire::frame(Message::kType, encode(message));
}

// All extensions are in extensions.others; change them there.
inline wire::ClientHello client_hello_of(BytesView message) {
  auto hello = wire::decode_client_hello(wire::unframe(message).body).value();
  hello.extensions = {};
  hello.extensions.others = wire::extensions_as_sent(hello);
  return hello;
}

inline wire::ServerHello server_hello_of(BytesView message) {
  return wire::decode_server_hello(wire::unframe(message).body).value();
}

// All extensions are in `extensions`.
inline wire::EncryptedExtensions encrypted_extensions_of(BytesView message) {
  wire::EncryptedExtensions fresh;
  fresh.extensions =
      wire::decode_encrypted_extensions(wire::unframe(message).body).value().extensions;
  return fresh;
}

inline wire::CertificateRequest certificate_request_of(BytesView message) {
  wire::CertificateRequest fresh;
  fresh.extensions =
      wire::decode_certificate_request(wire::unframe(message).body).value().extensions;
  return fresh;
}

inline void drop(wire::RawExtensions& extensions, wire::ExtensionType type) {
  std::erase_if(extensions, [&](const auto& each) { return each.type == type; });
}

// Replaces the extension's data where it stands, or puts the extension at the end.
inline void put(wire::RawExtensions& extensions, wire::ExtensionType type, Bytes data) {
  for (auto& each : extensions) {
    if (each.type == type) {
      each.data = std::move(data);
      return;
    }
  }
  extensions.push_back({type, std::move(data)});
}

inline const Bytes& data_of(const wire::RawExtensions& extensions, wire::ExtensionType type) {
  return wire::find(extensions, type)->data;
}

}  // namespace stepshake::testing

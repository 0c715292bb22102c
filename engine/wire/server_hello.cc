#include "wire/server_hello.h"

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {

// RFC 8446 4.1.3
const Random kHelloRetryRequestRandom = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C};

Result<ServerHello> decode_server_hello(BytesView body) {
  Reader reader(body);
  ServerHello hello;
  TRY_ASSIGN(hello.legacy_version, reader.u16("legacy_version"));
  TRY_ASSIGN(const BytesView random, reader.bytes(32, "random"));
  std::copy(random.begin(), random.end(), hello.random.begin());
  TRY_ASSIGN(const BytesView session_id, reader.vector8("legacy_session_id_echo", {0, 32}));
  hello.legacy_session_id_echo = to_bytes(session_id);
  TRY_ASSIGN(const std::uint16_t suite, reader.u16("cipher_suite"));
  hello.cipher_suite = static_cast<CipherSuite>(suite);
  TRY_ASSIGN(hello.legacy_compression_method, reader.u8("legacy_compression_method"));
  // TLS 1.2 servers may send no extension block at all (RFC 5246 7.4.1.3).
  if (reader.at_end()) return hello;
  TRY_ASSIGN(hello.extensions, decode_extensions(reader));
  TRY(reader.expect_end("ServerHello"));
  return hello;
}

Result<ServerHelloExtensions> decode_server_hello_extensions(const ServerHello& hello) {
  ServerHelloExtensions into;
  for (const auto& [type, data] : hello.extensions) {
    switch (type) {
      case ExtensionType::supported_versions: {
        TRY_ASSIGN(const std::uint16_t version, decode_u16(data, type));
        into.supported_versions = static_cast<ProtocolVersion>(version);
        break;
      }
      case ExtensionType::key_share:
        if (is_hello_retry_request(hello)) {
          TRY_ASSIGN(const std::uint16_t group, decode_u16(data, type));
          into.retry_group = static_cast<NamedGroup>(group);
        } else {
          TRY_ASSIGN(into.key_share, decode_server_share(data));
        }
        break;
      case ExtensionType::cookie: {
        TRY_ASSIGN(into.cookie, decode_cookie(data));
        break;
      }
      case ExtensionType::pre_shared_key: {
        TRY_ASSIGN(into.pre_shared_key, decode_u16(data, type));
        break;
      }
      default: break;
    }
  }
  return into;
}

RawExtensions encode_server_hello_extensions(const ServerHelloExtensions& from) {
  using enum ExtensionType;
  RawExtensions raw;
  const auto add = [&](ExtensionType type, Bytes data) { raw.push_back({type, std::move(data)}); };
  if (from.supported_versions) {
    add(supported_versions, encode_u16(number_of(*from.supported_versions)));
  }
  if (from.key_share) add(key_share, encode_server_share(*from.key_share));
  if (from.retry_group) add(key_share, encode_u16(number_of(*from.retry_group)));
  if (from.cookie) add(cookie, encode_cookie(*from.cookie));
  if (from.pre_shared_key) add(pre_shared_key, encode_u16(*from.pre_shared_key));
  return raw;
}

Bytes encode(const ServerHello& hello) {
  Writer writer;
  writer.u16(hello.legacy_version)
      .bytes(hello.random)
      .vector8(hello.legacy_session_id_echo)
      .u16(number_of(hello.cipher_suite))
      .u8(hello.legacy_compression_method);
  encode_extensions(writer, hello.extensions);
  return writer.take();
}

}  // namespace stepshake::wire

#include "wire/client_hello.h"

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {
namespace {

constexpr std::size_t kUsualSize = 512;       // of a ClientHello, bytes
constexpr std::size_t kUsualExtensions = 16;  // in a ClientHello

using enum ExtensionType;

// Those whose presence says everything.
bool* flag_of(ExtensionType type, ClientHelloExtensions& into) {
  switch (type) {
    case early_data: return &into.early_data;
    case post_handshake_auth: return &into.post_handshake_auth;
    case signed_certificate_timestamp: return &into.signed_certificate_timestamp;
    case encrypt_then_mac: return &into.encrypt_then_mac;
    case extended_master_secret: return &into.extended_master_secret;
    default: return nullptr;
  }
}

// The extensions of TLS 1.2.
Result<void> decode_one12(const ExtensionView& raw, ClientHelloExtensions& into) {
  const auto keep = [&] { into.others.push_back({raw.type, to_bytes(raw.data)}); };
  switch (raw.type) {
    case max_fragment_length: {
      TRY_ASSIGN(into.max_fragment_length, decode_max_fragment_length(raw.data));
      return {};
    }
    case status_request: {
      TRY_ASSIGN(into.status_request, decode_status_request(raw.data));
      return {};
    }
    case ec_point_formats: {
      TRY_ASSIGN(into.ec_point_formats, decode_point_formats(raw.data));
      return {};
    }
    case use_srtp: {
      TRY_ASSIGN(into.use_srtp, decode_use_srtp(raw.data));
      return {};
    }
    case client_certificate_type: {
      TRY_ASSIGN(into.client_certificate_types, decode_certificate_types(raw.data, raw.type));
      return {};
    }
    case server_certificate_type: {
      TRY_ASSIGN(into.server_certificate_types, decode_certificate_types(raw.data, raw.type));
      return {};
    }
    case record_size_limit: {
      TRY_ASSIGN(into.record_size_limit, decode_record_size_limit(raw.data));
      return {};
    }
    case session_ticket: into.session_ticket = to_bytes(raw.data); return {};
    case renegotiation_info: {
      TRY_ASSIGN(into.renegotiation_info, decode_renegotiation_info(raw.data));
      return {};
    }
    case padding: keep(); return check_padding(raw.data);
    default: keep(); return {};
  }
}

Result<void> decode_one(const ExtensionView& raw, ClientHelloExtensions& into) {
  if (bool* flag = flag_of(raw.type, into)) {
    *flag = true;
    return decode_empty(raw.data, raw.type);
  }
  switch (raw.type) {
    case server_name: {
      TRY_ASSIGN(into.server_name, decode_server_name(raw.data));
      return {};
    }
    case supported_groups: {
      TRY_ASSIGN(into.supported_groups, decode_list16<NamedGroup>(raw.data, raw.type));
      return {};
    }
    case signature_algorithms: {
      TRY_ASSIGN(into.signature_algorithms, decode_list16<SignatureScheme>(raw.data, raw.type));
      return {};
    }
    case signature_algorithms_cert: {
      TRY_ASSIGN(into.signature_algorithms_cert,
                 decode_list16<SignatureScheme>(raw.data, raw.type));
      return {};
    }
    case application_layer_protocol_negotiation: {
      TRY_ASSIGN(into.alpn, decode_alpn(raw.data));
      return {};
    }
    case supported_versions: {
      TRY_ASSIGN(into.supported_versions, decode_supported_versions(raw.data));
      return {};
    }
    case key_share: {
      TRY_ASSIGN(into.key_share, decode_client_shares(raw.data));
      return {};
    }
    case cookie: {
      TRY_ASSIGN(into.cookie, decode_cookie(raw.data));
      return {};
    }
    case psk_key_exchange_modes: {
      TRY_ASSIGN(into.psk_key_exchange_modes, decode_psk_modes(raw.data));
      return {};
    }
    case certificate_authorities: {
      TRY_ASSIGN(into.certificate_authorities, decode_certificate_authorities(raw.data));
      return {};
    }
    case pre_shared_key: {
      TRY_ASSIGN(into.pre_shared_key, decode_offered_psks(raw.data));
      return {};
    }
    default: return decode_one12(raw, into);
  }
}

Result<void> decode_all(const std::vector<ExtensionView>& raw, ClientHelloExtensions& into) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    // RFC 8446 4.2.11: pre_shared_key MUST be the last extension in the ClientHello.
    if (raw[i].type == pre_shared_key && i + 1 != raw.size()) {
      return fail(Reason::bad_parameter, "pre_shared_key is not the last extension");
    }
    TRY(decode_one(raw[i], into));
  }
  return {};
}

void encode_all12(const ClientHelloExtensions& from, RawExtensions& raw) {
  const auto add = [&](ExtensionType type, Bytes data) { raw.push_back({type, std::move(data)}); };
  if (from.renegotiation_info) {
    add(renegotiation_info, encode_renegotiation_info(*from.renegotiation_info));
  }
  if (from.max_fragment_length) add(max_fragment_length, Bytes{*from.max_fragment_length});
  if (from.status_request) add(status_request, encode_status_request(*from.status_request));
  if (from.ec_point_formats) add(ec_point_formats, encode_point_formats(*from.ec_point_formats));
  if (from.use_srtp) add(use_srtp, encode_use_srtp(*from.use_srtp));
  if (from.signed_certificate_timestamp) add(signed_certificate_timestamp, {});
  if (from.client_certificate_types) {
    add(client_certificate_type, encode_certificate_types(*from.client_certificate_types));
  }
  if (from.server_certificate_types) {
    add(server_certificate_type, encode_certificate_types(*from.server_certificate_types));
  }
  if (from.encrypt_then_mac) add(encrypt_then_mac, {});
  if (from.extended_master_secret) add(extended_master_secret, {});
  if (from.record_size_limit) add(record_size_limit, encode_u16(*from.record_size_limit));
  if (from.session_ticket) add(session_ticket, *from.session_ticket);
}

RawExtensions encode_all(const ClientHelloExtensions& from) {
  RawExtensions raw;
  raw.reserve(kUsualExtensions);
  const auto add = [&](ExtensionType type, Bytes data) { raw.push_back({type, std::move(data)}); };
  if (from.server_name) add(server_name, encode_server_name(*from.server_name));
  if (from.supported_groups) add(supported_groups, encode_list16(*from.supported_groups));
  if (from.signature_algorithms) {
    add(signature_algorithms, encode_list16(*from.signature_algorithms));
  }
  if (from.signature_algorithms_cert) {
    add(signature_algorithms_cert, encode_list16(*from.signature_algorithms_cert));
  }
  if (from.alpn) add(application_layer_protocol_negotiation, encode_alpn(*from.alpn));
  if (from.supported_versions) {
    add(supported_versions, encode_supported_versions(*from.supported_versions));
  }
  if (from.cookie) add(cookie, encode_cookie(*from.cookie));
  if (from.psk_key_exchange_modes) {
    add(psk_key_exchange_modes, encode_psk_modes(*from.psk_key_exchange_modes));
  }
  if (from.certificate_authorities) {
    add(certificate_authorities, encode_certificate_authorities(*from.certificate_authorities));
  }
  if (from.post_handshake_auth) add(post_handshake_auth, {});
  if (from.key_share) add(key_share, encode_client_shares(*from.key_share));
  if (from.early_data) add(early_data, {});
  encode_all12(from, raw);
  for (const auto& other : from.others) raw.push_back(other);
  if (from.pre_shared_key) add(pre_shared_key, encode_offered_psks(*from.pre_shared_key));
  return raw;
}

}  // namespace

Result<ClientHello> decode_client_hello(BytesView body) {
  Reader reader(body);
  ClientHello hello;
  TRY_ASSIGN(hello.legacy_version, reader.u16("legacy_version"));
  TRY_ASSIGN(const BytesView random, reader.bytes(32, "random"));
  std::copy(random.begin(), random.end(), hello.random.begin());
  TRY_ASSIGN(const BytesView session_id, reader.vector8("legacy_session_id", {0, 32}));
  hello.legacy_session_id = to_bytes(session_id);
  TRY_ASSIGN(hello.cipher_suites, reader.list16<CipherSuite>("cipher_suites", {2, 0xfffe}));
  TRY_ASSIGN(const BytesView compression, reader.vector8("legacy_compression_methods", {1, 0xff}));
  hello.legacy_compression_methods = to_bytes(compression);
  // RFC 8446 4.1.2: servers of older versions saw hellos without extensions; there is no block then.
  if (reader.at_end()) return hello;
  hello.extension_block = to_bytes(reader.rest());
  TRY_ASSIGN(const auto extensions, view_extensions(reader));
  TRY(reader.expect_end("ClientHello"));
  TRY(decode_all(extensions, hello.extensions));
  hello.extension_types.reserve(extensions.size());
  for (const auto& extension : extensions) hello.extension_types.push_back(extension.type);
  return hello;
}

Bytes encode(const ClientHello& hello) {
  Writer writer(kUsualSize);
  writer.u16(hello.legacy_version)
      .bytes(hello.random)
      .vector8(hello.legacy_session_id)
      .list16(hello.cipher_suites)
      .vector8(hello.legacy_compression_methods);
  encode_extensions(writer, encode_all(hello.extensions));
  return writer.take();
}

RawExtensions extensions_as_sent(const ClientHello& hello) {
  if (hello.extension_block.empty()) return {};
  Reader reader(hello.extension_block);
  return decode_extensions(reader).value();  // which was read before
}

}  // namespace stepshake::wire

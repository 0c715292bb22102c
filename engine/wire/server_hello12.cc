#include "wire/server_hello12.h"

#include "wire/extension_bodies.h"

namespace stepshake::wire {
namespace {

using enum ExtensionType;

Result<void> decode_choice(const RawExtension& raw, ServerHelloExtensions12& into) {
  switch (raw.type) {
    case max_fragment_length: {
      TRY_ASSIGN(into.max_fragment_length, decode_max_fragment_length(raw.data));
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
    case application_layer_protocol_negotiation: {
      TRY_ASSIGN(into.alpn, decode_alpn_choice(raw.data));
      return {};
    }
    case signed_certificate_timestamp: {
      TRY_ASSIGN(into.signed_certificate_timestamps, decode_timestamps(raw.data));
      return {};
    }
    case client_certificate_type: {
      TRY_ASSIGN(into.client_certificate_type, decode_certificate_type(raw.data, raw.type));
      return {};
    }
    case server_certificate_type: {
      TRY_ASSIGN(into.server_certificate_type, decode_certificate_type(raw.data, raw.type));
      return {};
    }
    case record_size_limit: {
      TRY_ASSIGN(into.record_size_limit, decode_record_size_limit(raw.data));
      return {};
    }
    case renegotiation_info: {
      TRY_ASSIGN(into.renegotiation_info, decode_renegotiation_info(raw.data));
      return {};
    }
    default: return {};
  }
}

// Those whose presence says everything.
bool* flag_of(ExtensionType type, ServerHelloExtensions12& into) {
  switch (type) {
    case server_name: return &into.server_name;
    case status_request: return &into.status_request;
    case encrypt_then_mac: return &into.encrypt_then_mac;
    case extended_master_secret: return &into.extended_master_secret;
    case session_ticket: return &into.session_ticket;
    default: return nullptr;
  }
}

}  // namespace

Result<ServerHelloExtensions12> decode_server_hello_extensions12(const RawExtensions& raw) {
  ServerHelloExtensions12 into;
  for (const auto& extension : raw) {
    if (bool* flag = flag_of(extension.type, into)) {
      TRY(decode_empty(extension.data, extension.type));
      *flag = true;
    } else {
      TRY(decode_choice(extension, into));
    }
  }
  return into;
}

RawExtensions encode_server_hello_extensions12(const ServerHelloExtensions12& from) {
  RawExtensions raw;
  const auto add = [&](ExtensionType type, Bytes data) { raw.push_back({type, std::move(data)}); };
  const auto byte = [](auto value) { return Bytes{static_cast<std::uint8_t>(value)}; };
  if (from.server_name) add(server_name, {});
  if (from.renegotiation_info) {
    add(renegotiation_info, encode_renegotiation_info(*from.renegotiation_info));
  }
  if (from.max_fragment_length) add(max_fragment_length, byte(*from.max_fragment_length));
  if (from.status_request) add(status_request, {});
  if (from.ec_point_formats) add(ec_point_formats, encode_point_formats(*from.ec_point_formats));
  if (from.use_srtp) add(use_srtp, encode_use_srtp(*from.use_srtp));
  if (from.alpn) add(application_layer_protocol_negotiation, encode_alpn({*from.alpn}));
  if (from.signed_certificate_timestamps) {
    add(signed_certificate_timestamp, encode_timestamps(*from.signed_certificate_timestamps));
  }
  if (from.client_certificate_type) {
    add(client_certificate_type, byte(*from.client_certificate_type));
  }
  if (from.server_certificate_type) {
    add(server_certificate_type, byte(*from.server_certificate_type));
  }
  if (from.encrypt_then_mac) add(encrypt_then_mac, {});
  if (from.extended_master_secret) add(extended_master_secret, {});
  if (from.record_size_limit) add(record_size_limit, encode_u16(*from.record_size_limit));
  if (from.session_ticket) add(session_ticket, {});
  return raw;
}

}  // namespace stepshake::wire

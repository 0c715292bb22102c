#include "wire/server_hello12.h"

#include "wire/extension_bodies.h"

namespace stepshake::wire {
namespace {

using enum ExtensionType;

Result<void> decode_one(const RawExtension& raw, ServerHelloExtensions12& into) {
  switch (raw.type) {
    case ec_point_formats: {
      TRY_ASSIGN(into.ec_point_formats, decode_point_formats(raw.data));
      return {};
    }
    case signed_certificate_timestamp: {
      TRY_ASSIGN(into.signed_certificate_timestamps, decode_timestamps(raw.data));
      return {};
    }
    case renegotiation_info: {
      TRY_ASSIGN(into.renegotiation_info, decode_renegotiation_info(raw.data));
      return {};
    }
    default: return decode_answer(raw, into.answers);
  }
}

// Those whose presence says everything.
bool* flag_of(ExtensionType type, ServerHelloExtensions12& into) {
  switch (type) {
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
      TRY(decode_one(extension, into));
    }
  }
  return into;
}

RawExtensions encode_server_hello_extensions12(const ServerHelloExtensions12& from) {
  RawExtensions raw;
  const auto add = [&](ExtensionType type, Bytes data) { raw.push_back({type, std::move(data)}); };
  if (from.renegotiation_info) {
    add(renegotiation_info, encode_renegotiation_info(*from.renegotiation_info));
  }
  if (from.status_request) add(status_request, {});
  if (from.ec_point_formats) add(ec_point_formats, encode_point_formats(*from.ec_point_formats));
  if (from.signed_certificate_timestamps) {
    add(signed_certificate_timestamp, encode_timestamps(*from.signed_certificate_timestamps));
  }
  if (from.encrypt_then_mac) add(encrypt_then_mac, {});
  if (from.extended_master_secret) add(extended_master_secret, {});
  if (from.session_ticket) add(session_ticket, {});
  encode_answers(from.answers, raw);
  return raw;
}

}  // namespace stepshake::wire

#include "wire/server_answers.h"

#include "wire/extension_bodies.h"

namespace stepshake::wire {

using enum ExtensionType;

Result<void> decode_answer(const RawExtension& raw, ServerAnswers& into) {
  switch (raw.type) {
    case server_name: into.server_name = true; return decode_empty(raw.data, raw.type);
    case max_fragment_length: {
      TRY_ASSIGN(into.max_fragment_length, decode_max_fragment_length(raw.data));
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
    default: return {};
  }
}

void encode_answers(const ServerAnswers& from, RawExtensions& raw) {
  const auto add = [&](ExtensionType type, Bytes data) { raw.push_back({type, std::move(data)}); };
  const auto byte = [](auto value) { return Bytes{static_cast<std::uint8_t>(value)}; };
  if (from.server_name) add(server_name, {});
  if (from.max_fragment_length) add(max_fragment_length, byte(*from.max_fragment_length));
  if (from.use_srtp) add(use_srtp, encode_use_srtp(*from.use_srtp));
  if (from.alpn) add(application_layer_protocol_negotiation, encode_alpn({*from.alpn}));
  if (from.client_certificate_type) {
    add(client_certificate_type, byte(*from.client_certificate_type));
  }
  if (from.server_certificate_type) {
    add(server_certificate_type, byte(*from.server_certificate_type));
  }
  if (from.record_size_limit) add(record_size_limit, encode_u16(*from.record_size_limit));
}

}  // namespace stepshake::wire

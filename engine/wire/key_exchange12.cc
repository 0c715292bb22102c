#include "wire/key_exchange12.h"

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {
namespace {

using Agreement = KeyExchangeForm::Agreement;

constexpr std::uint8_t kNamedCurve = 3;

Result<ServerDhParams> read_dh(Reader& reader) {
  TRY_ASSIGN(const BytesView p, reader.vector16("dh_p", {1, 0xffff}));
  TRY_ASSIGN(const BytesView g, reader.vector16("dh_g", {1, 0xffff}));
  TRY_ASSIGN(const BytesView public_key, reader.vector16("dh_Ys", {1, 0xffff}));
  return ServerDhParams{to_bytes(p), to_bytes(g), to_bytes(public_key)};
}

Result<ServerEcdhParams> read_ecdh(Reader& reader) {
  TRY_ASSIGN(const std::uint8_t type, reader.u8("curve_type"));
  // RFC 8422 5.4: named_curve alone is left; the others are not to be used.
  if (type != kNamedCurve) {
    return fail(Reason::bad_key_share,
                "curve_type " + std::to_string(type) + " in ServerKeyExchange");
  }
  TRY_ASSIGN(const std::uint16_t group, reader.u16("namedcurve"));
  TRY_ASSIGN(const BytesView point, reader.vector8("point", {1, 0xff}));
  return ServerEcdhParams{static_cast<NamedGroup>(group), to_bytes(point)};
}

void write_params(Writer& writer, const ServerKeyExchange& message) {
  if (message.psk_identity_hint) writer.vector16(*message.psk_identity_hint);
  if (message.dh) {
    writer.vector16(message.dh->p).vector16(message.dh->g).vector16(message.dh->public_key);
  }
  if (message.ecdh) {
    writer.u8(kNamedCurve).u16(number_of(message.ecdh->group)).vector8(message.ecdh->public_key);
  }
}

}  // namespace

Result<ServerKeyExchange> decode_server_key_exchange(BytesView body, KeyExchangeForm form,
                                                     ProtocolVersion version) {
  Reader reader(body);
  ServerKeyExchange message;
  if (form.psk) {
    TRY_ASSIGN(const BytesView hint, reader.vector16("psk_identity_hint"));
    message.psk_identity_hint = to_bytes(hint);
  }
  if (form.agreement == Agreement::dhe) {
    TRY_ASSIGN(message.dh, read_dh(reader));
  }
  if (form.agreement == Agreement::ecdhe) {
    TRY_ASSIGN(message.ecdh, read_ecdh(reader));
  }
  if (form.is_signed) {
    TRY_ASSIGN(message.proof, read_digitally_signed(reader, version));
  }
  TRY(reader.expect_end("ServerKeyExchange"));
  return message;
}

Bytes encode(const ServerKeyExchange& message) {
  Writer writer;
  write_params(writer, message);
  if (message.proof) write_digitally_signed(writer, *message.proof);
  return writer.take();
}

Bytes encode_params(const ServerKeyExchange& message) {
  Writer writer;
  write_params(writer, message);
  return writer.take();
}

Result<ClientKeyExchange> decode_client_key_exchange(BytesView body, KeyExchangeForm form) {
  Reader reader(body);
  ClientKeyExchange message;
  message.agreement = form.agreement;
  if (form.psk) {
    TRY_ASSIGN(const BytesView identity, reader.vector16("psk_identity"));
    message.psk_identity = to_bytes(identity);
  }
  BytesView keys;
  switch (form.agreement) {
    case Agreement::none: break;
    case Agreement::rsa: {
      TRY_ASSIGN(keys, reader.vector16("encrypted_pre_master_secret"));
      break;
    }
    case Agreement::dhe: {
      TRY_ASSIGN(keys, reader.vector16("dh_Yc", {1, 0xffff}));
      break;
    }
    case Agreement::ecdhe: {
      TRY_ASSIGN(keys, reader.vector8("ecdh_Yc", {1, 0xff}));
      break;
    }
  }
  TRY(reader.expect_end("ClientKeyExchange"));
  message.exchange_keys = to_bytes(keys);
  return message;
}

Bytes encode(const ClientKeyExchange& message) {
  Writer writer;
  if (message.psk_identity) writer.vector16(*message.psk_identity);
  if (message.agreement == Agreement::ecdhe) writer.vector8(message.exchange_keys);
  if (message.agreement == Agreement::rsa || message.agreement == Agreement::dhe) {
    writer.vector16(message.exchange_keys);
  }
  return writer.take();
}

}  // namespace stepshake::wire

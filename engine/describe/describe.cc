#include "describe/describe.h"

#include <algorithm>
#include <array>

#include "describe/extension_bodies.h"
#include "describe/messages.h"
#include "describe/names.h"
#include "wire/handshake_message.h"

namespace stepshake::describe {
namespace {

constexpr std::size_t kRecordHeaderSize = 5;

void nothing(Members& /*in*/, const Context& /*context*/) {}
void verify_data(Members& in, const Context& /*context*/) { in.all("verify_data"); }
void hash(Members& in, const Context& /*context*/) { in.all("hash"); }
void status(Members& in, const Context& /*context*/) { certificate_status(in); }

struct Row {
  std::uint32_t type;
  std::string_view name;
  MessageBody tls13;
  MessageBody tls12;  // and before
};

constexpr auto kMessages = std::to_array<Row>({
    {0, "HelloRequest", nothing, nothing},
    {1, "ClientHello", client_hello, client_hello},
    {2, "ServerHello", server_hello, server_hello},
    {4, "NewSessionTicket", new_session_ticket13, new_session_ticket12},
    {5, "EndOfEarlyData", nothing, nothing},
    {8, "EncryptedExtensions", encrypted_extensions, encrypted_extensions},
    {11, "Certificate", certificate13, certificate12},
    {12, "ServerKeyExchange", server_key_exchange, server_key_exchange},
    {13, "CertificateRequest", certificate_request13, certificate_request12},
    {14, "ServerHelloDone", nothing, nothing},
    {15, "CertificateVerify", certificate_verify, certificate_verify},
    {16, "ClientKeyExchange", client_key_exchange, client_key_exchange},
    {20, "Finished", verify_data, verify_data},
    {22, "CertificateStatus", status, status},
    {24, "KeyUpdate", key_update, key_update},
    {25, "CompressedCertificate", compressed_certificate, compressed_certificate},
    {254, "message_hash", hash, hash},
});

const Row* row_of(std::uint32_t type) {
  const auto* row = std::find_if(kMessages.begin(), kMessages.end(),
                                 [&](const Row& candidate) { return candidate.type == type; });
  return row == kMessages.end() ? nullptr : row;
}

std::string name_of(BytesView whole) {
  const std::uint32_t type = whole.front();
  const Row* row = row_of(type);
  if (row == nullptr) return "handshake_type_" + decimal(type);
  const bool retry = type == wire::number_of(wire::HandshakeType::server_hello) &&
                     whole.size() > wire::kHandshakeHeaderSize &&
                     is_hello_retry_request(whole.subspan(wire::kHandshakeHeaderSize));
  return retry ? "HelloRetryRequest" : std::string(row->name);
}

void body(Members& in, std::uint32_t type, const Context& context) {
  const Row* row = row_of(type);
  if (row == nullptr) return in.all("body");
  (context.version >= wire::ProtocolVersion::tls_1_3 ? row->tls13 : row->tls12)(in, context);
}

}  // namespace

Field handshake_message(BytesView whole, const Context& context) {
  Field message{whole.empty() ? "Handshake" : name_of(whole), {}, to_bytes(whole), {}};
  Members in(message, whole);
  const auto type = in.number(1, "msg_type", shown_handshake_type);
  const auto length = in.number(3, "length", decimal);
  in.part(length, [&](Members& rest) { body(rest, type, context); });
  in.finish();
  return message;
}

Field alert(BytesView content) {
  Field field{"Alert", {}, to_bytes(content), {}};
  Members in(field, content);
  in.number(1, "level", shown_alert_level);
  in.number(1, "description", shown_alert_description);
  in.finish();
  return field;
}

Field change_cipher_spec(BytesView content) {
  Field field{"ChangeCipherSpec", {}, to_bytes(content), {}};
  Members in(field, content);
  in.number(1, "type", shown_change_cipher_spec);
  in.finish();
  return field;
}

Field record_header(BytesView record) {
  const BytesView header = record.first(std::min(record.size(), kRecordHeaderSize));
  // RFC 8446 5.2: from the outside every protected record is application_data.
  const bool opaque =
      !header.empty() && header.front() == wire::number_of(wire::ContentType::application_data);
  Field field{opaque ? "TLSCiphertext" : "TLSPlaintext", {}, to_bytes(header), {}};
  Members in(field, header);
  in.number(1, opaque ? "opaque_type" : "type", shown_content_type);
  in.number(2, "legacy_record_version", hex16);
  in.number(2, "length", decimal);
  return field;
}

}  // namespace stepshake::describe

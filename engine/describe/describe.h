// What went over the wire, told to people: handshake messages, alerts, ChangeCipherSpec and the headers of records
// as trees of named fields. It looks at the form alone, takes broken messages too, and judges nothing: a field
// "malformed" stands where the bytes end or go on against what was announced, and everything before it is kept.
// Nothing here fails, and nothing here knows a session.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "describe/field.h"
#include "wire/code_points.h"

namespace stepshake::describe {

// What a message does not say itself.
struct Context {
  // Which form Certificate, CertificateRequest, CertificateVerify and NewSessionTicket have.
  wire::ProtocolVersion version = wire::ProtocolVersion::tls_1_3;
  // TLS 1.2: what ServerKeyExchange and ClientKeyExchange hold depends on it. Without it their bodies stay raw.
  std::optional<wire::CipherSuite> cipher_suite;
};

// A handshake message with its header, as on the wire. Named "ClientHello", "HelloRetryRequest", or
// "handshake_type_99" where the registry has no name; the members of Handshake and of the body are its fields.
Field handshake_message(BytesView whole, const Context& context = {});

// A record's content.
Field alert(BytesView content);
Field change_cipher_spec(BytesView content);

// The first five bytes of a record, or of what there is of it; what follows them is not looked at.
Field record_header(BytesView record);

}  // namespace stepshake::describe

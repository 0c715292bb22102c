#include "wire/new_session_ticket.h"

#include "wire/extension_bodies.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {

Result<NewSessionTicket> decode_new_session_ticket(BytesView body) {
  Reader reader(body);
  NewSessionTicket message;
  TRY_ASSIGN(message.ticket_lifetime, reader.u32("ticket_lifetime"));
  TRY_ASSIGN(message.ticket_age_add, reader.u32("ticket_age_add"));
  TRY_ASSIGN(const BytesView nonce, reader.vector8("ticket_nonce"));
  message.ticket_nonce = to_bytes(nonce);
  TRY_ASSIGN(const BytesView ticket, reader.vector16("ticket", {1, 0xffff}));
  message.ticket = to_bytes(ticket);
  TRY_ASSIGN(const RawExtensions extensions, decode_extensions(reader));
  TRY(reader.expect_end("NewSessionTicket"));
  TRY(check_places(extensions, Place::new_session_ticket));
  if (const auto* early_data = find(extensions, ExtensionType::early_data)) {
    TRY_ASSIGN(message.max_early_data_size, decode_max_early_data(early_data->data));
  }
  return message;
}

Bytes encode(const NewSessionTicket& message) {
  Writer writer;
  writer.u32(message.ticket_lifetime)
      .u32(message.ticket_age_add)
      .vector8(message.ticket_nonce)
      .vector16(message.ticket);
  RawExtensions extensions;
  if (message.max_early_data_size) {
    extensions.push_back(
        {ExtensionType::early_data, encode_max_early_data(*message.max_early_data_size)});
  }
  encode_extensions(writer, extensions);
  return writer.take();
}

}  // namespace stepshake::wire

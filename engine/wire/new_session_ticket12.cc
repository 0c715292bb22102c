#include "wire/new_session_ticket12.h"

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {

Result<NewSessionTicket12> decode_new_session_ticket12(BytesView body) {
  Reader reader(body);
  NewSessionTicket12 message;
  TRY_ASSIGN(message.ticket_lifetime_hint, reader.u32("ticket_lifetime_hint"));
  TRY_ASSIGN(const BytesView ticket, reader.vector16("ticket"));
  TRY(reader.expect_end("NewSessionTicket"));
  message.ticket = to_bytes(ticket);
  return message;
}

Bytes encode(const NewSessionTicket12& message) {
  Writer writer;
  return writer.u32(message.ticket_lifetime_hint).vector16(message.ticket).take();
}

}  // namespace stepshake::wire

#include "server/convert_trace.h"

#include <string>

#include "describe/describe.h"
#include "server/convert.h"
#include "server/text.h"

namespace stepshake::server {
namespace {

static_assert(static_cast<int>(handshake::Epoch::early_data) == v1::EPOCH_EARLY_DATA);
static_assert(static_cast<int>(handshake::Epoch::handshake) == v1::EPOCH_HANDSHAKE);
static_assert(static_cast<int>(handshake::Epoch::application) == v1::EPOCH_APPLICATION);

void add_fields(const session::TracedMessage& message, const handshake::Facts& facts,
                v1::TracedMessage& to) {
  using enum wire::ContentType;
  describe::Context context;
  if (facts.version) context.version = *facts.version;
  context.cipher_suite = facts.cipher_suite;
  switch (message.content_type) {
    case handshake:
      fill(describe::handshake_message(message.bytes, context), *to.mutable_fields());
      return;
    case alert: fill(describe::alert(message.bytes), *to.mutable_fields()); return;
    case change_cipher_spec:
      fill(describe::change_cipher_spec(message.bytes), *to.mutable_fields());
      return;
    default: return;
  }
}

struct EntryFiller {
  const handshake::Facts& facts;
  v1::TraceEntry& to;

  void operator()(const session::TracedRecord& record) const {
    v1::TracedRecord& traced = *to.mutable_record();
    traced.set_direction(static_cast<v1::Direction>(record.direction));
    fill(static_cast<wire::ContentType>(record.bytes[0]), *traced.mutable_content_type());
    traced.set_version(static_cast<std::uint32_t>(record.bytes[1]) << 8 | record.bytes[2]);
    traced.set_bytes(to_text(record.bytes));
  }

  void operator()(const session::TracedMessage& message) const {
    v1::TracedMessage& traced = *to.mutable_message();
    traced.set_direction(static_cast<v1::Direction>(message.direction));
    fill(message.content_type, *traced.mutable_content_type());
    if (message.content_type == wire::ContentType::handshake && !message.bytes.empty()) {
      fill(static_cast<wire::HandshakeType>(message.bytes[0]), *traced.mutable_handshake_type());
    }
    traced.set_bytes(to_text(message.bytes));
    add_fields(message, facts, traced);
  }

  void operator()(const session::TracedKeys& keys) const {
    v1::TracedKeys& traced = *to.mutable_keys();
    traced.set_direction(static_cast<v1::Direction>(keys.direction));
    traced.set_epoch(static_cast<v1::Epoch>(keys.epoch));
    if (keys.epoch != handshake::Epoch::none) {
      fill(keys.cipher_suite, *traced.mutable_cipher_suite());
    }
  }
};

}  // namespace

void fill(const describe::Field& field, v1::Field& to) {
  to.set_name(field.name);
  to.set_value(field.value);
  to.set_raw(to_text(field.raw));
  for (const describe::Field& part : field.fields) fill(part, *to.add_fields());
}

void fill(const session::TraceEntry& entry, const handshake::Facts& facts, v1::TraceEntry& to) {
  std::visit(EntryFiller{facts, to}, entry);
}

}  // namespace stepshake::server

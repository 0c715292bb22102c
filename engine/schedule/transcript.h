// The handshake transcript (RFC 8446 4.4.1): the messages' bytes, hashed when asked. Bytes and not a running hash,
// because libcrypto's hash contexts cannot be stored, and a session is a value.
#pragma once

#include "base/bytes.h"
#include "base/fields.h"
#include "crypto/hash.h"

namespace stepshake::schedule {

struct Transcript {
  Bytes messages;
  // Where the message added last begins: what came before it is what a Finished or a binder speaks of.
  std::uint64_t last_message = 0;

  // A whole handshake message, its header included.
  void add(BytesView message);

  [[nodiscard]] Bytes hash(crypto::HashAlgorithm algorithm) const;
  [[nodiscard]] Bytes hash_before_last_message(crypto::HashAlgorithm algorithm) const;
  [[nodiscard]] BytesView before_last_message() const {
    return BytesView(messages).first(last_message);
  }
  // Of the messages so far and then these bytes, which are not added.
  [[nodiscard]] Bytes hash_with(crypto::HashAlgorithm algorithm, BytesView more) const;
  // Of all but the last `bytes` bytes: the truncated ClientHello of RFC 8446 4.2.11.2.
  [[nodiscard]] Bytes hash_without_last_bytes(crypto::HashAlgorithm algorithm,
                                              std::size_t bytes) const;

  // RFC 8446 4.4.1: before a HelloRetryRequest, ClientHello1 is replaced by a message_hash message. Replaces all
  // that came before the last message (the HelloRetryRequest itself), or everything where `keep_last` is false.
  void replace_with_message_hash(crypto::HashAlgorithm algorithm, bool keep_last);

  void insert_before_last(BytesView message);
  // Keeps the first `size` bytes.
  void cut(std::size_t size);
  void clear();
};
STEPSHAKE_FIELDS(Transcript, messages, last_message)

}  // namespace stepshake::schedule

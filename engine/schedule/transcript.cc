#include "schedule/transcript.h"

#include "wire/handshake_message.h"

namespace stepshake::schedule {

void Transcript::add(BytesView message) {
  last_message = messages.size();
  append(messages, message);
}

Bytes Transcript::hash(crypto::HashAlgorithm algorithm) const {
  return crypto::hash(algorithm, {messages});
}

Bytes Transcript::hash_before_last_message(crypto::HashAlgorithm algorithm) const {
  return crypto::hash(algorithm, {BytesView(messages).first(last_message)});
}

Bytes Transcript::hash_with(crypto::HashAlgorithm algorithm, BytesView more) const {
  return crypto::hash(algorithm, {messages, more});
}

Bytes Transcript::hash_without_last_bytes(crypto::HashAlgorithm algorithm,
                                          std::size_t bytes) const {
  return crypto::hash(algorithm, {BytesView(messages).first(messages.size() - bytes)});
}

void Transcript::replace_with_message_hash(crypto::HashAlgorithm algorithm, bool keep_last) {
  const std::size_t split = keep_last ? last_message : messages.size();
  const Bytes kept(messages.begin() + static_cast<std::ptrdiff_t>(split), messages.end());
  const Bytes digest = crypto::hash(algorithm, {BytesView(messages).first(split)});
  messages = wire::frame(wire::HandshakeType::message_hash, digest);
  last_message = kept.empty() ? 0 : messages.size();
  append(messages, kept);
}

void Transcript::insert_before_last(BytesView message) {
  const auto at = messages.begin() + static_cast<std::ptrdiff_t>(last_message);
  messages.insert(at, message.begin(), message.end());
  last_message += message.size();
}

void Transcript::cut(std::size_t size) {
  messages.resize(size);
  last_message = size;
}

void Transcript::clear() {
  messages = Bytes();
  last_message = 0;
}

}  // namespace stepshake::schedule

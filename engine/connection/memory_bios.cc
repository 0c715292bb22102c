#include "connection/memory_bios.h"

#include <openssl/bio.h>

#include <algorithm>
#include <cstring>

namespace stepshake::connection {
namespace {

struct FreeMethod {
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};
using MethodPtr = std::unique_ptr<BIO_METHOD, FreeMethod>;

int create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

int read(BIO* bio, char* to, int size) {
  auto& content = *static_cast<InboxBio::Content*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (content.bytes.empty()) {
    if (content.all) return 0;
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t count = std::min(content.bytes.size(), static_cast<std::size_t>(size));
  std::memcpy(to, content.bytes.data(), count);
  content.bytes = content.bytes.subspan(count);
  return static_cast<int>(count);
}

long control_reading(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  const auto& content = *static_cast<InboxBio::Content*>(BIO_get_data(bio));
  switch (command) {
    case BIO_CTRL_EOF: return content.bytes.empty() ? 1 : 0;
    case BIO_CTRL_PENDING: return static_cast<long>(content.bytes.size());
    default: return 0;
  }
}

int write(BIO* bio, const char* from, int size) {
  auto& to = *static_cast<Bytes*>(BIO_get_data(bio));
  append(to, {reinterpret_cast<const std::uint8_t*>(from), static_cast<std::size_t>(size)});
  return size;
}

long control_writing(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

MethodPtr make_method(const char* name, decltype(&read) reads, decltype(&write) writes,
                      decltype(&control_reading) controls) {
  static const int index = BIO_get_new_index();
  MethodPtr method(BIO_meth_new(index | BIO_TYPE_SOURCE_SINK, name));
  BIO_meth_set_create(method.get(), create);
  BIO_meth_set_read(method.get(), reads);
  BIO_meth_set_write(method.get(), writes);
  BIO_meth_set_ctrl(method.get(), controls);
  return method;
}

// A method goes after the BIOs that have it, so each thread has its own.
BIO* inbox_bio() {
  thread_local const MethodPtr method = make_method("inbox", read, nullptr, control_reading);
  thread_local const BioPtr kept(BIO_new(method.get()));
  return kept.get();
}

BIO* outbox_bio() {
  thread_local const MethodPtr method = make_method("outbox", nullptr, write, control_writing);
  thread_local const BioPtr kept(BIO_new(method.get()));
  return kept.get();
}

}  // namespace

void FreeBio::operator()(BIO* bio) const { BIO_free(bio); }

InboxBio::InboxBio(BytesView bytes, bool all) : content_{bytes, all}, bio_(inbox_bio()) {
  BIO_clear_retry_flags(bio_);
  BIO_set_data(bio_, &content_);
}

InboxBio::~InboxBio() { BIO_set_data(bio_, nullptr); }

OutboxBio::OutboxBio(Bytes& to) : bio_(outbox_bio()) {
  BIO_clear_retry_flags(bio_);
  BIO_set_data(bio_, &to);
}

OutboxBio::~OutboxBio() { BIO_set_data(bio_, nullptr); }

BoundedOutboxBio::BoundedOutboxBio(std::uint64_t capacity) {
  BIO* write_end = nullptr;
  BIO* read_end = nullptr;
  BIO_new_bio_pair(&write_end, capacity, &read_end, 0);
  write_end_.reset(write_end);
  read_end_.reset(read_end);
}

Bytes BoundedOutboxBio::content() const {
  Bytes bytes(BIO_ctrl_pending(read_end_.get()));
  if (!bytes.empty()) BIO_read(read_end_.get(), bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

}  // namespace stepshake::connection

// BIOs over a step's own memory: what it reads is looked at where it lies, and what it writes goes where it stays.
// libcrypto's memory BIOs copy both, and cost more to make than a short step takes. One of each a thread at a time.
#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"

// libcrypto's.
using BIO = struct bio_st;

namespace stepshake::connection {

struct FreeBio {
  void operator()(BIO* bio) const;
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

// What BIO_s_mem is with these bytes, and with BIO_set_mem_eof_return of 0 where they are `all` that will ever come,
// of -1 otherwise.
class InboxBio {
 public:
  InboxBio(BytesView bytes, bool all);
  ~InboxBio();
  InboxBio(const InboxBio&) = delete;
  InboxBio& operator=(const InboxBio&) = delete;

  [[nodiscard]] BIO* get() const { return bio_; }
  // Bytes that were not read.
  [[nodiscard]] std::size_t left() const { return content_.bytes.size(); }

  struct Content {
    BytesView bytes;
    bool all;
  };

 private:
  Content content_;
  BIO* bio_;
};

// Takes whatever is written, and adds it to `to`.
class OutboxBio {
 public:
  explicit OutboxBio(Bytes& to);
  ~OutboxBio();
  OutboxBio(const OutboxBio&) = delete;
  OutboxBio& operator=(const OutboxBio&) = delete;

  [[nodiscard]] BIO* get() const { return bio_; }

 private:
  BIO* bio_;
};

// One end of a pair that holds so many bytes and no more: what does not fit asks for another try.
class BoundedOutboxBio {
 public:
  explicit BoundedOutboxBio(std::uint64_t capacity);

  [[nodiscard]] BIO* get() const { return write_end_.get(); }
  // What was written.
  [[nodiscard]] Bytes content() const;

 private:
  BioPtr write_end_;
  BioPtr read_end_;
};

}  // namespace stepshake::connection

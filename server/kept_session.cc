#include "server/kept_session.h"

#include <string>
#include <utility>

#include "server/record_codec.h"

namespace stepshake::server {

KeptSession::KeptSession(SessionRecord record)
    : open_(std::make_unique<SessionRecord>(std::move(record))) {}

void KeptSession::pack() {
  if (is_packed()) return;
  bytes_ = encode(*open_);
  config_ = std::move(open_->config);
  generation_ = open_->generation;
  open_.reset();
}

std::unique_ptr<SessionRecord> KeptSession::copy() const {
  if (open_) return std::make_unique<SessionRecord>(*open_);
  // What this process wrote it can read.
  auto record = std::make_unique<SessionRecord>(
      decode_record(bytes_.view(), [this](const std::string& /*key*/) {
        return absl::StatusOr<std::shared_ptr<const SharedConfig>>(config_);
      }).value());
  record->generation = generation_;
  return record;
}

void KeptSession::look(absl::FunctionRef<void(const SessionRecord&)> see) const {
  see(open_ ? *open_ : *copy());
}

SessionRecord& KeptSession::open() {
  if (is_packed()) {
    open_ = copy();
    bytes_ = Secret();
    config_.reset();
  }
  return *open_;
}

}  // namespace stepshake::server

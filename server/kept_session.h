// One session in this process's memory: a value while it is being stepped, and bytes, which take half of the room and
// microseconds to read, while it waits.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/functional/function_ref.h"
#include "base/secret.h"
#include "server/session_record.h"

namespace stepshake::server {

// Not safe to use from many threads: its owner has a lock for it.
class KeptSession {
 public:
  explicit KeptSession(SessionRecord record);

  [[nodiscard]] bool is_packed() const { return !open_; }
  void pack();

  [[nodiscard]] std::unique_ptr<SessionRecord> copy() const;
  void look(absl::FunctionRef<void(const SessionRecord&)> see) const;
  // To be changed in place; from then on it is not packed.
  [[nodiscard]] SessionRecord& open();

 private:
  std::unique_ptr<SessionRecord> open_;
  // While it is packed, with what is not in the bytes.
  Secret bytes_;
  std::shared_ptr<const SharedConfig> config_;
  std::uint64_t generation_ = 0;
};

}  // namespace stepshake::server

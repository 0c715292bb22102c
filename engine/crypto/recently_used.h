// The few values that were asked for last, by bytes.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace stepshake::crypto {

template <class Value>
class RecentlyUsed {
 public:
  // Null where there is none. Holds until the next call.
  const Value* find(BytesView key) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [key](const Entry& entry) {
      return entry.key.size() == key.size() && same(entry.key, key);
    });
    if (found == entries_.end()) return nullptr;
    std::rotate(entries_.begin(), found, found + 1);
    return &entries_.front().value;
  }

  // Replaces what was there under the key; the last of those that are then more than `most` go.
  void add(BytesView key, Value value, std::size_t most) {
    std::erase_if(entries_, [key](const Entry& entry) { return same(entry.key, key); });
    entries_.insert(entries_.begin(), {to_bytes(key), std::move(value)});
    if (entries_.size() > most) entries_.resize(most);
  }

 private:
  struct Entry {
    Bytes key;
    Value value;
  };
  std::vector<Entry> entries_;  // the last one that was asked for stands first
};

}  // namespace stepshake::crypto

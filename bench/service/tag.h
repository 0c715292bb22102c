// What goes through a completion queue and comes back: something that is done. Of server and client alike.
#pragma once

#include <functional>
#include <utility>

namespace stepshake::bench {

class Tag {
 public:
  explicit Tag(std::function<void(bool ok)> done) : done_(std::move(done)) {}
  Tag(const Tag&) = delete;
  Tag& operator=(const Tag&) = delete;
  ~Tag() = default;

  static void done(void* tag, bool ok) { static_cast<Tag*>(tag)->done_(ok); }

 private:
  std::function<void(bool ok)> done_;
};

}  // namespace stepshake::bench

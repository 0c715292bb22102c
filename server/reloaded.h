// Something that is made of files, and made again when they change. What cannot be made is logged once, and what there
// was before stays.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/file_stamp.h"
#include "server/log.h"

namespace stepshake::server {

// Safe to use from many threads.
template <class T>
class Reloaded {
 public:
  using Load = std::function<absl::StatusOr<T>()>;
  using Told = std::function<void(bool loaded)>;
  struct Options {
    std::string what;                // "certificates", for the log
    std::vector<std::string> files;  // an empty name is none
    Load load;
    absl::Duration look_every;  // at the files, at most so often
    std::shared_ptr<Log> log;
    Told told;  // of each reload, and whether it worked; may be empty
  };

  // An error where it cannot be made now.
  static absl::StatusOr<std::unique_ptr<Reloaded>> start(Options options) {
    auto stamps = stamps_of(options.files);
    auto first = options.load();
    if (!first.ok()) return first.status();
    return std::unique_ptr<Reloaded>(
        new Reloaded(std::move(options), std::move(stamps), *std::move(first)));
  }

  // What the files say, as of a moment ago.
  std::shared_ptr<const T> get() {
    const absl::MutexLock lock(&mutex_);
    const absl::Time now = absl::Now();
    if (now >= next_look_) {
      next_look_ = now + options_.look_every;
      look();
    }
    return current_;
  }

 private:
  Reloaded(Options options, std::vector<FileStamp> stamps, T first)
      : options_(std::move(options)),
        stamps_(std::move(stamps)),
        current_(std::make_shared<const T>(std::move(first))) {}

  void look() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    auto stamps = stamps_of(options_.files);
    if (stamps == stamps_) return;
    stamps_ = std::move(stamps);
    auto loaded = options_.load();
    if (loaded.ok()) {
      current_ = std::make_shared<const T>(*std::move(loaded));
      options_.log->info("reloaded", LogFields().add("what", options_.what));
    } else {
      options_.log->warning("cannot reload, what was loaded before stays",
                            LogFields()
                                .add("what", options_.what)
                                .add("reason", std::string(loaded.status().message())));
    }
    if (options_.told) options_.told(loaded.ok());
  }

  const Options options_;
  absl::Mutex mutex_;
  absl::Time next_look_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::vector<FileStamp> stamps_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const T> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace stepshake::server

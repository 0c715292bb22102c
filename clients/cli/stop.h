// SIGINT and SIGTERM as something that can be polled, so that sessions are deleted before the
// program ends.
#pragma once

#include "cli/descriptor.h"

namespace stepshake::cli {

// Make it before the first thread (gRPC's too), so that each of them inherits the blocked signals.
class StopSignals {
 public:
  StopSignals();

  // Readable once one of the signals has come, and from then on, for every thread.
  int descriptor() const { return signals_.get(); }

  // The signal's number, 0 while none has come.
  int caught() const;

 private:
  Descriptor signals_;
};

}  // namespace stepshake::cli

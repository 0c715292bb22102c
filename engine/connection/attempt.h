// One call on a connection, while it runs: what all calls have in common. Private to connection/.
#pragma once

#include "base/bytes.h"
#include "base/reason.h"
#include "connection/connection.h"
#include "connection/get_error.h"
#include "session/advance.h"

namespace stepshake::connection {

class Attempt {
 public:
  Attempt(Connection& connection, const World& world, Wires wires);

  // True when the handshake is complete and all it has to say is sent. `stop_for_data`: false also when application
  // data has come, which it does while a session renegotiates.
  bool handshake(bool stop_for_data = false);

  // Moves output into the write BIO; false when some is left.
  bool flush();
  // Does what a question's answer has left to do, and gives the answer that there is; false while a question is open.
  bool settle();
  // Brings one read's worth of bytes into the session; false when there is nothing to go on with.
  bool take_bytes();
  // Takes over what a turn did; false when it failed.
  bool note(session::Outcome outcome);

  // The call's result, with the class that get_error gives its return value.
  CallResult answer(int return_value);
  // An error of the caller's, which leaves the session as it is.
  CallResult refuse(Reason reason, int return_value = -1);

  [[nodiscard]] bool failed_before() const { return session_.failure.has_value(); }
  // The configuration's method knows no handshake in the session's role.
  [[nodiscard]] bool role_forbidden() const;
  [[nodiscard]] bool met_error() const { return !result_.errors.empty(); }
  void give(Bytes data) { result_.data = std::move(data); }
  // What the call waited for no longer matters: it has succeeded all the same.
  void forget_waiting() { waiting_ = Waiting::nothing; }

 private:
  enum class Settling { nothing_left, did_something, waits };

  Settling settle_one();
  bool end_of_file();
  bool write_out(std::size_t most);
  bool flush_record();
  bool flush_in_handshake();
  bool step_is_over() const;
  bool settle_question(const handshake::Question& question);
  void wait_for_signature();
  void note_failure();
  void collect_library_errors();

  Connection& connection_;
  session::Session& session_;
  const World& world_;
  Wires wires_;
  CallResult result_;
  Waiting waiting_ = Waiting::nothing;
  bool oldest_is_system_ = false;
  bool answered_ = false;     // the world's answer is used up
  bool met_record_ = false;   // a record went over
  bool met_message_ = false;  // a handshake message went over
  Bytes buffer_;              // what was read last
};

}  // namespace stepshake::connection

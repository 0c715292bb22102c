// SSL_get_error(3): from what a call met to the class of its return value. The one place where it is decided.
#pragma once

#include <openssl/bio.h>

#include <cstdint>

#include "connection/connection.h"

namespace stepshake::connection {

// What a call waited for when it stopped (OpenSSL's rwstate).
enum class Waiting : std::uint8_t {
  nothing,
  reading,
  writing,
  certificate,
  verify,
  async,
  async_job,
  client_hello,
  step,
};

struct Circumstances {
  int return_value = -1;
  bool queue_has_entry = false;
  bool oldest_is_system = false;  // of the library ERR_LIB_SYS
  Waiting waiting = Waiting::nothing;
  Wires wires;
  bool close_notify_received = false;
};

SslError get_error(const Circumstances& circumstances);

}  // namespace stepshake::connection

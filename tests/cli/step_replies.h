// Replies as the service gives them, for the tests of what prints them.
#pragma once

#include "cli/service.h"

namespace stepshake::cli {

inline void add_message(v1::StepResponse& step, v1::Direction direction, uint32_t content_type,
                        const char* handshake_type) {
  v1::ProtocolMessage& message = *step.add_messages();
  message.set_direction(direction);
  message.mutable_content_type()->set_value(content_type);
  if (*handshake_type == '\0') return;
  message.mutable_handshake_type()->set_value(1);
  message.mutable_handshake_type()->set_name(handshake_type);
}

inline v1::StepResponse wanting_step(const char* state, size_t output_size) {
  v1::StepResponse step;
  step.set_step(1);
  step.set_call(v1::CALL_DO_HANDSHAKE);
  step.set_return_value(-1);
  step.set_ssl_error(v1::SSL_ERROR_WANT_READ);
  step.set_state(state);
  step.set_output(std::string(output_size, 'x'));
  return step;
}

inline v1::StepResponse client_hello_step() {
  v1::StepResponse step = wanting_step("WaitServerHello", 238);
  add_message(step, v1::DIRECTION_SENT, 22, "client_hello");
  return step;
}

inline v1::StepResponse server_flight_step() {
  v1::StepResponse step = wanting_step("WaitFinished", 1049);
  add_message(step, v1::DIRECTION_RECEIVED, 22, "client_hello");
  add_message(step, v1::DIRECTION_SENT, 22, "server_hello");
  add_message(step, v1::DIRECTION_SENT, 20, "");
  for (const char* name :
       {"encrypted_extensions", "certificate", "certificate_verify", "finished"}) {
    add_message(step, v1::DIRECTION_SENT, 22, name);
  }
  return step;
}

inline v1::StepResponse failed_step() {
  v1::StepResponse step = wanting_step("Failed", 7);
  step.set_ssl_error(v1::SSL_ERROR_SSL);
  add_message(step, v1::DIRECTION_SENT, 21, "");
  v1::Alert& alert = *step.add_alerts();
  alert.set_direction(v1::DIRECTION_SENT);
  alert.set_level(2);
  alert.mutable_description()->set_value(40);
  alert.mutable_description()->set_name("handshake_failure");
  step.mutable_failure()->set_reason("no shared cipher");
  step.mutable_failure()->set_detail("the client offers 0x1303 alone");
  step.mutable_failure()->set_step(1);
  step.mutable_failure()->set_alert(40);
  step.mutable_failure()->set_alert_name("handshake_failure");
  return step;
}

}  // namespace stepshake::cli

// Where our connection and libssl 3.0's differ over the schedules of the second opinion, and why. A row that is Open
// is ours to change; one that is Kept stays, for the reason given. A row that nothing matches any more fails the test.
#pragma once

#include <cstdint>
#include <vector>

namespace stepshake::testing {

enum class Standing : std::uint8_t { kept, open };

// Patterns of fnmatch(3) with FNM_EXTMATCH: on the schedule's name, and on "step call | field: ours / libssl's".
struct KnownDifference {
  const char* schedule;
  const char* difference;
  Standing standing;
  const char* reason;
};

inline const std::vector<KnownDifference>& known_differences() {
  using enum Standing;
  static const std::vector<KnownDifference> known = {
      {"client/*", "* alert_version: 0303 / 0301", kept,
       "RFC 8446 5.1: 0x0303 in every record but an initial ClientHello; libssl keeps 0x0301 until "
       "the version is known"},
      {"client/end after *",
       "4 do_handshake | @(alerts: decode_error / decode_error 0232|alert_version:  / 0303)", kept,
       "RFC 8446 A.1: a client SHOULD rekey before it sends an alert after ServerHello; libssl "
       "sends it in the clear"},
      {"client/@(before any message|after the flight): handshake type 0", "*", kept,
       "HelloRequest does not exist in TLS 1.3: unexpected_message (RFC 8446 4); libssl skips it"},
      {"client/before any message: handshake, empty", "*", kept,
       "RFC 8446 5.1: zero-length handshake fragments are forbidden; libssl skips up to 32 empty "
       "records"},
      {"server/before any message: handshake, empty", "*", kept,
       "RFC 8446 5.1: zero-length handshake fragments are forbidden; libssl skips up to 32 empty "
       "records"},
      {"client/before any message: change cipher spec, empty", "*", kept,
       "RFC 8446 5: any other value is unexpected_message; libssl skips empty records of every "
       "type"},
      {"server/before any message: change cipher spec, empty", "*", kept,
       "RFC 8446 5: any other value is unexpected_message; libssl skips empty records of every "
       "type"},
      {"client/before any message: change cipher spec", "*", kept,
       "RFC 8446 5: after the first ClientHello a ChangeCipherSpec is dropped; libssl wants the "
       "ServerHello first"},
      {"client/three change cipher specs, then on", "*", kept,
       "as above; libssl has failed at the first"},
      {"client/forty change cipher specs", "* @(reason|code|consumed): *", kept, "as above"},
      {"server/forty change cipher specs", "* @(reason|code): *", kept,
       "both fail at the 33rd; our reason says why"},
      {"server/before any message: change cipher spec", "* @(reason|code): *", open,
       "SSL_R_UNEXPECTED_MESSAGE (244) before the ClientHello"},
      {"server/after the flight: change cipher spec@(, empty| of *)", "* @(reason|code|alerts): *",
       kept, "RFC 8446 5: unexpected_message; libssl sends illegal_parameter"},
      {"client/complete: change cipher spec*", "* @(reason|code|consumed): *", open,
       "SSL_R_BAD_RECORD_TYPE (443) at the header, once the handshake is complete"},
      {"server/complete: change cipher spec*", "* @(reason|code|consumed): *", open,
       "SSL_R_BAD_RECORD_TYPE (443) at the header, once the handshake is complete"},
      {"client/complete: @(http *|smtp|ssh|letters|zeros|ones|ssl 2 hello)",
       "* @(reason|code|alerts): *", kept,
       "RFC 8446 5.1, 5: the version is ignored, the type is unexpected; libssl looks at the "
       "version first"},
      {"server/complete: @(http *|smtp|ssh|letters|zeros|ones|ssl 2 hello)",
       "* @(reason|code|alerts): *", kept,
       "RFC 8446 5.1, 5: the version is ignored, the type is unexpected; libssl looks at the "
       "version first"},
      {"server/after the flight: @(http *|smtp|ssh|letters|zeros|ones|ssl 2 hello)",
       "* @(reason|code|alerts): *", kept, "as above"},
      {"client/complete: @(alert *|two alerts|handshake type *|*hello*|record version *|record of "
       "*)",
       "* consumed: *", open,
       "a record in the clear can be refused at its header: libssl reads 5 bytes"},
      {"server/complete: @(alert *|two alerts|handshake type *|*hello*|record version *|record of "
       "*)",
       "* consumed: *", open,
       "a record in the clear can be refused at its header: libssl reads 5 bytes"},
      {"server/after the flight: @(handshake type *|*hello*|record version *|record of *)",
       "* consumed: *", open, "as above"},
      {"client/complete: record of 65535", "* @(reason|code|alerts): *", open,
       "the type is judged before the length once keys are in force"},
      {"server/complete: record of 65535", "* @(reason|code|alerts): *", open,
       "the type is judged before the length once keys are in force"},
      {"server/after the flight: record of 65535", "* @(reason|code|alerts): *", open, "as above"},
      {"client/before any message: @(record|application record) of *", "* @(reason|code): *", open,
       "SSL_R_DATA_LENGTH_TOO_LONG (146) in the clear, SSL_R_PACKET_LENGTH_TOO_LONG (198) beyond "
       "the buffer; ours is 150"},
      {"server/before any message: @(record|application record) of *", "* @(reason|code): *", open,
       "SSL_R_DATA_LENGTH_TOO_LONG (146) in the clear, SSL_R_PACKET_LENGTH_TOO_LONG (198) beyond "
       "the buffer; ours is 150"},
      {"client/before any message: @(record|application record) of @(16385|16641)", "* consumed: *",
       kept, "refused at the header, before the body has come"},
      {"server/before any message: @(record|application record) of @(16385|16641)", "* consumed: *",
       kept, "refused at the header, before the body has come"},
      {"client/before any message: @(alert of one byte|alert of three bytes|two alerts)",
       "* alerts: decode_error 0232 / unexpected_message 020a", kept,
       "RFC 8446 6: a message that cannot be parsed is decode_error"},
      {"server/before any message: @(alert of one byte|alert of three bytes|two alerts)",
       "* alerts: decode_error 0232 / unexpected_message 020a", kept,
       "RFC 8446 6: a message that cannot be parsed is decode_error"},
      {"server/before any message: @(alert of one byte|alert of three bytes|two alerts)",
       "* @(reason|code): *", kept,
       "as above; libssl does not look into an alert before the ClientHello"},
      {"server/after the flight: @(alert of one byte|alert of three bytes|two alerts)",
       "* alerts: decode_error / unexpected_message", kept, "as above"},
      {"client/before any message: alert, empty", "* @(reason|code): *", open,
       "SSL_R_INVALID_ALERT (205) at a client, SSL_R_UNEXPECTED_MESSAGE (244) at a server; ours is "
       "271"},
      {"server/before any message: alert, empty", "* @(reason|code): *", open,
       "SSL_R_INVALID_ALERT (205) at a client, SSL_R_UNEXPECTED_MESSAGE (244) at a server; ours is "
       "271"},
      {"client/before any message: application data*", "* @(reason|code): *", open,
       "SSL_R_UNEXPECTED_MESSAGE (244) before the hello; ours is SSL_R_APP_DATA_IN_HANDSHAKE "
       "(100)"},
      {"server/before any message: application data*", "* @(reason|code): *", open,
       "SSL_R_UNEXPECTED_MESSAGE (244) before the hello; ours is SSL_R_APP_DATA_IN_HANDSHAKE "
       "(100)"},
      {"client/before any message: alert of level *", "*", kept,
       "RFC 8446 6: the level can be ignored; libssl refuses one that it does not know"},
      {"client/before any message: alert 1/100", "*", open,
       "a no_renegotiation warning before ServerHello: libssl fails with handshake_failure, we "
       "count a warning"},
      {"client/before any message: alert 2/0", "*", open,
       "a close_notify of level fatal: libssl takes it for an error, then ZERO_RETURN for ever"},
      {"server/after the flight: alert [12]/0", "*", open, "as for the client"},
      {"client/*: alert [12]/200", "* reason: reason(1200) / ", kept,
       "ERR_reason_error_string(3) has no text; ours is ERR_error_string(3)'s"},
      {"server/*: alert [12]/200", "* reason: reason(1200) / ", kept,
       "ERR_reason_error_string(3) has no text; ours is ERR_error_string(3)'s"},
      {"client/complete: key update requested*", "* read | wrote: yes / no", kept,
       "RFC 8446 4.6.3 asks for the answer before our next data; we send it at once, libssl with "
       "the next write"},
      {"server/complete: key update requested*", "* read | wrote: yes / no", kept,
       "RFC 8446 4.6.3 asks for the answer before our next data; we send it at once, libssl with "
       "the next write"},
      {"client/set_accept_state when complete", "*do_handshake | *", kept,
       "OpenSSL wants SSL_clear(3) between; ours starts anew, as its header says"},
      {"server/set_accept_state when complete", "*do_handshake | *", kept,
       "OpenSSL wants SSL_clear(3) between; ours starts anew, as its header says"},
      {"server/set_accept_state in the handshake", "*do_handshake | *", kept, "as above"},
      {"client/before any message: record type *", "*", open,
       "RFC 8446 5: a first record of an unknown type, too, MUST be answered with "
       "unexpected_message"},
      {"server/before any message: ssl 2 hello", "*", kept,
       "RFC 8446 D.5: no SSL 2 hello is accepted; libssl takes its first bytes for one and reads "
       "on"},
      {"server/before any message: @(record version *|handshake type 1)", "* @(reason|code): *",
       open, "SSL_R_LENGTH_TOO_SHORT (160) for an empty ClientHello; ours is 159"},
      {"server/before any message: hello and an alert", "* @(reason|code): *", kept,
       "RFC 8446 5.1: the alert is the same, our reason is nearer"},
      {"server/no BIO", "* alerts: internal_error / ", open,
       "no alert is made where there is no write BIO"},
  };
  return known;
}

}  // namespace stepshake::testing

// What a handshake stops at until its own side answers, and what may be answered. A question is read off the state;
// nothing moves while one is open.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/alert.h"
#include "base/bytes.h"
#include "base/result.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "policy/psk.h"

namespace stepshake::handshake {

// Whether to go on with the ClientHello, which is in the step's trace: SSL_CTX_set_client_hello_cb(3).
struct ClientHelloDecision {};
// Which of these tickets the store has.
struct TicketLookup {
  std::vector<Bytes> identities;  // in the client's order
};
// Which identity to present: SSL_CTX_set_cert_cb(3). The choice is the configuration's at the time of the answer.
struct CertificateChoice {
  std::vector<wire::SignatureScheme> schemes;  // that the peer takes
};
// Whether to take the peer's chain, which is in the facts with libcrypto's verdict: SSL_set_retry_verify(3).
struct VerifyDecision {};
// A signature by a key that is not here.
struct SignatureRequest {
  wire::SignatureScheme scheme{};
  Bytes content;  // to be signed, not hashed (RFC 8446 4.4.3; RFC 5246 7.4.3, 7.4.8)
};
using Question = std::variant<ClientHelloDecision, TicketLookup, CertificateChoice, VerifyDecision,
                              SignatureRequest>;

// To a decision or a choice: as the configuration has it.
struct GoOn {};
// To the same: the handshake fails, with this alert or OpenSSL's for that callback.
struct Refuse {
  std::optional<AlertDescription> alert;
};
// To a lookup: the first of the tickets that the store had, and no longer has.
struct TicketFound {
  std::optional<policy::Psk> ticket;
};
// To a signature request. It is sent as it is.
struct Signature {
  Bytes signature;
};
using Answer = std::variant<GoOn, Refuse, TicketFound, Signature>;

// What the state waits for; nothing where it waits for the peer.
std::optional<Question> question_of(const State& state, const schedule::Transcript& transcript);
bool awaits_answer(const State& state);

// The answer is of a kind that the state waits for.
bool takes(const State& state, const Answer& answer);

// The state takes the answer.
Result<State> deliver(State state, const Answer& answer, Turn& turn);

}  // namespace stepshake::handshake

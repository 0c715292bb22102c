#include "handshake/answer_hello12.h"

#include <algorithm>
#include <utility>

#include "crypto/hash.h"
#include "handshake/authentication12.h"
#include "handshake/hello.h"
#include "handshake/renegotiation12.h"
#include "handshake/sessions12.h"
#include "policy/negotiation12.h"

namespace stepshake::handshake::server12 {
namespace {

using Before = std::optional<Established12>;

bool has_signal(const wire::ClientHello& hello) {
  return std::find(hello.cipher_suites.begin(), hello.cipher_suites.end(),
                   wire::kEmptyRenegotiationInfoScsv) != hello.cipher_suites.end();
}

// RFC 5746 3.6: what a first hello says of renegotiation; true where the client knows of it.
Result<bool> check_first_info(const wire::ClientHello& hello) {
  const auto& info = hello.extensions.renegotiation_info;
  if (info && !info->empty()) {
    return fail(Reason::renegotiation_mismatch, "renegotiation_info in a first ClientHello");
  }
  return info.has_value() || has_signal(hello);
}

// RFC 5746 3.7.
Result<void> check_later_info(const wire::ClientHello& hello, const Established12& before) {
  if (has_signal(hello)) {
    return fail(Reason::renegotiation_mismatch, "the signal of a first ClientHello in another one");
  }
  const auto& info = hello.extensions.renegotiation_info;
  if (!info || !crypto::equal(*info, before.client_verify_data)) {
    return fail(Reason::renegotiation_mismatch, "renegotiation_info is not of this connection");
  }
  return {};
}

Result<void> check_hello(const wire::ClientHello& hello, const Turn& turn) {
  const Bytes& methods = hello.legacy_compression_methods;
  // RFC 5246 7.4.1.2: the list MUST contain null.
  if (std::find(methods.begin(), methods.end(), 0) == methods.end()) {
    return fail(Reason::legacy_compression, "compression_methods without null");
  }
  TRY(wire::check_places(hello.extension_types, wire::Place::client_hello));
  if (turn.config.extended_master_secret == policy::Wish::required &&
      !hello.extensions.extended_master_secret) {
    return fail(Reason::extended_master_secret_missing, "the client has no extended master secret");
  }
  return {};
}

template <class To, class From>
To widen(From next) {
  return std::visit([](auto&& state) { return To(std::forward<decltype(state)>(state)); },
                    std::move(next));
}

// A full handshake.
using Full = AfterDecision;
Result<Full> negotiate_and_answer(const wire::ClientHello& hello, Before before, Turn& turn) {
  TRY_ASSIGN(const auto choice, policy::negotiate12(hello, turn.config, *turn.facts.version));
  TRY_ASSIGN(auto flight, send_flight(hello, choice, std::move(before), turn));
  return widen<Full>(std::move(flight));
}

Result<Full> answer_in_full(const wire::ClientHello& hello, Before before, Turn& turn) {
  if (turn.config.pause_on.certificate) return Full(AwaitCertificateChoice{std::move(before)});
  return negotiate_and_answer(hello, std::move(before), turn);
}

// Something that a store may know.
bool asks_for_session(const wire::ClientHello& hello, const policy::Config& config) {
  const auto& ticket = hello.extensions.session_ticket;
  return config.ticket_storage == policy::TicketStorage::stored &&
         ((ticket && !ticket->empty()) || !hello.legacy_session_id.empty());
}

Result<Answered> answer_with(const wire::ClientHello& hello,
                             const std::optional<policy::Psk>& stored, Turn& turn) {
  TRY_ASSIGN(const auto session,
             policy::choose_session12(hello, turn.config, turn.now, *turn.facts.version, stored));
  if (session) {
    TRY_ASSIGN(auto next, resume(hello, *session, turn));
    return Answered(std::move(next));
  }
  TRY_ASSIGN(auto next, answer_in_full(hello, std::nullopt, turn));
  return widen<Answered>(std::move(next));
}

Result<Full> answer_later_hello(const wire::ClientHello& hello, Established12 before, Turn& turn) {
  TRY(check_later_info(hello, before));
  TRY(check_hello(hello, turn));
  return answer_in_full(hello, std::move(before), turn);
}

}  // namespace

Result<Answered> answer_first_hello(const wire::ClientHello& hello, Turn& turn) {
  TRY_ASSIGN(turn.facts.secure_renegotiation, check_first_info(hello));
  TRY(check_hello(hello, turn));
  if (asks_for_session(hello, turn.config)) return Answered(AwaitTickets{});
  return answer_with(hello, std::nullopt, turn);
}

Result<Answered> answer(AwaitTickets /*state*/, const TicketFound& found, Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello hello, last_hello(turn.transcript));
  return answer_with(hello, found.ticket, turn);
}

Result<Answered> answer(AwaitCertificateChoice state, const GoOn& /*answer*/, Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello hello, last_hello(turn.transcript));
  TRY_ASSIGN(auto next, negotiate_and_answer(hello, std::move(state.before), turn));
  return widen<Answered>(std::move(next));
}

Result<Flight> answer(AwaitSignature state, const Signature& signature, Turn& turn) {
  const auto proof = signed_elsewhere12(state.scheme, signature.signature, Signer::server,
                                        state.agreed.version, turn);
  return conclude_flight(std::move(state.agreed), std::move(state.share), state.params, proof,
                         turn);
}

Result<Renegotiated> on(Connected state, const wire::ClientHello& hello, Turn& turn) {
  const bool allowed = turn.config.renegotiation == policy::Renegotiation::allowed &&
                       state.established.secure_renegotiation;
  if (!allowed) {
    // RFC 5246 7.2.2, RFC 5746 4.4: the connection goes on as it was.
    turn.warn(AlertDescription::no_renegotiation);
    turn.transcript.clear();
    return Renegotiated(std::move(state));
  }
  TRY(check_same_version(hello, turn));
  begin_renegotiation(turn);
  turn.facts.client_random = hello.random;
  if (turn.config.pause_on.client_hello) {
    return Renegotiated(AwaitClientHelloDecision{std::move(state.established)});
  }
  TRY_ASSIGN(auto next, answer_later_hello(hello, std::move(state.established), turn));
  return widen<Renegotiated>(std::move(next));
}

Result<AfterDecision> answer(AwaitClientHelloDecision state, const GoOn& /*answer*/, Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello hello, last_hello(turn.transcript));
  return answer_later_hello(hello, std::move(state.before), turn);
}

}  // namespace stepshake::handshake::server12

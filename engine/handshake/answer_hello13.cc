#include "handshake/answer_hello13.h"

#include <utility>

#include "handshake/authentication.h"
#include "handshake/hello.h"
#include "handshake/psk13.h"
#include "handshake/retry13.h"
#include "policy/negotiation.h"

namespace stepshake::handshake::server13 {
namespace {

using Retry = std::optional<WaitSecondClientHello>;

Result<void> check_legacy_fields(const wire::ClientHello& hello) {
  // RFC 8446 4.1.2: exactly one byte, zero.
  if (hello.legacy_compression_methods != Bytes{0}) {
    return fail(Reason::legacy_compression, "legacy_compression_methods is not one zero");
  }
  return wire::check_places(hello.extension_types, wire::Place::client_hello);
}

template <class To, class From>
To widen(From next) {
  return std::visit([](auto&& state) { return To(std::forward<decltype(state)>(state)); },
                    std::move(next));
}

// RFC 8446 4.1.4
WaitSecondClientHello ask_for_share(const wire::ClientHello& hello, const policy::Choice& choice,
                                    Turn& turn) {
  if (hello.extensions.early_data) {
    turn.facts.early_data = EarlyData::rejected;
    turn.expect_early_data(false, turn.config.limits.skipped_early_data);
  }
  auto next = send_retry_request(hello, choice, turn);
  send_dummy_change_cipher_spec(hello, turn);
  return next;
}

Result<policy::Choice> negotiate(const Retry& retry, const wire::ClientHello& hello,
                                 const std::optional<policy::Psk>& stored_ticket, Turn& turn) {
  std::optional<wire::CipherSuite> fixed_suite;
  if (retry) fixed_suite = retry->cipher_suite;
  TRY_ASSIGN(auto choice,
             policy::negotiate(hello, turn.config, turn.now, fixed_suite, stored_ticket));
  // RFC 8446 4.1.4: there is no second retry; the caller has forbidden the group in the meantime.
  if (retry && choice.needs_retry()) {
    return fail(Reason::no_shared_group, "the share that was asked for is no longer allowed");
  }
  return choice;
}

Result<Answered> negotiate_and_answer(Retry retry, const wire::ClientHello& hello,
                                      const std::optional<policy::Psk>& stored_ticket, Turn& turn) {
  TRY_ASSIGN(const auto choice, negotiate(retry, hello, stored_ticket, turn));
  if (choice.needs_retry()) return Answered(ask_for_share(hello, choice, turn));
  if (choice.psk) TRY(check_binder(hello, *choice.psk, turn));
  if (!choice.psk && !choice.certificate) {
    return Answered(AwaitCertificateChoice{std::move(retry)});
  }
  TRY_ASSIGN(auto flight, send_flight(hello, choice, turn));
  return widen<Answered>(std::move(flight));
}

Result<Answered> answer_hello(Retry retry, const wire::ClientHello& hello, Turn& turn) {
  if (turn.config.ticket_storage == policy::TicketStorage::stored &&
      hello.extensions.pre_shared_key) {
    return Answered(AwaitTickets{std::move(retry)});
  }
  return negotiate_and_answer(std::move(retry), hello, std::nullopt, turn);
}

}  // namespace

Result<Answered> answer_first_hello(const wire::ClientHello& hello, Turn& turn) {
  TRY(check_legacy_fields(hello));
  if (!turn.config.stateless_retry || !hello.extensions.cookie) {
    return answer_hello(std::nullopt, hello, turn);
  }
  TRY_ASSIGN(auto retry, restore_from_cookie(hello, turn));
  TRY(check_second_hello(retry, hello));
  return answer_hello(std::move(retry), hello, turn);
}

Result<Answered> answer_second_hello(WaitSecondClientHello retry, const wire::ClientHello& hello,
                                     Turn& turn) {
  return answer_hello(std::move(retry), hello, turn);
}

Result<AnsweredSecond> on(WaitSecondClientHello state, const wire::ClientHello& hello, Turn& turn) {
  TRY(check_legacy_fields(hello));
  TRY(check_second_hello(state, hello));
  if (turn.config.pause_on.client_hello) {
    return AnsweredSecond(AwaitClientHelloDecision{std::move(state)});
  }
  TRY_ASSIGN(auto answered, answer_hello(std::move(state), hello, turn));
  return widen<AnsweredSecond>(std::move(answered));
}

Result<Answered> answer(AwaitTickets state, const TicketFound& found, Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello hello, last_hello(turn.transcript));
  return negotiate_and_answer(std::move(state.retry), hello, found.ticket, turn);
}

Result<Answered> answer(const AwaitCertificateChoice& state, const GoOn& /*answer*/, Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello hello, last_hello(turn.transcript));
  TRY_ASSIGN(auto choice, negotiate(state.retry, hello, std::nullopt, turn));
  if (choice.needs_retry()) return Answered(ask_for_share(hello, choice, turn));
  if (choice.psk) TRY(check_binder(hello, *choice.psk, turn));
  if (!choice.psk) {
    TRY_ASSIGN(choice.certificate, policy::choose_certificate(hello, turn.config));
  }
  TRY_ASSIGN(auto flight, send_flight(hello, choice, turn));
  return widen<Answered>(std::move(flight));
}

Result<Flight> answer(AwaitSignature state, const Signature& signature, Turn& turn) {
  send_foreign_certificate_verify(state.scheme, signature.signature, Signer::server, turn);
  return conclude_flight(std::move(state.keys), state.takes_tickets, turn);
}

}  // namespace stepshake::handshake::server13

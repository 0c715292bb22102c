#include "handshake/server13.h"

#include <utility>

#include "handshake/answers.h"
#include "handshake/authentication.h"
#include "handshake/key_update13.h"
#include "handshake/tickets13.h"

namespace stepshake::handshake::server13 {

Result<Next<WaitFinished>> on(WaitEndOfEarlyData state, const wire::EndOfEarlyData& /*message*/,
                              Turn& turn) {
  turn.install_read_keys(Epoch::handshake, state.keys.cipher_suite, state.keys.traffic.client);
  return Next<WaitFinished>(
      WaitFinished{std::move(state.keys), std::move(state.application), state.takes_tickets});
}

Result<Next<AwaitVerifyDecision, WaitCertificateVerify, WaitFinished>> on(
    WaitCertificate state, const wire::Certificate& message, Turn& turn) {
  using Outcome = Next<AwaitVerifyDecision, WaitCertificateVerify, WaitFinished>;
  if (!message.certificate_request_context.empty()) {
    return fail(Reason::bad_request_context, "the context is not the request's");
  }
  TRY(check_client_certificate(message, turn));
  if (message.certificate_list.empty()) {
    return Outcome(
        WaitFinished{std::move(state.keys), std::move(state.application), state.takes_tickets});
  }
  if (turn.config.pause_on.verify) {
    return Outcome(AwaitVerifyDecision{std::move(state.keys), std::move(state.application),
                                       state.takes_tickets});
  }
  return Outcome(WaitCertificateVerify{std::move(state.keys), std::move(state.application),
                                       state.takes_tickets});
}

Result<WaitCertificateVerify> answer(AwaitVerifyDecision state, const GoOn& /*answer*/,
                                     Turn& /*turn*/) {
  return WaitCertificateVerify{std::move(state.keys), std::move(state.application),
                               state.takes_tickets};
}

Result<Next<WaitFinished>> on(WaitCertificateVerify state, const wire::CertificateVerify& message,
                              Turn& turn) {
  TRY(check_certificate_verify(message, Signer::client, state.keys.master.hash, turn));
  return Next<WaitFinished>(
      WaitFinished{std::move(state.keys), std::move(state.application), state.takes_tickets});
}

Result<Next<Connected>> on(WaitFinished state, const wire::Finished& message, Turn& turn) {
  TRY(check_finished(message, state.keys.traffic.client, turn));
  turn.install_read_keys(Epoch::application, state.keys.cipher_suite,
                         state.application.traffic.client);
  limit_received_records(turn);
  state.application.resumption_master_secret = schedule::resumption_master_secret(
      state.keys.master, turn.transcript.hash(state.keys.master.hash));
  // RFC 8446 4.2.9: no tickets that the client has said it could not use.
  if (state.takes_tickets) send_tickets(state.application, turn);
  return Next<Connected>(Connected{std::move(state.application), {}});
}

Result<Next<Connected>> on(Connected state, const wire::KeyUpdate& message, Turn& turn) {
  receive_key_update(state.keys, message, policy::Role::server, turn);
  return Next<Connected>(std::move(state));
}

}  // namespace stepshake::handshake::server13

#include "handshake/post_handshake_auth13.h"

#include <algorithm>

#include "handshake/authentication.h"
#include "policy/negotiation.h"

namespace stepshake::handshake {

namespace client13 {

RequestedCertificate requested(const wire::CertificateRequest& message) {
  return {message.certificate_request_context, *message.signature_algorithms,
          message.signature_algorithms_cert.value_or(*message.signature_algorithms),
          message.certificate_authorities.value_or(std::vector<Bytes>{}),
          message.oid_filters.value_or(std::vector<wire::OidFilter>{})};
}

Result<std::optional<wire::SignatureScheme>> send_requested_certificate(
    const RequestedCertificate& request, crypto::HashAlgorithm hash, Turn& turn) {
  using Unsigned = std::optional<wire::SignatureScheme>;
  auto choice = policy::choose_identity(
      turn.config, {request.signature_algorithms, request.signature_algorithms_cert,
                    request.certificate_authorities, true});
  // RFC 8446 4.2.5: a certificate that is sent MUST match the filters.
  if (choice && !crypto::matches(turn.config.identities[choice->identity].chain.front(),
                                 request.oid_filters)) {
    choice.reset();
  }
  // RFC 8446 4.4.2: a request is answered, if only with an empty list.
  if (!choice) {
    send_certificate(nullptr, request.certificate_request_context, turn);
    return Unsigned();
  }
  const policy::Identity& identity = turn.config.identities[choice->identity];
  send_certificate(&identity, request.certificate_request_context, turn);
  if (identity.key.is_remote()) return Unsigned(choice->scheme);
  TRY(send_certificate_verify(identity, choice->scheme, Signer::client, hash, turn));
  return Unsigned();
}

namespace {

Connected conclude(Connected state, std::uint64_t handshake_size, Turn& turn) {
  send_finished(state.keys.traffic.client, turn);
  turn.transcript.cut(handshake_size);
  return state;
}

Result<AfterRequest> present_certificate(Connected state, const RequestedCertificate& request,
                                         std::uint64_t handshake_size, Turn& turn) {
  TRY_ASSIGN(const auto unsigned_scheme,
             send_requested_certificate(request, state.keys.traffic.client.hash, turn));
  if (unsigned_scheme) {
    return AfterRequest(
        AwaitPostHandshakeSignature{std::move(state), *unsigned_scheme, handshake_size});
  }
  return AfterRequest(conclude(std::move(state), handshake_size, turn));
}

}  // namespace

Result<AfterRequest> on(Connected state, const wire::CertificateRequest& message, Turn& turn) {
  // RFC 8446 4.6.2: without the extension the request is unexpected_message.
  if (!turn.config.post_handshake_auth) {
    return fail(Reason::unexpected_message, "CertificateRequest without post_handshake_auth");
  }
  const std::size_t handshake_size = turn.transcript.last_message;
  if (turn.config.pause_on.certificate) {
    return AfterRequest(
        AwaitPostHandshakeCertificateChoice{std::move(state), requested(message), handshake_size});
  }
  return present_certificate(std::move(state), requested(message), handshake_size, turn);
}

Result<AfterRequest> answer(AwaitPostHandshakeCertificateChoice state, const GoOn& /*answer*/,
                            Turn& turn) {
  return present_certificate(std::move(state.connected), state.request, state.handshake_size, turn);
}

Result<Connected> answer(AwaitPostHandshakeSignature state, const Signature& signature,
                         Turn& turn) {
  send_foreign_certificate_verify(state.scheme, signature.signature, Signer::client, turn);
  return conclude(std::move(state.connected), state.handshake_size, turn);
}

}  // namespace client13

namespace server13 {

wire::CertificateRequest certificate_request(Bytes context, const policy::Config& config) {
  wire::CertificateRequest message;
  message.certificate_request_context = std::move(context);
  message.signature_algorithms =
      policy::signature_schemes_of(config, wire::ProtocolVersion::tls_1_3);
  if (!config.certificate_signature_schemes.empty()) {
    message.signature_algorithms_cert = config.certificate_signature_schemes;
  }
  const auto& subjects = config.trust.subjects();
  std::size_t size = 0;
  for (const auto& subject : subjects) size += 2 + subject.size();
  // More names than an extension holds are as good as none: the client then chooses freely (RFC 8446 4.2.4).
  if (size > 0 && size <= 32'768) message.certificate_authorities = subjects;
  if (!config.oid_filters.empty()) message.oid_filters = config.oid_filters;
  return message;
}

void request_certificate(Connected& state, Turn& turn) {
  // RFC 8446 4.3.2: the context is unique over the connection, and not to be guessed.
  const auto message = certificate_request(to_bytes(turn.random.array<16>()), turn.config);
  turn.send_outside_transcript(message);
  state.requests.push_back(wire::frame(wire::CertificateRequest::kType, encode(message)));
}

Result<Next<WaitPostHandshakeVerify, WaitPostHandshakeFinished>> on(
    Connected state, const wire::Certificate& message, Turn& turn) {
  using Outcome = Next<WaitPostHandshakeVerify, WaitPostHandshakeFinished>;
  if (state.requests.empty()) {
    return fail(Reason::unexpected_message, "Certificate that nobody asked for");
  }
  const auto request =
      std::find_if(state.requests.begin(), state.requests.end(), [&](const Bytes& framed) {
        const auto decoded = wire::decode_certificate_request(wire::unframe(framed).body);
        return decoded &&
               decoded->certificate_request_context == message.certificate_request_context;
      });
  if (request == state.requests.end()) {
    return fail(Reason::bad_request_context, "the context is of no request");
  }
  // The request goes into the transcript now, before the answer that has just come in.
  const std::uint64_t handshake_size = turn.transcript.last_message;
  turn.transcript.insert_before_last(*request);
  state.requests.erase(request);
  TRY(check_client_certificate(message, turn));
  if (message.certificate_list.empty()) {
    return Outcome(WaitPostHandshakeFinished{std::move(state), handshake_size});
  }
  return Outcome(WaitPostHandshakeVerify{std::move(state), handshake_size});
}

Result<Next<WaitPostHandshakeFinished>> on(WaitPostHandshakeVerify state,
                                           const wire::CertificateVerify& message, Turn& turn) {
  TRY(check_certificate_verify(message, Signer::client, state.connected.keys.traffic.client.hash,
                               turn));
  return Next<WaitPostHandshakeFinished>(
      WaitPostHandshakeFinished{std::move(state.connected), state.handshake_size});
}

Result<Next<Connected>> on(WaitPostHandshakeFinished state, const wire::Finished& message,
                           Turn& turn) {
  TRY(check_finished(message, state.connected.keys.traffic.client, turn));
  turn.transcript.cut(state.handshake_size);
  return Next<Connected>(std::move(state.connected));
}

}  // namespace server13

}  // namespace stepshake::handshake

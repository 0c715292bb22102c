#include "handshake/questions.h"

#include <type_traits>
#include <utility>

#include "handshake/answer_hello12.h"
#include "handshake/answer_hello13.h"
#include "handshake/authentication.h"
#include "handshake/authentication12.h"
#include "handshake/client12.h"
#include "handshake/client13.h"
#include "handshake/hello.h"
#include "handshake/post_handshake_auth13.h"
#include "handshake/server12.h"
#include "handshake/server13.h"

namespace stepshake::handshake {
namespace {

template <class S, class Given>
concept Takes = requires(S state, const Given& given, Turn& turn) {
  answer(std::move(state), given, turn);
};

template <class S>
concept Decides = Takes<S, GoOn>;

std::vector<wire::SignatureScheme> schemes_of(const schedule::Transcript& transcript) {
  const auto hello = last_hello(transcript);
  if (!hello) return {};
  return hello->extensions.signature_algorithms.value_or(std::vector<wire::SignatureScheme>{});
}

std::vector<Bytes> offered_identities(const schedule::Transcript& transcript) {
  std::vector<Bytes> identities;
  const auto hello = last_hello(transcript);
  if (!hello || !hello->extensions.pre_shared_key) return identities;
  for (const auto& offered : hello->extensions.pre_shared_key->identities) {
    identities.push_back(offered.identity);
  }
  return identities;
}

// Before TLS 1.3: the ticket, or else the session id.
std::vector<Bytes> offered_session(const schedule::Transcript& transcript) {
  const auto hello = last_hello(transcript);
  if (!hello) return {};
  const auto& ticket = hello->extensions.session_ticket;
  return {ticket && !ticket->empty() ? *ticket : hello->legacy_session_id};
}

// One overload for each state that asks.
struct Asking {
  const schedule::Transcript& transcript;

  [[nodiscard]] SignatureRequest signature(Signer signer, wire::SignatureScheme scheme,
                                           crypto::HashAlgorithm hash) const {
    return {scheme, content_to_sign(signer, hash, transcript)};
  }

  std::optional<Question> operator()(const AwaitClientHelloDecision& /*state*/) const {
    return ClientHelloDecision{};
  }
  std::optional<Question> operator()(const server13::AwaitTickets& /*state*/) const {
    return TicketLookup{offered_identities(transcript)};
  }
  std::optional<Question> operator()(const server13::AwaitCertificateChoice& /*state*/) const {
    return CertificateChoice{schemes_of(transcript)};
  }
  std::optional<Question> operator()(const server13::AwaitVerifyDecision& /*state*/) const {
    return VerifyDecision{};
  }
  std::optional<Question> operator()(const server13::AwaitSignature& state) const {
    return signature(Signer::server, state.scheme, state.keys.master.hash);
  }
  std::optional<Question> operator()(const client13::AwaitVerifyDecision& /*state*/) const {
    return VerifyDecision{};
  }
  std::optional<Question> operator()(const client13::AwaitCertificateChoice& state) const {
    return CertificateChoice{state.request.signature_algorithms};
  }
  std::optional<Question> operator()(const client13::AwaitSignature& state) const {
    return signature(Signer::client, state.scheme, state.keys.master.hash);
  }
  std::optional<Question> operator()(
      const client13::AwaitPostHandshakeCertificateChoice& state) const {
    return CertificateChoice{state.request.signature_algorithms};
  }
  std::optional<Question> operator()(const client13::AwaitPostHandshakeSignature& state) const {
    return signature(Signer::client, state.scheme, state.connected.keys.traffic.client.hash);
  }
  // TLS 1.2 and older.
  std::optional<Question> operator()(const server12::AwaitClientHelloDecision& /*state*/) const {
    return ClientHelloDecision{};
  }
  std::optional<Question> operator()(const server12::AwaitTickets& /*state*/) const {
    return TicketLookup{offered_session(transcript)};
  }
  std::optional<Question> operator()(const server12::AwaitCertificateChoice& /*state*/) const {
    return CertificateChoice{schemes_of(transcript)};
  }
  std::optional<Question> operator()(const server12::AwaitVerifyDecision& /*state*/) const {
    return VerifyDecision{};
  }
  std::optional<Question> operator()(const server12::AwaitSignature& state) const {
    return SignatureRequest{state.scheme, content_of_params(state.agreed.randoms, state.params)};
  }
  std::optional<Question> operator()(const client12::AwaitVerifyDecision& /*state*/) const {
    return VerifyDecision{};
  }
  std::optional<Question> operator()(const client12::AwaitCertificateChoice& state) const {
    return CertificateChoice{state.request.supported_signature_algorithms};
  }
  std::optional<Question> operator()(const client12::AwaitSignature& state) const {
    return SignatureRequest{state.scheme, transcript.messages};
  }
  template <class S>
  std::optional<Question> operator()(const S& /*state*/) const {
    return std::nullopt;
  }
};

Failure refusal(const Question& question, const Refuse& refuse) {
  Reason reason = Reason::caller_refused_hello;
  if (std::holds_alternative<CertificateChoice>(question)) {
    reason = Reason::caller_refused_certificate;
  }
  if (std::holds_alternative<VerifyDecision>(question)) reason = Reason::caller_refused_peer;
  Failure failure = fail(reason, "refused by the caller");
  failure.alert = refuse.alert;
  return failure;
}

// An answer leads to one state, or to one of several.
template <class S>
State as_state(S&& reached) {
  if constexpr (requires { std::variant_size<std::decay_t<S>>::value; }) {
    return std::visit([](auto&& one) { return State(std::forward<decltype(one)>(one)); },
                      std::forward<S>(reached));
  } else {
    return State(std::forward<S>(reached));
  }
}

template <class S, class Given>
Result<State> take(S state, const Given& given, Turn& turn) {
  if constexpr (Takes<S, Given>) {
    TRY_ASSIGN(auto next, answer(std::move(state), given, turn));
    return as_state(std::move(next));
  } else if constexpr (std::is_same_v<Given, Refuse> && Decides<S>) {
    return refusal(*Asking{turn.transcript}(state), given);
  } else {
    return fail(Reason::internal_error,
                "an answer that state " + std::string(S::kName) + " did not ask for");
  }
}

}  // namespace

std::optional<Question> question_of(const State& state, const schedule::Transcript& transcript) {
  return std::visit(Asking{transcript}, state);
}

bool awaits_answer(const State& state) {
  return std::visit(
      []<class S>(const S& /*state*/) {
        return Takes<S, GoOn> || Takes<S, TicketFound> || Takes<S, Signature>;
      },
      state);
}

bool takes(const State& state, const Answer& given) {
  return std::visit(
      []<class S, class Given>(const S& /*state*/, const Given& /*given*/) {
        return Takes<S, Given> || (std::is_same_v<Given, Refuse> && Decides<S>);
      },
      state, given);
}

Result<State> deliver(State state, const Answer& given, Turn& turn) {
  return std::visit(
      [&turn](auto&& current, const auto& each) {
        return take(std::forward<decltype(current)>(current), each, turn);
      },
      std::move(state), given);
}

}  // namespace stepshake::handshake

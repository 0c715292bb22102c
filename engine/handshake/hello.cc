#include "handshake/hello.h"

#include <algorithm>
#include <utility>

#include "handshake/client13.h"
#include "handshake/client_hello12.h"
#include "policy/negotiation.h"

namespace stepshake::handshake {
namespace {

using wire::ProtocolVersion;

// RFC 8446 4.1.3: what a server puts at the end of its random when it chooses less than it could do.
bool has_downgrade_sentinel(const wire::Random& random) {
  const BytesView last = BytesView(random).last(8);
  return text_of(last.first(7)) == "DOWNGRD" && last[7] <= 1;
}

// A reached state as one of more.
template <class To, class From>
To widen(From next) {
  return std::visit([](auto&& state) { return To(std::forward<decltype(state)>(state)); },
                    std::move(next));
}

Result<Answered> answer_hello(const wire::ClientHello& hello, Turn& turn) {
  TRY_ASSIGN(turn.facts.version, policy::choose_version(hello, turn.config));
  if (turn.facts.version == ProtocolVersion::tls_1_3) {
    TRY_ASSIGN(auto answered, server13::answer_first_hello(hello, turn));
    return widen<Answered>(std::move(answered));
  }
  TRY_ASSIGN(auto answered, server12::answer_first_hello(hello, turn));
  return widen<Answered>(std::move(answered));
}

// A version before TLS 1.3, which the ServerHello names in its old place.
Result<void> check_older_version(const WaitServerHello& state, const wire::ServerHello& hello,
                                 const Turn& turn) {
  const auto enabled = policy::enabled_versions(turn.config);
  const auto version = static_cast<ProtocolVersion>(hello.legacy_version);
  const bool older = version < ProtocolVersion::tls_1_3 && !wire::is_hello_retry_request(hello);
  const bool offered = older && std::find(enabled.begin(), enabled.end(), version) != enabled.end();
  // RFC 8446 4.1.3: clients that could do better MUST check for the sentinel, and abort with illegal_parameter.
  if (version < enabled.front() && has_downgrade_sentinel(hello.random)) {
    return fail(Reason::downgrade_detected, "the server could do better, and chose less");
  }
  // RFC 5246 E.1: a version that the client does not have is protocol_version.
  if (!offered) {
    return fail(Reason::unsupported_version,
                "the server chose " + wire::shown(version) + ", which was not offered");
  }
  // RFC 8446 D.3: a client that has sent 0-RTT data MUST NOT go on with TLS 1.2.
  if (turn.facts.early_data != EarlyData::none) {
    return fail(Reason::unsupported_version, "an older version in answer to 0-RTT data");
  }
  // RFC 5246 7.1: it came too early for a version in which it is more than a dummy.
  if (state.change_cipher_spec_seen) {
    return fail(Reason::unexpected_message, "ChangeCipherSpec before ServerHello");
  }
  return {};
}

}  // namespace

Result<wire::ClientHello> last_hello(const schedule::Transcript& transcript) {
  BytesView rest = transcript.messages;
  std::optional<wire::HandshakeMessage> found;
  while (!rest.empty()) {
    const wire::HandshakeMessage message = wire::unframe(rest);
    if (message.type == wire::HandshakeType::client_hello) found = message;
    rest = rest.subspan(message.whole.size());
  }
  if (!found) return fail(Reason::internal_error, "no ClientHello in the transcript");
  return wire::decode_client_hello(found->body);
}

Result<AfterServerHello> on(WaitServerHello state, const wire::ServerHello& hello, Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello offered, last_hello(turn.transcript));
  // RFC 8446 4.2.1: without supported_versions the server has chosen TLS 1.2 or older; so where it was not offered.
  const bool asked = offered.extensions.supported_versions.has_value();
  if (asked && wire::find(hello.extensions, wire::ExtensionType::supported_versions) != nullptr) {
    TRY_ASSIGN(auto next, client13::receive_hello(std::move(state), hello, offered, turn));
    return widen<AfterServerHello>(std::move(next));
  }
  TRY(check_older_version(state, hello, turn));
  turn.facts.post_handshake_auth = false;
  TRY_ASSIGN(auto next, client12::receive_hello(state.session, hello, offered, std::nullopt, turn));
  return widen<AfterServerHello>(std::move(next));
}

Result<Next<WaitServerHello>> on(WaitServerHello state, const wire::ChangeCipherSpec& /*message*/,
                                 Turn& /*turn*/) {
  state.change_cipher_spec_seen = true;
  return Next<WaitServerHello>(std::move(state));
}

Result<Next<WaitServerHello>> on(WaitServerHello state, const wire::HelloRequest& /*message*/,
                                 Turn& /*turn*/) {
  return Next<WaitServerHello>(std::move(state));
}

Result<FirstHello> on(WaitClientHello /*state*/, const wire::ClientHello& hello, Turn& turn) {
  turn.facts.client_random = hello.random;
  if (turn.config.pause_on.client_hello) return FirstHello(AwaitClientHelloDecision{});
  TRY_ASSIGN(auto answered, answer_hello(hello, turn));
  return widen<FirstHello>(std::move(answered));
}

Result<Answered> answer(AwaitClientHelloDecision state, const GoOn& /*answer*/, Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello hello, last_hello(turn.transcript));
  if (!state.retry) return answer_hello(hello, turn);
  TRY_ASSIGN(auto answered, server13::answer_second_hello(std::move(*state.retry), hello, turn));
  return widen<Answered>(std::move(answered));
}

}  // namespace stepshake::handshake

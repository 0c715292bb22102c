#include "handshake/hello.h"

#include <algorithm>

#include "crypto/x509.h"
#include "handshake/client13.h"
#include "handshake/psk13.h"
#include "policy/negotiation.h"

namespace stepshake::handshake {
namespace {

std::vector<wire::ProtocolVersion> offered_versions(const policy::Config& config) {
  auto versions = policy::supported_versions();
  std::erase_if(versions, [&](auto version) {
    return version < config.min_version || version > config.max_version;
  });
  return versions;
}

// RFC 8446 4.1.3: what a server of TLS 1.3 puts at the end of its random when it chooses an older version.
bool has_downgrade_sentinel(const wire::Random& random) {
  const BytesView last = BytesView(random).last(8);
  return text_of(last.first(7)) == "DOWNGRD" && last[7] <= 1;
}

std::vector<crypto::PrivateShare> make_shares(Turn& turn) {
  std::vector<wire::NamedGroup> groups = turn.config.key_share_groups;
  if (groups.empty()) groups.push_back(turn.config.groups.front());
  std::vector<crypto::PrivateShare> shares;
  shares.reserve(groups.size());
  for (auto group : groups) shares.push_back(crypto::offer(group, turn.random));
  return shares;
}

// RFC 8446 4.2.10: 0-RTT data goes under the first PSK's suite, right behind the hello.
void announce_early_data(const policy::Psk& psk, Turn& turn) {
  turn.facts.early_data = EarlyData::offered;
  // RFC 8446 D.4: the dummy ChangeCipherSpec then comes right after the ClientHello.
  if (turn.config.middlebox_compatibility) turn.change_cipher_spec();
  turn.install_write_keys(Epoch::early_data, psk.cipher_suite, early_traffic(psk, turn));
}

Result<server13::Answered> answer_hello(const wire::ClientHello& hello, Turn& turn) {
  TRY_ASSIGN(turn.facts.version, policy::choose_version(hello, turn.config));
  return server13::answer_first_hello(hello, turn);
}

}  // namespace

std::uint32_t early_data_allowance(const Turn& turn) {
  const auto psks = usable_psks(turn.config.cipher_suites, turn);
  return psks.empty() ? 0 : turn.config.psks[psks.front()].max_early_data;
}

WaitServerHello start_client(bool early_data, Turn& turn) {
  const policy::Config& config = turn.config;
  WaitServerHello next{make_shares(turn), usable_psks(config.cipher_suites, turn)};
  wire::ClientHello hello;
  hello.random = turn.random.array<32>();
  turn.facts.client_random = hello.random;
  // RFC 8446 D.4: a non-empty legacy_session_id asks for the compatibility mode.
  if (config.middlebox_compatibility) {
    hello.legacy_session_id = to_bytes(turn.random.array<32>());
  }
  hello.cipher_suites = config.cipher_suites;
  auto& extensions = hello.extensions;
  // RFC 6066 3: literal addresses are not permitted in server_name.
  if (!config.server_name.empty() && !crypto::is_ip_address(config.server_name)) {
    extensions.server_name = config.server_name;
    turn.facts.server_name = config.server_name;
  }
  extensions.supported_groups = config.groups;
  extensions.signature_algorithms = config.signature_schemes;
  if (!config.certificate_signature_schemes.empty()) {
    extensions.signature_algorithms_cert = config.certificate_signature_schemes;
  }
  if (!config.alpn_protocols.empty()) extensions.alpn = config.alpn_protocols;
  extensions.supported_versions = offered_versions(config);
  extensions.key_share.emplace();
  for (const auto& share : next.shares) {
    extensions.key_share->push_back({share.group, share.public_key});
  }
  // RFC 8446 4.2.9: also without a PSK to offer; it tells the server which tickets would be of use.
  extensions.psk_key_exchange_modes = config.psk_modes;
  extensions.post_handshake_auth = config.post_handshake_auth;
  turn.facts.post_handshake_auth = config.post_handshake_auth;
  extensions.early_data = early_data;
  send_client_hello(std::move(hello), next.psks, turn);
  if (early_data) announce_early_data(config.psks[next.psks.front()], turn);
  return next;
}

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

Result<Next<client13::WaitSecondServerHello, client13::WaitEncryptedExtensions>> on(
    WaitServerHello state, const wire::ServerHello& hello, Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello offered, last_hello(turn.transcript));
  // RFC 8446 4.2.1: without supported_versions the server has chosen TLS 1.2 or older.
  if (wire::find(hello.extensions, wire::ExtensionType::supported_versions) == nullptr) {
    // RFC 8446 4.1.3: clients MUST check for the sentinel, and abort with illegal_parameter.
    if (has_downgrade_sentinel(hello.random)) {
      return fail(Reason::downgrade_detected, "the server could do TLS 1.3, and chose less");
    }
    return fail(Reason::unsupported_version, "the server chose TLS 1.2 or older");
  }
  return client13::receive_hello(std::move(state), hello, offered, turn);
}

Result<FirstHello> on(WaitClientHello /*state*/, const wire::ClientHello& hello, Turn& turn) {
  turn.facts.client_random = hello.random;
  if (turn.config.pause_on.client_hello) return FirstHello(AwaitClientHelloDecision{});
  TRY_ASSIGN(auto answered, answer_hello(hello, turn));
  return std::visit([](auto&& state) { return FirstHello(std::forward<decltype(state)>(state)); },
                    std::move(answered));
}

Result<server13::Answered> answer(AwaitClientHelloDecision state, const GoOn& /*answer*/,
                                  Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello hello, last_hello(turn.transcript));
  if (state.retry) return server13::answer_second_hello(std::move(*state.retry), hello, turn);
  return answer_hello(hello, turn);
}

}  // namespace stepshake::handshake

#include "handshake/client_hello.h"

#include <algorithm>
#include <utility>

#include "crypto/chain.h"
#include "handshake/client_hello12.h"
#include "handshake/keys12.h"
#include "handshake/psk13.h"
#include "policy/answers.h"
#include "policy/negotiation12.h"

namespace stepshake::handshake {
namespace {

using wire::ProtocolVersion;
using Versions = std::vector<ProtocolVersion>;

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

bool is_for(wire::CipherSuite suite, const Versions& versions) {
  return std::any_of(versions.begin(), versions.end(),
                     [&](auto version) { return policy::fits(suite, version); });
}

// RFC 8446 4.2.3: those of any version that is offered.
std::vector<wire::SignatureScheme> schemes_for(const Versions& versions,
                                               const policy::Config& config) {
  if (versions.front() != versions.back() && versions.front() == ProtocolVersion::tls_1_3) {
    return config.signature_schemes;
  }
  return policy::signature_schemes_of(config, versions.front());
}

// What the server is asked for, beside the handshake itself. `best`: the highest version that is offered.
void add_wishes(wire::ClientHelloExtensions& extensions, const policy::Config& config,
                ProtocolVersion best) {
  if (config.request_ocsp) extensions.status_request.emplace();
  extensions.signed_certificate_timestamp = config.request_timestamps;
  if (!config.server_certificate_types.empty()) {
    extensions.server_certificate_types = config.server_certificate_types;
  }
  if (!config.client_certificate_types.empty()) {
    extensions.client_certificate_types = config.client_certificate_types;
  }
  extensions.max_fragment_length = config.max_fragment_length;
  extensions.record_size_limit = policy::record_size_limit_in(config, best);
  if (!config.srtp_profiles.empty()) extensions.use_srtp = {config.srtp_profiles, {}};
}

// What a hello has for any version. `versions` is not empty, highest first.
wire::ClientHello begin_hello(const Versions& versions, Turn& turn) {
  const policy::Config& config = turn.config;
  wire::ClientHello hello;
  // RFC 8446 4.1.2: TLS 1.2 at most.
  hello.legacy_version =
      std::min(wire::number_of(versions.front()), wire::number_of(ProtocolVersion::tls_1_2));
  hello.random = turn.random.array<32>();
  turn.facts.client_random = hello.random;
  hello.cipher_suites = config.cipher_suites;
  std::erase_if(hello.cipher_suites, [&](auto suite) { return !is_for(suite, versions); });
  auto& extensions = hello.extensions;
  // RFC 6066 3: literal addresses are not permitted in server_name.
  if (!config.server_name.empty() && !crypto::is_ip_address(config.server_name)) {
    extensions.server_name = config.server_name;
    turn.facts.server_name = config.server_name;
  }
  if (!config.alpn_protocols.empty()) extensions.alpn = config.alpn_protocols;
  add_wishes(extensions, config, versions.front());
  extensions.supported_groups = config.groups;
  // RFC 5246 7.4.1.4.1: clients MUST NOT offer it with a version below TLS 1.2.
  if (versions.front() >= ProtocolVersion::tls_1_2) {
    extensions.signature_algorithms = schemes_for(versions, config);
    if (!config.certificate_signature_schemes.empty()) {
      extensions.signature_algorithms_cert = config.certificate_signature_schemes;
    }
  }
  return hello;
}

bool uses(const wire::ClientHello& hello, wire::KeyExchangeForm::Agreement agreement) {
  return std::any_of(hello.cipher_suites.begin(), hello.cipher_suites.end(),
                     [&](auto suite) { return form_of(suite).agreement == agreement; });
}

// Where TLS 1.3 is not offered, groups are for the suites that use their kind. RFC 8422 5.1: without one of these the
// extension MUST NOT be there.
void keep_older_groups(wire::ClientHello& hello) {
  using Agreement = wire::KeyExchangeForm::Agreement;
  auto& groups = *hello.extensions.supported_groups;
  const bool curves = uses(hello, Agreement::ecdhe);
  const bool primes = uses(hello, Agreement::dhe);
  std::erase_if(groups, [&](auto group) {
    return !(curves && policy::is_curve(group)) && !(primes && policy::is_prime_group(group));
  });
  if (groups.empty()) hello.extensions.supported_groups.reset();
}

void add_offer13(wire::ClientHello& hello, const Versions& versions,
                 const std::vector<crypto::PrivateShare>& shares, bool early_data, Turn& turn) {
  const policy::Config& config = turn.config;
  auto& extensions = hello.extensions;
  // RFC 8446 D.4: a non-empty legacy_session_id asks for the compatibility mode.
  if (config.middlebox_compatibility) {
    hello.legacy_session_id = to_bytes(turn.random.array<32>());
  }
  extensions.supported_versions = versions;
  extensions.key_share.emplace();
  for (const auto& share : shares) {
    extensions.key_share->push_back({share.group, share.public_key});
  }
  // RFC 8446 4.2.9: also without a PSK to offer; it tells the server which tickets would be of use.
  extensions.psk_key_exchange_modes = config.psk_modes;
  extensions.post_handshake_auth = config.post_handshake_auth;
  turn.facts.post_handshake_auth = config.post_handshake_auth;
  extensions.early_data = early_data;
}

}  // namespace

std::uint32_t early_data_allowance(const Turn& turn) {
  const auto psks = usable_psks(turn.config.cipher_suites, turn);
  return psks.empty() ? 0 : turn.config.psks[psks.front()].max_early_data;
}

Result<WaitServerHello> start_client(bool early_data, Turn& turn) {
  const policy::Config& config = turn.config;
  const Versions versions = policy::enabled_versions(config);
  if (versions.empty()) return fail(Reason::internal_error, "no version is left to be offered");
  const bool tls13 = versions.front() == ProtocolVersion::tls_1_3;
  const bool older = versions.back() < ProtocolVersion::tls_1_3;
  WaitServerHello next;
  if (tls13) next = {make_shares(turn), usable_psks(config.cipher_suites, turn), {}, false};
  wire::ClientHello hello = begin_hello(versions, turn);
  if (tls13) {
    add_offer13(hello, versions, next.shares, early_data, turn);
  } else {
    keep_older_groups(hello);
  }
  if (older) {
    next.session = client12::resumable_session(turn);
    client12::add_offer(hello, next.session, std::nullopt, turn);
  }
  send_client_hello(std::move(hello), next.psks, turn);
  if (early_data) announce_early_data(config.psks[next.psks.front()], turn);
  return next;
}

void send_renegotiation_hello(const Established12& established, Turn& turn) {
  wire::ClientHello hello = begin_hello({*turn.facts.version}, turn);
  keep_older_groups(hello);
  client12::add_offer(hello, std::nullopt, established, turn);
  turn.transcript.clear();
  turn.send(hello);
}

}  // namespace stepshake::handshake

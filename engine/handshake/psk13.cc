#include "handshake/psk13.h"

#include <algorithm>

#include "crypto/cipher_suite.h"

namespace stepshake::handshake {
namespace {

// RFC 8446 4.6.1: clients MUST NOT cache tickets for longer than 7 days.
constexpr std::int64_t kLongestLifetime = 604'800;

bool has_expired(const policy::Psk& psk, std::int64_t now) {
  if (psk.origin != policy::PskOrigin::resumption) return false;
  return now - psk.issued_at > std::min<std::int64_t>(psk.lifetime, kLongestLifetime);
}

// RFC 8446 4.6.1: resume only for a name that the certificate of the first session was good for.
bool is_for_another_server(const policy::Psk& psk, const policy::Config& config) {
  return psk.origin == policy::PskOrigin::resumption && psk.server_name != config.server_name;
}

// RFC 8446 4.2.11.1
std::uint32_t obfuscated_age(const policy::Psk& psk, std::int64_t now) {
  if (psk.origin != policy::PskOrigin::resumption) return 0;
  return static_cast<std::uint32_t>((now - psk.issued_at) * 1'000) + psk.age_add;
}

Secret binder(const policy::Psk& psk, BytesView transcript_hash) {
  const auto early = schedule::early_secret(psk.hash, psk.key.view());
  return schedule::finished_verify_data(schedule::binder_key(early, psk.origin), transcript_hash);
}

}  // namespace

bool can_be_offered(const policy::Psk& psk, const Turn& turn) {
  return !has_expired(psk, turn.now) && !is_for_another_server(psk, turn.config);
}

std::vector<std::uint16_t> usable_psks(const std::vector<wire::CipherSuite>& suites,
                                       const Turn& turn) {
  std::vector<std::uint16_t> usable;
  for (std::size_t i = 0; i < turn.config.psks.size(); ++i) {
    const policy::Psk& psk = turn.config.psks[i];
    if (psk.version != wire::ProtocolVersion::tls_1_3 || !can_be_offered(psk, turn)) continue;
    const bool fits = std::any_of(suites.begin(), suites.end(), [&](auto suite) {
      const auto facts = crypto::facts_of(suite);
      return facts && facts->hash == psk.hash;
    });
    if (fits) usable.push_back(static_cast<std::uint16_t>(i));
  }
  return usable;
}

void send_client_hello(wire::ClientHello hello, const std::vector<std::uint16_t>& psks,
                       Turn& turn) {
  hello.extensions.pre_shared_key.reset();
  if (!psks.empty()) {
    auto& offer = hello.extensions.pre_shared_key.emplace();
    for (std::uint16_t index : psks) {
      const policy::Psk& psk = turn.config.psks[index];
      offer.identities.push_back({psk.identity, obfuscated_age(psk, turn.now)});
      offer.binders.emplace_back(crypto::size_of(psk.hash));
    }
    // RFC 8446 4.2.11.2: binders cover the hello up to themselves, with the lengths as if they were there.
    Bytes truncated = wire::frame(wire::ClientHello::kType, encode(hello));
    truncated.resize(truncated.size() - wire::binders_size(offer));
    for (std::size_t i = 0; i < psks.size(); ++i) {
      const policy::Psk& psk = turn.config.psks[psks[i]];
      const Secret made = binder(psk, turn.transcript.hash_with(psk.hash, truncated));
      offer.binders[i] = to_bytes(made.view());
    }
  }
  turn.send(hello);
}

Result<void> check_binder(const wire::ClientHello& hello, const policy::PskChoice& choice,
                          Turn& turn) {
  const auto& offer = *hello.extensions.pre_shared_key;
  const Bytes transcript_hash =
      turn.transcript.hash_without_last_bytes(choice.psk.hash, wire::binders_size(offer));
  const Secret expected = binder(choice.psk, transcript_hash);
  if (crypto::equal(offer.binders[choice.index], expected.view())) return {};
  return fail(Reason::bad_binder, "of identity " + std::to_string(choice.index));
}

schedule::TrafficSecret early_traffic(const policy::Psk& psk, Turn& turn) {
  const auto early = schedule::early_secret(psk.hash, psk.key.view());
  const Bytes transcript_hash = turn.transcript.hash(psk.hash);
  auto secret = schedule::early_traffic(early, transcript_hash);
  turn.log_secret("CLIENT_EARLY_TRAFFIC_SECRET", secret.secret);
  schedule::ExporterSecret exporter{psk.hash,
                                    schedule::early_exporter_master_secret(early, transcript_hash)};
  turn.log_secret("EARLY_EXPORTER_SECRET", exporter.secret);
  turn.keep_early_exporter(std::move(exporter));
  return secret;
}

}  // namespace stepshake::handshake

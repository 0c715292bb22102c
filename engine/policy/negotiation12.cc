#include "policy/negotiation12.h"

#include <algorithm>

#include "crypto/cipher_suite12.h"
#include "crypto/rsa_transport.h"
#include "crypto/signature12.h"
#include "policy/psk_choice.h"

namespace stepshake::policy {
namespace {

using crypto::KeyExchange;
using wire::ProtocolVersion;

template <class T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool needs_curve(KeyExchange exchange) {
  return exchange == KeyExchange::ecdhe || exchange == KeyExchange::ecdhe_psk;
}

bool needs_prime(KeyExchange exchange) {
  return exchange == KeyExchange::dhe || exchange == KeyExchange::dhe_psk;
}

// RFC 8422 4: a client that sends no list takes any curve. RFC 7919 4: one that names no prime takes any.
std::optional<wire::NamedGroup> choose_group(const wire::ClientHello& hello, const Config& config,
                                             bool (*of_kind)(wire::NamedGroup)) {
  const auto& offered = hello.extensions.supported_groups;
  const bool any = !offered || (of_kind == is_prime_group &&
                                std::none_of(offered->begin(), offered->end(), is_prime_group));
  for (auto group : config.groups) {
    if (of_kind(group) && (any || contains(*offered, group))) return group;
  }
  return std::nullopt;
}

// RFC 7919 4: where the client names primes, one of those it is.
bool takes_own_group(const wire::ClientHello& hello, const Config& config) {
  const auto& offered = hello.extensions.supported_groups;
  return config.dhe_group &&
         (!offered || std::none_of(offered->begin(), offered->end(), is_prime_group));
}

// RFC 5246 7.4.1.4.1: what a client of TLS 1.2 takes that does not say.
std::vector<wire::SignatureScheme> schemes_of(const wire::ClientHello& hello) {
  using enum wire::SignatureScheme;
  return hello.extensions.signature_algorithms.value_or(
      std::vector<wire::SignatureScheme>{rsa_pkcs1_sha1, ecdsa_sha1});
}

std::optional<wire::NamedGroup> curve_of(crypto::KeyType type) {
  switch (type) {
    case crypto::KeyType::ec_p256: return wire::NamedGroup::secp256r1;
    case crypto::KeyType::ec_p384: return wire::NamedGroup::secp384r1;
    case crypto::KeyType::ec_p521: return wire::NamedGroup::secp521r1;
    default: return std::nullopt;
  }
}

bool is_rsa(crypto::KeyType type) {
  return type == crypto::KeyType::rsa || type == crypto::KeyType::rsa_pss;
}

bool is_mldsa(crypto::KeyType type) {
  return type == crypto::KeyType::mldsa44 || type == crypto::KeyType::mldsa65 ||
         type == crypto::KeyType::mldsa87;
}

// RFC 8422 2.2: EdDSA goes under ECDSA's name.
bool is_key_for(crypto::Authentication authentication, crypto::KeyType type,
                const wire::ClientHello& hello) {
  if (is_mldsa(type)) return false;
  if (is_rsa(type)) return authentication == crypto::Authentication::rsa;
  return authentication == crypto::Authentication::ecdsa && allows_curve_of(type, hello);
}

bool transports_secret(KeyExchange exchange) {
  return exchange == KeyExchange::rsa || exchange == KeyExchange::rsa_psk;
}

bool can_transport(const Identity& identity) {
  const auto key = crypto::public_key_of(identity.chain.front());
  return key && crypto::can_transport(*key);
}

std::optional<IdentityChoice> choose_certificate12(const wire::ClientHello& hello,
                                                   const Config& config, ProtocolVersion version,
                                                   const crypto::Suite12Facts& facts) {
  const auto schemes = schemes_of(hello);
  const PeerWishes wishes{
      schemes, hello.extensions.signature_algorithms_cert.value_or(schemes), {}, false};
  return choose_identity(
      config, wishes, [&](const Identity& identity) -> std::optional<wire::SignatureScheme> {
        const auto type = identity.key.type();
        if (!is_key_for(facts.authentication, type, hello)) return std::nullopt;
        if (!transports_secret(facts.key_exchange)) {
          return choose_scheme12(identity, config, version, schemes);
        }
        // The secret is deciphered here, with a key that is here and is for that (RFC 5246 7.4.2).
        const bool usable = !identity.key.is_remote() && can_transport(identity) &&
                            crypto::may_encipher(identity.chain.front());
        return usable ? std::optional(wire::SignatureScheme{}) : std::nullopt;
      });
}

bool has_psk(const Config& config) {
  return std::any_of(config.psks.begin(), config.psks.end(),
                     [](const Psk& psk) { return psk.origin == PskOrigin::external; });
}

std::optional<Choice12> choice_for(wire::CipherSuite suite, const wire::ClientHello& hello,
                                   const Config& config, ProtocolVersion version) {
  const crypto::Suite12Facts& facts = *crypto::facts12_of(suite);
  Choice12 choice;
  choice.cipher_suite = suite;
  if (needs_curve(facts.key_exchange)) {
    choice.group = choose_group(hello, config, is_curve);
    if (!choice.group) return std::nullopt;
  }
  if (needs_prime(facts.key_exchange)) {
    if (!takes_own_group(hello, config)) {
      choice.group = choose_group(hello, config, is_prime_group);
      if (!choice.group) return std::nullopt;
    }
  }
  if (crypto::uses_psk(facts.key_exchange) && !has_psk(config)) return std::nullopt;
  if (crypto::has_certificate(facts.key_exchange)) {
    choice.certificate = choose_certificate12(hello, config, version, facts);
    if (!choice.certificate) return std::nullopt;
  }
  return choice;
}

// RFC 7919 4: the client's primes are what it failed at.
bool wants_other_primes(const wire::ClientHello& hello, const Config& config,
                        const std::vector<wire::CipherSuite>& shared) {
  const auto& offered = hello.extensions.supported_groups;
  return offered && std::any_of(offered->begin(), offered->end(), is_prime_group) &&
         !choose_group(hello, config, is_prime_group) &&
         std::any_of(shared.begin(), shared.end(), [](auto suite) {
           return needs_prime(crypto::facts12_of(suite)->key_exchange);
         });
}

std::optional<Psk> find_session(const wire::ClientHello& hello, const Config& config,
                                const std::optional<Psk>& stored) {
  const auto& ticket = hello.extensions.session_ticket;
  const bool by_ticket = ticket && !ticket->empty();
  // RFC 5077 3.4: a ticket comes before a session id, which then is a mark of the client's own.
  const Bytes& identity = by_ticket ? *ticket : hello.legacy_session_id;
  if (config.ticket_storage == TicketStorage::stored) {
    const bool found = stored && stored->identity == identity && stored->by_session_id != by_ticket;
    return found ? stored : std::nullopt;
  }
  if (!by_ticket) return std::nullopt;
  const auto opened = open_with(config.ticket_keys, "ticket12", identity);
  if (!opened) return std::nullopt;
  auto session = decode_psk(*opened);
  return session ? std::optional<Psk>(std::move(session).value()) : std::nullopt;
}

}  // namespace

bool is_curve(wire::NamedGroup group) { return wire::number_of(group) < 0x0100; }

bool is_prime_group(wire::NamedGroup group) { return wire::number_of(group) >> 8 == 1; }

bool allows_curve_of(crypto::KeyType type, const wire::ClientHello& hello) {
  const auto curve = curve_of(type);
  const auto& offered = hello.extensions.supported_groups;
  return !curve || !offered || contains(*offered, *curve);
}

std::optional<wire::SignatureScheme> choose_scheme12(
    const Identity& identity, const Config& config, ProtocolVersion version,
    const std::vector<wire::SignatureScheme>& peer_schemes) {
  // RFC 5246 7.4.2: where the leaf has a key usage, it allows signing.
  if (!crypto::may_sign(identity.chain.front())) return std::nullopt;
  // RFC 4346 7.4.3: the key alone says how.
  if (version < ProtocolVersion::tls_1_2) {
    return crypto::fits_before12(identity.key) ? std::optional(wire::SignatureScheme{})
                                               : std::nullopt;
  }
  for (auto scheme : config.signature_schemes) {
    if (contains(peer_schemes, scheme) && crypto::fits12(scheme, identity.key)) return scheme;
  }
  return std::nullopt;
}

Result<Choice12> negotiate12(const wire::ClientHello& hello, const Config& config,
                             ProtocolVersion version) {
  std::vector<wire::CipherSuite> shared;
  for (auto suite : cipher_suites_of(config, version)) {
    if (!contains(hello.cipher_suites, suite)) continue;
    if (const auto choice = choice_for(suite, hello, config, version)) return *choice;
    shared.push_back(suite);
  }
  if (wants_other_primes(hello, config, shared)) {
    return fail(Reason::weak_dhe_group, "none of the client's FFDHE groups is allowed here");
  }
  return fail(Reason::no_shared_cipher,
              shared.empty() ? "none of the client's cipher suites is allowed here"
                             : "no certificate, group or key here fits the client's cipher suites");
}

Result<std::optional<Psk>> choose_session12(const wire::ClientHello& hello, const Config& config,
                                            std::int64_t now, ProtocolVersion version,
                                            const std::optional<Psk>& stored) {
  using Found = std::optional<Psk>;
  auto session = find_session(hello, config, stored);
  if (!session || session->version != version || !is_usable(*session, config, now)) return Found();
  if (!contains(cipher_suites_of(config, version), session->cipher_suite)) return Found();
  // RFC 6066 3: a session of another name MUST NOT be resumed.
  if (session->server_name != hello.extensions.server_name.value_or("")) return Found();
  // RFC 5246 7.4.1.2: the client MUST offer the session's suite. As OpenSSL, not a full handshake but illegal_parameter.
  if (!contains(hello.cipher_suites, session->cipher_suite)) {
    return fail(Reason::session_suite_missing,
                wire::shown(session->cipher_suite) + ", the session's suite, is not offered");
  }
  const bool extended = hello.extensions.extended_master_secret;
  // A server that has never heard of it.
  if (config.extended_master_secret == Wish::off) {
    return session->extended_master_secret ? Found() : session;
  }
  // RFC 7627 5.3: the server MUST abort.
  if (session->extended_master_secret && !extended) {
    return fail(Reason::extended_master_secret_changed,
                "the session had an extended master secret, and the hello has none");
  }
  // RFC 7627 5.3: the server MUST NOT resume, and goes through a full handshake.
  if (session->extended_master_secret != extended) return Found();
  return session;
}

}  // namespace stepshake::policy

#include "handshake/client_hello12.h"

#include <algorithm>
#include <utility>

#include "crypto/cipher_suite12.h"
#include "handshake/answers.h"
#include "handshake/keys12.h"
#include "handshake/psk13.h"
#include "handshake/renegotiation12.h"
#include "policy/negotiation12.h"
#include "wire/server_hello12.h"

namespace stepshake::handshake::client12 {
namespace {

using wire::ProtocolVersion;

template <class T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool any_suite(const wire::ClientHello& hello, bool (*test)(const crypto::Suite12Facts&)) {
  return std::any_of(hello.cipher_suites.begin(), hello.cipher_suites.end(), [&](auto suite) {
    const auto* facts = crypto::facts12_of(suite);
    return facts != nullptr && test(*facts);
  });
}

bool uses_curve(const crypto::Suite12Facts& facts) {
  return facts.key_exchange == crypto::KeyExchange::ecdhe ||
         facts.key_exchange == crypto::KeyExchange::ecdhe_psk;
}

bool is_cbc(const crypto::Suite12Facts& facts) { return facts.kind == crypto::CipherKind::cbc; }

// RFC 5746 3.4, 3.5: what the server says of renegotiation binds this handshake to the one before.
Result<bool> check_renegotiation_info(const std::optional<Bytes>& info,
                                      const std::optional<Established12>& before,
                                      const Turn& turn) {
  if (!info) {
    if (before) {
      return fail(Reason::renegotiation_mismatch, "renegotiation_info is missing");
    }
    // RFC 5746 4.1: whether to go on with a server that may be attacked is the client's to say.
    if (turn.config.legacy_servers) return false;
    return fail(Reason::insecure_renegotiation, "the server does not know renegotiation_info");
  }
  const Bytes expected =
      before ? concat({before->client_verify_data, before->server_verify_data}) : Bytes();
  if (!crypto::equal(*info, expected)) {
    return fail(Reason::renegotiation_mismatch, "renegotiation_info is not of this connection");
  }
  return true;
}

// RFC 7627 5.2: a client may insist.
Result<void> check_extended_master_secret(bool extended, const Turn& turn) {
  if (extended || turn.config.extended_master_secret != policy::Wish::required) return {};
  return fail(Reason::extended_master_secret_missing, "the server has no extended master secret");
}

// RFC 5246 7.4.1.3: what was chosen is among what was offered.
Result<void> check_choices(const wire::ServerHello& hello, const wire::ClientHello& offered,
                           ProtocolVersion version) {
  if (!contains(offered.cipher_suites, hello.cipher_suite) ||
      !policy::fits(hello.cipher_suite, version)) {
    return fail(Reason::cipher_not_offered, wire::shown(hello.cipher_suite) + " was not offered");
  }
  if (hello.legacy_compression_method != 0) {
    return fail(Reason::legacy_compression, "compression_method is not 0");
  }
  return {};
}

std::vector<wire::ExtensionType> solicited(const wire::ClientHello& offered) {
  auto types = offered.extension_types;
  // RFC 5746 3.4: the signal stands for the extension.
  if (contains(offered.cipher_suites, wire::kEmptyRenegotiationInfoScsv)) {
    types.push_back(wire::ExtensionType::renegotiation_info);
  }
  return types;
}

// RFC 7366 2: encrypt_then_mac is for the suites that have a MAC and a block cipher.
Result<void> check_encrypt_then_mac(const wire::ServerHelloExtensions12& extensions,
                                    const wire::ServerHello& hello) {
  if (!extensions.encrypt_then_mac || is_cbc(*crypto::facts12_of(hello.cipher_suite))) return {};
  return fail(Reason::bad_parameter, "encrypt_then_mac with a suite that has no use for it");
}

AfterHello next_of_full(Agreed12 agreed) {
  const auto exchange = crypto::facts12_of(agreed.cipher_suite)->key_exchange;
  if (crypto::has_certificate(exchange)) return WaitCertificate{std::move(agreed)};
  if (crypto::is_ephemeral(exchange)) return WaitServerKeyExchange{std::move(agreed)};
  return WaitKeyExchangeOrDone{std::move(agreed)};
}

// RFC 5246 7.4.1.3, RFC 5077 3.4: the session goes on as it was.
Result<AfterHello> resume(Agreed12 agreed, const policy::Psk& session, Turn& turn) {
  if (agreed.version != session.version || agreed.cipher_suite != session.cipher_suite) {
    return fail(Reason::session_changed, "the resumed session had another version or suite");
  }
  // RFC 7627 5.3: in either case the client MUST abort.
  if (agreed.extended_master_secret != session.extended_master_secret) {
    return fail(Reason::extended_master_secret_changed,
                "the extended master secret came or went with the resumption");
  }
  agreed.resumed = true;
  agreed.session_ends = session.issued_at + session.lifetime;
  turn.facts.psk = policy::PskOrigin::resumption;
  turn.facts.peer_certificates = session.peer_certificates;
  auto master = resume_master_secret(agreed, session.key, turn);
  if (agreed.ticket_announced) {
    return AfterHello(WaitNewSessionTicket{std::move(agreed), std::move(master), {}});
  }
  return AfterHello(WaitChangeCipherSpec{std::move(agreed), std::move(master), {}, session});
}

}  // namespace

std::optional<std::uint16_t> resumable_session(const Turn& turn) {
  const auto& psks = turn.config.psks;
  const auto versions = policy::enabled_versions(turn.config);
  for (std::size_t i = 0; i < psks.size(); ++i) {
    const policy::Psk& psk = psks[i];
    const bool older = psk.origin == policy::PskOrigin::resumption &&
                       psk.version != ProtocolVersion::tls_1_3 && contains(versions, psk.version);
    if (!older || !can_be_offered(psk, turn)) continue;
    if (!contains(policy::cipher_suites_of(turn.config, psk.version), psk.cipher_suite)) continue;
    if (!psk.by_session_id && !turn.config.session_tickets) continue;
    // RFC 7627 5.3: a session is resumed with what it had.
    const policy::Wish wish = turn.config.extended_master_secret;
    if (psk.extended_master_secret ? wish == policy::Wish::off : wish == policy::Wish::required) {
      continue;
    }
    return static_cast<std::uint16_t>(i);
  }
  return std::nullopt;
}

void add_offer(wire::ClientHello& hello, std::optional<std::uint16_t> session,
               const std::optional<Established12>& before, Turn& turn) {
  const policy::Config& config = turn.config;
  auto& extensions = hello.extensions;
  if (config.fallback_scsv && !before) hello.cipher_suites.push_back(wire::kFallbackScsv);
  // RFC 5746 3.4, 3.5
  extensions.renegotiation_info = before ? before->client_verify_data : Bytes();
  // RFC 8422 5.1.2
  if (any_suite(hello, uses_curve)) extensions.ec_point_formats = {0};
  extensions.encrypt_then_mac = config.encrypt_then_mac && any_suite(hello, is_cbc);
  extensions.extended_master_secret = config.extended_master_secret != policy::Wish::off;
  if (config.session_tickets) extensions.session_ticket.emplace();
  if (!session) return;
  const policy::Psk& psk = config.psks[*session];
  if (psk.by_session_id) {
    hello.legacy_session_id = psk.identity;
    return;
  }
  extensions.session_ticket = psk.identity;
  // RFC 5077 3.4: an id of our own tells, where it comes back, that the ticket was taken.
  if (hello.legacy_session_id.empty()) {
    hello.legacy_session_id = to_bytes(turn.random.array<32>());
  }
}

Result<AfterHello> receive_hello(std::optional<std::uint16_t> session,
                                 const wire::ServerHello& hello, const wire::ClientHello& offered,
                                 std::optional<Established12> before, Turn& turn) {
  const auto version = static_cast<ProtocolVersion>(hello.legacy_version);
  TRY(check_choices(hello, offered, version));
  // RFC 5246 7.4.1.4: an extension that was not asked for is unsupported_extension.
  TRY(wire::check_solicited(hello.extensions, solicited(offered), wire::Place::server_hello12));
  TRY(wire::check_places(hello.extensions, wire::Place::server_hello12));
  TRY_ASSIGN(const auto extensions, wire::decode_server_hello_extensions12(hello.extensions));
  TRY_ASSIGN(const bool secure,
             check_renegotiation_info(extensions.renegotiation_info, before, turn));
  TRY(check_extended_master_secret(extensions.extended_master_secret, turn));
  TRY(check_encrypt_then_mac(extensions, hello));
  TRY(take_answers(extensions.answers, offered, turn));
  turn.facts.timestamps = extensions.signed_certificate_timestamps.value_or(std::vector<Bytes>());
  turn.facts.version = version;
  turn.facts.cipher_suite = hello.cipher_suite;
  turn.facts.extended_master_secret = extensions.extended_master_secret;
  turn.facts.encrypt_then_mac = extensions.encrypt_then_mac;
  turn.facts.secure_renegotiation = secure;
  Agreed12 agreed{version,
                  hello.cipher_suite,
                  {offered.random, hello.random},
                  hello.legacy_session_id_echo,
                  false,
                  extensions.extended_master_secret,
                  extensions.encrypt_then_mac,
                  secure,
                  extensions.session_ticket,
                  extensions.status_request,
                  {},
                  std::nullopt,
                  std::move(before)};
  TRY(check_encrypt_then_mac_stays(agreed));
  TRY(check_extended_master_secret_stays(agreed));
  limit_all_records(turn);
  const bool echoed = !hello.legacy_session_id_echo.empty() &&
                      hello.legacy_session_id_echo == offered.legacy_session_id;
  if (echoed && session) return resume(std::move(agreed), turn.config.psks[*session], turn);
  // There was no session to resume behind that id.
  if (echoed) {
    return fail(Reason::legacy_session_id_echo,
                "the server resumes a session that was not offered");
  }
  return next_of_full(std::move(agreed));
}

}  // namespace stepshake::handshake::client12

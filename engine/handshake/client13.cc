#include "handshake/client13.h"

#include <algorithm>

#include "handshake/answers.h"
#include "handshake/authentication.h"
#include "handshake/hello.h"
#include "handshake/key_update13.h"
#include "handshake/post_handshake_auth13.h"
#include "handshake/psk13.h"
#include "handshake/tickets13.h"
#include "wire/end_of_early_data.h"

namespace stepshake::handshake::client13 {
namespace {

// RFC 8446 4.1.3, 4.1.4: what ServerHello and HelloRetryRequest have in common.
Result<wire::ServerHelloExtensions> check_answer(const wire::ServerHello& hello,
                                                 const wire::ClientHello& offered) {
  const bool retry = wire::is_hello_retry_request(hello);
  const auto place = retry ? wire::Place::hello_retry_request : wire::Place::server_hello;
  // RFC 8446 D.5: a hello with legacy_version 0x0300 MUST be answered with protocol_version.
  if (hello.legacy_version <= 0x0300) {
    return fail(Reason::unsupported_version, "legacy_version is SSL 3.0 or older");
  }
  if (hello.legacy_version != 0x0303) {
    return fail(Reason::legacy_version, "legacy_version is not 0x0303");
  }
  if (hello.legacy_session_id_echo != offered.legacy_session_id) {
    return fail(Reason::legacy_session_id_echo, "legacy_session_id_echo is not what was sent");
  }
  const auto& suites = offered.cipher_suites;
  if (std::find(suites.begin(), suites.end(), hello.cipher_suite) == suites.end() ||
      !policy::fits(hello.cipher_suite, wire::ProtocolVersion::tls_1_3)) {
    return fail(Reason::cipher_not_offered, wire::shown(hello.cipher_suite) + " was not offered");
  }
  if (hello.legacy_compression_method != 0) {
    return fail(Reason::legacy_compression, "legacy_compression_method is not 0");
  }
  TRY(wire::check_solicited(hello.extensions, offered.extension_types, place));
  TRY(wire::check_places(hello.extensions, place));
  TRY_ASSIGN(auto extensions, wire::decode_server_hello_extensions(hello));
  // RFC 8446 4.2.1: a version that was not offered, or one before TLS 1.3.
  const auto& versions = *offered.extensions.supported_versions;
  if (extensions.supported_versions < wire::ProtocolVersion::tls_1_3 ||
      std::find(versions.begin(), versions.end(), *extensions.supported_versions) ==
          versions.end()) {
    return fail(Reason::version_not_offered, wire::shown(*extensions.supported_versions) +
                                                 " in supported_versions was not offered");
  }
  return extensions;
}

// The shares for the second hello: a new one where the server asked for another group.
Result<std::vector<crypto::PrivateShare>> retry_shares(std::vector<crypto::PrivateShare> shares,
                                                       const wire::ServerHelloExtensions& retry,
                                                       Turn& turn) {
  if (!retry.retry_group) {
    // RFC 8446 4.1.4: a retry that would change nothing is illegal_parameter.
    if (!retry.cookie) return fail(Reason::no_change_after_retry, "neither key_share nor cookie");
    return shares;
  }
  const wire::NamedGroup group = *retry.retry_group;
  const auto& groups = turn.config.groups;
  // RFC 8446 4.2.8: one of supported_groups, and none that a share was sent for.
  if (std::find(groups.begin(), groups.end(), group) == groups.end()) {
    return fail(Reason::key_share_not_offered, wire::shown(group) + " was not offered");
  }
  for (const auto& share : shares) {
    if (share.group == group) {
      return fail(Reason::no_change_after_retry, "a share for the group was sent already");
    }
  }
  std::vector<crypto::PrivateShare> replaced;
  replaced.push_back(crypto::offer(group, turn.random));
  return replaced;
}

// RFC 8446 4.1.2: the same hello again but for key_share, cookie, early_data and the PSKs.
Result<WaitSecondServerHello> retry(WaitServerHello state, const wire::ServerHello& hello,
                                    const wire::ServerHelloExtensions& extensions,
                                    wire::ClientHello offered, Turn& turn) {
  TRY_ASSIGN(auto shares, retry_shares(std::move(state.shares), extensions, turn));
  turn.facts.hello_retry_request = true;
  turn.facts.version = wire::ProtocolVersion::tls_1_3;
  turn.transcript.replace_with_message_hash(crypto::facts_of(hello.cipher_suite)->hash, true);
  if (extensions.retry_group) {
    offered.extensions.key_share = {{shares.front().group, shares.front().public_key}};
  }
  offered.extensions.cookie = extensions.cookie;
  // RFC 8446 D.4: the dummy ChangeCipherSpec goes before the second flight, or went with the announced data.
  const bool announced = turn.facts.early_data == EarlyData::offered;
  if (turn.config.middlebox_compatibility && !announced) turn.change_cipher_spec();
  // RFC 8446 4.2.10: a HelloRetryRequest rejects 0-RTT data; the second hello goes in the clear again.
  if (announced) {
    turn.facts.early_data = EarlyData::rejected;
    turn.remove_write_keys();
  }
  offered.extensions.early_data = false;
  // RFC 8446 4.1.4: PSKs that do not fit the chosen suite SHOULD go.
  auto psks = usable_psks({hello.cipher_suite}, turn);
  std::erase_if(psks, [&](auto index) {
    return std::find(state.psks.begin(), state.psks.end(), index) == state.psks.end();
  });
  send_client_hello(std::move(offered), psks, turn);
  return WaitSecondServerHello{std::move(shares), std::move(psks), hello.cipher_suite};
}

// RFC 8446 4.2.11: the PSK that the server selected, if any.
Result<const policy::Psk*> selected_psk(const std::vector<std::uint16_t>& offered,
                                        const wire::ServerHello& hello,
                                        const wire::ServerHelloExtensions& extensions, Turn& turn) {
  if (!extensions.pre_shared_key) return static_cast<const policy::Psk*>(nullptr);
  if (*extensions.pre_shared_key >= offered.size()) {
    return fail(Reason::bad_psk, "selected_identity is out of range");
  }
  const policy::Psk& psk = turn.config.psks[offered[*extensions.pre_shared_key]];
  if (psk.hash != crypto::facts_of(hello.cipher_suite)->hash) {
    return fail(Reason::bad_psk, "the PSK is not for the hash of the suite");
  }
  turn.facts.psk = psk.origin;
  return &psk;
}

bool allows(const policy::Config& config, wire::PskKeyExchangeMode mode) {
  return std::find(config.psk_modes.begin(), config.psk_modes.end(), mode) !=
         config.psk_modes.end();
}

// The secret of (EC)DHE; empty where a PSK goes without it.
Result<Secret> shared_secret(const std::vector<crypto::PrivateShare>& shares,
                             const wire::ServerHelloExtensions& extensions, bool with_psk,
                             Turn& turn) {
  if (!extensions.key_share) {
    // RFC 8446 4.2.9: only psk_ke does without, and only if it was offered.
    if (!with_psk) return fail(Reason::missing_extension, "key_share in ServerHello");
    if (allows(turn.config, wire::PskKeyExchangeMode::psk_ke)) return Secret();
    // RFC 8446 4.2.11: a PSK without the key_share that the offered modes require is illegal_parameter.
    return fail(Reason::bad_psk, "psk_ke was not offered");
  }
  if (with_psk && !allows(turn.config, wire::PskKeyExchangeMode::psk_dhe_ke)) {
    return fail(Reason::bad_psk, "psk_dhe_ke was not offered");
  }
  const wire::NamedGroup group = extensions.key_share->group;
  const auto own = std::find_if(shares.begin(), shares.end(),
                                [&](const auto& share) { return share.group == group; });
  // RFC 8446 4.2.8: the server's share MUST be in a group of the client's shares.
  if (own == shares.end()) {
    return fail(Reason::key_share_not_offered, "no share was sent for " + wire::shown(group));
  }
  turn.facts.group = group;
  return crypto::conclude(*own, extensions.key_share->key_exchange);
}

Result<WaitEncryptedExtensions> agree_on_keys(const std::vector<crypto::PrivateShare>& shares,
                                              const std::vector<std::uint16_t>& psks,
                                              const wire::ServerHello& hello,
                                              const wire::ServerHelloExtensions& extensions,
                                              Turn& turn) {
  TRY_ASSIGN(const policy::Psk* psk, selected_psk(psks, hello, extensions, turn));
  TRY_ASSIGN(const Secret shared, shared_secret(shares, extensions, psk != nullptr, turn));
  const crypto::HashAlgorithm hash = crypto::facts_of(hello.cipher_suite)->hash;
  const auto early = schedule::early_secret(hash, psk == nullptr ? BytesView() : psk->key.view());
  HandshakeKeys keys = handshake_keys(hello.cipher_suite, early, shared.view(), turn);
  turn.facts.version = wire::ProtocolVersion::tls_1_3;
  turn.facts.cipher_suite = hello.cipher_suite;
  turn.install_read_keys(Epoch::handshake, hello.cipher_suite, keys.traffic.server);
  const bool refused = extensions.pre_shared_key != std::uint16_t{0};
  if (turn.facts.early_data == EarlyData::offered && refused) {
    turn.facts.early_data = EarlyData::rejected;
  }
  // Whether 0-RTT data goes on, EncryptedExtensions says; until then its keys stay.
  if (turn.facts.early_data != EarlyData::offered) {
    turn.install_write_keys(Epoch::handshake, hello.cipher_suite, keys.traffic.client);
  }
  return WaitEncryptedExtensions{std::move(keys), extensions.pre_shared_key};
}

using AfterCertificate = Next<AwaitVerifyDecision, WaitCertificateVerify>;

Result<AfterCertificate> receive_certificate(HandshakeKeys keys,
                                             std::optional<RequestedCertificate> request,
                                             const wire::Certificate& message, Turn& turn) {
  // RFC 8446 4.4.2: for server authentication the context SHALL be empty.
  if (!message.certificate_request_context.empty()) {
    return fail(Reason::bad_request_context, "the server's certificate has a request context");
  }
  // RFC 8446 4.4.2.4: an empty list from the server is decode_error.
  if (message.certificate_list.empty()) {
    return fail(Reason::certificate_list_empty, "the server sent no certificate");
  }
  TRY_ASSIGN(const wire::ClientHello offered, last_hello(turn.transcript));
  TRY(take_entry_extensions(message, offered, turn));
  TRY(check_chain13(message, crypto::Purpose::server, turn));
  if (turn.config.pause_on.verify) {
    return AfterCertificate(AwaitVerifyDecision{std::move(keys), std::move(request)});
  }
  return AfterCertificate(WaitCertificateVerify{std::move(keys), std::move(request)});
}

// RFC 8446 4.2.10: what the server says of the 0-RTT data that was sent.
Result<void> settle_early_data(const WaitEncryptedExtensions& state,
                               const wire::EncryptedExtensions& message, Turn& turn) {
  if (!message.early_data) {
    // While it was open the early keys stayed in force.
    if (turn.facts.early_data == EarlyData::offered) {
      turn.facts.early_data = EarlyData::rejected;
      turn.install_write_keys(Epoch::handshake, state.keys.cipher_suite, state.keys.traffic.client);
    }
    return {};
  }
  // The first PSK, which the data was keyed with, and no other.
  if (turn.facts.early_data != EarlyData::offered || state.selected_psk != 0) {
    return fail(Reason::bad_parameter, "early_data was accepted without the first PSK");
  }
  turn.facts.early_data = EarlyData::accepted;
  return {};
}

// What the last flight has before a certificate. The server's Finished is the transcript's last message.
void begin_last_flight(const HandshakeKeys& keys, const ApplicationKeys& application, Turn& turn) {
  turn.install_read_keys(Epoch::application, keys.cipher_suite, application.traffic.server);
  // RFC 8446 D.4: before the second flight, once; a HelloRetryRequest or 0-RTT data had it sent already.
  const bool sent_before =
      turn.facts.hello_retry_request || turn.facts.early_data != EarlyData::none;
  if (turn.config.middlebox_compatibility && !sent_before) turn.change_cipher_spec();
  if (turn.facts.early_data == EarlyData::accepted) {
    // RFC 8446 4.5: the last message under the early keys.
    turn.send(wire::EndOfEarlyData{});
    turn.install_write_keys(Epoch::handshake, keys.cipher_suite, keys.traffic.client);
  }
}

Connected conclude(const HandshakeKeys& keys, ApplicationKeys application, Turn& turn) {
  send_finished(keys.traffic.client, turn);
  turn.install_write_keys(Epoch::application, keys.cipher_suite, application.traffic.client);
  application.resumption_master_secret =
      schedule::resumption_master_secret(keys.master, turn.transcript.hash(keys.master.hash));
  return Connected{std::move(application)};
}

Result<LastFlight> present_certificate(HandshakeKeys keys, ApplicationKeys application,
                                       const RequestedCertificate& request, Turn& turn) {
  TRY_ASSIGN(const auto unsigned_scheme,
             send_requested_certificate(request, keys.master.hash, turn));
  if (unsigned_scheme) {
    return LastFlight(AwaitSignature{std::move(keys), std::move(application), *unsigned_scheme});
  }
  return LastFlight(conclude(keys, std::move(application), turn));
}

}  // namespace

Result<Next<WaitSecondServerHello, WaitEncryptedExtensions>> receive_hello(
    WaitServerHello state, const wire::ServerHello& hello, const wire::ClientHello& offered,
    Turn& turn) {
  using Outcome = Next<WaitSecondServerHello, WaitEncryptedExtensions>;
  TRY_ASSIGN(const auto extensions, check_answer(hello, offered));
  if (wire::is_hello_retry_request(hello)) {
    TRY_ASSIGN(auto next, retry(std::move(state), hello, extensions, offered, turn));
    return Outcome(std::move(next));
  }
  TRY_ASSIGN(auto next, agree_on_keys(state.shares, state.psks, hello, extensions, turn));
  return Outcome(std::move(next));
}

Result<Next<WaitEncryptedExtensions>> on(const WaitSecondServerHello& state,
                                         const wire::ServerHello& hello, Turn& turn) {
  // RFC 8446 4.1.4: a second HelloRetryRequest in the same connection is unexpected_message.
  if (wire::is_hello_retry_request(hello)) {
    return fail(Reason::unexpected_message, "a second HelloRetryRequest");
  }
  TRY_ASSIGN(const wire::ClientHello offered, last_hello(turn.transcript));
  // RFC 8446 4.2.1: without supported_versions the server has left TLS 1.3, which it had chosen.
  if (wire::find(hello.extensions, wire::ExtensionType::supported_versions) == nullptr) {
    return fail(Reason::version_not_offered, "the version changed after HelloRetryRequest");
  }
  TRY_ASSIGN(const auto extensions, check_answer(hello, offered));
  // RFC 8446 4.1.4: the suite MUST be the HelloRetryRequest's.
  if (hello.cipher_suite != state.cipher_suite) {
    return fail(Reason::cipher_changed, "the suite changed after HelloRetryRequest");
  }
  TRY_ASSIGN(auto next, agree_on_keys(state.shares, state.psks, hello, extensions, turn));
  return Next<WaitEncryptedExtensions>(std::move(next));
}

Result<Next<WaitCertificateOrRequest, WaitFinished>> on(WaitEncryptedExtensions state,
                                                        const wire::EncryptedExtensions& message,
                                                        Turn& turn) {
  using Outcome = Next<WaitCertificateOrRequest, WaitFinished>;
  TRY_ASSIGN(const wire::ClientHello offered, last_hello(turn.transcript));
  TRY(wire::check_solicited(message.extensions, offered.extension_types,
                            wire::Place::encrypted_extensions));
  TRY(wire::check_places(message.extensions, wire::Place::encrypted_extensions));
  TRY(take_answers(message.answers, offered, turn));
  limit_all_records(turn);
  limit_received_records(turn);
  TRY(settle_early_data(state, message, turn));
  if (state.selected_psk) return Outcome(WaitFinished{std::move(state.keys), {}});
  return Outcome(WaitCertificateOrRequest{std::move(state.keys)});
}

Result<Next<WaitCertificate>> on(WaitCertificateOrRequest state,
                                 const wire::CertificateRequest& message, Turn& /*turn*/) {
  // RFC 8446 4.3.2: in the handshake the context SHALL be empty.
  if (!message.certificate_request_context.empty()) {
    return fail(Reason::bad_request_context, "a request context during the handshake");
  }
  return Next<WaitCertificate>(WaitCertificate{std::move(state.keys), requested(message)});
}

Result<Next<AwaitVerifyDecision, WaitCertificateVerify>> on(WaitCertificateOrRequest state,
                                                            const wire::Certificate& message,
                                                            Turn& turn) {
  return receive_certificate(std::move(state.keys), {}, message, turn);
}

Result<Next<AwaitVerifyDecision, WaitCertificateVerify>> on(WaitCertificate state,
                                                            const wire::Certificate& message,
                                                            Turn& turn) {
  return receive_certificate(std::move(state.keys), std::move(state.request), message, turn);
}

Result<WaitCertificateVerify> answer(AwaitVerifyDecision state, const GoOn& /*answer*/,
                                     Turn& /*turn*/) {
  return WaitCertificateVerify{std::move(state.keys), std::move(state.request)};
}

Result<Next<WaitFinished>> on(WaitCertificateVerify state, const wire::CertificateVerify& message,
                              Turn& turn) {
  TRY(check_certificate_verify(message, Signer::server, state.keys.master.hash, turn));
  return Next<WaitFinished>(WaitFinished{std::move(state.keys), std::move(state.request)});
}

Result<LastFlight> on(WaitFinished state, const wire::Finished& message, Turn& turn) {
  HandshakeKeys& keys = state.keys;
  TRY(check_finished(message, keys.traffic.server, turn));
  ApplicationKeys application = application_keys(keys, turn);
  begin_last_flight(keys, application, turn);
  if (!state.request) return LastFlight(conclude(keys, std::move(application), turn));
  if (turn.config.pause_on.certificate) {
    return LastFlight(
        AwaitCertificateChoice{std::move(keys), std::move(application), std::move(*state.request)});
  }
  return present_certificate(std::move(keys), std::move(application), *state.request, turn);
}

Result<LastFlight> answer(AwaitCertificateChoice state, const GoOn& /*answer*/, Turn& turn) {
  return present_certificate(std::move(state.keys), std::move(state.application), state.request,
                             turn);
}

Result<Connected> answer(AwaitSignature state, const Signature& signature, Turn& turn) {
  send_foreign_certificate_verify(state.scheme, signature.signature, Signer::client, turn);
  return conclude(state.keys, std::move(state.application), turn);
}

Result<Next<Connected>> on(Connected state, const wire::NewSessionTicket& message, Turn& turn) {
  TRY(receive_ticket(state.keys, message, turn));
  return Next<Connected>(std::move(state));
}

Result<Next<Connected>> on(Connected state, const wire::KeyUpdate& message, Turn& turn) {
  receive_key_update(state.keys, message, policy::Role::client, turn);
  return Next<Connected>(std::move(state));
}

}  // namespace stepshake::handshake::client13

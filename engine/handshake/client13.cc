#include "handshake/client13.h"

#include <algorithm>

#include "handshake/authentication.h"
#include "handshake/hello.h"
#include "handshake/key_update13.h"
#include "policy/negotiation.h"

namespace stepshake::handshake::client13 {
namespace {

// RFC 8446 4.1.3, 4.1.4: what ServerHello and HelloRetryRequest have in common.
Result<wire::ServerHelloExtensions> check_answer(const wire::ServerHello& hello,
                                                 const wire::ClientHello& offered) {
  const bool retry = wire::is_hello_retry_request(hello);
  const auto place = retry ? wire::Place::hello_retry_request : wire::Place::server_hello;
  if (hello.legacy_version != 0x0303) {
    return fail(Reason::legacy_version, "legacy_version is not 0x0303");
  }
  if (hello.legacy_session_id_echo != offered.legacy_session_id) {
    return fail(Reason::legacy_session_id_echo, "legacy_session_id_echo is not what was sent");
  }
  const auto& suites = offered.cipher_suites;
  if (std::find(suites.begin(), suites.end(), hello.cipher_suite) == suites.end()) {
    return fail(Reason::cipher_not_offered, wire::shown(hello.cipher_suite) + " was not offered");
  }
  if (hello.legacy_compression_method != 0) {
    return fail(Reason::legacy_compression, "legacy_compression_method is not 0");
  }
  TRY(wire::check_solicited(hello.extensions, wire::offered_extensions(offered), place));
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
Result<std::vector<crypto::PrivateShare>> retry_shares(
    std::vector<crypto::PrivateShare> shares, const wire::ServerHelloExtensions& retry, Turn& turn) {
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

// RFC 8446 4.1.2: the same hello again but for key_share and cookie.
Result<WaitSecondServerHello> retry(WaitServerHello state, const wire::ServerHello& hello,
                                    const wire::ServerHelloExtensions& extensions,
                                    wire::ClientHello offered, Turn& turn) {
  TRY_ASSIGN(auto shares, retry_shares(std::move(state.shares), extensions, turn));
  turn.facts.hello_retry_request = true;
  turn.transcript.replace_with_message_hash(crypto::facts_of(hello.cipher_suite)->hash, true);
  if (extensions.retry_group) {
    offered.extensions.key_share = {{shares.front().group, shares.front().public_key}};
  }
  offered.extensions.cookie = extensions.cookie;
  // RFC 8446 D.4: the dummy ChangeCipherSpec goes before the second flight.
  if (turn.config.middlebox_compatibility) turn.change_cipher_spec();
  turn.send(offered);
  return WaitSecondServerHello{std::move(shares), hello.cipher_suite};
}

Result<WaitEncryptedExtensions> agree_on_keys(const std::vector<crypto::PrivateShare>& shares,
                                              const wire::ServerHello& hello,
                                              const wire::ServerHelloExtensions& extensions,
                                              Turn& turn) {
  if (!extensions.key_share) return fail(Reason::missing_extension, "key_share in ServerHello");
  const wire::NamedGroup group = extensions.key_share->group;
  const auto own = std::find_if(shares.begin(), shares.end(),
                                [&](const auto& share) { return share.group == group; });
  // RFC 8446 4.2.8: the server's share MUST be in a group of the client's shares.
  if (own == shares.end()) {
    return fail(Reason::key_share_not_offered, "no share was sent for " + wire::shown(group));
  }
  TRY_ASSIGN(const Secret shared, crypto::conclude(*own, extensions.key_share->key_exchange));
  const crypto::HashAlgorithm hash = crypto::facts_of(hello.cipher_suite)->hash;
  const auto secret = schedule::handshake_secret(schedule::early_secret(hash, {}), shared.view());
  const auto traffic = schedule::handshake_traffic(secret, turn.transcript.hash(hash));
  turn.facts.version = wire::ProtocolVersion::tls_1_3;
  turn.facts.cipher_suite = hello.cipher_suite;
  turn.facts.group = group;
  turn.install_read_keys(hello.cipher_suite, traffic.server);
  turn.install_write_keys(hello.cipher_suite, traffic.client);
  return WaitEncryptedExtensions{{hello.cipher_suite, traffic, schedule::master_secret(secret)}};
}

Result<WaitCertificateVerify> receive_certificate(HandshakeKeys keys,
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
  TRY_ASSIGN(const wire::ClientHello offered, offered_hello(turn.transcript));
  for (const auto& entry : message.certificate_list) {
    TRY(wire::check_solicited(entry.extensions, wire::offered_extensions(offered),
                              wire::Place::certificate));
    TRY(wire::check_places(entry.extensions, wire::Place::certificate));
  }
  TRY(check_chain(message, crypto::Purpose::server, turn));
  return WaitCertificateVerify{std::move(keys), std::move(request)};
}

// RFC 8446 4.4.2: a certificate that was asked for is answered, if only with an empty list.
Result<void> send_requested_certificate(const RequestedCertificate& request,
                                        crypto::HashAlgorithm hash, Turn& turn) {
  auto choice = policy::choose_identity(turn.config, request.signature_algorithms,
                                        request.certificate_authorities);
  // RFC 8446 4.4.2.3: the chain SHOULD come from a named authority; one that does not is better than none.
  if (!choice) choice = policy::choose_identity(turn.config, request.signature_algorithms, {});
  if (!choice) {
    send_certificate(nullptr, request.certificate_request_context, turn);
    return {};
  }
  const policy::Identity& identity = turn.config.identities[choice->identity];
  send_certificate(&identity, request.certificate_request_context, turn);
  return send_certificate_verify(identity, choice->scheme, Signer::client, hash, turn);
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
  TRY_ASSIGN(auto next, agree_on_keys(state.shares, hello, extensions, turn));
  return Outcome(std::move(next));
}

Result<Next<WaitEncryptedExtensions>> on(WaitSecondServerHello state,
                                         const wire::ServerHello& hello, Turn& turn) {
  // RFC 8446 4.1.4: a second HelloRetryRequest in the same connection is unexpected_message.
  if (wire::is_hello_retry_request(hello)) {
    return fail(Reason::unexpected_message, "a second HelloRetryRequest");
  }
  TRY_ASSIGN(const wire::ClientHello offered, offered_hello(turn.transcript));
  // RFC 8446 4.2.1: without supported_versions the server has left TLS 1.3, which it had chosen.
  if (wire::find(hello.extensions, wire::ExtensionType::supported_versions) == nullptr) {
    return fail(Reason::version_not_offered, "the version changed after HelloRetryRequest");
  }
  TRY_ASSIGN(const auto extensions, check_answer(hello, offered));
  // RFC 8446 4.1.4: the suite MUST be the HelloRetryRequest's.
  if (hello.cipher_suite != state.cipher_suite) {
    return fail(Reason::cipher_changed, "the suite changed after HelloRetryRequest");
  }
  TRY_ASSIGN(auto next, agree_on_keys(state.shares, hello, extensions, turn));
  return Next<WaitEncryptedExtensions>(std::move(next));
}

Result<Next<WaitCertificateOrRequest>> on(WaitEncryptedExtensions state,
                                          const wire::EncryptedExtensions& message, Turn& turn) {
  TRY_ASSIGN(const wire::ClientHello offered, offered_hello(turn.transcript));
  TRY(wire::check_solicited(message.extensions, wire::offered_extensions(offered),
                            wire::Place::encrypted_extensions));
  TRY(wire::check_places(message.extensions, wire::Place::encrypted_extensions));
  if (message.alpn) {
    const auto& protocols = turn.config.alpn_protocols;
    if (std::find(protocols.begin(), protocols.end(), *message.alpn) == protocols.end()) {
      return fail(Reason::bad_alpn, "the server chose a protocol that was not offered");
    }
    turn.facts.alpn_protocol = message.alpn;
  }
  return Next<WaitCertificateOrRequest>(WaitCertificateOrRequest{std::move(state.keys)});
}

Result<Next<WaitCertificate>> on(WaitCertificateOrRequest state,
                                 const wire::CertificateRequest& message, Turn& /*turn*/) {
  // RFC 8446 4.3.2: in the handshake the context SHALL be empty.
  if (!message.certificate_request_context.empty()) {
    return fail(Reason::bad_request_context, "a request context during the handshake");
  }
  RequestedCertificate request{message.certificate_request_context, *message.signature_algorithms,
                               message.certificate_authorities.value_or(std::vector<Bytes>{})};
  return Next<WaitCertificate>(WaitCertificate{std::move(state.keys), std::move(request)});
}

Result<Next<WaitCertificateVerify>> on(WaitCertificateOrRequest state,
                                       const wire::Certificate& message, Turn& turn) {
  TRY_ASSIGN(auto next, receive_certificate(std::move(state.keys), {}, message, turn));
  return Next<WaitCertificateVerify>(std::move(next));
}

Result<Next<WaitCertificateVerify>> on(WaitCertificate state, const wire::Certificate& message,
                                       Turn& turn) {
  TRY_ASSIGN(auto next, receive_certificate(std::move(state.keys), std::move(state.request),
                                            message, turn));
  return Next<WaitCertificateVerify>(std::move(next));
}

Result<Next<WaitFinished>> on(WaitCertificateVerify state, const wire::CertificateVerify& message,
                              Turn& turn) {
  TRY(check_certificate_verify(message, Signer::server, state.keys.master.hash, turn));
  return Next<WaitFinished>(WaitFinished{std::move(state.keys), std::move(state.request)});
}

Result<Next<Connected>> on(WaitFinished state, const wire::Finished& message, Turn& turn) {
  const HandshakeKeys& keys = state.keys;
  const crypto::HashAlgorithm hash = keys.master.hash;
  TRY(check_finished(message, keys.traffic.server, turn));
  const Bytes to_server_finished = turn.transcript.hash(hash);
  ApplicationKeys application{
      keys.cipher_suite, schedule::application_traffic(keys.master, to_server_finished),
      schedule::exporter_master_secret(keys.master, to_server_finished), Secret()};
  turn.install_read_keys(keys.cipher_suite, application.traffic.server);
  // RFC 8446 D.4: before the second flight, once; with a HelloRetryRequest it has gone.
  if (turn.config.middlebox_compatibility && !turn.facts.hello_retry_request) {
    turn.change_cipher_spec();
  }
  if (state.request) TRY(send_requested_certificate(*state.request, hash, turn));
  send_finished(keys.traffic.client, turn);
  turn.install_write_keys(keys.cipher_suite, application.traffic.client);
  application.resumption_master_secret =
      schedule::resumption_master_secret(keys.master, turn.transcript.hash(hash));
  return Next<Connected>(Connected{std::move(application)});
}

Result<Next<Connected>> on(Connected state, const wire::NewSessionTicket& /*message*/,
                           Turn& /*turn*/) {
  return Next<Connected>(std::move(state));
}

Result<Next<Connected>> on(Connected state, const wire::KeyUpdate& message, Turn& turn) {
  receive_key_update(state.keys, message, policy::Role::client, turn);
  return Next<Connected>(std::move(state));
}

}  // namespace stepshake::handshake::client13

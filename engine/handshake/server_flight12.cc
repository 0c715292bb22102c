#include "handshake/server_flight12.h"

#include <algorithm>
#include <utility>

#include "crypto/cipher_suite12.h"
#include "handshake/answers.h"
#include "handshake/authentication12.h"
#include "handshake/renegotiation12.h"
#include "handshake/sessions12.h"
#include "policy/negotiation.h"
#include "wire/certificate_request12.h"
#include "wire/certificate_status.h"
#include "wire/key_exchange12.h"
#include "wire/server_hello12.h"
#include "wire/server_hello_done.h"

namespace stepshake::handshake::server12 {
namespace {

using Agreement = wire::KeyExchangeForm::Agreement;
using wire::ProtocolVersion;

constexpr std::uint8_t kOcsp = 1;  // CertificateStatusType

// RFC 8446 4.1.3: a server that could do better MUST say so at the end of its random.
void mark_downgrade(wire::Random& random, ProtocolVersion version, const policy::Config& config) {
  const ProtocolVersion best = policy::enabled_versions(config).front();
  if (version >= best) return;
  const std::string_view mark = version == ProtocolVersion::tls_1_2 ? "DOWNGRD\x01" : "DOWNGRD";
  // The second one ends in a zero.
  std::fill(random.end() - 8, random.end(), std::uint8_t{0});
  std::copy(mark.begin(), mark.end(), random.end() - 8);
}

bool takes_tickets(const wire::ClientHello& hello, const policy::Config& config) {
  return hello.extensions.session_ticket && issues_tickets(config);
}

// What the hellos agree on.
Agreed12 agree(const wire::ClientHello& hello, wire::CipherSuite suite,
               std::optional<Established12> before, Turn& turn) {
  const policy::Config& config = turn.config;
  const ProtocolVersion version = *turn.facts.version;
  Agreed12 agreed;
  agreed.version = version;
  agreed.cipher_suite = suite;
  agreed.randoms = {hello.random, turn.random.array<32>()};
  if (!before) mark_downgrade(agreed.randoms.server, version, config);
  agreed.extended_master_secret =
      hello.extensions.extended_master_secret && config.extended_master_secret != policy::Wish::off;
  // RFC 7366 2: for suites with a MAC and a block cipher.
  agreed.encrypt_then_mac = hello.extensions.encrypt_then_mac && config.encrypt_then_mac &&
                            crypto::facts12_of(suite)->kind == crypto::CipherKind::cbc;
  agreed.secure_renegotiation = before ? true : turn.facts.secure_renegotiation;
  agreed.before = std::move(before);
  return agreed;
}

bool asks_for_certificate(const Agreed12& agreed, const Turn& turn) {
  const auto exchange = crypto::facts12_of(agreed.cipher_suite)->key_exchange;
  // RFC 5246 7.4.4: a server that is not anonymous may; RFC 4279 4: not with a PSK beside it.
  return crypto::has_certificate(exchange) && !crypto::uses_psk(exchange) &&
         turn.config.client_authentication != policy::ClientAuthentication::none;
}

Result<wire::ServerHelloExtensions12> extensions_of(const wire::ClientHello& hello,
                                                    const Agreed12& agreed,
                                                    const policy::Identity* identity, Turn& turn) {
  wire::ServerHelloExtensions12 extensions;
  const bool asks = identity != nullptr && asks_for_certificate(agreed, turn);
  TRY_ASSIGN(extensions.answers, choose_answers(hello, {identity != nullptr, asks}, turn));
  extensions.status_request = agreed.status_announced;
  if (identity != nullptr && hello.extensions.signed_certificate_timestamp &&
      !identity->timestamps.empty()) {
    extensions.signed_certificate_timestamps = identity->timestamps;
  }
  if (agreed.secure_renegotiation) {
    extensions.renegotiation_info =
        agreed.before
            ? concat({agreed.before->client_verify_data, agreed.before->server_verify_data})
            : Bytes();
  }
  const auto form = form_of(agreed.cipher_suite);
  // RFC 8422 5.2: in answer to the client's, where the suite has a curve in it.
  if (form.agreement == Agreement::ecdhe && hello.extensions.ec_point_formats && !agreed.resumed) {
    extensions.ec_point_formats = {0};
  }
  extensions.answers.alpn = turn.facts.alpn_protocol;
  extensions.encrypt_then_mac = agreed.encrypt_then_mac;
  extensions.extended_master_secret = agreed.extended_master_secret;
  extensions.session_ticket = agreed.ticket_announced;
  return extensions;
}

Result<void> send_hello(const wire::ClientHello& client, const Agreed12& agreed,
                        const policy::Identity* identity, Turn& turn) {
  TRY_ASSIGN(const auto extensions, extensions_of(client, agreed, identity, turn));
  wire::ServerHello hello;
  hello.legacy_version = wire::number_of(agreed.version);
  hello.random = agreed.randoms.server;
  hello.legacy_session_id_echo = agreed.session_id;
  hello.cipher_suite = agreed.cipher_suite;
  hello.extensions = wire::encode_server_hello_extensions12(extensions);
  turn.send(hello);
  limit_all_records(turn);
  return {};
}

Result<void> record(const wire::ClientHello& hello, const Agreed12& agreed, Turn& turn) {
  Facts& facts = turn.facts;
  facts.cipher_suite = agreed.cipher_suite;
  facts.server_name = hello.extensions.server_name.value_or("");
  facts.extended_master_secret = agreed.extended_master_secret;
  facts.encrypt_then_mac = agreed.encrypt_then_mac;
  facts.secure_renegotiation = agreed.secure_renegotiation;
  TRY_ASSIGN(facts.alpn_protocol, policy::choose_alpn(hello.extensions, turn.config));
  return {};
}

wire::CertificateRequest12 certificate_request12(const Agreed12& agreed,
                                                 const policy::Config& config) {
  using enum wire::ClientCertificateType;
  wire::CertificateRequest12 message;
  message.certificate_types = {ecdsa_sign, rsa_sign};
  if (agreed.version == ProtocolVersion::tls_1_2) {
    message.supported_signature_algorithms =
        policy::signature_schemes_of(config, ProtocolVersion::tls_1_2);
  }
  const auto& subjects = config.trust.subjects();
  std::size_t size = 0;
  for (const auto& subject : subjects) size += 2 + subject.size();
  // More names than the list holds are as good as none (RFC 5246 7.4.4).
  if (size <= 32'768) message.certificate_authorities = subjects;
  return message;
}

// ServerKeyExchange without its signature, and what is kept of it.
struct Exchange {
  std::optional<wire::ServerKeyExchange> message;
  ServerShare share;
};

Result<Exchange> make_exchange(const policy::Choice12& choice, Turn& turn) {
  const auto form = form_of(choice.cipher_suite);
  Exchange made;
  if (form.agreement == Agreement::ecdhe) {
    made.message.emplace();
    made.share.curve = crypto::offer(*choice.group, turn.random);
    made.message->ecdh = {*choice.group, made.share.curve->public_key};
  }
  if (form.agreement == Agreement::dhe) {
    const crypto::DheGroup group =
        choice.group ? crypto::dhe_group_of(*choice.group) : *turn.config.dhe_group;
    made.message.emplace();
    made.share.dhe = crypto::dhe_offer(group, turn.random);
    made.message->dh = {group.prime, group.generator, made.share.dhe->public_key};
  }
  if (form.agreement == Agreement::rsa) {
    made.share.identity = static_cast<std::uint16_t>(choice.certificate->identity);
  }
  // RFC 4279 2: a message of its own only for a hint.
  const Bytes& hint = turn.config.psk_identity_hint;
  if (form.psk && !hint.empty() && !made.message) made.message.emplace();
  turn.facts.group = choice.group;
  if (made.message && form.psk) made.message->psk_identity_hint = hint;
  return made;
}

Flight await_client(Agreed12 agreed, ServerShare share, Turn& turn) {
  const bool asks = asks_for_certificate(agreed, turn);
  if (asks) turn.send(certificate_request12(agreed, turn.config));
  turn.send(wire::ServerHelloDone{});
  if (asks) return WaitCertificate{std::move(agreed), std::move(share)};
  return WaitClientKeyExchange{std::move(agreed), std::move(share), false};
}

template <class To, class From>
To widen(From next) {
  return std::visit([](auto&& state) { return To(std::forward<decltype(state)>(state)); },
                    std::move(next));
}

// The signed part of ServerKeyExchange, by a key that is here or is not.
Result<FlightOrSignature> sign_exchange(Agreed12 agreed, Exchange exchange,
                                        const policy::IdentityChoice& choice, Turn& turn) {
  const policy::Identity& identity = turn.config.identities[choice.identity];
  const Bytes params = encode_params(*exchange.message);
  if (identity.key.is_remote()) {
    return FlightOrSignature(
        AwaitSignature{std::move(agreed), std::move(exchange.share), params, choice.scheme});
  }
  TRY_ASSIGN(const auto proof,
             sign12(identity, choice.scheme, content_of_params(agreed.randoms, params),
                    Signer::server, agreed.version, turn));
  TRY_ASSIGN(auto flight,
             conclude_flight(std::move(agreed), std::move(exchange.share), params, proof, turn));
  return widen<FlightOrSignature>(std::move(flight));
}

}  // namespace

Result<FlightOrSignature> send_flight(const wire::ClientHello& hello,
                                      const policy::Choice12& choice,
                                      std::optional<Established12> before, Turn& turn) {
  const bool first = !before;
  Agreed12 agreed = agree(hello, choice.cipher_suite, std::move(before), turn);
  // In a renegotiation, too: a client that was promised a ticket before (GnuTLS) may count on another one.
  agreed.ticket_announced = takes_tickets(hello, turn.config);
  if (first && !agreed.ticket_announced && issues_session_ids(turn.config)) {
    agreed.session_id = to_bytes(turn.random.array<32>());
  }
  TRY(check_encrypt_then_mac_stays(agreed));
  TRY(check_extended_master_secret_stays(agreed));
  TRY(record(hello, agreed, turn));
  TRY_ASSIGN(Exchange exchange, make_exchange(choice, turn));
  const policy::Identity* identity =
      choice.certificate ? &turn.config.identities[choice.certificate->identity] : nullptr;
  // RFC 6066 8: announced where there is something to send.
  agreed.status_announced = identity != nullptr && hello.extensions.status_request &&
                            hello.extensions.status_request->status_type == kOcsp &&
                            !identity->ocsp_response.empty();
  TRY(send_hello(hello, agreed, identity, turn));
  if (identity != nullptr) send_certificate12(identity, Signer::server, turn);
  if (agreed.status_announced) turn.send(wire::CertificateStatus{identity->ocsp_response});
  if (form_of(choice.cipher_suite).is_signed) {
    return sign_exchange(std::move(agreed), std::move(exchange), *choice.certificate, turn);
  }
  if (exchange.message) turn.send(*exchange.message);
  return widen<FlightOrSignature>(await_client(std::move(agreed), std::move(exchange.share), turn));
}

Result<Flight> conclude_flight(Agreed12 agreed, ServerShare share, BytesView params,
                               const wire::DigitallySigned& proof, Turn& turn) {
  auto form = form_of(agreed.cipher_suite);
  form.is_signed = false;
  TRY_ASSIGN(auto message, wire::decode_server_key_exchange(params, form, agreed.version));
  message.proof = proof;
  turn.send(message);
  return await_client(std::move(agreed), std::move(share), turn);
}

Result<WaitChangeCipherSpec> resume(const wire::ClientHello& hello, const policy::Psk& session,
                                    Turn& turn) {
  Agreed12 agreed = agree(hello, session.cipher_suite, std::nullopt, turn);
  agreed.resumed = true;
  // RFC 5246 7.4.1.3: the client's id says that its session goes on.
  agreed.session_id = hello.legacy_session_id;
  agreed.session_ends = session.issued_at + session.lifetime;
  // A sealed ticket goes on being good, while its key is kept and the session lives. What came out of a store is spent.
  agreed.ticket_announced = takes_tickets(hello, turn.config) &&
                            turn.config.ticket_storage == policy::TicketStorage::stored &&
                            rest_of_life(agreed, turn.config.ticket_lifetime, turn.now) > 0;
  TRY(record(hello, agreed, turn));
  turn.facts.psk = policy::PskOrigin::resumption;
  turn.facts.peer_certificates = session.peer_certificates;
  TRY(send_hello(hello, agreed, nullptr, turn));
  auto master = resume_master_secret(agreed, session.key, turn);
  if (agreed.ticket_announced) send_ticket12(agreed, master, turn);
  Bytes sent = send_finished12(agreed, master, Signer::server, turn);
  return WaitChangeCipherSpec{std::move(agreed), std::move(master), std::move(sent)};
}

}  // namespace stepshake::handshake::server12

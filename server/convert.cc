#include "server/convert.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "base/alert.h"
#include "base/reason.h"
#include "server/convert_question.h"
#include "server/text.h"

namespace stepshake::server {
namespace {

static_assert(static_cast<int>(connection::Call::none) == v1::CALL_UNSPECIFIED);
static_assert(static_cast<int>(connection::Call::do_handshake) == v1::CALL_DO_HANDSHAKE);
static_assert(static_cast<int>(connection::Call::connect) == v1::CALL_CONNECT);
static_assert(static_cast<int>(connection::Call::accept) == v1::CALL_ACCEPT);
static_assert(static_cast<int>(connection::Call::set_connect_state) == v1::CALL_SET_CONNECT_STATE);
static_assert(static_cast<int>(connection::Call::set_accept_state) == v1::CALL_SET_ACCEPT_STATE);
static_assert(static_cast<int>(connection::Call::read) == v1::CALL_READ);
static_assert(static_cast<int>(connection::Call::write) == v1::CALL_WRITE);
static_assert(static_cast<int>(connection::Call::shutdown) == v1::CALL_SHUTDOWN);

static_assert(static_cast<int>(connection::Call::write_early_data) == v1::CALL_WRITE_EARLY_DATA);
static_assert(static_cast<int>(connection::Call::read_early_data) == v1::CALL_READ_EARLY_DATA);
static_assert(static_cast<int>(connection::Call::key_update) == v1::CALL_KEY_UPDATE);
static_assert(static_cast<int>(connection::Call::key_update_requested) ==
              v1::CALL_KEY_UPDATE_REQUESTED);
static_assert(static_cast<int>(connection::Call::verify_client_post_handshake) ==
              v1::CALL_VERIFY_CLIENT_POST_HANDSHAKE);
static_assert(static_cast<int>(connection::Call::renegotiate) == v1::CALL_RENEGOTIATE);

static_assert(static_cast<int>(policy::PskOrigin::external) == v1::PSK_ORIGIN_EXTERNAL);
static_assert(static_cast<int>(policy::PskOrigin::resumption) == v1::PSK_ORIGIN_RESUMPTION);
static_assert(static_cast<int>(policy::PskOrigin::imported) == v1::PSK_ORIGIN_IMPORTED);
static_assert(static_cast<int>(handshake::EarlyData::offered) == v1::EARLY_DATA_OFFERED);
static_assert(static_cast<int>(handshake::EarlyData::rejected) == v1::EARLY_DATA_REJECTED);
static_assert(static_cast<int>(handshake::EarlyData::accepted) == v1::EARLY_DATA_ACCEPTED);

static_assert(static_cast<int>(policy::Role::client) == v1::ROLE_CLIENT);
static_assert(static_cast<int>(policy::Role::server) == v1::ROLE_SERVER);

static_assert(static_cast<int>(session::Direction::received) == v1::DIRECTION_RECEIVED);
static_assert(static_cast<int>(session::Direction::sent) == v1::DIRECTION_SENT);

static_assert(static_cast<int>(connection::SslError::want_retry_verify) ==
              v1::SSL_ERROR_WANT_RETRY_VERIFY);

v1::CertificateType certificate_type(wire::CertificateType type) {
  return type == wire::CertificateType::x509 ? v1::CERTIFICATE_TYPE_X509
                                             : v1::CERTIFICATE_TYPE_RAW_PUBLIC_KEY;
}

void add_event(const session::Event& event, v1::StepResponse& to) {
  v1::ProtocolMessage& message = *to.add_messages();
  message.set_direction(static_cast<v1::Direction>(event.direction));
  fill(event.content_type, *message.mutable_content_type());
  message.set_length(event.length);
  if (event.content_type == wire::ContentType::handshake) {
    fill(event.handshake_type, *message.mutable_handshake_type());
  }
  if (event.content_type == wire::ContentType::alert) {
    v1::Alert& alert = *to.add_alerts();
    alert.set_direction(message.direction());
    alert.set_level(static_cast<std::uint32_t>(event.alert.level));
    fill(event.alert.description, *alert.mutable_description());
  }
}

}  // namespace

void fill_time(absl::Time time, google::protobuf::Timestamp& to) {
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  to.set_seconds(seconds);
  to.set_nanos(
      static_cast<std::int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

void fill(AlertDescription value, v1::CodePoint& to) {
  to.set_value(static_cast<std::uint32_t>(value));
  std::string name = alert_name(value);
  if (!absl::StartsWith(name, "alert_")) to.set_name(std::move(name));
}

v1::Role role_of(const session::Session& session) {
  return session.role ? static_cast<v1::Role>(*session.role) : v1::ROLE_UNSPECIFIED;
}

bool has_facts(const handshake::Facts& facts) {
  return facts.version || facts.cipher_suite || facts.group || facts.server_signature_scheme ||
         facts.client_signature_scheme || facts.alpn_protocol || !facts.server_name.empty() ||
         !facts.peer_certificates.empty() || facts.verdict || facts.hello_retry_request ||
         facts.psk || facts.early_data != handshake::EarlyData::none;
}

void fill(const handshake::Facts& facts, v1::Negotiated& to) {
  if (facts.version) fill(*facts.version, *to.mutable_version());
  if (facts.cipher_suite) fill(*facts.cipher_suite, *to.mutable_cipher_suite());
  if (facts.group) fill(*facts.group, *to.mutable_group());
  if (facts.server_signature_scheme) {
    fill(*facts.server_signature_scheme, *to.mutable_server_signature_scheme());
  }
  if (facts.client_signature_scheme) {
    fill(*facts.client_signature_scheme, *to.mutable_client_signature_scheme());
  }
  if (facts.alpn_protocol) to.set_alpn_protocol(to_text(*facts.alpn_protocol));
  if (!facts.server_name.empty()) to.set_server_name(facts.server_name);
  for (const Bytes& certificate : facts.peer_certificates) {
    to.add_peer_certificates(certificate.data(), certificate.size());
  }
  if (facts.verdict) {
    to.set_verify_result(facts.verdict->code);
    to.set_verify_message(facts.verdict->text);
  }
  to.set_hello_retry_request(facts.hello_retry_request);
  if (facts.psk) to.set_psk(static_cast<v1::PskOrigin>(*facts.psk));
  to.set_early_data(static_cast<v1::EarlyData>(facts.early_data));
  to.set_extended_master_secret(facts.extended_master_secret);
  to.set_encrypt_then_mac(facts.encrypt_then_mac);
  to.set_secure_renegotiation(facts.secure_renegotiation);
  if (facts.ocsp_response) to.set_ocsp_response(to_text(*facts.ocsp_response));
  for (const Bytes& timestamp : facts.timestamps) {
    to.add_signed_certificate_timestamps(timestamp.data(), timestamp.size());
  }
  if (facts.cipher_suite) {
    to.set_server_certificate_type(certificate_type(facts.server_certificate_type));
    to.set_client_certificate_type(certificate_type(facts.client_certificate_type));
  }
  to.set_max_fragment_length(facts.max_fragment_length.value_or(0));
  to.set_record_size_limit(facts.record_size_limit.value_or(0));
  to.set_srtp_profile(facts.srtp_profile.value_or(0));
}

void fill(const Failure& failure, std::uint64_t step, v1::Failure& to) {
  to.set_code(openssl_code(failure));
  to.set_reason(openssl_text(failure));
  to.set_detail(failure.detail);
  to.set_step(step);
  const auto alert = failure.peer_alert ? failure.peer_alert : alert_of(failure);
  if (alert) {
    to.set_alert(static_cast<std::uint32_t>(*alert));
    to.set_alert_name(alert_name(*alert));
  }
}

void fill(absl::string_view name, const SessionRecord& record, v1::Session& to) {
  const session::Session& session = record.stepped.connection.session;
  to.set_name(std::string(name));
  *to.mutable_config() = record.config->given;
  to.set_role(role_of(session));
  to.set_state(std::string(session::state_name(session)));
  to.set_step(record.steps);
  to.set_handshake_complete(session::handshake_complete(session));
  to.set_pending_input_bytes(record.stepped.inbox.size());
  to.set_pending_output_bytes(output_end(record) - record.flow.output_given);
  to.set_input_offset(record.flow.input_end);
  to.set_output_offset(record.flow.output_begin);
  if (has_facts(session.facts)) fill(session.facts, *to.mutable_negotiated());
  if (session.failure) {
    fill(*session.failure, record.failed_in_step.value_or(0), *to.mutable_failure());
  }
  fill_time(record.create_time, *to.mutable_create_time());
  fill_time(record.update_time, *to.mutable_update_time());
  if (record.expire_time != absl::InfiniteFuture()) {
    fill_time(record.expire_time, *to.mutable_expire_time());
  }
}

connection::Call convert(v1::Call call) { return static_cast<connection::Call>(call); }

void fill(connection::StepOutput&& output, v1::StepResponse& to) {
  connection::CallResult& result = output.result;
  to.set_return_value(result.return_value);
  to.set_ssl_error(static_cast<v1::SslError>(result.error));
  for (connection::ErrorEntry& error : result.errors) {
    v1::ErrorEntry& entry = *to.add_errors();
    entry.set_code(error.code);
    entry.set_reason(std::move(error.reason));
    entry.set_detail(std::move(error.detail));
  }
  for (const session::Event& event : result.events) add_event(event, to);
  if (!result.data.empty()) to.set_data(to_text(result.data));
  for (std::string& line : result.key_log) to.add_key_log(std::move(line));
  to.set_consumed_input_bytes(output.consumed_input);
}

void fill(const SessionRecord& record, v1::StepResponse& to) {
  const session::Session& session = record.stepped.connection.session;
  v1::Question question;
  if (fill_question(record.stepped.connection, question)) {
    *to.mutable_question() = std::move(question);
  }
  to.set_step(record.steps);
  to.set_state(std::string(session::state_name(session)));
  to.set_pending_input_bytes(record.stepped.inbox.size());
  to.set_pending_output_bytes(output_end(record) - record.flow.output_given);
  to.set_input_offset(record.flow.input_end);
  to.set_handshake_complete(session::handshake_complete(session));
  for (const policy::Psk& psk : session.tickets) {
    v1::Ticket& ticket = *to.add_tickets();
    ticket.set_value(to_text(policy::encode_psk(psk)));
    ticket.set_lifetime(psk.lifetime);
    ticket.set_max_early_data_size(psk.max_early_data);
  }
  if (has_facts(session.facts)) fill(session.facts, *to.mutable_negotiated());
  if (session.failure) {
    fill(*session.failure, record.failed_in_step.value_or(0), *to.mutable_failure());
  }
}

}  // namespace stepshake::server

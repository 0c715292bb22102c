#include "server/convert_question.h"

#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "describe/describe.h"
#include "handshake/hello.h"
#include "server/convert.h"
#include "server/convert_config.h"
#include "server/convert_trace.h"
#include "server/status.h"
#include "server/text.h"

namespace stepshake::server {
namespace {

struct QuestionFiller {
  const connection::Connection& connection;
  v1::Question& to;

  bool operator()(const handshake::ClientHelloDecision& /*question*/) const {
    const schedule::Transcript& transcript = connection.session.transcript;
    const BytesView hello = BytesView(transcript.messages).subspan(transcript.last_message);
    v1::ClientHelloQuestion& asked = *to.mutable_client_hello();
    asked.set_client_hello(to_text(hello));
    fill(describe::handshake_message(hello), *asked.mutable_fields());
    return true;
  }
  // Answered by the service's own store.
  bool operator()(const handshake::TicketLookup& /*question*/) const { return false; }
  bool operator()(const handshake::CertificateChoice& question) const {
    v1::CertificateQuestion& asked = *to.mutable_certificate();
    for (auto scheme : question.schemes) fill(scheme, *asked.add_signature_schemes());
    return true;
  }
  bool operator()(const handshake::VerifyDecision& /*question*/) const {
    const handshake::Facts& facts = connection.session.facts;
    v1::VerifyQuestion& asked = *to.mutable_verify();
    for (const Bytes& certificate : facts.peer_certificates) {
      asked.add_peer_certificates(to_text(certificate));
    }
    if (facts.verdict) {
      asked.set_verify_result(facts.verdict->code);
      asked.set_verify_message(facts.verdict->text);
    }
    return true;
  }
  // Not before a slot was free for it.
  bool operator()(const handshake::SignatureRequest& question) const {
    if (!connection.async_started) return false;
    fill(question.scheme, *to.mutable_signature()->mutable_signature_scheme());
    to.mutable_signature()->set_content(to_text(question.content));
    return true;
  }
};

absl::StatusOr<handshake::Answer> refused_answer(const v1::Refuse& refuse) {
  handshake::Refuse answer;
  if (refuse.has_alert()) {
    if (refuse.alert() > std::numeric_limits<std::uint8_t>::max()) {
      return invalid_field("refuse.alert", "must be 0 to 255");
    }
    answer.alert = static_cast<AlertDescription>(refuse.alert());
  }
  return answer;
}

// The session's configuration with another identity, or with none.
absl::StatusOr<std::shared_ptr<const SharedConfig>> with_identity(
    const v1::CertificateAnswer& answer, const SharedConfig& config, ConfigCache& configs) {
  v1::SessionConfig changed = full_config(config);
  changed.clear_identities();
  if (answer.has_identity()) {
    auto identity = convert(answer.identity(), configs.test_identities());
    if (!identity.ok()) {
      return within("certificate", within("identity", identity.status()));
    }
    *changed.add_identities() = answer.identity();
  }
  auto made = configs.get(changed, config.ticket_period);
  if (!made.ok()) return invalid_field("certificate.identity", made.status().message());
  return made;
}

absl::StatusOr<std::shared_ptr<const SharedConfig>> another(const v1::SessionConfig& config,
                                                            ConfigCache& configs) {
  if (config.role() == v1::ROLE_CLIENT) {
    return invalid_field("config.role", "a session that has received a ClientHello is a server");
  }
  auto changed = configs.get(config);
  if (!changed.ok()) return within("config", changed.status());
  return changed;
}

absl::Status check_kind(const v1::Answer& answer, const SessionRecord& record) {
  const auto question = connection::question_of(record.stepped.connection);
  if (!question) return no_such_question("the session asks nothing");
  if (answer.has_certificate() &&
      !std::holds_alternative<handshake::CertificateChoice>(*question)) {
    return no_such_question("the session does not ask for a certificate");
  }
  if (answer.has_config() && !std::holds_alternative<handshake::ClientHelloDecision>(*question)) {
    return no_such_question("the session does not ask about a ClientHello");
  }
  return absl::OkStatus();
}

}  // namespace

bool fill_question(const connection::Connection& connection, v1::Question& to) {
  const auto question = connection::question_of(connection);
  return question && std::visit(QuestionFiller{connection, to}, *question);
}

absl::StatusOr<GivenAnswer> convert(const v1::Answer& answer, const SessionRecord& record,
                                    ConfigCache& configs) {
  if (auto status = check_kind(answer, record); !status.ok()) return status;
  GivenAnswer given{handshake::GoOn{}, record.config};
  absl::StatusOr<std::shared_ptr<const SharedConfig>> changed = record.config;
  switch (answer.kind_case()) {
    case v1::Answer::kGoOn: break;
    case v1::Answer::kRefuse: {
      auto refused = refused_answer(answer.refuse());
      if (!refused.ok()) return refused.status();
      given.answer = *std::move(refused);
      break;
    }
    case v1::Answer::kCertificate:
      changed = with_identity(answer.certificate(), *record.config, configs);
      break;
    case v1::Answer::kConfig: changed = another(answer.config(), configs); break;
    case v1::Answer::kSignature:
      if (answer.signature().size() > std::numeric_limits<std::uint16_t>::max()) {
        return invalid_field("signature", "must have at most 65535 bytes");
      }
      given.answer = handshake::Signature{to_bytes(view_of(answer.signature()))};
      break;
    case v1::Answer::KIND_NOT_SET:
      return invalid_field("kind",
                           "is missing; it needs go_on, refuse, certificate, config or "
                           "signature");
  }
  if (!changed.ok()) return changed.status();
  if (!connection::takes_answer(record.stepped.connection, given.answer)) {
    return no_such_question("the session asks something else; see StepResponse.question");
  }
  given.config = *std::move(changed);
  return given;
}

}  // namespace stepshake::server

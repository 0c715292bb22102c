#include "handshake/answers.h"

#include <algorithm>

namespace stepshake::handshake {
namespace {

using wire::CertificateType;

void note(const wire::ServerAnswers& answers, std::optional<std::uint16_t> peers_limit,
          Facts& facts) {
  facts.server_certificate_type = answers.server_certificate_type.value_or(CertificateType::x509);
  facts.client_certificate_type = answers.client_certificate_type.value_or(CertificateType::x509);
  if (answers.use_srtp) facts.srtp_profile = answers.use_srtp->profiles.front();
  if (answers.max_fragment_length) {
    facts.max_fragment_length =
        static_cast<std::uint16_t>(wire::size_of_max_fragment_length(*answers.max_fragment_length));
  }
  if (answers.record_size_limit) facts.record_size_limit = peers_limit;
}

// RFC 8449 4: in TLS 1.3 the content's type counts, and no limit is above the protocol's own. Where there is none it is
// max_fragment_length's, or the protocol's.
std::uint16_t content_of(std::optional<std::uint16_t> limit, const Facts& facts) {
  static constexpr std::uint16_t kMost = 16'384;
  if (!limit) return facts.max_fragment_length.value_or(kMost);
  const int type = facts.version == wire::ProtocolVersion::tls_1_3 ? 1 : 0;
  return std::min(kMost, static_cast<std::uint16_t>(*limit - type));
}

}  // namespace

Result<wire::ServerAnswers> choose_answers(const wire::ClientHello& hello,
                                           policy::Certified certified, Turn& turn) {
  TRY_ASSIGN(auto answers,
             policy::choose_answers(hello.extensions, turn.config, *turn.facts.version, certified));
  note(answers, hello.extensions.record_size_limit, turn.facts);
  return answers;
}

Result<void> take_answers(const wire::ServerAnswers& answers, const wire::ClientHello& offered,
                          Turn& turn) {
  TRY(policy::check_answers(answers, offered.extensions));
  note(answers, answers.record_size_limit, turn.facts);
  turn.facts.alpn_protocol = answers.alpn;
  const auto& protocols = turn.config.alpn_protocols;
  if (answers.alpn &&
      std::find(protocols.begin(), protocols.end(), *answers.alpn) == protocols.end()) {
    return fail(Reason::bad_alpn, "the server chose a protocol that was not offered");
  }
  return {};
}

void limit_sent_records(Turn& turn) {
  turn.limit_write_records(content_of(turn.facts.record_size_limit, turn.facts));
}

void limit_all_records(Turn& turn) {
  // RFC 8449 4: records without protection are not bound by it. But peers refuse long ones (GnuTLS), and none short ones.
  if (turn.facts.record_size_limit) limit_sent_records(turn);
  if (!turn.facts.max_fragment_length) return;
  turn.limit_read_records(*turn.facts.max_fragment_length);
  turn.limit_write_records(*turn.facts.max_fragment_length);
}

void limit_received_records(Turn& turn) {
  // Ours is in force where the peer has one too.
  const auto& limit =
      turn.facts.record_size_limit ? turn.config.record_size_limit : turn.facts.record_size_limit;
  turn.limit_read_records(content_of(limit, turn.facts));
}

}  // namespace stepshake::handshake

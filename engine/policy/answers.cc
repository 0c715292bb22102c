#include "policy/answers.h"

#include <algorithm>

namespace stepshake::policy {
namespace {

using wire::CertificateType;
using Types = std::vector<CertificateType>;

template <class T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// The server's first of those that the client has; nothing where the client says nothing of it.
Result<std::optional<CertificateType>> choose_type(const std::optional<Types>& offered,
                                                   const Types& ours) {
  using Chosen = std::optional<CertificateType>;
  const Types known = offered.value_or(Types{CertificateType::x509});
  const Types own = ours.empty() ? Types{CertificateType::x509} : ours;
  const auto type =
      std::find_if(own.begin(), own.end(), [&](auto each) { return contains(known, each); });
  if (type == own.end()) {
    return fail(Reason::certificate_unsupported, "no type of certificate in common");
  }
  return offered ? Chosen(*type) : Chosen();
}

std::optional<wire::UseSrtp> choose_profile(const std::optional<wire::UseSrtp>& offered,
                                            const Config& config) {
  if (!offered) return std::nullopt;
  for (std::uint16_t profile : config.srtp_profiles) {
    // RFC 5764 4.1.3: without a master key identifier, which nobody here would use.
    if (contains(offered->profiles, profile)) return wire::UseSrtp{{profile}, {}};
  }
  return std::nullopt;
}

Result<void> check_type(const std::optional<CertificateType>& answer,
                        const std::optional<Types>& offered) {
  if (!answer || (offered && contains(*offered, *answer))) return {};
  return fail(Reason::bad_parameter, "a type of certificate that was not offered");
}

Result<void> check_srtp(const std::optional<wire::UseSrtp>& answer,
                        const std::optional<wire::UseSrtp>& offered) {
  if (!answer) return {};
  // RFC 5764 4.1.3: one profile, which was offered, and the key identifier that was sent or none.
  if (answer->profiles.size() != 1 || !offered ||
      !contains(offered->profiles, answer->profiles.front())) {
    return fail(Reason::bad_parameter, "not one of the SRTP profiles that were offered");
  }
  if (answer->mki.empty() || answer->mki == offered->mki) return {};
  return fail(Reason::bad_parameter, "srtp_mki is not what was sent");
}

}  // namespace

std::optional<std::uint16_t> record_size_limit_in(const Config& config,
                                                  wire::ProtocolVersion version) {
  if (!config.record_size_limit) return std::nullopt;
  const std::uint16_t most = version == wire::ProtocolVersion::tls_1_3 ? 16'385 : 16'384;
  return std::min(*config.record_size_limit, most);
}

Result<wire::ServerAnswers> choose_answers(const wire::ClientHelloExtensions& offered,
                                           const Config& config, wire::ProtocolVersion version,
                                           Certified certified) {
  wire::ServerAnswers answers;
  // RFC 8449 5: where there is a record_size_limit, max_fragment_length MUST be ignored.
  if (offered.record_size_limit && config.record_size_limit) {
    answers.record_size_limit = record_size_limit_in(config, version);
  } else {
    answers.max_fragment_length = offered.max_fragment_length;
  }
  answers.use_srtp = choose_profile(offered.use_srtp, config);
  if (certified.server) {
    TRY_ASSIGN(answers.server_certificate_type,
               choose_type(offered.server_certificate_types, config.server_certificate_types));
  }
  if (certified.client) {
    TRY_ASSIGN(answers.client_certificate_type,
               choose_type(offered.client_certificate_types, config.client_certificate_types));
  }
  return answers;
}

Result<void> check_answers(const wire::ServerAnswers& answers,
                           const wire::ClientHelloExtensions& offered) {
  // RFC 6066 4: another length than the requested one is illegal_parameter.
  if (answers.max_fragment_length && answers.max_fragment_length != offered.max_fragment_length) {
    return fail(Reason::bad_parameter, "max_fragment_length is not what was asked for");
  }
  // RFC 8449 5
  if (answers.max_fragment_length && answers.record_size_limit) {
    return fail(Reason::bad_parameter, "max_fragment_length beside record_size_limit");
  }
  TRY(check_srtp(answers.use_srtp, offered.use_srtp));
  TRY(check_type(answers.client_certificate_type, offered.client_certificate_types));
  return check_type(answers.server_certificate_type, offered.server_certificate_types);
}

}  // namespace stepshake::policy

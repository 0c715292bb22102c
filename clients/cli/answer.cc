// From options to an Answer.
#include "cli/answer.h"

#include "absl/strings/str_cat.h"
#include "cli/files.h"

namespace stepshake::cli {
namespace {

constexpr uint32_t kMostAlert = 255;

absl::Status only_with(absl::string_view kind, absl::string_view option) {
  return absl::InvalidArgumentError(absl::StrCat(option, " goes with --answer ", kind, " alone"));
}

absl::StatusOr<v1::Refuse> refusal(const AnswerFlags& flags, CodePointNames& names) {
  v1::Refuse refuse;
  if (!flags.alert) return refuse;
  const auto alert = names.parse(Registry::kAlerts, *flags.alert);
  if (!alert.ok()) {
    return absl::Status(alert.status().code(), absl::StrCat("--alert: ", alert.status().message()));
  }
  if (*alert > kMostAlert) {
    return absl::InvalidArgumentError(absl::StrCat("--alert: ", *alert, " is no alert: 0 to 255"));
  }
  refuse.set_alert(*alert);
  return refuse;
}

absl::StatusOr<v1::CertificateAnswer> certificate(const AnswerFlags& flags, CodePointNames& names) {
  // Built as a client's: a server's would show the test identity where none is given.
  const auto config = build_config(flags.session, v1::ROLE_CLIENT, names);
  if (!config.ok()) return config.status();
  if (config->identities_size() > 1) {
    return absl::InvalidArgumentError("--answer certificate: one identity can be presented");
  }
  v1::CertificateAnswer answer;
  if (config->identities_size() == 1) *answer.mutable_identity() = config->identities(0);
  return answer;
}

bool presents_anything(const SessionFlags& flags) {
  return !flags.certs.empty() || !flags.test_identities.empty() || !flags.remote_certs.empty();
}

}  // namespace

void add_answer_options(CLI::App& app, AnswerFlags& flags) {
  const std::string group = "Answer to what the last step asked";
  app.add_option("--answer", flags.kind,
                 "go_on: as the configuration has it; refuse: end the handshake; certificate: "
                 "present --cert or --test-identity, or nothing; config: go on as a server with "
                 "the options below, and those not given at their defaults; signature: the bytes "
                 "of --signature")
      ->type_name("KIND")
      ->check(
          CLI::IsMember({"go_on", "refuse", "certificate", "config", "signature"}).description(""))
      ->group(group);
  app.add_option("--alert", flags.alert,
                 "For refuse: the alert to send, by name or number (default: the one that OpenSSL "
                 "sends)")
      ->type_name("ALERT")
      ->group(group);
  app.add_option("--signature", flags.signature, "For signature: a file, or -")
      ->type_name("FILE")
      ->group(group);
  add_identity_options(app, flags.session, "", group);
  add_negotiation_options(app, flags.session, "", "For --answer config");
  add_trust_options(app, flags.session, "", "For --answer config");
  add_client_auth_options(app, flags.session, "For --answer config");
}

absl::StatusOr<std::optional<v1::Answer>> build_answer(const AnswerFlags& flags,
                                                       CodePointNames& names) {
  if (flags.alert && flags.kind != "refuse") return only_with("refuse", "--alert");
  if (flags.signature && flags.kind != "signature") return only_with("signature", "--signature");
  if (presents_anything(flags.session) && flags.kind != "certificate" && flags.kind != "config") {
    return only_with("certificate, or config,", "an identity");
  }
  v1::Answer answer;
  if (flags.kind.empty()) return std::nullopt;
  if (flags.kind == "go_on") {
    answer.mutable_go_on();
  } else if (flags.kind == "refuse") {
    const auto refuse = refusal(flags, names);
    if (!refuse.ok()) return refuse.status();
    *answer.mutable_refuse() = *refuse;
  } else if (flags.kind == "certificate") {
    const auto chosen = certificate(flags, names);
    if (!chosen.ok()) return chosen.status();
    *answer.mutable_certificate() = *chosen;
  } else if (flags.kind == "config") {
    const auto config = build_config(flags.session, v1::ROLE_SERVER, names);
    if (!config.ok()) return config.status();
    *answer.mutable_config() = *config;
  } else {
    if (!flags.signature) {
      return absl::InvalidArgumentError("--answer signature needs --signature FILE");
    }
    const auto bytes = read_file(*flags.signature);
    if (!bytes.ok()) return bytes.status();
    answer.set_signature(*bytes);
  }
  return answer;
}

}  // namespace stepshake::cli

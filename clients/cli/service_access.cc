#include "cli/service_access.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/files.h"

namespace stepshake::cli {
namespace {

absl::Status wrong(absl::string_view option, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(option, ": ", why));
}

absl::Status read_pem(absl::string_view option, const std::string& file, PemBlocks sort,
                      std::string& to) {
  if (file.empty()) return absl::OkStatus();
  const auto text = read_file(file);
  if (!text.ok()) return wrong(option, text.status().message());
  to = pem_blocks(*text, sort);
  if (!to.empty()) return absl::OkStatus();
  return wrong(option,
               absl::StrCat(file, sort == PemBlocks::kCertificates ? " holds no PEM certificate"
                                                                   : " holds no PEM private key"));
}

// It goes into a header of HTTP/2, where not every byte may stand.
absl::Status check_token(absl::string_view option, const std::string& token) {
  const bool visible = std::all_of(token.begin(), token.end(),
                                   [](unsigned char c) { return absl::ascii_isgraph(c); });
  if (!token.empty() && visible) return absl::OkStatus();
  return wrong(option, "must be one word of visible ASCII characters");
}

absl::Status read_token(ServiceAccess& access) {
  if (!access.token_file.empty()) {
    const auto text = read_file(access.token_file);
    if (!text.ok()) return wrong("--token-file", text.status().message());
    access.token = std::string(absl::StripAsciiWhitespace(*text));
    return check_token("--token-file", access.token);
  }
  const char* const given = std::getenv("STEPSHAKE_TOKEN");
  if (given == nullptr || *given == '\0') return absl::OkStatus();
  access.token = given;
  return check_token("STEPSHAKE_TOKEN", access.token);
}

}  // namespace

void add_service_options(CLI::App& app, ServiceAccess& access) {
  app.add_option("-s,--server", access.server,
                 "Where the service is (default: $STEPSHAKE_SERVER, or 127.0.0.1:50443); plaintext "
                 "gRPC without --service-ca")
      ->type_name("HOST:PORT")
      ->envname("STEPSHAKE_SERVER");
  app.add_option("--service-ca", access.authorities_file,
                 "Talk TLS to the service, whose certificate these authorities vouch for, PEM "
                 "(default: $STEPSHAKE_SERVICE_CA)")
      ->type_name("FILE")
      ->envname("STEPSHAKE_SERVICE_CA");
  app.add_option("--service-cert", access.certificate_file,
                 "With --service-ca: this program's own certificate chain for the service, PEM "
                 "(default: $STEPSHAKE_SERVICE_CERT)")
      ->type_name("FILE")
      ->envname("STEPSHAKE_SERVICE_CERT");
  app.add_option("--service-key", access.key_file,
                 "Its private key, PEM (default: $STEPSHAKE_SERVICE_KEY)")
      ->type_name("FILE")
      ->envname("STEPSHAKE_SERVICE_KEY");
  app.add_option(
         "--service-hostname", access.hostname,
         "With --service-ca: the name in the service's certificate, where it is not --server's")
      ->type_name("NAME");
  app.add_option("--token-file", access.token_file,
                 "A file with the bearer token for the service, or - (default: the token in "
                 "$STEPSHAKE_TOKEN)")
      ->type_name("FILE");
}

absl::Status load(ServiceAccess& access) {
  if (access.certificate_file.empty() != access.key_file.empty()) {
    return absl::InvalidArgumentError("--service-cert and --service-key need each other");
  }
  if (access.authorities_file.empty()) {
    if (!access.certificate_file.empty()) {
      return absl::InvalidArgumentError("--service-cert and --service-key need --service-ca");
    }
    if (!access.hostname.empty()) {
      return absl::InvalidArgumentError("--service-hostname needs --service-ca");
    }
  }
  absl::Status status = read_pem("--service-ca", access.authorities_file, PemBlocks::kCertificates,
                                 access.authorities);
  status.Update(read_pem("--service-cert", access.certificate_file, PemBlocks::kCertificates,
                         access.certificate));
  status.Update(read_pem("--service-key", access.key_file, PemBlocks::kPrivateKeys, access.key));
  if (status.ok()) status = read_token(access);
  return status;
}

}  // namespace stepshake::cli

#include "server/authenticator.h"

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

constexpr absl::string_view kBearer = "Bearer ";

// gRPC's name for a property of the peer's certificate, and ours.
constexpr std::array<std::pair<const char*, absl::string_view>, 4> kNames{{
    {"peer_uri", "uri:"},
    {"peer_dns", "dns:"},
    {"peer_email", "email:"},
    {"x509_common_name", "cn:"},
}};

absl::StatusOr<std::string> name_in_certificate(const grpc::AuthContext& connection) {
  for (const auto& [property, prefix] : kNames) {
    const auto values = connection.FindPropertyValues(property);
    if (!values.empty() && !values.front().empty()) {
      return absl::StrCat(prefix, absl::string_view(values.front().data(), values.front().size()));
    }
  }
  return unauthenticated("NO_CREDENTIALS",
                         "the client certificate bears no name: a URI, DNS or email subject "
                         "alternative name, or a common name");
}

}  // namespace

absl::StatusOr<std::string> Authenticator::identify(const grpc::ServerContextBase& context) const {
  if (tokens_) {
    const auto found = context.client_metadata().find("authorization");
    if (found != context.client_metadata().end()) {
      const absl::string_view value(found->second.data(), found->second.size());
      std::string name;
      if (absl::StartsWithIgnoreCase(value, kBearer)) {  // RFC 7235 2.1: the scheme's case is free
        name = tokens_->get()->name_of(value.substr(kBearer.size()));
      }
      if (!name.empty()) return absl::StrCat("token:", name);
      return unauthenticated("BAD_TOKEN",
                             "authorization: this is no bearer token that the server knows");
    }
  }
  if (client_certificates_) {
    const auto connection = context.auth_context();
    if (connection && connection->IsPeerAuthenticated()) return name_in_certificate(*connection);
  }
  if (!tokens_ && !client_certificates_) return std::string();
  return unauthenticated("NO_CREDENTIALS",
                         absl::StrCat("this server tells callers apart: bring ",
                                      tokens_ ? "metadata \"authorization: Bearer TOKEN\"" : "",
                                      tokens_ && client_certificates_ ? ", or " : "",
                                      client_certificates_ ? "a client certificate" : ""));
}

}  // namespace stepshake::server

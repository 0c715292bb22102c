// Who makes a call: by its bearer token, or by the certificate that its connection came with.
#pragma once

#include <grpcpp/server_context.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/reloaded.h"
#include "server/tokens.h"

namespace stepshake::server {

// Safe to use from many threads.
class Authenticator {
 public:
  // Without either, callers are not told apart.
  Authenticator(std::shared_ptr<Reloaded<Tokens>> tokens, bool client_certificates)
      : tokens_(std::move(tokens)), client_certificates_(client_certificates) {}

  // "token:NAME"; "uri:", "dns:", "email:" or "cn:" and the first such name in the certificate, in this order; or
  // empty. A token goes before a certificate. UNAUTHENTICATED.
  [[nodiscard]] absl::StatusOr<std::string> identify(const grpc::ServerContextBase& context) const;

 private:
  std::shared_ptr<Reloaded<Tokens>> tokens_;  // null: none
  bool client_certificates_;
};

}  // namespace stepshake::server

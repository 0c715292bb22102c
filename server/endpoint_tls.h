// TLS on the endpoint itself: gRPC's, with certificates that are looked at again at each handshake, so that new files
// are in force at once and connections that are open stay.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "server/log.h"
#include "server/tls_files.h"

namespace stepshake::server {

enum class ClientCertificates {
  none,
  optional,  // one that is sent must verify
  required,
};

// INVALID_ARGUMENT for files that cannot be read, hold no certificate or no key, or where the key is another's. It must
// live as long as the server that it is given to. `told`: of each reload, and whether it worked.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> endpoint_tls(
    const TlsFiles& files, ClientCertificates client_certificates, const std::shared_ptr<Log>& log,
    std::function<void(bool loaded)> told);

}  // namespace stepshake::server

#include "server/endpoint_tls.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include <deque>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "crypto/keys.h"
#include "crypto/x509.h"
#include "server/file_stamp.h"
#include "server/reloaded.h"

namespace stepshake::server {
namespace {

// PEM, read and found to fit together.
struct Material {
  std::string chain;
  std::string key;
  std::string authorities;
};

absl::Status wrong(const std::string& file, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", why));
}

// gRPC would find out at a caller's first handshake, and tell nobody.
absl::Status check(const TlsFiles& files, const Material& material) {
  const auto chain = crypto::certificates_from_pem(material.chain);
  if (!chain) return wrong(files.certificate_chain, "holds no certificate in PEM");
  const auto key = crypto::private_key_from_pem(material.key);
  if (!key) return wrong(files.private_key, "holds no unencrypted private key in PEM");
  const auto public_key = crypto::public_key_of(chain->front());
  if (!public_key || !crypto::belongs_to(*key, *public_key)) {
    return wrong(files.private_key, absl::StrCat("is not the key of the first certificate of ",
                                                 files.certificate_chain));
  }
  if (!files.client_authorities.empty() && !crypto::certificates_from_pem(material.authorities)) {
    return wrong(files.client_authorities, "holds no certificate in PEM");
  }
  return absl::OkStatus();
}

absl::StatusOr<Material> load(const TlsFiles& files) {
  Material material;
  for (const auto& [file, to] : {std::pair{&files.certificate_chain, &material.chain},
                                 std::pair{&files.private_key, &material.key},
                                 std::pair{&files.client_authorities, &material.authorities}}) {
    if (file->empty()) continue;
    auto text = read_file(*file);
    if (!text.ok()) return text.status();
    *to = *std::move(text);
  }
  if (auto status = check(files, material); !status.ok()) return status;
  return material;
}

grpc_ssl_client_certificate_request_type request_type(ClientCertificates certificates) {
  switch (certificates) {
    case ClientCertificates::none: break;
    case ClientCertificates::optional: return GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
    case ClientCertificates::required:
      return GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
}

class Credentials final : public grpc::ServerCredentials {
 public:
  Credentials(std::unique_ptr<Reloaded<Material>> material, ClientCertificates certificates)
      : material_(std::move(material)), certificates_(certificates) {}

  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*processor*/) override {}

 private:
  // gRPC keeps what it was given last for each address apart.
  struct Port {
    Reloaded<Material>* material;
    absl::Mutex mutex;
    std::shared_ptr<const Material> given;
  };

  int AddPortToServer(const std::string& address, grpc_server* server) override {
    Port& port = ports_.emplace_back();
    port.material = material_.get();
    grpc_server_credentials* const credentials = grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(request_type(certificates_),
                                                                        fetch, &port));
    const int number = grpc_server_add_http2_port(server, address.c_str(), credentials);
    grpc_server_credentials_release(credentials);
    return number;
  }

  // At the server's start, and at each connection's.
  static grpc_ssl_certificate_config_reload_status fetch(
      void* user_data, grpc_ssl_server_certificate_config** config) {
    Port& port = *static_cast<Port*>(user_data);
    const auto newest = port.material->get();
    const absl::MutexLock lock(&port.mutex);
    if (newest == port.given) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair{newest->key.c_str(), newest->chain.c_str()};
    // gRPC wants authorities here also where it is told to ask for no client certificate, and then does not use them.
    const std::string& authorities =
        newest->authorities.empty() ? newest->chain : newest->authorities;
    *config = grpc_ssl_server_certificate_config_create(authorities.c_str(), &pair, 1);
    port.given = newest;
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  std::unique_ptr<Reloaded<Material>> material_;
  ClientCertificates certificates_;
  std::deque<Port> ports_;  // they stay where they are
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> endpoint_tls(
    const TlsFiles& files, ClientCertificates client_certificates, const std::shared_ptr<Log>& log,
    std::function<void(bool loaded)> told) {
  auto material = Reloaded<Material>::start(
      {"certificates",
       {files.certificate_chain, files.private_key, files.client_authorities},
       [files] { return load(files); },
       absl::ZeroDuration(),
       log,
       std::move(told)});
  if (!material.ok()) return material.status();
  return std::make_shared<Credentials>(*std::move(material), client_certificates);
}

}  // namespace stepshake::server

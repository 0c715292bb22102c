// Your TLS library (here: OpenSSL's libssl, as a client) against a server session of Stepshake.
#include "stepshake/v1/handshake_service.grpc.pb.h"  // before libssl's, whose macros bear the same names

#include <grpcpp/grpcpp.h>
#include <openssl/ssl.h>

#include <iostream>
#include <string>

using namespace stepshake::v1;

int main(int, char** argv) {
  auto channel = grpc::CreateChannel(argv[1], grpc::InsecureChannelCredentials());
  auto stepshake = HandshakeService::NewStub(channel);
  CreateSessionRequest create;
  create.mutable_config()->set_role(ROLE_SERVER);
  create.mutable_config()->add_identities()->set_test_identity("ecdsa");
  CreateSessionResponse created;
  grpc::ClientContext create_context;
  if (!stepshake->CreateSession(&create_context, create, &created).ok()) return 3;

  SSL* client = SSL_new(SSL_CTX_new(TLS_client_method()));  // your library starts here
  BIO* from_peer = BIO_new(BIO_s_mem());
  BIO* to_peer = BIO_new(BIO_s_mem());
  SSL_set_bio(client, from_peer, to_peer);

  StepResponse answer;
  for (int i = 0; i < 10 && !answer.handshake_complete(); ++i) {
    SSL_connect(client);
    char buffer[65536];
    const int size = BIO_read(to_peer, buffer, sizeof buffer);
    StepRequest step;
    step.set_name(created.session().name());
    step.set_call(CALL_DO_HANDSHAKE);
    step.set_input(buffer, size > 0 ? static_cast<size_t>(size) : 0);
    grpc::ClientContext context;
    if (!stepshake->Step(&context, step, &answer).ok()) return 3;
    std::cout << answer.return_value() << " " << SslError_Name(answer.ssl_error()) << " "
              << answer.state() << " " << answer.failure().detail() << "\n";
    BIO_write(from_peer, answer.output().data(), static_cast<int>(answer.output().size()));
  }
  return answer.handshake_complete() && SSL_is_init_finished(client) ? 0 : 1;
}

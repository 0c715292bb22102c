#include <openssl/ssl.h>

#include <string>
#include <vector>

#include "bench/handshake/certificates.h"
#include "bench/measure/check.h"
#include "bench/memory/holder.h"

namespace stepshake::bench {
namespace {

using ContextPtr = crypto::Owned<SSL_CTX, SSL_CTX_free>;
using SslPtr = crypto::Owned<SSL, SSL_free>;

class Peer {
 public:
  Peer(SSL_CTX* context, bool server) : ssl_(SSL_new(context)) {
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    server ? SSL_set_accept_state(ssl_.get()) : SSL_set_connect_state(ssl_.get());
    if (!server) SSL_set1_host(ssl_.get(), kServerName);
  }

  std::string shake(const std::string& heard) {
    BIO_write(SSL_get_rbio(ssl_.get()), heard.data(), static_cast<int>(heard.size()));
    const int result = SSL_do_handshake(ssl_.get());
    check(result == 1 || SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ,
          "libssl's handshake failed");
    std::string said(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
    if (!said.empty()) {
      BIO_read(SSL_get_wbio(ssl_.get()), said.data(), static_cast<int>(said.size()));
    }
    return said;
  }
  [[nodiscard]] bool complete() const { return SSL_is_init_finished(ssl_.get()) == 1; }

 private:
  SslPtr ssl_;
};

class LibsslHolder final : public Holder {
 public:
  explicit LibsslHolder(long mode)
      : certificates_(certificates(crypto::KeyType::ec_p256, 1)),
        client_(SSL_CTX_new(TLS_client_method())),
        server_(SSL_CTX_new(TLS_server_method())) {
    for (SSL_CTX* context : {client_.get(), server_.get()}) {
      SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
      SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
      SSL_CTX_set1_groups_list(context, "X25519");
      SSL_CTX_set_mode(context, mode | SSL_MODE_NO_AUTO_CHAIN);
      SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
      SSL_CTX_set1_cert_store(context, certificates_.trust.get());
    }
    SSL_CTX_set_num_tickets(server_.get(), 0);
    SSL_CTX_set_verify(client_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_use_certificate(server_.get(), certificates_.server.certificate.get());
    SSL_CTX_use_PrivateKey(server_.get(), certificates_.server.key.get());
  }

  void expect(std::size_t sessions) override { held_.reserve(sessions); }
  void add(State state) override {
    held_.push_back(shake_until(state, Peer(client_.get(), false), Peer(server_.get(), true)));
    const bool done = state == State::client_done || state == State::server_done;
    check(held_.back().complete() == done, "libssl's object is not in the state that is meant");
  }
  void copy() override { check(false, "SSL objects cannot be copied"); }

 private:
  const Certificates& certificates_;
  ContextPtr client_;
  ContextPtr server_;
  std::vector<Peer> held_;
};

}  // namespace

std::unique_ptr<Holder> libssl_holder() { return std::make_unique<LibsslHolder>(0); }
std::unique_ptr<Holder> lean_libssl_holder() {
  return std::make_unique<LibsslHolder>(SSL_MODE_RELEASE_BUFFERS);
}

}  // namespace stepshake::bench

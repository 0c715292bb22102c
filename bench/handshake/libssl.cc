// The reference: libssl over memory BIOs, its contexts reused, its SSL objects fresh. Set up as favourably as it can be:
// no session cache where none is wanted, and no chain built beside the one that is configured
// (SSL_MODE_NO_AUTO_CHAIN: without it, libssl builds one in each handshake).
#include <openssl/ssl.h>

#include <string>

#include "bench/handshake/certificates.h"
#include "bench/handshake/contender.h"
#include "bench/handshake/lockstep.h"
#include "bench/measure/check.h"

namespace stepshake::bench {
namespace {

using ContextPtr = crypto::Owned<SSL_CTX, SSL_CTX_free>;
using SslPtr = crypto::Owned<SSL, SSL_free>;
using SessionPtr = crypto::Owned<SSL_SESSION, SSL_SESSION_free>;

struct Peer {
  SslPtr ssl;
  BIO* read = nullptr;  // both owned by `ssl`
  BIO* write = nullptr;
  bool done = false;
};

std::string name_of(SSL_CTX* context, wire::CipherSuite suite) {
  const auto number = static_cast<std::uint16_t>(suite);
  const unsigned char bytes[] = {static_cast<unsigned char>(number >> 8U),
                                 static_cast<unsigned char>(number & 0xffU)};
  const SslPtr ssl(SSL_new(context));
  const SSL_CIPHER* cipher = SSL_CIPHER_find(ssl.get(), bytes);
  check(cipher != nullptr, "libssl does not have the cipher suite");
  return SSL_CIPHER_get_name(cipher);
}

// One write and no copy between: what a service's step would do.
bool carry(const Peer& from, const Peer& to) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(from.write, &bytes);
  if (size <= 0) return false;
  check(BIO_write(to.read, bytes, static_cast<int>(size)) == size, "a memory BIO");
  BIO_reset(from.write);
  return true;
}

void step(Peer& peer) {
  if (!peer.done) {
    const int result = SSL_do_handshake(peer.ssl.get());
    peer.done = result == 1;
    check(peer.done || SSL_get_error(peer.ssl.get(), result) == SSL_ERROR_WANT_READ,
          "libssl's handshake failed");
  }
  if (peer.done && BIO_ctrl_pending(peer.read) > 0) {  // tickets
    char byte = 0;
    const int result = SSL_read(peer.ssl.get(), &byte, 1);
    check(result <= 0 && SSL_get_error(peer.ssl.get(), result) == SSL_ERROR_WANT_READ,
          "libssl does not take what follows the handshake");
  }
}

class LibsslRunner final : public Runner {
 public:
  explicit LibsslRunner(const Suite& suite)
      : suite_(suite),
        certificates_(certificates(suite.key, suite.chain)),
        client_(SSL_CTX_new(TLS_client_method())),
        server_(SSL_CTX_new(TLS_server_method())) {
    configure(client_.get());
    configure(server_.get());
    SSL_CTX_set_verify(client_.get(), SSL_VERIFY_PEER, nullptr);
    identify(server_.get(), certificates_.server);
    if (suite.mutual) {
      SSL_CTX_set_verify(server_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
      identify(client_.get(), certificates_.client);
    }
    const unsigned char context[] = {'b'};
    SSL_CTX_set_session_id_context(server_.get(), context, sizeof context);
    if (suite.resumption == Resumption::session_id) {
      SSL_CTX_set_session_cache_mode(server_.get(), SSL_SESS_CACHE_SERVER);
      SSL_CTX_set_options(server_.get(), SSL_OP_NO_TICKET);
    }
    if (suite.resumed()) get_session();
    if (!suite.tickets) {
      SSL_CTX_set_num_tickets(server_.get(), 0);
      if (!suite.is_tls13() && !suite.resumed())
        SSL_CTX_set_options(server_.get(), SSL_OP_NO_TICKET);
    }
  }

  std::size_t run(std::size_t batch, Meter& meter) override {
    const std::size_t done = handshakes(batch, meter);
    meter.measure(Side::client, [this] { pairs_[0].clear(); });
    meter.measure(Side::server, [this] { pairs_[1].clear(); });
    return done;
  }

 private:
  void configure(SSL_CTX* context) const {
    const int version = suite_.is_tls13() ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_min_proto_version(context, version);
    SSL_CTX_set_max_proto_version(context, version);
    const std::string cipher = name_of(context, suite_.cipher_suite);
    check((suite_.is_tls13() ? SSL_CTX_set_ciphersuites(context, cipher.c_str())
                             : SSL_CTX_set_cipher_list(context, cipher.c_str())) == 1,
          "libssl's cipher suite");
    // TLS 1.2 wants the curve of the certificate among the groups, too.
    const bool x25519 = suite_.group == wire::NamedGroup::x25519;
    const char* groups = !x25519 ? "P-256" : suite_.is_tls13() ? "X25519" : "X25519:P-256";
    check(SSL_CTX_set1_groups_list(context, groups) == 1, "libssl's groups");
    SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set1_cert_store(context, certificates_.trust.get());
  }

  void identify(SSL_CTX* context, const Certified& as) const {
    check(SSL_CTX_use_certificate(context, as.certificate.get()) == 1, "libssl's certificate");
    check(SSL_CTX_use_PrivateKey(context, as.key.get()) == 1, "libssl's key");
    if (certificates_.intermediate) {
      SSL_CTX_add1_chain_cert(context, certificates_.intermediate.get());
    }
  }

  // A session to resume from, whatever the measured handshakes issue.
  void get_session() {
    NoMeter none;
    handshakes(1, none);
    session_.reset(SSL_get1_session(pairs_[0].front().ssl.get()));
    check(session_ && SSL_SESSION_is_resumable(session_.get()) == 1, "libssl's session");
    pairs_ = {};
  }

  Peer open(SSL_CTX* context) const {
    Peer made{SslPtr(SSL_new(context)), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem())};
    BIO_set_mem_eof_return(made.read, -1);
    SSL_set_bio(made.ssl.get(), made.read, made.write);
    return made;
  }

  Peer open_client() const {
    Peer made = open(client_.get());
    SSL_set_connect_state(made.ssl.get());
    SSL_set_tlsext_host_name(made.ssl.get(), kServerName);
    SSL_set1_host(made.ssl.get(), kServerName);
    if (session_) SSL_set_session(made.ssl.get(), session_.get());
    step(made);
    return made;
  }

  std::size_t handshakes(std::size_t count, Meter& meter) {
    auto& [clients, servers] = pairs_;
    meter.measure(Side::client, [&] {
      clients.reserve(count);
      for (std::size_t i = 0; i < count; ++i) clients.push_back(open_client());
    });
    meter.measure(Side::server, [&] {
      servers.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        servers.push_back(open(server_.get()));
        SSL_set_accept_state(servers.back().ssl.get());
      }
    });
    take_turns(pairs_, meter, [](Peer& from, Peer& to, Side /*side*/) {
      if (!carry(from, to)) return false;
      step(to);
      return true;
    });
    meter.measure(Side::client, [&] { end(clients); });
    meter.measure(Side::server, [&] { end(servers); });
    for (std::size_t i = 0; i < count; ++i) {
      check(clients[i].done && servers[i].done, "libssl's handshake is not complete");
      check((SSL_session_reused(clients[i].ssl.get()) == 1) == (session_ != nullptr),
            "libssl resumed, or did not");
    }
    return count;
  }

  // Without it, SSL_free would make the session one that cannot be resumed.
  static void end(std::vector<Peer>& peers) {
    for (Peer& peer : peers) {
      SSL_set_shutdown(peer.ssl.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    }
  }

  Suite suite_;
  const Certificates& certificates_;
  ContextPtr client_;
  ContextPtr server_;
  SessionPtr session_;
  Pairs<Peer> pairs_;
};

}  // namespace

std::unique_ptr<Runner> prepare_libssl(const Suite& suite) {
  return std::make_unique<LibsslRunner>(suite);
}

}  // namespace stepshake::bench

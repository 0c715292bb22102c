// What an SSL object of libssl takes in the states that session_memory.cc measures: malloc's count, over many of them.
// Usage: bench_libssl_memory [objects]
#include <malloc.h>
#include <openssl/ssl.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "crypto/issue.h"
#include "crypto/keys.h"

namespace stepshake {
namespace {

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* freed) const {
    kFree(freed);
  }
};
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using Object = std::unique_ptr<SSL, Freer<SSL_free>>;
using Objects = std::vector<Object>;

void check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "bench_libssl_memory: %s\n", what);
  std::exit(1);
}

std::size_t used() {
  malloc_trim(0);
  return mallinfo2().uordblks;
}

Context server_context() {
  using crypto::KeyType;
  const std::int64_t now = std::time(nullptr);
  const auto authority =
      crypto::issue_authority(KeyType::ec_p256, {"bench", "", now - 86'400, now + 86'400});
  const auto leaf = crypto::issue_leaf(
      KeyType::ec_p256, {"localhost", "DNS:localhost", now - 86'400, now + 86'400}, *authority);
  Context context(SSL_CTX_new(TLS_server_method()));
  check(SSL_CTX_use_certificate_ASN1(context.get(), static_cast<int>(leaf->certificate.size()),
                                     leaf->certificate.data()) == 1,
        "the certificate");
  check(SSL_CTX_use_PrivateKey(context.get(), leaf->key.get()) == 1, "the key");
  return context;
}

Object make(SSL_CTX* context, bool server) {
  Object made(SSL_new(context));
  SSL_set_bio(made.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  server ? SSL_set_accept_state(made.get()) : SSL_set_connect_state(made.get());
  return made;
}

// What `from` has written becomes what `to` reads.
void carry(SSL* from, SSL* to) {
  std::string bytes(65'536, '\0');
  const int size = BIO_read(SSL_get_wbio(from), bytes.data(), static_cast<int>(bytes.size()));
  if (size > 0) BIO_write(SSL_get_rbio(to), bytes.data(), size);
}

void print(const char* name, std::size_t bytes, std::size_t count) {
  std::printf("%-34s %10.0f\n", name, static_cast<double>(bytes) / static_cast<double>(count));
}

// The clients and servers after so many flights; both sides are then told apart by freeing one.
void pairs(SSL_CTX* client, SSL_CTX* server, int flights, std::size_t count,
           const char* client_name, const char* server_name) {
  Objects clients;
  Objects servers;
  clients.reserve(count);
  servers.reserve(count);
  const std::size_t before = used();
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(make(client, false));
    servers.push_back(make(server, true));
    SSL* sides[] = {clients.back().get(), servers.back().get()};
    for (int flight = 0; flight < flights; ++flight) {
      SSL_do_handshake(sides[flight % 2]);
      carry(sides[flight % 2], sides[(flight + 1) % 2]);
    }
    // What was carried last is read, so that no BIO holds anything.
    SSL_do_handshake(sides[flights % 2]);
  }
  const std::size_t both = used() - before;
  servers.clear();
  const std::size_t of_clients = used() - before;
  if (client_name != nullptr) print(client_name, of_clients, count);
  if (server_name != nullptr) print(server_name, both - of_clients, count);
}

void run(std::size_t count) {
  const Context client(SSL_CTX_new(TLS_client_method()));
  const Context server = server_context();
  std::printf("%-34s %10s\n%s\n", "bytes an SSL object", "malloc",
              OpenSSL_version(OPENSSL_VERSION));
  pairs(client.get(), server.get(), 2, 100, nullptr, nullptr);  // what grows at first and is kept
  pairs(client.get(), server.get(), 1, count, "client, after its ClientHello",
        "server, after its flight");
  pairs(client.get(), server.get(), 4, count, "client, after the handshake",
        "server, after the handshake");
  Objects waiting;
  waiting.reserve(count);
  const std::size_t before = used();
  for (std::size_t i = 0; i < count; ++i) {
    waiting.push_back(make(server.get(), true));
    SSL_do_handshake(waiting.back().get());
  }
  print("server, waiting for a ClientHello", used() - before, count);
}

}  // namespace
}  // namespace stepshake

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 10'000;
  if (count < 1) {
    std::fprintf(stderr, "usage: bench_libssl_memory [objects]\n");
    return 2;
  }
  stepshake::run(static_cast<std::size_t>(count));
  return 0;
}

// ClientHello, ServerHello and HelloRetryRequest (RFC 8446 4.1), which TLS 1.2 reads in the same form.
#include "describe/extensions.h"
#include "describe/messages.h"
#include "describe/names.h"
#include "wire/server_hello.h"

namespace stepshake::describe {
namespace {

constexpr std::size_t kRandomAt = 2;  // behind legacy_version
constexpr std::size_t kRandomSize = 32;

}  // namespace

bool is_hello_retry_request(BytesView body) {
  return body.size() >= kRandomAt + kRandomSize &&
         same(body.subspan(kRandomAt, kRandomSize), wire::kHelloRetryRequestRandom);
}

void client_hello(Members& in, const Context& /*context*/) {
  in.number(2, "legacy_version", hex16);
  in.bytes(kRandomSize, "random");
  in.opaque(1, "legacy_session_id");
  in.numbers(2, "cipher_suites", 2, "CipherSuite", shown_cipher_suite);
  in.numbers(1, "legacy_compression_methods", 1, "CompressionMethod", shown_compression_method);
  // RFC 5246 7.4.1.2: a hello may have no extensions at all.
  if (in.more()) extensions(in, wire::Place::client_hello);
}

void server_hello(Members& in, const Context& /*context*/) {
  const bool retry = is_hello_retry_request(in.rest());
  in.number(2, "legacy_version", hex16);
  in.bytes(kRandomSize, "random");
  in.opaque(1, "legacy_session_id_echo");
  in.number(2, "cipher_suite", shown_cipher_suite);
  in.number(1, "legacy_compression_method", shown_compression_method);
  if (!in.more()) return;
  extensions(in, retry ? wire::Place::hello_retry_request : wire::Place::server_hello);
}

}  // namespace stepshake::describe

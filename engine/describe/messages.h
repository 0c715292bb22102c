// The bodies of handshake messages, a reader for each: it reads into the message's own field.
#pragma once

#include "describe/describe.h"
#include "describe/members.h"

namespace stepshake::describe {

using MessageBody = void (*)(Members& in, const Context& context);

// hello.cc
void client_hello(Members& in, const Context& context);
void server_hello(Members& in, const Context& context);
// By its random. `body` may be of any length.
bool is_hello_retry_request(BytesView body);

// messages13.cc: RFC 8446 4.3 to 4.6, RFC 8879.
void encrypted_extensions(Members& in, const Context& context);
void certificate_request13(Members& in, const Context& context);
void certificate13(Members& in, const Context& context);
void certificate_verify(Members& in, const Context& context);
void new_session_ticket13(Members& in, const Context& context);
void key_update(Members& in, const Context& context);
void compressed_certificate(Members& in, const Context& context);

// messages12.cc: RFC 5246 7.4, RFC 8422, RFC 4279, RFC 5077, RFC 6066.
void certificate_request12(Members& in, const Context& context);
void certificate12(Members& in, const Context& context);
void server_key_exchange(Members& in, const Context& context);
void client_key_exchange(Members& in, const Context& context);
void new_session_ticket12(Members& in, const Context& context);

// DigitallySigned of TLS 1.2, CertificateVerify of both: the algorithm (none before TLS 1.2) and the signature.
void signature(Members& in, const Context& context);

}  // namespace stepshake::describe

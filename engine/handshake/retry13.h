// HelloRetryRequest at the server (RFC 8446 4.1.4), with state or with a cookie in its place (4.2.2).
#pragma once

#include "base/result.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "policy/negotiation.h"
#include "wire/client_hello.h"

namespace stepshake::handshake::server13 {

// Asks for another share. The hello is the transcript's last message.
WaitSecondClientHello send_retry_request(const wire::ClientHello& hello,
                                         const policy::Choice& choice, Turn& turn);

// A hello that brings a cookie of ours back to a server that knows nothing of the first one: the state after the
// HelloRetryRequest, restored, and the transcript with it. The hello is the transcript's only message.
Result<WaitSecondClientHello> restore_from_cookie(const wire::ClientHello& hello, Turn& turn);

// RFC 8446 4.1.2: the second hello repeats the first, with the share, and the cookie, that were asked for.
Result<void> check_second_hello(const WaitSecondClientHello& state, const wire::ClientHello& hello);

}  // namespace stepshake::handshake::server13

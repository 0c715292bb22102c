// What the hello's extensions agree on in every version alike, as it comes into force: types of certificates, SRTP's
// profile, and how much a record may hold (RFC 6066 4, RFC 8449).
#pragma once

#include "base/result.h"
#include "handshake/turn.h"
#include "policy/answers.h"
#include "wire/client_hello.h"
#include "wire/server_answers.h"

namespace stepshake::handshake {

// A server's answers, ready to be sent, and noted.
Result<wire::ServerAnswers> choose_answers(const wire::ClientHello& hello,
                                           policy::Certified certified, Turn& turn);

// A client's look at them.
Result<void> take_answers(const wire::ServerAnswers& answers, const wire::ClientHello& offered,
                          Turn& turn);

// From here on: max_fragment_length of all records, and the peer's record_size_limit of those that are sent, where they were
// agreed on.
void limit_all_records(Turn& turn);
// Of those that the keys just installed protect: record_size_limit, or else max_fragment_length, or none (what keys before
// them had is over).
void limit_sent_records(Turn& turn);
void limit_received_records(Turn& turn);

}  // namespace stepshake::handshake

// KeyUpdate (RFC 8446 4.6.3, 7.2), the same for both roles.
#pragma once

#include "handshake/keys13.h"
#include "handshake/turn.h"
#include "policy/config.h"
#include "wire/key_update.h"

namespace stepshake::handshake {

// The peer's keys move on; ours too, behind a KeyUpdate of our own, where it asks for that.
void receive_key_update(ApplicationKeys& keys, const wire::KeyUpdate& message, policy::Role role,
                        Turn& turn);

// Our keys move on, behind a KeyUpdate.
void update_write_keys(ApplicationKeys& keys, bool request_peer_update, policy::Role role,
                       Turn& turn);

}  // namespace stepshake::handshake

// The transition table, read off the overloads of `on`: a message for which a state has none is unexpected_message.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/handshake_message.h"

namespace stepshake::handshake {

// Decodes the message, adds it to the transcript and lets the state handle it. The other door of the transcript:
// what a peer sends gets in here alone.
Result<State> deliver(State state, const wire::HandshakeMessage& message, Turn& turn);

// The state would handle a message of this type.
bool accepts(const State& state, wire::HandshakeType type);

// False for a message that the state would take if the configuration, or what was agreed on, were another: of
// authentication after the handshake (RFC 8446 4.6.2), and HelloRequest before a version is chosen.
bool was_agreed(const State& state, wire::HandshakeType type, const Facts& facts,
                const policy::Config& config);

// RFC 8446 5, D.4: a dummy ChangeCipherSpec may come from the first ClientHello until the peer's Finished.
bool tolerates_change_cipher_spec(const State& state);
// The state acts on one: in TLS 1.2 and older it stands at one place, and is unexpected_message everywhere else.
bool takes_change_cipher_spec(const State& state);
Result<State> deliver_change_cipher_spec(State state, Turn& turn);

// The handshake is complete; what comes now are application data and post-handshake messages.
bool is_connected(const State& state);

// RFC 8446 4.6.2: the answer to a post-handshake request comes in a row, with no application data in it; RFC 5246 6.2.1:
// it goes on during a renegotiation, as long as the old keys are in force.
bool takes_application_data(const State& state);

// RFC 8446 7.5: keying material for a caller, from the exporter_master_secret. The state is connected.
// RFC 5705 4: before TLS 1.3 no context and an empty one are not the same.
Result<Secret> export_keying_material(const State& state, std::string_view label,
                                      std::optional<BytesView> context, std::size_t length);

// The same from any exporter secret.
Result<Secret> export_with(const schedule::ExporterSecret& exporter, std::string_view label,
                           BytesView context, std::size_t length);

// RFC 8446 5.5: new keys for what we send, behind a KeyUpdate. The state is Connected.
State renew_write_keys(State state, bool request_peer_update, Turn& turn);

// RFC 8446 4.6.2: asks a client that offers post_handshake_auth for its certificate. The state is a server's
// Connected.
Result<State> request_client_certificate(State state, Turn& turn);

// RFC 5746: a handshake anew of our own accord: a client sends its hello, a server asks for one. renegotiation_refused
// where the configuration or the peer does not allow it. The state is Connected, of TLS 1.2 or older.
Result<State> renegotiate(State state, Turn& turn);

// RFC 7918: a client whose Finished is out may send data before the server's is in: a first full handshake of TLS 1.2
// with an AEAD (5.1), and DHE or ECDHE that a certificate has signed (5.2).
bool may_start_early(const State& state);

std::string_view name_of(const State& state);

}  // namespace stepshake::handshake

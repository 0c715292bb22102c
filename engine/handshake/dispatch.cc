#include "handshake/dispatch.h"

#include <type_traits>
#include <utility>
#include <variant>

#include "crypto/cipher_suite12.h"
#include "handshake/answer_hello12.h"
#include "handshake/answer_hello13.h"
#include "handshake/authentication.h"
#include "handshake/client12.h"
#include "handshake/client13.h"
#include "handshake/hello.h"
#include "handshake/key_update13.h"
#include "handshake/post_handshake_auth13.h"
#include "handshake/renegotiation12.h"
#include "handshake/server12.h"
#include "handshake/server13.h"

namespace stepshake::handshake {
namespace {

template <class S, class Message>
concept Handles = requires(S state, const Message& message, Turn& turn) {
  on(std::move(state), message, turn);
};

// RFC 8446 4.4.1: post-handshake messages are not part of the transcript; RFC 5246 7.4.1.1: nor is HelloRequest.
template <class Message>
constexpr bool kInTranscript =
    !std::is_same_v<Message, wire::NewSessionTicket> && !std::is_same_v<Message, wire::KeyUpdate> &&
    !std::is_same_v<Message, wire::HelloRequest>;

template <class S>
constexpr bool kOfTls12 = S::kTag >= kFirstTag12;

Result<wire::Finished> decode_finished(BytesView body) { return wire::Finished{to_bytes(body)}; }

// Calls `visit` with the decoder of the type's message in TLS 1.3; `otherwise` for a type that no state takes. Where no
// version is chosen yet, the hellos have the same form in all.
template <class Visit, class Otherwise>
auto with_decoder13(wire::HandshakeType type, Visit visit, Otherwise otherwise) {
  using enum wire::HandshakeType;
  switch (type) {
    case hello_request: return visit(wire::decode_hello_request);
    case client_hello: return visit(wire::decode_client_hello);
    case server_hello: return visit(wire::decode_server_hello);
    case encrypted_extensions: return visit(wire::decode_encrypted_extensions);
    case certificate_request: return visit(wire::decode_certificate_request);
    case certificate: return visit(wire::decode_certificate);
    case certificate_verify: return visit(wire::decode_certificate_verify);
    case finished: return visit(decode_finished);
    case new_session_ticket: return visit(wire::decode_new_session_ticket);
    case key_update: return visit(wire::decode_key_update);
    case end_of_early_data: return visit(wire::decode_end_of_early_data);
    default: return otherwise();
  }
}

// The same for TLS 1.2 and older, where the form of some depends on what was agreed on.
template <class Visit, class Otherwise>
auto with_decoder12(wire::HandshakeType type, Signer peer, const Facts* facts, Visit visit,
                    Otherwise otherwise) {
  using enum wire::HandshakeType;
  switch (type) {
    case hello_request: return visit(wire::decode_hello_request);
    case client_hello: return visit(wire::decode_client_hello);
    case server_hello: return visit(wire::decode_server_hello);
    case certificate:
      return visit([facts, peer](BytesView body) {
        return wire::decode_certificate12(body, certificate_type_of(peer, *facts));
      });
    case certificate_status: return visit(wire::decode_certificate_status);
    case server_key_exchange:
      return visit([facts](BytesView body) {
        return wire::decode_server_key_exchange(body, form_of(*facts->cipher_suite),
                                                *facts->version);
      });
    case certificate_request:
      return visit([facts](BytesView body) {
        return wire::decode_certificate_request12(body, *facts->version);
      });
    case server_hello_done: return visit(wire::decode_server_hello_done);
    case client_key_exchange:
      return visit([facts](BytesView body) {
        return wire::decode_client_key_exchange(body, form_of(*facts->cipher_suite));
      });
    case certificate_verify:
      return visit([facts](BytesView body) {
        return wire::decode_certificate_verify12(body, *facts->version);
      });
    case new_session_ticket: return visit(wire::decode_new_session_ticket12);
    case finished: return visit(decode_finished);
    default: return otherwise();
  }
}

// Of the version that the state is of. `facts` may be null where the decoder is not to be called.
template <class S, class Visit, class Otherwise>
auto with_decoder(wire::HandshakeType type, const Facts* facts, Visit visit, Otherwise otherwise) {
  if constexpr (kOfTls12<S>) {
    constexpr Signer kPeer = S::kTag < kFirstServerTag12 ? Signer::server : Signer::client;
    return with_decoder12(type, kPeer, facts, visit, otherwise);
  } else {
    return with_decoder13(type, visit, otherwise);
  }
}

// The keys of a state after the handshake; null before.
const ApplicationKeys* application_keys_of(const State& state) {
  if (const auto* client = std::get_if<client13::Connected>(&state)) return &client->keys;
  if (const auto* server = std::get_if<server13::Connected>(&state)) return &server->keys;
  if (const auto* choice = std::get_if<client13::AwaitPostHandshakeCertificateChoice>(&state)) {
    return &choice->connected.keys;
  }
  if (const auto* unsigned_yet = std::get_if<client13::AwaitPostHandshakeSignature>(&state)) {
    return &unsigned_yet->connected.keys;
  }
  if (const auto* verify = std::get_if<server13::WaitPostHandshakeVerify>(&state)) {
    return &verify->connected.keys;
  }
  if (const auto* finished = std::get_if<server13::WaitPostHandshakeFinished>(&state)) {
    return &finished->connected.keys;
  }
  return nullptr;
}

// The same before TLS 1.3.
const Established12* established_of(const State& state) {
  if (const auto* client = std::get_if<client12::Connected>(&state)) return &client->established;
  if (const auto* server = std::get_if<server12::Connected>(&state)) return &server->established;
  return nullptr;
}

// RFC 5705 4.
Result<Secret> export_with(const Established12& established, std::string_view label,
                           std::optional<BytesView> context, std::size_t length) {
  static constexpr std::size_t kMost = 65'535;
  if (label.empty() || length > kMost || (context && context->size() > kMost)) {
    return fail(Reason::bad_parameter, "the label, context or length is out of bounds");
  }
  return schedule::exported_keying_material12(established.master, established.randoms, label,
                                              context, length);
}

// A handler leads to one of several states. States are large: what stands in place is referred to, not moved once more.
template <class Reached>
State as_state(Reached&& reached) {
  return std::visit([](auto&& one) { return State(std::forward<decltype(one)>(one)); },
                    std::forward<Reached>(reached));
}

template <class Decode>
using Decoded = std::decay_t<decltype(std::declval<Decode>()(BytesView{}).value())>;

template <class S, class Decode>
Result<State> handle(S&& state, Decode decode, const wire::HandshakeMessage& raw, Turn& turn) {
  using Message = Decoded<Decode>;
  if constexpr (Handles<S, Message>) {
    TRY_ASSIGN(const Message message, decode(raw.body));
    if constexpr (kInTranscript<Message>) turn.transcript.add(raw.whole);
    TRY_ASSIGN(auto&& next, on(std::forward<S>(state), message, turn));
    return as_state(std::move(next));
  } else {
    return fail(Reason::unexpected_message,
                wire::shown(raw.type) + " in state " + std::string(S::kName));
  }
}

}  // namespace

Result<State> deliver(State state, const wire::HandshakeMessage& raw, Turn& turn) {
  return std::visit(
      [&](auto&& current) -> Result<State> {
        using S = std::decay_t<decltype(current)>;
        return with_decoder<S>(
            raw.type, &turn.facts,
            [&](auto decode) -> Result<State> {
              return handle(std::forward<decltype(current)>(current), decode, raw, turn);
            },
            [&]() -> Result<State> {
              return fail(Reason::unexpected_message, "handshake type " + wire::shown(raw.type) +
                                                          " in state " +
                                                          std::string(current.kName));
            });
      },
      std::move(state));
}

bool accepts(const State& state, wire::HandshakeType type) {
  return std::visit(
      [&]<class S>(const S& /*current*/) {
        return with_decoder<S>(
            type, nullptr,
            []<class Decode>(Decode /*decode*/) { return Handles<S, Decoded<Decode>>; },
            [] { return false; });
      },
      state);
}

bool was_agreed(const State& state, wire::HandshakeType type, const Facts& facts,
                const policy::Config& config) {
  using enum wire::HandshakeType;
  if (std::holds_alternative<WaitServerHello>(state) && type == hello_request) {
    return policy::enabled_versions(config).back() < wire::ProtocolVersion::tls_1_3;
  }
  if (std::holds_alternative<client13::Connected>(state) && type == certificate_request) {
    return facts.post_handshake_auth;
  }
  const auto* server = std::get_if<server13::Connected>(&state);
  return type != certificate || server == nullptr || !server->requests.empty();
}

bool takes_change_cipher_spec(const State& state) {
  return std::visit(
      []<class S>(const S& /*current*/) { return Handles<S, wire::ChangeCipherSpec>; }, state);
}

Result<State> deliver_change_cipher_spec(State state, Turn& turn) {
  return std::visit(
      [&turn]<class S>(S&& current) -> Result<State> {
        if constexpr (Handles<S, wire::ChangeCipherSpec>) {
          TRY_ASSIGN(auto&& next, on(std::forward<S>(current), wire::ChangeCipherSpec{}, turn));
          return as_state(std::move(next));
        } else {
          return fail(Reason::unexpected_message,
                      "ChangeCipherSpec in state " + std::string(S::kName));
        }
      },
      std::move(state));
}

bool tolerates_change_cipher_spec(const State& state) {
  const bool tls12 = std::visit([]<class S>(const S& /*current*/) { return kOfTls12<S>; }, state);
  return !tls12 && !std::holds_alternative<Start>(state) &&
         !std::holds_alternative<WaitClientHello>(state) &&
         !std::holds_alternative<Failed>(state) && !is_connected(state);
}

bool is_connected(const State& state) {
  return application_keys_of(state) != nullptr || established_of(state) != nullptr;
}

bool takes_application_data(const State& state) {
  if (std::holds_alternative<client13::Connected>(state) ||
      std::holds_alternative<server13::Connected>(state) || established_of(state) != nullptr) {
    return true;
  }
  return std::visit(
      []<class S>(const S& current) {
        if constexpr (std::is_same_v<S, client12::WaitFinished> ||
                      std::is_same_v<S, server12::WaitFinished>) {
          return false;
        } else if constexpr (requires { current.agreed.before; }) {
          return current.agreed.before.has_value();
        } else if constexpr (std::is_same_v<S, server12::AwaitCertificateChoice>) {
          return current.before.has_value();
        } else {
          return std::is_same_v<S, client12::WaitRenegotiationHello> ||
                 std::is_same_v<S, server12::AwaitClientHelloDecision>;
        }
      },
      state);
}

Result<Secret> export_keying_material(const State& state, std::string_view label,
                                      std::optional<BytesView> context, std::size_t length) {
  if (const auto* established = established_of(state)) {
    return export_with(*established, label, context, length);
  }
  const ApplicationKeys* keys = application_keys_of(state);
  if (keys == nullptr) return fail(Reason::still_in_handshake, "the handshake is not complete");
  return export_with({keys->traffic.client.hash, keys->exporter_master_secret}, label,
                     context.value_or(BytesView()), length);
}

Result<Secret> export_with(const schedule::ExporterSecret& exporter, std::string_view label,
                           BytesView context, std::size_t length) {
  // RFC 8446 7.1: a label has up to 255 bytes with "tls13 " before it; RFC 5869 2.3: 255 blocks.
  if (label.empty() || label.size() > 249 || length > 255 * crypto::size_of(exporter.hash)) {
    return fail(Reason::bad_parameter, "the label or the length is out of bounds");
  }
  return schedule::exported_keying_material(exporter.hash, exporter.secret.view(), label, context,
                                            length);
}

Result<State> request_client_certificate(State state, Turn& turn) {
  auto* server = std::get_if<server13::Connected>(&state);
  if (server == nullptr || !turn.facts.post_handshake_auth) {
    return fail(Reason::extension_not_received, "the client does not offer post_handshake_auth");
  }
  server13::request_certificate(*server, turn);
  return state;
}

State renew_write_keys(State state, bool request_peer_update, Turn& turn) {
  if (auto* client = std::get_if<client13::Connected>(&state)) {
    update_write_keys(client->keys, request_peer_update, policy::Role::client, turn);
  } else if (auto* server = std::get_if<server13::Connected>(&state)) {
    update_write_keys(server->keys, request_peer_update, policy::Role::server, turn);
  }
  return state;
}

Result<State> renegotiate(State state, Turn& turn) {
  const auto* established = established_of(state);
  if (established == nullptr || !established->secure_renegotiation ||
      turn.config.renegotiation != policy::Renegotiation::allowed) {
    return fail(Reason::renegotiation_refused, "renegotiation is not allowed here");
  }
  if (auto* client = std::get_if<client12::Connected>(&state)) {
    return State(client12::renegotiate(std::move(*client), turn));
  }
  turn.send_outside_transcript(wire::HelloRequest{});
  return state;
}

bool may_start_early(const State& state) {
  return std::visit(
      []<class S>(const S& current) {
        if constexpr (requires {
                        current.client_verify_data;
                        current.agreed;
                      }) {
          const Agreed12& agreed = current.agreed;
          const auto& suite = *crypto::facts12_of(agreed.cipher_suite);
          return agreed.version == wire::ProtocolVersion::tls_1_2 && !agreed.resumed &&
                 !agreed.before && !current.client_verify_data.empty() &&
                 suite.kind == crypto::CipherKind::aead &&
                 crypto::is_ephemeral(suite.key_exchange) && !crypto::uses_psk(suite.key_exchange);
        } else {
          return false;
        }
      },
      state);
}

std::string_view name_of(const State& state) {
  return std::visit([](const auto& current) { return current.kName; }, state);
}

}  // namespace stepshake::handshake

// The floors: what a handshake cannot do without, straight on libcrypto's EVP with everything fetched once; no messages
// encoded or read, and no state machine.
//   floor            key pairs, agreements, signatures, certificates parsed and their paths checked
//   floor+symmetric  the same with the transcript's hashes, the key schedule, Finished, and the records' protection
//   lean             floor+symmetric without X509 objects: see LeanCheck
//   seen             floor+symmetric where the peer's chain was seen before: its signature alone is verified
#include <utility>

#include "bench/handshake/certificates.h"
#include "bench/handshake/contender.h"
#include "bench/handshake/peer_checks.h"
#include "bench/handshake/primitives.h"
#include "bench/handshake/symmetric.h"
#include "bench/measure/check.h"

namespace stepshake::bench {
namespace {

enum class Floor : std::uint8_t { asymmetric, symmetric, lean, seen };

// One handshake's values on their way between the sides.
struct Pair {
  Share client_share;
  Share server_share;
  Bytes server_signature;
  Bytes client_signature;
  std::array<std::uint8_t, 32> client_secret{};
  std::array<std::uint8_t, 32> server_secret{};
};

class FloorRunner final : public Runner {
 public:
  FloorRunner(const Suite& suite, Floor floor)
      : suite_(suite),
        floor_(floor),
        curve_(suite.group == wire::NamedGroup::secp256r1 ? Curve::p256 : Curve::x25519),
        certificates_(certificates(suite.key, suite.chain)),
        server_signer_(certificates_.server.key),
        client_signer_(certificates_.client.key),
        server_check_(certificates_, ChainOf::server),
        client_check_(certificates_, ChainOf::client),
        symmetric_(suite, certificates_) {}

  std::size_t run(std::size_t batch, Meter& meter) override {
    std::vector<Pair> pairs(batch);
    const auto each = [&](Side side, void (FloorRunner::*turn)(Pair&)) {
      meter.measure(side, [&] {
        for (Pair& pair : pairs) (this->*turn)(pair);
      });
    };
    // In TLS 1.2 the server's share comes first, the client's with its answer.
    if (suite_.is_tls13()) each(Side::client, &FloorRunner::share_of_client);
    each(Side::server, &FloorRunner::flight_of_server);
    each(Side::client, &FloorRunner::flight_of_client);
    each(Side::server, &FloorRunner::end_of_server);
    for (const Pair& pair : pairs) {
      check(pair.client_secret == pair.server_secret, "the floor's sides do not agree");
    }
    return batch;
  }

 private:
  [[nodiscard]] bool agrees() const { return suite_.is_tls13() || !suite_.resumed(); }

  void share_of_client(Pair& pair) { pair.client_share = generate(curve_); }

  void flight_of_server(Pair& pair) {
    if (agrees()) pair.server_share = generate(curve_);
    if (suite_.is_tls13()) agree_at_server(pair);
    if (!suite_.resumed()) pair.server_signature = server_signer_.sign(kMessage);
  }

  void flight_of_client(Pair& pair) {
    if (agrees()) {
      if (!suite_.is_tls13()) share_of_client(pair);
      Share mine;
      mine.key = std::move(pair.client_share.key);
      pair.client_secret = derive(curve_, std::move(mine), pair.server_share);
    }
    if (!suite_.resumed()) check_peer(ChainOf::server, pair.server_signature);
    if (suite_.mutual) pair.client_signature = client_signer_.sign(kMessage);
    if (floor_ != Floor::asymmetric) symmetric_.run(Side::client);
  }

  void end_of_server(Pair& pair) {
    if (agrees() && !suite_.is_tls13()) agree_at_server(pair);
    if (suite_.mutual) check_peer(ChainOf::client, pair.client_signature);
    if (floor_ != Floor::asymmetric) symmetric_.run(Side::server);
  }

  void agree_at_server(Pair& pair) {
    Share mine;
    mine.key = std::move(pair.server_share.key);
    pair.server_secret = derive(curve_, std::move(mine), pair.client_share);
  }

  void check_peer(ChainOf of, BytesView signature) const {
    const bool server = of == ChainOf::server;
    const SignedMessage message{kMessage, signature};
    switch (floor_) {
      case Floor::lean: return (server ? server_check_ : client_check_).check(message);
      case Floor::seen: {
        const Certified& peer = server ? certificates_.server : certificates_.client;
        return verify(peer.key.get(), suite_.key, kMessage, signature);
      }
      default: return check_by_x509(certificates_, of, message);
    }
  }

  // As long as what a CertificateVerify signs with SHA-256.
  static inline const Bytes kMessage = Bytes(130, 0x20);

  Suite suite_;
  Floor floor_;
  Curve curve_;
  const Certificates& certificates_;
  Signer server_signer_;
  Signer client_signer_;
  LeanCheck server_check_;
  LeanCheck client_check_;
  SymmetricPart symmetric_;
};

}  // namespace

std::unique_ptr<Runner> prepare_floor(const Suite& suite) {
  return std::make_unique<FloorRunner>(suite, Floor::asymmetric);
}
std::unique_ptr<Runner> prepare_floor_symmetric(const Suite& suite) {
  return std::make_unique<FloorRunner>(suite, Floor::symmetric);
}
std::unique_ptr<Runner> prepare_lean_floor(const Suite& suite) {
  return std::make_unique<FloorRunner>(suite, Floor::lean);
}
std::unique_ptr<Runner> prepare_seen_floor(const Suite& suite) {
  return std::make_unique<FloorRunner>(suite, Floor::seen);
}

}  // namespace stepshake::bench

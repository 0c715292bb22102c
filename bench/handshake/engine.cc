// Our engine, stepped as the service steps it: a connection that is a value, bytes in, one call, bytes out.
#include <ctime>
#include <map>
#include <utility>

#include "bench/handshake/certificates.h"
#include "bench/handshake/contender.h"
#include "bench/handshake/engine_config.h"
#include "bench/handshake/lockstep.h"
#include "bench/measure/check.h"
#include "connection/step.h"
#include "crypto/certificate_cache.h"
#include "crypto/random.h"

namespace stepshake::bench {
namespace {

// Gives sessions out as often as they are asked for, as libssl's cache does.
class Sessions final : public connection::TicketStore {
 public:
  void put(policy::Psk ticket) override { kept_[ticket.identity] = std::move(ticket); }
  std::optional<policy::Psk> take(BytesView identity) override {
    const auto found = kept_.find(to_bytes(identity));
    if (found == kept_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::map<Bytes, policy::Psk> kept_;
};

struct Peer {
  connection::Stepped stepped;
  bool done = false;
};

enum class PeerChain : std::uint8_t { unseen, seen };

class EngineRunner final : public Runner {
 public:
  EngineRunner(const Suite& suite, PeerChain peer_chain)
      : suite_(suite),
        peer_chain_(peer_chain),
        client_(client_config(suite)),
        server_(server_config(suite)) {
    if (suite.resumed()) get_session();
    // In TLS 1.2 a server that resumes by tickets is one that could issue them.
    if (!suite.tickets && (suite.is_tls13() || !suite.resumed())) server_.tickets = 0;
  }

  std::size_t run(std::size_t batch, Meter& meter) override {
    if (peer_chain_ == PeerChain::seen) see_chains();
    const std::size_t done = handshakes(batch, meter);
    meter.measure(Side::client, [this] { pairs_[0].clear(); });
    meter.measure(Side::server, [this] { pairs_[1].clear(); });
    return done;
  }

 private:
  void get_session() {
    NoMeter none;
    handshakes(1, none);
    const auto& tickets = pairs_[0].front().stepped.connection.session.tickets;
    check(!tickets.empty(), "the engine has no session to resume");
    client_.psks = {tickets.front()};
    pairs_ = {};
  }

  // Other suites' chains may have taken the place of this one's.
  void see_chains() {
    NoMeter none;
    handshakes(1, none);
    pairs_[0].clear();
    pairs_[1].clear();
  }

  // Both sides are of one thread: so that neither knows the other's chain from there, each knows but its own before its
  // step.
  void know_own_chain(Side side) const {
    crypto::forget_certificates();
    for (const policy::Identity& own : config(side).identities) {
      for (const Bytes& der : own.chain) check(crypto::public_key_of(der).ok(), "a certificate");
    }
  }

  [[nodiscard]] const policy::Config& config(Side side) const {
    return side == Side::client ? client_ : server_;
  }

  void step(Peer& peer, const policy::Config& config, BytesView input) {
    const connection::World world{config, {now_, entropy_.take()}, &sessions_};
    connection::StepInput in;
    in.input = input;
    in.call = peer.done ? connection::Call::read : connection::Call::do_handshake;
    const auto out = connection::step(peer.stepped, world, in);
    if (!peer.done && out.result.return_value == 1) {
      peer.done = true;
      if (!peer.stepped.inbox.empty()) step(peer, config, {});  // tickets
    }
    check(!peer.stepped.connection.session.failure, "the engine's handshake failed");
  }

  std::size_t handshakes(std::size_t count, Meter& meter) {
    auto& [clients, servers] = pairs_;
    // As the service has them with a configuration, and SSL_CTX what it made of one: of all the configuration's handshakes.
    const auto client_digest = policy::digest_of(client_);
    const auto server_digest = policy::digest_of(server_);
    meter.measure(Side::client, [&] {
      clients.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        clients.push_back({connection::make_stepped(client_, client_digest)});
        step(clients.back(), client_, {});
      }
    });
    meter.measure(Side::server, [&] {
      servers.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        servers.push_back({connection::make_stepped(server_, server_digest)});
      }
    });
    const auto turn = [this](Peer& from, Peer& to, Side side) {
      const Bytes input = std::exchange(from.stepped.outbox, {});
      if (input.empty()) return false;
      step(to, config(side), input);
      return true;
    };
    if (peer_chain_ == PeerChain::seen || suite_.resumed()) {  // which looks at no chain
      take_turns(pairs_, meter, turn);
    } else {
      take_prepared_turns(
          pairs_, meter, [this](Side side) { know_own_chain(side); }, turn);
    }
    for (std::size_t i = 0; i < count; ++i) check_done(clients[i], servers[i]);
    return count;
  }

  void check_done(const Peer& client, const Peer& server) const {
    check(client.done && server.done, "the engine's handshake is not complete");
    const auto& facts = client.stepped.connection.session.facts;
    check(facts.version == suite_.version && facts.cipher_suite == suite_.cipher_suite,
          "the engine chose another version or cipher suite");
    const bool resumed = facts.psk.has_value() || (!suite_.is_tls13() && !facts.verdict);
    check(resumed == !client_.psks.empty(), "the engine resumed, or did not");
  }

  Suite suite_;
  PeerChain peer_chain_;
  policy::Config client_;
  policy::Config server_;
  Sessions sessions_;
  crypto::EntropyPool entropy_;
  Pairs<Peer> pairs_;
  std::int64_t now_ = std::time(nullptr);
};

}  // namespace

std::unique_ptr<Runner> prepare_engine(const Suite& suite) {
  return std::make_unique<EngineRunner>(suite, PeerChain::unseen);
}

std::unique_ptr<Runner> prepare_engine_seen(const Suite& suite) {
  return std::make_unique<EngineRunner>(suite, PeerChain::seen);
}

}  // namespace stepshake::bench

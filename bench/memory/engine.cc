#include <vector>

#include "bench/handshake/engine_config.h"
#include "bench/handshake/engine_peer.h"
#include "bench/memory/holder.h"

namespace stepshake::bench {
namespace {

class EngineHolder final : public Holder {
 public:
  EngineHolder()
      : client_(client_config(all_suites().front())), server_(server_config(all_suites().front())) {
    server_.tickets = 0;
  }

  void expect(std::size_t sessions) override { held_.reserve(sessions); }
  void add(State state) override {
    EnginePeer kept = shake_until(state, EnginePeer(client_), EnginePeer(server_));
    const bool done = state == State::client_done || state == State::server_done;
    check(kept.complete() == done, "the engine's session is not in the state that is meant");
    held_.push_back(std::make_unique<EnginePeer>(std::move(kept)));
  }
  void copy() override { held_.push_back(std::make_unique<EnginePeer>(*held_.front())); }

 private:
  policy::Config client_;
  policy::Config server_;
  std::vector<std::unique_ptr<EnginePeer>> held_;
};

}  // namespace

std::unique_ptr<Holder> engine_holder() { return std::make_unique<EngineHolder>(); }

}  // namespace stepshake::bench

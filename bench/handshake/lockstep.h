// Two sides that take turns, a whole batch of pairs at a time.
#pragma once

#include <array>
#include <vector>

#include "bench/measure/meter.h"

namespace stepshake::bench {

template <class Peer>
using Pairs = std::array<std::vector<Peer>, 2>;  // by Side

// From the server's turn on, until nobody has anything to say. turn(from, to, side) carries what `from` has written to
// `to` and steps it; false where there was nothing.
template <class Peer, class Turn>
void take_turns(Pairs<Peer>& pairs, Meter& meter, const Turn& turn) {
  bool any = true;
  for (Side side = Side::server; any; side = other(side)) {
    any = false;
    auto& to = pairs[index_of(side)];
    auto& from = pairs[index_of(other(side))];
    meter.measure(side, [&] {
      for (std::size_t i = 0; i < to.size(); ++i) any |= turn(from[i], to[i], side);
    });
  }
}

// The same, each step measured for itself, and prepare(side) called before it, which is not.
template <class Peer, class Prepare, class Turn>
void take_prepared_turns(Pairs<Peer>& pairs, Meter& meter, const Prepare& prepare,
                         const Turn& turn) {
  bool any = true;
  for (Side side = Side::server; any; side = other(side)) {
    any = false;
    auto& to = pairs[index_of(side)];
    auto& from = pairs[index_of(other(side))];
    for (std::size_t i = 0; i < to.size(); ++i) {
      prepare(side);
      meter.measure(side, [&] { any |= turn(from[i], to[i], side); });
    }
  }
}

}  // namespace stepshake::bench

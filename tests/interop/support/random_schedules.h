// Schedules of the second opinion drawn at random: role and when it is set, version, transport, how the input is cut,
// one injection at most, and what is called after the end. A schedule depends on its seed and index alone.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>

#include "schedules.h"

namespace stepshake::testing {

class RandomSchedule {
 public:
  RandomSchedule(std::uint64_t seed, std::uint64_t index) : random_(mixed(seed, index)) {
    made_.acts_as = chance(50) ? policy::Role::client : policy::Role::server;
    made_.name = role_name(made_.acts_as) + "/nothing injected";
    made_.role = made_.acts_as;
    made_.ignore_unexpected_eof = chance(20);
    made_.peer_is_old = chance(5);
    made_.retry = chance(15);
    if (chance(30)) draw_pair();
  }

  Schedule draw() && {
    if (chance(20)) draw_role();
    const std::size_t rounds = below(5);
    const std::size_t injected_in = below(7);  // often in none
    for (std::size_t round = 0; round < rounds; ++round) {
      call();
      if (round == injected_in) return std::move(*this).injected();
      hear_peer();
    }
    if (injected_in == rounds) return std::move(*this).injected();
    for (std::size_t i = below(10); i > 0; --i) use();
    return std::move(made_);
  }

 private:
  // std::seed_seq is the same everywhere; the library's distributions are not.
  static std::mt19937_64 mixed(std::uint64_t seed, std::uint64_t index) {
    std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                           static_cast<std::uint32_t>(index),
                           static_cast<std::uint32_t>(index >> 32)};
    return std::mt19937_64(sequence);
  }
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(std::size_t percent) { return below(100) < percent; }

  void add(Action action) { made_.actions.push_back(std::move(action)); }

  // Small ones stop the output often. The flights of the two subjects differ in length, so a call that is stopped is
  // repeated until it is not (Action::count).
  void draw_pair() {
    made_.transport = Transport::pair;
    made_.out_size = chance(60) ? 1 + below(300) : 17'000;
    made_.in_size = chance(50) ? 1 + below(700) : 17'000;
  }

  // Set late, wrongly and then rightly, or by connect and accept.
  void draw_role() {
    made_.role.reset();
    const bool client = made_.acts_as == policy::Role::client;
    for (std::size_t i = below(3); i > 0; --i) {
      static constexpr std::array<Do, 4> kEarly = {Do::do_handshake, Do::read, Do::write,
                                                   Do::shutdown};
      add({kEarly[below(kEarly.size())], to_bytes(view_of("x")), 0});
    }
    if (chance(30)) add(act(client ? Do::set_accept_state : Do::set_connect_state));
    if (chance(60)) {
      add(act(client ? Do::set_connect_state : Do::set_accept_state));
    } else if (made_.actions.empty() || made_.actions.back().what != Do::set_accept_state) {
      add(handshake_call(client ? Do::connect : Do::accept));
    }
  }

  Action handshake_call(Do what) const {
    return {what, {}, made_.transport == Transport::pair ? std::size_t{1} : 0};
  }

  void call() {
    static constexpr std::array<Do, 10> kCalls = {
        Do::do_handshake, Do::do_handshake, Do::do_handshake, Do::do_handshake, Do::do_handshake,
        Do::connect,      Do::accept,       Do::read,         Do::shutdown,     Do::do_handshake};
    const Do what = kCalls[below(kCalls.size())];
    for (std::size_t i = 1 + below(chance(20) ? 4 : 1); i > 0; --i) add(handshake_call(what));
  }

  // What the peer says to it comes in one piece, or in several with calls between.
  void hear_peer() {
    add(act(Do::drain));
    add(act(Do::peer_turn));
    deliver_in_pieces();
  }

  void deliver_in_pieces() {
    for (std::size_t pieces = chance(50) ? 0 : below(5); pieces > 0; --pieces) {
      add(act(Do::deliver, 1 + below(chance(50) ? 20 : 500)));
      if (chance(70)) add(handshake_call(Do::do_handshake));
    }
    add(act(Do::deliver));
    if (made_.transport != Transport::pair) return;
    // A small buffer takes it in by calls.
    for (std::size_t i = below(8); i > 0; --i) add(handshake_call(Do::do_handshake));
  }

  // Something that an honest peer would not send, and then calls, whatever they say.
  Schedule injected() && {
    if (chance(25)) {  // behind a part of what the peer says
      add(act(Do::drain));
      add(act(Do::peer_turn));
      add(act(Do::deliver, 1 + below(chance(50) ? 30 : 1'200)));
      if (chance(50)) add(handshake_call(Do::do_handshake));
    }
    const Action injection = drawn_injection();
    add(injection);
    for (std::size_t i = 1 + below(4); i > 0; --i) {
      static constexpr std::array<Do, 6> kAfter = {Do::do_handshake, Do::do_handshake,
                                                   Do::do_handshake, Do::read,
                                                   Do::connect,      Do::shutdown};
      add(handshake_call(kAfter[below(kAfter.size())]));
    }
    if (injection.what == Do::inject && chance(30)) {
      add(act(Do::end_of_input));
      add(handshake_call(Do::do_handshake));
    }
    return std::move(made_);
  }

  Action drawn_injection() {
    switch (below(4)) {
      case 0: made_.injection = "end of input"; return {Do::inject, {}, 0};
      case 1: {
        const auto level = static_cast<std::uint8_t>(1 + below(2));
        const auto number = static_cast<std::uint8_t>(chance(90) ? below(121) : below(256));
        made_.injection = "alert " + std::to_string(level) + "/" + std::to_string(number);
        return {Do::inject, record(21, {level, number}), 0};
      }
      case 2: {
        static const auto all = plain_bytes();
        const auto& [name, bytes] = all[below(all.size())];
        made_.injection = name;
        return {Do::inject, bytes, 0};
      }
      default: {
        Bytes noise(1 + below(60));
        for (auto& byte : noise) byte = static_cast<std::uint8_t>(random_());
        // What libssl takes for one.
        const bool ssl2 = noise.size() > 2 && (noise[0] & 0x80) != 0 && noise[2] == 1;
        made_.injection = ssl2 ? "ssl 2 hello" : "noise";
        return {Do::inject, noise, 0};
      }
    }
  }

  // After the handshake, if it is complete; and if it is not, these calls carry it on.
  void use() {
    static constexpr std::array<const char*, 3> kTexts = {"ping", "a longer text than the other",
                                                          "x"};
    const std::string_view text = kTexts[below(kTexts.size())];
    switch (below(10)) {
      case 0:
      case 1:
      case 2: add(handshake_call(Do::read)); break;
      case 3: {
        Action writing = write(text);
        writing.count = handshake_call(Do::write).count;
        add(writing);
        break;
      }
      case 4: add(peer_write(text)); break;
      case 5: deliver_in_pieces(); break;
      case 6: hear_peer(); break;
      case 7: add(chance(50) ? handshake_call(Do::shutdown) : act(Do::peer_shutdown)); break;
      case 8: add(act(Do::peer_key_update, below(2))); break;
      default: add(handshake_call(Do::do_handshake)); break;
    }
  }

  std::mt19937_64 random_;
  Schedule made_;
};

}  // namespace stepshake::testing

// Schedules that random ones have led to: one for each kind of difference, or fault, that they have found.
#pragma once

#include <string>
#include <utility>

#include "schedules.h"

namespace stepshake::testing {

inline Action inject(Bytes bytes) { return {Do::inject, std::move(bytes), 0}; }

// Named by where the injection comes, as the random ones are.
inline Schedule injected(policy::Role role, const std::string& injection, Actions actions) {
  Schedule made = schedule(role, injection, std::move(actions));
  made.injection = injection;
  return made;
}

inline void add_after_retry(policy::Role role, Schedules& to) {
  const Actions retried = {act(Do::do_handshake), act(Do::peer_turn), act(Do::deliver),
                           act(Do::do_handshake)};
  const auto add = [&](const std::string& name, const Bytes& bytes) {
    Schedule made =
        injected(role, name, joined({retried, {inject(bytes)}, again(Do::do_handshake, 3)}));
    made.retry = true;
    to.push_back(made);
  };
  add("alert 1/40", record(21, {1, 40}));
  add("alert 2/90", record(21, {2, 90}));
  add("record type 25", record(25, {1}));
  add("application data", record(23, Bytes(32, 7)));
  if (role == policy::Role::client) return;
  add("hello and an alert", concat({record(22, {1, 0, 0, 9}), record(21, {2, 40})}));
}

inline void add_behind_other_input(policy::Role role, Schedules& to) {
  const Actions partly = {act(Do::do_handshake), act(Do::peer_turn), act(Do::deliver, 100)};
  for (const auto& [name, bytes] : plain_bytes()) {
    if (name != "http get" && name != "alert of one byte" && name != "zeros") continue;
    to.push_back(
        injected(role, name, joined({partly, {inject(bytes)}, again(Do::do_handshake, 3)})));
  }
}

// Output that does not fit: close_notify is sent by the repeated call, which is then done; and what is left of an alert
// goes out, too.
inline void add_stalled(policy::Role role, Schedules& to) {
  Schedule closing = schedule(role, "shutdown into a full pair", {});
  Schedule failing = schedule(role, "failure into a full pair", {});
  for (Schedule* each : {&closing, &failing}) {
    each->transport = Transport::pair;
    each->out_size = 10;
    each->in_size = 17'000;
    const Action shake = act(Do::do_handshake, 1);
    each->actions = {shake, act(Do::drain), act(Do::peer_turn), act(Do::deliver),
                     shake, act(Do::drain), act(Do::peer_turn), act(Do::deliver),
                     shake};
  }
  append_all(closing.actions, {act(Do::drain), act(Do::shutdown), act(Do::drain), act(Do::shutdown),
                               act(Do::drain), act(Do::shutdown), act(Do::drain)});
  append_all(failing.actions, {act(Do::drain), feed(record(23, Bytes(40, 7))), act(Do::read),
                               act(Do::do_handshake), act(Do::drain), act(Do::do_handshake)});
  to.push_back(closing);
  to.push_back(failing);
}

inline void add_ends(policy::Role role, Schedules& to) {
  Schedule warned =
      schedule(role, "an ignored end behind a warning",
               joined({started(),
                       {feed(record(21, {1, 90})), act(Do::read), act(Do::end_of_input)},
                       again(Do::do_handshake, 2)}));
  warned.ignore_unexpected_eof = true;
  to.push_back(warned);
  Schedule closed = injected(
      role, "end of input",
      joined({complete(role), {act(Do::shutdown), inject({}), act(Do::read), act(Do::shutdown)}}));
  closed.ignore_unexpected_eof = true;
  to.push_back(closed);
  to.push_back(schedule(role, "key update after shutdown",
                        joined({complete(role),
                                {act(Do::shutdown), act(Do::peer_key_update, 1),
                                 act(Do::peer_key_update, 1), act(Do::deliver), act(Do::read)}})));
}

inline void add_long_records_over_a_small_pair(policy::Role role, Schedules& to) {
  Schedule made = injected(
      role, "record of 16384",
      joined({complete(role),
              {act(Do::drain), act(Do::peer_turn), act(Do::deliver), act(Do::do_handshake)}}));
  made.transport = Transport::pair;
  made.out_size = 17'000;
  made.in_size = 2'000;
  made.actions = {act(Do::do_handshake),
                  act(Do::drain),
                  act(Do::peer_turn),
                  act(Do::deliver),
                  act(Do::do_handshake),
                  act(Do::drain),
                  act(Do::peer_turn),
                  act(Do::deliver),
                  act(Do::do_handshake),
                  act(Do::do_handshake),
                  inject(record(22, Bytes(16'385, 2))),
                  act(Do::read)};
  to.push_back(made);
}

inline void add_found(policy::Role role, Schedules& to) {
  add_after_retry(role, to);
  add_behind_other_input(role, to);
  add_stalled(role, to);
  add_ends(role, to);
  add_long_records_over_a_small_pair(role, to);
}

}  // namespace stepshake::testing

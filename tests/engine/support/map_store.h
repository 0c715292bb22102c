// Stored tickets of a test's servers: each is taken once.
#pragma once

#include <map>
#include <optional>
#include <utility>

#include "connection/connection.h"

namespace stepshake::testing {

struct MapStore : connection::TicketStore {
  std::map<Bytes, policy::Psk> tickets;
  void put(policy::Psk ticket) override { tickets[ticket.identity] = std::move(ticket); }
  std::optional<policy::Psk> take(BytesView identity) override {
    const auto found = tickets.find(to_bytes(identity));
    if (found == tickets.end()) return std::nullopt;
    auto ticket = std::move(found->second);
    tickets.erase(found);
    return ticket;
  }
};

}  // namespace stepshake::testing

// A client and a server that talk record by record, and what each of them said: opened as the other side opens it.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "support/edit.h"
#include "support/pair.h"
#include "support/victim.h"

namespace stepshake::testing {

inline constexpr auto kClient = policy::Role::client;
inline constexpr auto kServer = policy::Role::server;

// A record that went over.
struct Said {
  policy::Role by{};
  std::uint8_t outer = 0;     // the type in its header
  std::uint16_t version = 0;  // the version in its header
  bool sealed = false;        // it came under keys that the other side has
  wire::ContentType type{};   // inside
  Bytes content;
};

inline Said said_to(const Victim& reader, policy::Role by, BytesView record) {
  Said said{by,
            record[0],
            static_cast<std::uint16_t>(record[1] << 8 | record[2]),
            false,
            static_cast<wire::ContentType>(record[0]),
            to_bytes(record.subspan(record::kHeaderSize))};
  if (!reader.session.read.protects() || said.type != wire::ContentType::application_data) {
    return said;
  }
  record::Protection keys = reader.session.read;
  auto plain = keys.open({said.type, said.version, said.content});
  if (!plain) return said;
  said.sealed = true;
  said.type = plain->type;
  said.content = plain->content;
  return said;
}

struct Talk {
  Victim client;
  Victim server;
  std::vector<Said> said;

  Talk(policy::Config ours, policy::Config theirs, std::uint64_t seed = 1)
      : client(std::move(ours), 2 * seed), server(std::move(theirs), 2 * seed + 1) {}

  // The client starts over, with 0-RTT data behind its hello.
  void announce(BytesView data) {
    client.session = session::make_session(*client.config);
    session::begin(client.session, *client.config, inputs_of(client.seed), true);
    session::send_early_data(client.session, *client.config, inputs_of(client.seed), data);
  }

  bool carry(policy::Role by) {
    Victim& from = by == policy::Role::client ? client : server;
    Victim& to = by == policy::Role::client ? server : client;
    const auto records = records_in(from.take_output());
    for (const auto& record : records) {
      said.push_back(said_to(to, by, record));
      if (!to.feed(record)) break;
    }
    return !records.empty();
  }

  void run() {
    while (carry(policy::Role::client) || carry(policy::Role::server)) {
    }
  }

  [[nodiscard]] bool complete() const { return client.complete() && server.complete(); }
  [[nodiscard]] std::string trouble() const {
    std::string text;
    for (const Victim* side : {&client, &server}) {
      if (side->session.failure) text += side->session.failure->detail + "; ";
    }
    return text;
  }

  // The handshake messages of one side, each a record of its own.
  [[nodiscard]] std::vector<Bytes> messages(policy::Role by) const {
    std::vector<Bytes> all;
    for (const auto& each : said) {
      if (each.by == by && each.type == wire::ContentType::handshake) all.push_back(each.content);
    }
    return all;
  }
  [[nodiscard]] std::vector<wire::HandshakeType> types(policy::Role by) const {
    std::vector<wire::HandshakeType> all;
    for (const auto& each : messages(by)) all.push_back(wire::unframe(each).type);
    return all;
  }
  // The first of the type; empty where there was none.
  [[nodiscard]] Bytes message(policy::Role by, wire::HandshakeType type) const {
    for (const auto& each : messages(by)) {
      if (wire::unframe(each).type == type) return each;
    }
    return {};
  }
};

// The ClientHello that a client of this configuration sends.
inline Bytes first_hello(const policy::Config& config, std::uint64_t seed = 1) {
  const Victim client(config, seed);
  return to_bytes(
      BytesView(records_in(client.session.output).front()).subspan(record::kHeaderSize));
}

inline wire::ClientHello decoded_hello(BytesView message) {
  return wire::decode_client_hello(wire::unframe(message).body).value();
}

// A server that issues tickets, for so much 0-RTT data.
inline policy::Config ticket_server(std::uint32_t max_early_data = 0) {
  policy::Config config = server_config();
  config.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 1))});
  config.max_early_data = max_early_data;
  return config;
}

inline std::vector<policy::Psk> tickets_of(const policy::Config& client,
                                           const policy::Config& server) {
  Talk talk(client, server);
  talk.run();
  return talk.client.session.tickets;
}

// client_config() that holds tickets of the server.
inline policy::Config returning_client(const policy::Config& server,
                                       policy::Config config = client_config()) {
  config.psks = tickets_of(config, server);
  return config;
}

}  // namespace stepshake::testing

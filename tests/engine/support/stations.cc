#include "support/stations.h"

#include <algorithm>
#include <cstdlib>

#include "support/pair.h"

namespace stepshake::testing {
namespace {

// What the record holds, opened as the victim would.
record::Plaintext content_of(const Victim& victim, BytesView bytes) {
  record::Deframer deframer;
  auto record = deframer.add(bytes, true);
  if (!record.ok() || !record.value()) std::abort();
  if ((*record)->type == wire::ContentType::change_cipher_spec) return {(*record)->type, {}};
  record::Protection keys = victim.session.read;
  auto plain = keys.open(std::move(**record));
  if (!plain) std::abort();
  return std::move(plain).value();
}

// Carries one side's output to the other, and notes each message's station.
bool carry(Victim& from, Victim& to, std::vector<Station>& passed, policy::Role role) {
  const auto records = records_in(from.take_output());
  for (const auto& record : records) {
    const auto plain = content_of(to, record);
    if (plain.type == wire::ContentType::handshake) {
      passed.push_back({(role == policy::Role::client ? "client " : "server ") + to.state(), role,
                        to, record, plain.content});
    }
    if (!to.feed(record)) std::abort();
  }
  return !records.empty();
}

}  // namespace

policy::Config client_config_of(const Setting& setting) {
  policy::Config config = client_config();
  config.signature_nonces = crypto::Nonces::from_entropy;
  config.alpn_protocols = {to_bytes(view_of("h2")), to_bytes(view_of("http/1.1"))};
  if (setting.client_identity) config.identities = {identity(crypto::KeyType::ec_p256)};
  return config;
}

policy::Config server_config_of(const Setting& setting) {
  policy::Config config = server_config();
  config.signature_nonces = crypto::Nonces::from_entropy;
  config.alpn_protocols = {to_bytes(view_of("http/1.1"))};
  config.client_authentication = setting.client_authentication;
  config.trust = test_trust();
  if (setting.retry) allow_groups(config, {wire::NamedGroup::secp256r1});
  return config;
}

Journey travel(const Setting& setting) {
  Victim client(client_config_of(setting), 11);
  Victim server(server_config_of(setting), 12);
  Journey journey;
  while (carry(client, server, journey.server, policy::Role::server) ||
         carry(server, client, journey.client, policy::Role::client)) {
  }
  journey.client.push_back({"client " + client.state(), policy::Role::client, client, {}, {}});
  journey.server.push_back({"server " + server.state(), policy::Role::server, server, {}, {}});
  return journey;
}

const std::vector<Station>& all_stations() {
  static const std::vector<Station> all = [] {
    std::vector<Station> found;
    const auto note = [&](const std::vector<Station>& passed) {
      for (const auto& each : passed) {
        const bool known = std::any_of(found.begin(), found.end(),
                                       [&](const auto& other) { return other.name == each.name; });
        if (!known) found.push_back(each);
      }
    };
    using enum policy::ClientAuthentication;
    for (const Setting& setting :
         {Setting{false, none, false}, Setting{false, request, true}, Setting{true, none, false}}) {
      const Journey journey = travel(setting);
      note(journey.client);
      note(journey.server);
    }
    return found;
  }();
  return all;
}

std::vector<std::string> station_names() {
  std::vector<std::string> names;
  for (const auto& each : all_stations()) names.push_back(each.name);
  return names;
}

const Station& station(const std::string& name) {
  for (const auto& each : all_stations()) {
    if (each.name == name) return each;
  }
  std::abort();
}

}  // namespace stepshake::testing

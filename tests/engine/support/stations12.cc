#include "support/stations12.h"

#include <cstdlib>
#include <set>

#include "support/pair.h"

namespace stepshake::testing {
namespace {

using wire::CipherSuite;

policy::Psk external_psk() {
  policy::Psk psk;
  psk.identity = to_bytes(view_of("identity"));
  psk.key = Secret(Bytes(32, 5));
  return psk;
}

Kind12 kind(const char* name, CipherSuite suite, crypto::KeyType key = crypto::KeyType::ec_p256) {
  Kind12 made{name, client_config12(), server_config12(key)};
  for (policy::Config* config : {&made.client, &made.server}) {
    config->cipher_suites = {suite};
    config->psks = {external_psk()};
    config->signature_nonces = crypto::Nonces::from_entropy;
    config->trust = test_trust();
  }
  return made;
}

record::Plaintext content12_of(const Victim& victim, BytesView bytes) {
  record::Protection keys = victim.session.read;
  auto plain = keys.open({static_cast<wire::ContentType>(bytes[0]), 0x0303,
                          to_bytes(bytes.subspan(record::kHeaderSize))});
  if (!plain) std::abort();
  return std::move(plain).value();
}

bool carry12(Victim& from, Victim& to, std::vector<Station>& passed, policy::Role role) {
  const auto records = records_in(from.take_output());
  for (const auto& record : records) {
    const auto plain = content12_of(to, record);
    const bool handshake = plain.type == wire::ContentType::handshake;
    passed.push_back({(role == policy::Role::client ? "client " : "server ") + to.state(), role, to,
                      record, handshake ? plain.content : Bytes()});
    if (!to.feed(record)) std::abort();
  }
  return !records.empty();
}

// Its ticket goes to the client of the next.
policy::Psk session_of(const Kind12& kind) {
  Victim client(kind.client, 21);
  Victim server(kind.server, 22);
  std::vector<Station> passed;
  while (carry12(client, server, passed, policy::Role::server) ||
         carry12(server, client, passed, policy::Role::client)) {
  }
  if (client.session.tickets.empty()) std::abort();
  return client.session.tickets.front();
}

}  // namespace

std::vector<Kind12> kinds12() {
  using enum CipherSuite;
  using crypto::KeyType;
  std::vector<Kind12> all = {
      kind("Ecdhe", tls_ecdhe_ecdsa_with_aes_128_gcm_sha256),
      kind("ClientCertificate", tls_ecdhe_rsa_with_aes_256_gcm_sha384, KeyType::rsa),
      kind("Dhe", tls_dhe_rsa_with_chacha20_poly1305_sha256, KeyType::rsa),
      kind("Rsa", tls_rsa_with_aes_128_cbc_sha, KeyType::rsa),
      kind("Psk", tls_psk_with_aes_128_gcm_sha256),
      kind("PskHint", tls_psk_with_aes_128_cbc_sha256),
      kind("EcdhePsk", tls_ecdhe_psk_with_aes_128_cbc_sha256),
      kind("RsaPsk", tls_rsa_psk_with_aes_128_gcm_sha256, KeyType::rsa),
      kind("Ticket", tls_ecdhe_ecdsa_with_aes_256_gcm_sha384),
      kind("Resumed", tls_ecdhe_ecdsa_with_aes_256_gcm_sha384),
      kind("Staple", tls_ecdhe_ecdsa_with_aes_128_gcm_sha256),
      kind("RsaStaple", tls_rsa_with_aes_128_gcm_sha256, KeyType::rsa),
  };
  all[1].client.identities = {identity(KeyType::ed25519)};
  all[1].server.client_authentication = policy::ClientAuthentication::require;
  all[5].server.psk_identity_hint = Bytes{'h'};
  for (std::size_t i : {8U, 9U})
    all[i].server.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 1))});
  all[9].client.psks = {session_of(all[8])};
  for (std::size_t i : {10U, 11U}) {
    all[i].client.request_ocsp = true;
    all[i].server.identities[0].ocsp_response = Bytes(50, 1);
  }
  return all;
}

Journey travel12(const Kind12& kind) {
  Victim client(kind.client, 11);
  Victim server(kind.server, 12);
  Journey journey;
  while (carry12(client, server, journey.server, policy::Role::server) ||
         carry12(server, client, journey.client, policy::Role::client)) {
  }
  journey.client.push_back({"client " + client.state(), policy::Role::client, client, {}, {}});
  journey.server.push_back({"server " + server.state(), policy::Role::server, server, {}, {}});
  return journey;
}

const std::vector<Station>& all_stations12() {
  static const std::vector<Station> all = [] {
    std::vector<Station> found;
    for (const auto& kind : kinds12()) {
      std::set<std::string> seen;
      Journey journey = travel12(kind);
      for (auto* side : {&journey.client, &journey.server}) {
        for (auto& station : *side) {
          if (!seen.insert(station.name).second) continue;
          station.name = kind.name + " " + station.name;
          found.push_back(std::move(station));
        }
      }
    }
    return found;
  }();
  return all;
}

const Station& station12(const std::string& name) {
  for (const auto& here : all_stations12()) {
    if (here.name == name) return here;
  }
  std::abort();
}

Kind12 kind12(const std::string& name) {
  for (auto& kind : kinds12()) {
    if (kind.name == name) return kind;
  }
  std::abort();
}

}  // namespace stepshake::testing

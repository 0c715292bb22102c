// Every two values of any two parameters meet in one handshake between two of our sessions.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "support/pair.h"

namespace stepshake::testing {
namespace {

using connection::Call;

enum Parameter : std::size_t {
  kSuite,
  kGroup,
  kRetry,
  kKeyType,
  kClientAuthentication,
  kPsk,
  kPskMode,
  kAlpn,
  kCompatibility,
  kPadding,
  kGranularity,
  kTrace,
  kCertificateSchemes,
  kParameters
};

enum PskKind : std::size_t { kNoPsk, kTicket, kEarlyData, kExternal, kImported, kPskKinds };

using Row = std::array<std::size_t, kParameters>;

std::array<std::size_t, kParameters> sizes() {
  return {policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3).size(),
          policy::supported_groups().size(),
          3,  // none, for the share, stateless
          key_types().size(),
          3,
          kPskKinds,
          2,
          2,
          3,  // both, the client alone, none
          2,
          3,
          2,
          2};
}

// Greedy: each row takes, parameter by parameter, the value that meets most values not yet met.
class Cover {
 public:
  Cover() {
    for (std::size_t a = 0; a < kParameters; ++a) {
      for (std::size_t b = a + 1; b < kParameters; ++b) {
        open_[a][b].assign(sizes_[a] * sizes_[b], true);
        left_ += sizes_[a] * sizes_[b];
      }
    }
  }

  std::vector<Row> rows() {
    std::vector<Row> all;
    while (left_ > 0) {
      all.push_back(next());
      strike(all.back());
    }
    return all;
  }

 private:
  Row next() const {
    Row row{};
    seed(row);
    for (std::size_t at = 0; at < kParameters; ++at) {
      if (at == first_ || at == second_) continue;
      std::size_t best = 0;
      std::size_t most = 0;
      for (std::size_t value = 0; value < sizes_[at]; ++value) {
        row[at] = value;
        const std::size_t gain = met(row, at);
        if (gain > most) {
          most = gain;
          best = value;
        }
      }
      row[at] = best;
    }
    return row;
  }

  // Every row meets at least one pair that was open.
  void seed(Row& row) const {
    for (first_ = 0; first_ < kParameters; ++first_) {
      for (second_ = first_ + 1; second_ < kParameters; ++second_) {
        const auto& pairs = open_[first_][second_];
        for (std::size_t i = 0; i < pairs.size(); ++i) {
          if (!pairs[i]) continue;
          row[first_] = i / sizes_[second_];
          row[second_] = i % sizes_[second_];
          return;
        }
      }
    }
  }

  [[nodiscard]] bool open(const Row& row, std::size_t a, std::size_t b) const {
    return open_[a][b][row[a] * sizes_[b] + row[b]];
  }

  // Open pairs of this parameter with those that are fixed already.
  [[nodiscard]] std::size_t met(const Row& row, std::size_t at) const {
    std::size_t count = 0;
    for (std::size_t other = 0; other < kParameters; ++other) {
      const bool fixed = other < at || other == first_ || other == second_;
      if (!fixed || other == at) continue;
      if (open(row, std::min(at, other), std::max(at, other))) ++count;
    }
    return count;
  }

  void strike(const Row& row) {
    for (std::size_t a = 0; a < kParameters; ++a) {
      for (std::size_t b = a + 1; b < kParameters; ++b) {
        if (!open(row, a, b)) continue;
        open_[a][b][row[a] * sizes_[b] + row[b]] = false;
        --left_;
      }
    }
  }

  const std::array<std::size_t, kParameters> sizes_ = sizes();
  std::array<std::array<std::vector<bool>, kParameters>, kParameters> open_;
  std::size_t left_ = 0;
  mutable std::size_t first_ = 0;
  mutable std::size_t second_ = 0;
};

struct Configs {
  policy::Config client;
  policy::Config server;
};

void add_psk(std::size_t kind, crypto::HashAlgorithm hash, policy::Config& config) {
  const Bytes identity = to_bytes(view_of("matrix"));
  const Bytes key(32, 7);
  if (kind == kImported) {
    config.psks.push_back(
        policy::import_psk(identity, {}, key, crypto::HashAlgorithm::sha256, hash));
  } else if (kind == kExternal) {
    policy::Psk psk;
    psk.identity = identity;
    psk.key = Secret(key);
    psk.hash = hash;
    config.psks.push_back(std::move(psk));
  }
}

void set_groups(const Row& row, Configs& configs) {
  const auto group = policy::supported_groups()[row[kGroup]];
  const auto other =
      group == wire::NamedGroup::x25519 ? wire::NamedGroup::secp256r1 : wire::NamedGroup::x25519;
  configs.server.groups = {group};
  configs.server.key_share_groups.clear();
  configs.client.groups = {group, other};
  configs.client.key_share_groups = {row[kRetry] == 0 ? group : other};
  if (row[kRetry] != 0) configs.client.groups = {other, group};
  configs.server.stateless_retry = row[kRetry] == 2;
}

Configs configs_of(const Row& row) {
  Configs configs{client_config(), server_config(key_types()[row[kKeyType]])};
  const auto suite = policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3)[row[kSuite]];
  const auto hash = crypto::facts_of(suite)->hash;
  configs.server.client_authentication =
      static_cast<policy::ClientAuthentication>(row[kClientAuthentication]);
  configs.server.trust = test_trust();
  configs.server.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 2))});
  configs.server.max_early_data = row[kPsk] == kEarlyData ? 1'000 : 0;
  configs.client.identities.push_back(identity(key_types()[row[kKeyType]]));
  set_groups(row, configs);
  for (policy::Config* config : {&configs.client, &configs.server}) {
    config->cipher_suites = {suite};
    config->psk_modes = {static_cast<wire::PskKeyExchangeMode>(row[kPskMode])};
    if (row[kAlpn] == 1) config->alpn_protocols = {to_bytes(view_of("h2"))};
    config->record_padding = row[kPadding] * 64;
    config->granularity = static_cast<policy::Granularity>(row[kGranularity]);
    config->trace = row[kTrace] == 1;
    if (row[kCertificateSchemes] == 1) config->certificate_signature_schemes.clear();
    add_psk(row[kPsk], hash, *config);
  }
  configs.client.middlebox_compatibility = row[kCompatibility] < 2;
  configs.server.middlebox_compatibility = row[kCompatibility] < 1;
  return configs;
}

// Handshakes, and takes what comes after it.
void shake(Pair& pair) {
  for (int i = 0; i < 60 && !pair.complete(); ++i) {
    pair.client.step(pair.server.take_output());
    pair.server.step(pair.client.take_output());
  }
  pair.client.step(pair.server.take_output(), Call::read);
}

std::string trouble(const Pair& pair) {
  std::string text;
  for (const Side* side : {&pair.client, &pair.server}) {
    text += side->failure() ? side->failure()->detail : std::string("no failure");
    text += "; ";
  }
  return text;
}

void expect_agreement(const Row& row, Pair& pair) {
  ASSERT_TRUE(pair.complete()) << trouble(pair);
  const auto& client = pair.client.facts();
  const auto& server = pair.server.facts();
  EXPECT_EQ(client.cipher_suite,
            policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3)[row[kSuite]]);
  EXPECT_EQ(client.cipher_suite, server.cipher_suite);
  EXPECT_EQ(client.group, server.group);
  EXPECT_EQ(client.psk, server.psk);
  EXPECT_EQ(client.psk.has_value(), row[kPsk] != kNoPsk);
  EXPECT_EQ(client.alpn_protocol.has_value(), row[kAlpn] == 1);
  EXPECT_EQ(client.hello_retry_request, server.hello_retry_request);
  const auto keys = [](const Side& side) {
    const auto material =
        connection::export_keying_material(side.stepped.connection, "matrix", {}, 32);
    return to_bytes(material->view());
  };
  EXPECT_EQ(keys(pair.client), keys(pair.server));
}

TEST(Matrix, CoversEveryPairOfValues) {
  const auto rows = Cover().rows();
  ASSERT_GT(rows.size(), policy::supported_groups().size() * key_types().size() - 1);
  std::uint64_t seed = 1;
  for (const Row& row : rows) {
    std::string name;
    for (const std::size_t value : row) name += std::to_string(value) + " ";
    SCOPED_TRACE(name);
    Configs configs = configs_of(row);
    const bool resumes = row[kPsk] == kTicket || row[kPsk] == kEarlyData;
    if (resumes) {
      Pair first(configs.client, configs.server, ++seed);
      shake(first);
      ASSERT_TRUE(first.complete()) << trouble(first);
      ASSERT_FALSE(first.client.session().tickets.empty());
      configs.client.psks = first.client.session().tickets;
    }
    for (const auto* config : {&configs.client, &configs.server}) {
      const auto problem = policy::find_problem(*config);
      ASSERT_FALSE(problem) << problem->field << ": " << problem->reason;
    }
    Pair pair(configs.client, configs.server, ++seed);
    if (row[kPsk] == kEarlyData) {
      pair.client.step({}, Call::write_early_data, to_bytes(view_of("early")));
      pair.server.step(pair.client.take_output(), Call::read_early_data);
    }
    shake(pair);
    expect_agreement(row, pair);
  }
}

}  // namespace
}  // namespace stepshake::testing

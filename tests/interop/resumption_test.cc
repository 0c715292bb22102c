// Tickets, 0-RTT data and exporters between our sides and libssl's, for every suite and in both roles.
#include <gtest/gtest.h>

#include "support/libssl_peer.h"

namespace stepshake::testing {
namespace {

using connection::Call;
using handshake::EarlyData;

using SessionPtr = std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>;

constexpr std::uint32_t kEarly = 1'000;

class Resumed : public ::testing::TestWithParam<wire::CipherSuite> {
 protected:
  static LibsslOptions options(policy::Role role) {
    LibsslOptions made = libssl_server();
    made.role = role;
    made.cipher_suites = {GetParam()};
    if (role == policy::Role::client) made.identity = nullptr;
    return made;
  }
  static SslContextPtr context(const LibsslOptions& made) {
    SslContextPtr shared = make_context(made);
    SSL_CTX_set_max_early_data(shared.get(), kEarly);
    SSL_CTX_set_recv_max_early_data(shared.get(), kEarly);
    // Replays are its store's business, and here there is none.
    SSL_CTX_set_options(shared.get(), SSL_OP_NO_ANTI_REPLAY);
    return shared;
  }
  static SslContextPtr shared(const SslContextPtr& context) {
    SSL_CTX_up_ref(context.get());
    return SslContextPtr(context.get());
  }
};

void expect_same_exports(const Meeting& meeting) {
  const auto ours =
      connection::export_keying_material(meeting.ours.stepped.connection, "EXPORTER-test", {}, 32);
  Bytes theirs(32);
  ASSERT_EQ(SSL_export_keying_material(meeting.theirs.get(), theirs.data(), theirs.size(),
                                       "EXPORTER-test", 13, nullptr, 0, 0),
            1);
  ASSERT_TRUE(ours.ok());
  EXPECT_EQ(to_bytes(ours->view()), theirs);
}

TEST_P(Resumed, OurClientWithTheirServer) {
  const LibsslOptions theirs = options(policy::Role::server);
  const SslContextPtr server = context(theirs);
  policy::Config client = client_config();
  client.cipher_suites = {GetParam()};
  Meeting first(client, theirs, 1, shared(server));
  first.shake();
  ASSERT_TRUE(first.complete()) << first.trouble();
  expect_same_exports(first);
  first.exchange(10);
  ASSERT_FALSE(first.ours.session().tickets.empty());

  client.psks = first.ours.session().tickets;
  Meeting second(client, theirs, 2, shared(server));
  const Bytes early = to_bytes(view_of("early"));
  ASSERT_EQ(second.ours.step({}, Call::write_early_data, early).result.return_value, 1);
  second.to_theirs();
  Bytes got(100);
  std::size_t size = 0;
  ASSERT_EQ(SSL_read_early_data(second.theirs.get(), got.data(), got.size(), &size),
            SSL_READ_EARLY_DATA_SUCCESS);
  got.resize(size);
  EXPECT_EQ(got, early);
  second.to_ours(Call::do_handshake);
  second.to_theirs();
  Bytes none(10);
  EXPECT_EQ(SSL_read_early_data(second.theirs.get(), none.data(), none.size(), &size),
            SSL_READ_EARLY_DATA_FINISH);
  second.shake();
  ASSERT_TRUE(second.complete()) << second.trouble();
  EXPECT_EQ(SSL_session_reused(second.theirs.get()), 1);
  EXPECT_EQ(second.ours.facts().early_data, EarlyData::accepted);
  expect_same_exports(second);
  second.exchange(10);
}

TEST_P(Resumed, OurServerWithTheirClient) {
  const LibsslOptions theirs = options(policy::Role::client);
  const SslContextPtr client = context(theirs);
  policy::Config server = server_config();
  server.cipher_suites = {GetParam()};
  server.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 2))});
  server.max_early_data = kEarly;
  Meeting first(server, theirs, 1, shared(client));
  first.shake();
  ASSERT_TRUE(first.complete()) << first.trouble();
  expect_same_exports(first);
  first.exchange(10);
  const SessionPtr ticket(SSL_get1_session(first.theirs.get()), SSL_SESSION_free);
  ASSERT_EQ(SSL_SESSION_is_resumable(ticket.get()), 1);

  Meeting second(server, theirs, 2, shared(client));
  ASSERT_EQ(SSL_set_session(second.theirs.get(), ticket.get()), 1);
  const Bytes early = to_bytes(view_of("early"));
  std::size_t size = 0;
  ASSERT_EQ(SSL_write_early_data(second.theirs.get(), early.data(), early.size(), &size), 1);
  second.to_ours(Call::read_early_data);
  EXPECT_EQ(second.ours.last.result.data, early) << second.trouble();
  second.shake();
  ASSERT_TRUE(second.complete()) << second.trouble();
  EXPECT_EQ(SSL_session_reused(second.theirs.get()), 1);
  EXPECT_EQ(SSL_get_early_data_status(second.theirs.get()), SSL_EARLY_DATA_ACCEPTED);
  EXPECT_EQ(second.ours.facts().psk, policy::PskOrigin::resumption);
  expect_same_exports(second);
  second.exchange(10);
}

INSTANTIATE_TEST_SUITE_P(
    EachSuite, Resumed,
    ::testing::ValuesIn(policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3)),
    [](const auto& each) { return std::string(wire::name_of(each.param)); });

}  // namespace
}  // namespace stepshake::testing

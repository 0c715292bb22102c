// Sessions in memory that nobody steps for a while: packed, and opened again by the next step.
#include <gtest/gtest.h>
#include <malloc.h>
#include <spdlog/sinks/null_sink.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/memory_store.h"
#include "server/record_codec.h"
#include "server/sessions.h"
#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

constexpr absl::Duration kLong = absl::Minutes(1);  // until it is packed; not until it expires

policy::Config a_client() {
  policy::Config config = policy::default_config();
  config.role = policy::Role::client;
  config.server_name = "localhost";
  return config;
}

SessionRecord record_after_client_hello() {
  const policy::Config config = a_client();
  SessionRecord record;
  record.stepped = connection::make_stepped(config);
  connection::step(record.stepped, {config, {0, crypto::fresh_entropy()}},
                   {{}, false, connection::Call::do_handshake, {}});
  record.owner = "somebody";
  record.steps = 1;
  record.flow = {0, 7, 300};
  record.create_time = record.update_time = absl::Now();
  return record;
}

std::string written(const SessionRecord& record) {
  return std::string(text_of(encode(record).view()));
}

TEST(RecordCodec, KnowsHowMuchItWouldWrite) {
  SessionRecord record = record_after_client_hello();
  ASSERT_GT(record.stepped.outbox.size(), 100U);
  EXPECT_EQ(encoded_size(record), encode(record).size());
  record.last_request = {"id", "digest", std::string(1'000, 'a')};
  record.history = {1, 2, 3};
  record.failed_in_step = 1;
  EXPECT_EQ(encoded_size(record), encode(record).size());
  EXPECT_EQ(encoded_size({}), encode(SessionRecord()).size());
}

TEST(KeptSession, IsTheSamePackedOrNot) {
  SessionRecord record = record_after_client_hello();
  record.config = std::make_shared<const SharedConfig>();
  record.generation = 5;
  KeptSession kept(record);
  for (int i = 0; i < 2; ++i) {  // packing what is packed changes nothing
    kept.pack();
    EXPECT_TRUE(kept.is_packed());
    kept.look([&](const SessionRecord& seen) {
      EXPECT_EQ(written(seen), written(record));
      EXPECT_EQ(seen.config, record.config);
      EXPECT_EQ(seen.generation, 5U);
    });
  }
  EXPECT_EQ(written(kept.open()), written(record));
  EXPECT_FALSE(kept.is_packed());
  EXPECT_EQ(written(*kept.copy()), written(record));
}

std::size_t malloced() { return mallinfo2().uordblks; }

TEST(MemoryStore, AnIdleSessionTakesLessAndOneThatIsSteppedAgainIsPackedAgain) {
  constexpr std::size_t kSessions = 100;
  MemoryStore store({});
  const SessionRecord record = record_after_client_hello();
  for (std::size_t i = 0; i < kSessions; ++i) {
    ASSERT_TRUE(store.insert(absl::StrCat("s", i), {record, {}, {}}).ok());
  }
  const auto nobody_expires = [](absl::string_view id, const SessionRecord&) { FAIL() << id; };
  absl::Time now = absl::Now();
  store.sweep(now, nobody_expires);
  const std::size_t open = malloced();
  std::size_t packed = 0;
  for (int round = 0; round < 3; ++round) {
    store.sweep(now += kLong, nobody_expires);
    packed = malloced();
    EXPECT_LT(packed + kSessions * sizeof(SessionRecord) / 2, open) << round;
    for (std::size_t i = 0; i < kSessions; ++i) {
      const auto change = [&](SessionRecord& changed, Transaction&) {
        changed.update_time = now;
        return absl::OkStatus();
      };
      ASSERT_TRUE(store.update(absl::StrCat("s", i), change).ok());
    }
    EXPECT_GT(malloced(), packed + kSessions * sizeof(SessionRecord) / 2) << round;
    store.sweep(now, nobody_expires);  // too soon for any
    EXPECT_GT(malloced(), packed + kSessions * sizeof(SessionRecord) / 2) << round;
  }
}

// What a caller sees of two sessions that are left alone before each step.
class IdleSessions : public testing::Test {
 protected:
  std::string create(const v1::SessionConfig& config) {
    v1::CreateSessionRequest request;
    *request.mutable_config() = config;
    v1::CreateSessionResponse response;
    EXPECT_TRUE(sessions_.create({}, request, response).ok());
    return response.session().name();
  }
  v1::StepResponse step(const std::string& name, const std::string& input) {
    v1::StepRequest request;
    request.set_name(name);
    request.set_call(v1::CALL_DO_HANDSHAKE);
    request.set_input(input);
    request.set_request_id(absl::StrCat("request ", ++requests_));
    v1::StepResponse response;
    v1::StepResponse again;
    Sessions::Wait wait;
    EXPECT_TRUE(sessions_.step({}, request, response, wait).ok());
    rest();
    EXPECT_TRUE(sessions_.step({}, request, again, wait).ok());
    EXPECT_EQ(again.SerializeAsString(), response.SerializeAsString());
    return response;
  }
  v1::Session get(const std::string& name) {
    v1::GetSessionRequest request;
    request.set_name(name);
    v1::GetSessionResponse response;
    EXPECT_TRUE(sessions_.get({}, request, response).ok());
    return response.session();
  }
  void rest() { sessions_.sweep(absl::Now() + kLong); }

 private:
  const Limits limits_;
  const Policies policies_;
  Metrics metrics_;
  int requests_ = 0;
  Sessions sessions_{
      limits_,
      policies_,
      shared_test_identities(),
      std::make_shared<const ServiceKeys>(ServiceKeys::of_this_process()),
      nullptr,
      std::make_shared<Log>(
          std::make_shared<spdlog::logger>("idle", std::make_shared<spdlog::sinks::null_sink_mt>()),
          LogFormat::text),
      metrics_};
};

TEST_F(IdleSessions, ShakeHandsAsIfNobodyHadRested) {
  const std::string client = create(client_config());
  const std::string server = create(server_config());
  std::string to_client;
  bool done = false;
  for (int i = 0; i < 3 && !done; ++i) {
    const v1::StepResponse of_client = step(client, to_client);
    const v1::StepResponse of_server = step(server, of_client.output());
    to_client = of_server.output();
    done = of_client.return_value() == 1 && of_server.return_value() == 1;
    const v1::Session before = get(server);
    rest();
    EXPECT_EQ(get(server).SerializeAsString(), before.SerializeAsString());
  }
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace stepshake::server

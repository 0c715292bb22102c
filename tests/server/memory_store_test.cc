#include "server/memory_store.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/check.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

Limits room_for(std::size_t sessions, std::size_t of_one_owner = 1000) {
  Limits limits;
  limits.max_sessions = sessions;
  limits.max_sessions_per_caller = of_one_owner;
  return limits;
}

absl::Status count_step(SessionRecord& record, Transaction& /*transaction*/) {
  ++record.steps;
  return absl::OkStatus();
}

absl::Status agree(const SessionRecord& /*record*/) { return absl::OkStatus(); }

SessionRecord look_at(const SessionStore& store, const std::string& id) {
  SessionRecord seen;
  EXPECT_TRUE(store.look(id, [&](const SessionRecord& record) { seen = record; }).ok());
  return seen;
}

std::vector<std::string> list_all(const SessionStore& store, std::uint64_t after = 0) {
  std::vector<std::string> ids;
  const auto listed_all = store.list(after, [&](const SessionStore::Listed& listed) {
    ids.emplace_back(listed.id);
    return true;
  });
  EXPECT_TRUE(listed_all.ok());
  return ids;
}

TEST(MemoryStore, KeepsWhatAChangeMadeAndCountsGenerations) {
  MemoryStore store(room_for(10));
  ASSERT_TRUE(store.insert("a", {}).ok());
  EXPECT_EQ(look_at(store, "a").generation, 0U);
  ASSERT_TRUE(store.update("a", count_step).ok());
  ASSERT_TRUE(store.update("a", count_step).ok());
  EXPECT_EQ(look_at(store, "a").steps, 2U);
  EXPECT_EQ(look_at(store, "a").generation, 2U);
}

TEST(MemoryStore, AChangeThatRefusesIsTheAnswerAndNoGeneration) {
  MemoryStore store(room_for(10));
  ASSERT_TRUE(store.insert("a", {}).ok());
  const auto status = store.update(
      "a", [](SessionRecord&, Transaction&) { return absl::FailedPreconditionError("no"); });
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(look_at(store, "a").generation, 0U);
}

TEST(MemoryStore, TellsWhatAnotherStoreMadeFromWhatIsGone) {
  MemoryStore store(room_for(10));
  MemoryStore other(room_for(10));
  const std::string own = store.fresh_id();
  const std::string others = other.fresh_id();
  EXPECT_NE(own, store.fresh_id());
  ASSERT_TRUE(store.insert(own, {}).ok());
  ASSERT_TRUE(other.insert(others, {}).ok());
  ASSERT_TRUE(store.remove(own, agree).ok());
  for (const std::string& gone : {own, std::string("an-invention"), std::string("")}) {
    EXPECT_EQ(store.update(gone, count_step).message(),
              no_such_session(session_name(gone)).message());
  }
  const absl::Status elsewhere = session_elsewhere(session_name(others));
  EXPECT_EQ(store.update(others, count_step).message(), elsewhere.message());
  EXPECT_EQ(store.remove(others, agree).status().message(), elsewhere.message());
  EXPECT_TRUE(other.update(others, count_step).ok());
}

TEST(MemoryStore, RemoveGivesTheSessionAsItWas) {
  MemoryStore store(room_for(10));
  ASSERT_TRUE(store.insert("a", {}).ok());
  ASSERT_TRUE(store.update("a", count_step).ok());
  const auto removed = store.remove("a", agree);
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(removed->steps, 1U);
  EXPECT_EQ(store.remove("a", agree).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store.update("a", count_step).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store.look("a", [](const SessionRecord&) {}).code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(list_all(store).empty());
}

TEST(MemoryStore, HasRoomForSoManyAndNoMore) {
  MemoryStore store(room_for(2));
  EXPECT_TRUE(store.insert("a", {}).ok());
  EXPECT_TRUE(store.insert("b", {}).ok());
  EXPECT_EQ(store.insert("c", {}).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(store.look("c", [](const SessionRecord&) {}).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(store.remove("a", agree).ok());
  EXPECT_TRUE(store.insert("c", {}).ok());
}

SessionStore::History owned_by(const std::string& owner) {
  SessionStore::History session;
  session.record.owner = owner;
  return session;
}

TEST(MemoryStore, HasRoomForSoManyOfOneOwner) {
  MemoryStore store(room_for(10, 2));
  EXPECT_TRUE(store.insert("a1", owned_by("a")).ok());
  EXPECT_TRUE(store.insert("a2", owned_by("a")).ok());
  EXPECT_EQ(store.insert("a3", owned_by("a")).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(store.insert("b1", owned_by("b")).ok());
  for (const char* const id : {"1", "2", "3"}) EXPECT_TRUE(store.insert(id, owned_by("")).ok());
  ASSERT_TRUE(store.remove("a1", agree).ok());
  EXPECT_TRUE(store.insert("a3", owned_by("a")).ok());
  EXPECT_EQ(store.size(), 6U);
}

TEST(MemoryStore, RemovesOnlyWhatTheCheckAgreesTo) {
  MemoryStore store(room_for(10));
  ASSERT_TRUE(store.insert("a", {}).ok());
  const auto refused =
      store.remove("a", [](const SessionRecord&) { return absl::AbortedError("no"); });
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(list_all(store), std::vector<std::string>{"a"});
}

TEST(MemoryStore, WhatHasExpiredIsGoneAndItsPlaceFreeAfterASweep) {
  MemoryStore store(room_for(2, 1));
  SessionStore::History expired = owned_by("a");
  expired.record.expire_time = absl::Now() - absl::Seconds(1);
  ASSERT_TRUE(store.insert("old", expired).ok());
  SessionStore::History later = owned_by("b");
  later.record.expire_time = absl::Now() + absl::Hours(1);
  ASSERT_TRUE(store.insert("new", later).ok());
  EXPECT_EQ(store.look("old", [](const SessionRecord&) {}).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store.update("old", count_step).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store.remove("old", agree).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(list_all(store), std::vector<std::string>{"new"});
  std::vector<std::string> told;
  store.sweep(absl::Now(), [&](absl::string_view id, const SessionRecord& record) {
    told.push_back(absl::StrCat(id, " of ", record.owner));
  });
  EXPECT_EQ(told, std::vector<std::string>{"old of a"});
  EXPECT_EQ(store.size(), 1U);
  EXPECT_TRUE(store.insert("another", owned_by("a")).ok());
}

// A sweep looks at a session when it was to expire, as of its last sweep or its creation.
TEST(MemoryStore, WhatWasSteppedMeanwhileIsSweptWhenItExpiresAndNotBefore) {
  MemoryStore store(room_for(300));
  const absl::Time start = absl::Now() + absl::Hours(1);
  const auto expiring = [&](absl::Duration after) {
    SessionStore::History session = owned_by("a");
    session.record.expire_time = start + after;
    return session;
  };
  for (int i = 0; i < 200; ++i) {  // more than a sweep takes at once
    ASSERT_TRUE(store.insert(absl::StrCat("unused", i), expiring(absl::Seconds(i % 7))).ok());
  }
  ASSERT_TRUE(store.insert("stepped", expiring(absl::Seconds(1))).ok());
  ASSERT_TRUE(store.insert("removed", expiring(absl::Seconds(1))).ok());
  const auto later = [&](SessionRecord& record, Transaction& /*transaction*/) {
    record.expire_time = start + absl::Hours(1);
    return absl::OkStatus();
  };
  ASSERT_TRUE(store.update("stepped", later).ok());
  ASSERT_TRUE(store.remove("removed", agree).ok());
  std::vector<std::string> told;
  const auto sweep = [&](absl::Duration after) {
    told.clear();
    store.sweep(start + after, [&](absl::string_view id, const SessionRecord& /*record*/) {
      told.emplace_back(id);
    });
  };
  sweep(-absl::Seconds(1));
  EXPECT_TRUE(told.empty());
  sweep(absl::Seconds(10));
  EXPECT_EQ(told.size(), 200U);
  EXPECT_EQ(list_all(store), std::vector<std::string>{"stepped"});
  sweep(absl::Hours(1) - absl::Seconds(1));
  EXPECT_TRUE(told.empty());
  sweep(absl::Hours(1));
  EXPECT_EQ(told, std::vector<std::string>{"stepped"});
  EXPECT_EQ(store.size(), 0U);
}

TEST(MemoryStore, ListsOldestFirstFromAPosition) {
  MemoryStore store(room_for(1000));
  std::vector<std::string> ids;
  for (int i = 0; i < 200; ++i) {  // more than the store looks at in one go
    ids.push_back("id" + std::to_string(i));
    ASSERT_TRUE(store.insert(ids.back(), {}).ok());
  }
  EXPECT_EQ(list_all(store), ids);
  std::uint64_t position = 0;
  int seen = 0;
  const auto listed_all = store.list(0, [&](const SessionStore::Listed& listed) {
    position = listed.position;
    return ++seen < 100;
  });
  EXPECT_TRUE(listed_all.ok());
  EXPECT_EQ(seen, 100);
  EXPECT_EQ(list_all(store, position), std::vector<std::string>(ids.begin() + 100, ids.end()));
}

TEST(MemoryStore, ManyThreadsOnOneSessionLoseNoChange) {
  MemoryStore store(room_for(10));
  ASSERT_TRUE(store.insert("a", {}).ok());
  constexpr int kThreads = 4;
  constexpr int kChanges = 2000;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < kChanges; ++j) EXPECT_TRUE(store.update("a", count_step).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(look_at(store, "a").steps, kThreads * kChanges);
  EXPECT_EQ(look_at(store, "a").generation, kThreads * kChanges);
}

TEST(MemoryStore, InsertsAndRemovalsAtOnceLeaveNothingBehind) {
  MemoryStore store(room_for(1000));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 500; ++j) {
        const std::string id = std::to_string(i) + "-" + std::to_string(j);
        EXPECT_TRUE(store.insert(id, {}).ok());
        EXPECT_TRUE(store.update(id, count_step).ok());
        EXPECT_TRUE(store.remove(id, agree).ok());
        list_all(store);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(list_all(store).empty());
}

}  // namespace
}  // namespace stepshake::server

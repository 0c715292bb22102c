#include "server/check.h"

#include <gtest/gtest.h>

#include "server/limits.h"

namespace stepshake::server {
namespace {

bool names_field(const absl::Status& status, const std::string& field) {
  return status.code() == absl::StatusCode::kInvalidArgument &&
         std::string(status.message()).rfind(field + ": ", 0) == 0;
}

TEST(SessionId, IsWhatFollowsTheCollection) {
  EXPECT_EQ(session_id("sessions/abc").value(), "abc");
  EXPECT_EQ(session_name("abc"), "sessions/abc");
}

TEST(SessionId, RefusesWhatIsNoName) {
  for (const char* name : {"", "abc", "sessions", "sessions/", "Sessions/abc", "/sessions/abc",
                           "sessions/a/b", "users/abc", " sessions/abc"}) {
    EXPECT_TRUE(names_field(session_id(name).status(), "name")) << name;
  }
}

v1::StepRequest with(v1::Call call) {
  v1::StepRequest request;
  request.set_call(call);
  return request;
}

TEST(CheckStep, TakesEachCall) {
  for (int call = 0; call <= v1::CALL_SHUTDOWN; ++call) {
    auto request = with(static_cast<v1::Call>(call));
    if (call == v1::CALL_WRITE) request.set_data("x");
    EXPECT_TRUE(check_step(request).ok()) << call;
  }
}

TEST(CheckStep, RefusesAnUnknownCall) {
  EXPECT_TRUE(names_field(check_step(with(static_cast<v1::Call>(99))), "call"));
  EXPECT_TRUE(names_field(check_step(with(static_cast<v1::Call>(-1))), "call"));
}

TEST(CheckExport, NoContextIsNotAContext) {
  v1::ExportKeyingMaterialRequest request;
  request.set_label("label");
  request.set_length(32);
  request.set_no_context(true);
  EXPECT_TRUE(check_export(request).ok());
  request.set_context("context");
  EXPECT_TRUE(names_field(check_export(request), "no_context"));
}

TEST(CheckStep, DataIsForWriteAlone) {
  EXPECT_TRUE(names_field(check_step(with(v1::CALL_WRITE)), "data"));
  auto request = with(v1::CALL_READ);
  request.set_data("x");
  EXPECT_TRUE(names_field(check_step(request), "data"));
}

TEST(CheckStep, ReadLimitIsForReadAloneAndBounded) {
  auto request = with(v1::CALL_READ);
  request.set_read_limit(kMaxReadLimit);
  EXPECT_TRUE(check_step(request).ok());
  request.set_read_limit(kMaxReadLimit + 1);
  EXPECT_TRUE(names_field(check_step(request), "read_limit"));
  request = with(v1::CALL_DO_HANDSHAKE);
  request.set_read_limit(1);
  EXPECT_TRUE(names_field(check_step(request), "read_limit"));
}

TEST(PageSize, HasADefaultAndAMost) {
  v1::ListSessionsRequest request;
  EXPECT_EQ(page_size(request).value(), 50U);
  request.set_page_size(7);
  EXPECT_EQ(page_size(request).value(), 7U);
  request.set_page_size(5000);
  EXPECT_EQ(page_size(request).value(), 1000U);
  request.set_page_size(-1);
  EXPECT_TRUE(names_field(page_size(request).status(), "page_size"));
}

}  // namespace
}  // namespace stepshake::server

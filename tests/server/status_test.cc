#include "server/status.h"

#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

TEST(Status, NamesTheFieldInTextAndInfo) {
  const auto status = to_grpc(invalid_field("cipher_suites[1]", "is wrong"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "cipher_suites[1]: is wrong");
  const auto info = info_of(status);
  EXPECT_EQ(info.reason(), "INVALID_FIELD");
  EXPECT_EQ(info.domain(), "stepshake.v1");
  EXPECT_EQ(info.metadata().at("field"), "cipher_suites[1]");
}

TEST(Status, AFieldIsPrefixedByWhatItLiesWithin) {
  const auto status = to_grpc(
      within("config", within("identities[0]", within("pem", invalid_field("private_key", "x")))));
  EXPECT_EQ(status.error_message(), "config.identities[0].pem.private_key: x");
  EXPECT_EQ(field_of(status), "config.identities[0].pem.private_key");
}

TEST(Status, WithinLeavesOthersAlone) {
  EXPECT_TRUE(within("config", absl::OkStatus()).ok());
  const auto status = within("step", shutting_down());
  EXPECT_EQ(status, shutting_down());
}

TEST(Status, ALimitTellsItsFlagAndValue) {
  const auto status = to_grpc(limit_reached({"TOO_MANY_SESSIONS", "--max-sessions", 7, "stop"}));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "stop (stepshaked's --max-sessions is 7)");
  const auto info = info_of(status);
  EXPECT_EQ(info.reason(), "TOO_MANY_SESSIONS");
  EXPECT_EQ(info.metadata().at("flag"), "--max-sessions");
  EXPECT_EQ(info.metadata().at("limit"), "7");
}

TEST(Status, CodesAndReasons) {
  EXPECT_EQ(to_grpc(no_such_session("sessions/a")).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(info_of(to_grpc(no_such_session("sessions/a"))).reason(), "SESSION_NOT_FOUND");
  EXPECT_EQ(info_of(to_grpc(session_elsewhere("sessions/a"))).reason(), "SESSION_ELSEWHERE");
  EXPECT_EQ(to_grpc(input_has_ended()).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(info_of(to_grpc(input_has_ended())).reason(), "INPUT_ENDED");
  EXPECT_EQ(to_grpc(shutting_down()).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(info_of(to_grpc(shutting_down())).reason(), "SHUTTING_DOWN");
}

TEST(Status, OkIsOkAndAnErrorFromElsewhereStillHasInfo) {
  EXPECT_TRUE(to_grpc(absl::OkStatus()).ok());
  EXPECT_EQ(info_of(to_grpc(absl::InternalError("x"))).reason(), "INTERNAL");
}

}  // namespace
}  // namespace stepshake::server

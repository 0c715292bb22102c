#include "server/convert_stepping.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/limits.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

absl::Status no_such(absl::string_view field, int number, absl::string_view type) {
  return invalid_field(
      field, absl::StrCat("there is no ", number, "; the enum ", type, " lists what there is"));
}

absl::Status set_pause_point(absl::string_view field, int point, policy::PausePoints& to) {
  bool* flag = nullptr;
  switch (point) {
    case v1::PAUSE_POINT_CLIENT_HELLO: flag = &to.client_hello; break;
    case v1::PAUSE_POINT_CERTIFICATE: flag = &to.certificate; break;
    case v1::PAUSE_POINT_VERIFY: flag = &to.verify; break;
    default: return no_such(field, point, "PausePoint");
  }
  if (*flag) return invalid_field(field, "is named twice");
  *flag = true;
  return absl::OkStatus();
}

absl::Status set_pause_points(const v1::SessionConfig& from, policy::Config& to) {
  for (int i = 0; i < from.pause_on_size(); ++i) {
    const std::string field = absl::StrCat("pause_on[", i, "]");
    const absl::Status status = set_pause_point(field, from.pause_on(i), to.pause_on);
    if (!status.ok()) return status;
  }
  if (to.pause_on.client_hello && to.role == policy::Role::client) {
    return invalid_field("pause_on", "PAUSE_POINT_CLIENT_HELLO is for a server");
  }
  return absl::OkStatus();
}

absl::Status set_granularity(const v1::SessionConfig& from, policy::Config& to) {
  using enum policy::Granularity;
  switch (from.granularity()) {
    case v1::GRANULARITY_UNSPECIFIED:
    case v1::GRANULARITY_CALL: to.granularity = call; return absl::OkStatus();
    case v1::GRANULARITY_MESSAGE: to.granularity = message; return absl::OkStatus();
    case v1::GRANULARITY_RECORD: to.granularity = record; return absl::OkStatus();
    default: return no_such("granularity", from.granularity(), "Granularity");
  }
}

absl::Status set_ticket_storage(const v1::SessionConfig& from, policy::Config& to) {
  switch (from.ticket_storage()) {
    case v1::TICKET_STORAGE_UNSPECIFIED:
    case v1::TICKET_STORAGE_SEALED: to.ticket_storage = policy::TicketStorage::sealed; break;
    case v1::TICKET_STORAGE_STORED: to.ticket_storage = policy::TicketStorage::stored; break;
    default: return no_such("ticket_storage", from.ticket_storage(), "TicketStorage");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status set_stepping(const v1::SessionConfig& from, policy::Config& to) {
  absl::Status status = set_pause_points(from, to);
  status.Update(set_granularity(from, to));
  status.Update(set_ticket_storage(from, to));
  to.trace = from.trace();
  if (status.ok() && from.output_capacity() > kMaxOutputCapacity) {
    return invalid_field("output_capacity", absl::StrCat("must be at most ", kMaxOutputCapacity,
                                                         ", or 0 for no bound"));
  }
  if (status.ok() && from.blocking() && from.output_capacity() != 0) {
    return invalid_field("output_capacity",
                         "a blocking call waits until its output has gone; leave it out");
  }
  if (status.ok() && from.blocking() && to.granularity != policy::Granularity::call) {
    return invalid_field("granularity",
                         "a blocking call returns only when it is done; leave it out");
  }
  return status;
}

void put_before(const v1::StepResponse& earlier, v1::StepResponse& later) {
  const auto join = [](const auto& first, auto& second) {
    auto all = first;
    all.MergeFrom(second);
    second.Swap(&all);
  };
  join(earlier.messages(), *later.mutable_messages());
  join(earlier.alerts(), *later.mutable_alerts());
  join(earlier.trace(), *later.mutable_trace());
  join(earlier.key_log(), *later.mutable_key_log());
  later.set_consumed_input_bytes(earlier.consumed_input_bytes() + later.consumed_input_bytes());
  later.set_state_before(earlier.state_before());
}

}  // namespace stepshake::server

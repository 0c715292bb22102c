#include "server/exactly_once.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "crypto/hash.h"
#include "server/convert.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

void forget_before(std::uint64_t offset, SessionRecord& record) {
  Bytes& outbox = record.stepped.outbox;
  const auto gone = static_cast<std::ptrdiff_t>(offset - record.flow.output_begin);
  outbox.erase(outbox.begin(), outbox.begin() + gone);
  if (outbox.empty()) outbox = Bytes();  // an idle session holds no empty buffer
  record.flow.output_begin = offset;
}

void put_output(const SessionRecord& record, v1::StepResponse& response) {
  response.set_output(record.stepped.outbox.data(), record.stepped.outbox.size());
}

}  // namespace

std::string request_digest(const v1::StepRequest& request) {
  if (request.request_id().empty()) return {};
  std::string serialized;
  {
    google::protobuf::io::StringOutputStream stream(&serialized);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&coded);
  }
  const Bytes digest = crypto::hash(crypto::HashAlgorithm::sha256, {view_of(serialized)});
  return std::string(text_of(BytesView(digest).first(16)));
}

absl::StatusOr<bool> answer_again(const v1::StepRequest& request, const SessionRecord& record,
                                  v1::StepResponse& response) {
  const auto& last = record.last_request;
  if (request.request_id().empty() || !last || last->id != request.request_id()) return false;
  if (last->digest != request_digest(request)) {
    return invalid_field("request_id",
                         "was the last request's, which asked for something else; give each "
                         "request an id of its own, and repeat a request as it was");
  }
  response.ParseFromString(last->answer);
  fill(record, response);
  if (request.has_acknowledged_output_offset() && !request.keep_output()) {
    put_output(record, response);
  }
  return true;
}

absl::Status check_number(const v1::StepRequest& request, const SessionRecord& record) {
  if (request.expected_step() == 0 || request.expected_step() == record.steps + 1) {
    return absl::OkStatus();
  }
  return step_mismatch(record.steps, request.expected_step());
}

absl::StatusOr<BytesView> new_input(const v1::StepRequest& request, const SessionRecord& record) {
  const BytesView input = view_of(request.input());
  if (!request.has_input_offset()) return input;
  const std::uint64_t begin = request.input_offset();
  const std::uint64_t known = record.flow.input_end;
  if (begin > known) return input_gap(begin, known);
  return input.subspan(std::min<std::uint64_t>(known - begin, input.size()));
}

absl::Status acknowledge(const v1::StepRequest& request, SessionRecord& record) {
  if (!request.has_acknowledged_output_offset()) return absl::OkStatus();
  const std::uint64_t offset = request.acknowledged_output_offset();
  const std::uint64_t end = output_end(record);
  if (offset < record.flow.output_begin || offset > end) {
    return output_out_of_range(offset, record.flow.output_begin, end);
  }
  forget_before(offset, record);
  return absl::OkStatus();
}

void give_output(const v1::StepRequest& request, SessionRecord& record,
                 v1::StepResponse& response) {
  put_output(record, response);
  response.set_output_offset(record.flow.output_begin);
  record.flow.output_given = output_end(record);
  if (!request.has_acknowledged_output_offset()) forget_before(record.flow.output_given, record);
}

void keep_answer(const v1::StepRequest& request, const std::string& digest,
                 const v1::StepResponse& response, SessionRecord& record) {
  record.last_request.reset();
  if (request.request_id().empty()) return;
  v1::StepResponse kept = response;
  // What fill() reads off the record.
  kept.clear_question();
  kept.clear_tickets();
  kept.clear_negotiated();
  kept.clear_failure();
  if (request.has_acknowledged_output_offset()) kept.clear_output();
  record.last_request = {request.request_id(), digest, kept.SerializeAsString()};
}

}  // namespace stepshake::server

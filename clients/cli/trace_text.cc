// Questions and traces, for a reader.
#include "cli/trace_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace stepshake::cli {
namespace {

constexpr size_t kMostShownBytes = 32;  // of a field without words, in hexadecimal

absl::string_view way(v1::Direction direction) {
  return direction == v1::DIRECTION_SENT ? "sent" : "received";
}

std::string hex_of(absl::string_view bytes) {
  const std::string hex = absl::BytesToHexString(bytes.substr(0, kMostShownBytes));
  return bytes.size() > kMostShownBytes ? absl::StrCat(hex, "... (", bytes.size(), " bytes)") : hex;
}

void add_field(const v1::Field& field, size_t depth, std::string& to) {
  const std::string indent(2 * depth, ' ');
  absl::StrAppend(&to, indent, printable(field.name()));
  if (!field.value().empty()) {
    absl::StrAppend(&to, ": ", printable(field.value()));
  } else if (field.fields().empty()) {
    absl::StrAppend(&to, ": ", field.raw().empty() ? "empty" : hex_of(field.raw()));
  }
  to += '\n';
  for (const v1::Field& part : field.fields()) add_field(part, depth + 1, to);
}

void add_entry(const v1::TraceEntry& entry, std::string& to) {
  switch (entry.entry_case()) {
    case v1::TraceEntry::kRecord:
      absl::StrAppend(&to, "  ", way(entry.record().direction()), " record ",
                      code_point_name(entry.record().content_type()), ", ",
                      entry.record().bytes().size(), " bytes\n");
      break;
    case v1::TraceEntry::kMessage: {
      const v1::TracedMessage& message = entry.message();
      absl::StrAppend(&to, "  ", way(message.direction()), " ",
                      code_point_name(message.has_handshake_type() ? message.handshake_type()
                                                                   : message.content_type()),
                      ", ", message.bytes().size(), " bytes\n");
      // The message's own name stands there already.
      for (const v1::Field& part : message.fields().fields()) add_field(part, 2, to);
      break;
    }
    case v1::TraceEntry::kKeys: {
      absl::string_view epoch = v1::Epoch_Name(entry.keys().epoch());
      absl::ConsumePrefix(&epoch, "EPOCH_");
      const bool reading = entry.keys().direction() == v1::DIRECTION_RECEIVED;
      absl::StrAppend(&to, "  ", reading ? "reads" : "writes", " from here with ",
                      absl::AsciiStrToLower(epoch), " keys");
      if (entry.keys().has_cipher_suite()) {
        absl::StrAppend(&to, " of ", code_point_name(entry.keys().cipher_suite()));
      }
      to += '\n';
      break;
    }
    case v1::TraceEntry::ENTRY_NOT_SET: to += "  (something newer than this program)\n"; break;
  }
}

std::string schemes(const google::protobuf::RepeatedPtrField<v1::CodePoint>& list) {
  return absl::StrJoin(list, " ", [](std::string* out, const v1::CodePoint& each) {
    out->append(code_point_name(each));
  });
}

std::string verify_line(const v1::VerifyQuestion& question) {
  const std::string verdict =
      question.has_verify_result()
          ? absl::StrCat(question.verify_result(), " (", printable(question.verify_message()), ")")
          : "the chain was not checked";
  return absl::StrCat("asks about the peer's chain of ", question.peer_certificates_size(), ": ",
                      verdict, "; --answer go_on or refuse");
}

}  // namespace

std::string question_line(const v1::StepResponse& step) {
  const v1::Question& question = step.question();
  switch (question.kind_case()) {
    case v1::Question::kClientHello:
      return absl::StrCat("asks about the ClientHello of ",
                          question.client_hello().client_hello().size(),
                          " bytes; --answer go_on, config or refuse");
    case v1::Question::kCertificate:
      return absl::StrCat("asks for a certificate; the peer takes ",
                          schemes(question.certificate().signature_schemes()),
                          "; --answer certificate, go_on or refuse");
    case v1::Question::kVerify: return verify_line(question.verify());
    case v1::Question::kSignature:
      return absl::StrCat("asks for a signature, ",
                          code_point_name(question.signature().signature_scheme()), " over ",
                          question.signature().content().size(),
                          " bytes; --question-out writes them, --answer signature brings it");
    case v1::Question::KIND_NOT_SET: break;
  }
  return "";
}

std::string question_bytes(const v1::StepResponse& step) {
  const v1::Question& question = step.question();
  switch (question.kind_case()) {
    case v1::Question::kClientHello: return question.client_hello().client_hello();
    case v1::Question::kSignature: return question.signature().content();
    case v1::Question::kVerify:
      return question.verify().peer_certificates().empty() ? ""
                                                           : question.verify().peer_certificates(0);
    default: return "";
  }
}

std::string trace_text(const v1::StepResponse& step) {
  std::string text;
  for (const v1::TraceEntry& entry : step.trace()) add_entry(entry, text);
  for (const std::string& line : step.key_log()) absl::StrAppend(&text, "  ", line, "\n");
  return text;
}

}  // namespace stepshake::cli

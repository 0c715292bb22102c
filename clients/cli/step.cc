// step: one step of one session, by hand. stdout carries TLS bytes and nothing else, so that steps
// can be piped into each other; what happened stands on stderr.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/answer.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/service.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "cli/trace_text.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

struct StepFlags {
  std::string name;
  std::string call = "do_handshake";
  std::optional<std::string> in;
  std::optional<std::string> out;
  bool hex = false;
  bool eof = false;
  std::optional<std::string> data;
  std::optional<std::string> data_in;
  std::optional<std::string> data_out;
  uint32_t limit = 0;
  bool keep_output = false;
  std::optional<std::string> question_out;
  AnswerFlags answer;
  double timeout_seconds = 0;  // 0: the service's usual deadline
};

absl::Status check(const StepFlags& flags, Format format) {
  if (flags.in == "-" && flags.data_in == "-") {
    return absl::InvalidArgumentError("--in and --data-in cannot both be standard input");
  }
  if (flags.data && flags.data_in) {
    return absl::InvalidArgumentError("give --data or --data-in, not both");
  }
  if (format == Format::kJson && (flags.out == "-" || flags.data_out == "-")) {
    return absl::InvalidArgumentError(
        "with -o json standard output carries the JSON, which holds the bytes too: give --out and "
        "--data-out a file, or leave them out");
  }
  if (flags.data_out == "-" && !flags.keep_output && flags.out.value_or("-") == "-") {
    return absl::InvalidArgumentError(
        "--data-out - needs --out FILE or --keep-output: standard output cannot carry TLS bytes "
        "and data at once");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::StepRequest> build_request(const StepFlags& flags) {
  v1::StepRequest request;
  request.set_name(session_name(flags.name));
  v1::Call call;
  if (!parse_call(flags.call, call)) {
    return absl::InvalidArgumentError(absl::StrCat("there is no call '", flags.call, "'"));
  }
  request.set_call(call);
  if (flags.in) {
    auto bytes = read_file(*flags.in);
    if (bytes.ok() && flags.hex) bytes = from_hex(*bytes);
    if (!bytes.ok()) return bytes.status();
    request.set_input(*bytes);
  }
  if (flags.data_in) {
    const auto data = read_file(*flags.data_in);
    if (!data.ok()) return data.status();
    request.set_data(*data);
  }
  if (flags.data) request.set_data(*flags.data);
  request.set_end_of_input(flags.eof);
  request.set_read_limit(flags.limit);
  request.set_keep_output(flags.keep_output);
  return request;
}

absl::Status deliver(const StepFlags& flags, const v1::StepResponse& step, Format format) {
  if (format == Format::kJson) print(absl::StrCat(to_json(step), "\n"));
  // In JSON the bytes are there already; on a terminal raw bytes would help nobody.
  if (format == Format::kText || flags.out) {
    const std::string path = flags.out.value_or("-");
    const bool hex = flags.hex || (path == "-" && isatty(STDOUT_FILENO) == 1);
    if (path != "-" || !step.output().empty()) {
      const absl::Status status = write_file(path, hex ? hex_lines(step.output()) : step.output());
      if (!status.ok()) return status;
    }
  }
  if (flags.question_out) {
    const absl::Status status = write_file(*flags.question_out, question_bytes(step));
    if (!status.ok()) return status;
  }
  return flags.data_out ? write_file(*flags.data_out, step.data()) : absl::OkStatus();
}

// One write, so that the lines of a pipeline's steps do not mix.
void print_status_line(const StepFlags& flags, const v1::StepResponse& step) {
  std::string line = absl::StrCat(step.name(), " ", step_line(step));
  if (!step.data().empty() && !flags.data_out) {
    absl::StrAppend(&line, ": ", printable(step.data()));
  }
  line += '\n';
  const std::string question = question_line(step);
  if (!question.empty()) absl::StrAppend(&line, "  ", question, "\n");
  line += trace_text(step);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

absl::StatusOr<ExitStatus> run_step(const StepFlags& flags, const Invocation& invocation) {
  const absl::Status usable = check(flags, invocation.format);
  if (!usable.ok()) return usable;
  auto request = build_request(flags);
  if (!request.ok()) return request.status();
  Service service(invocation.access);
  CodePointNames names(service);
  const auto answer = build_answer(flags.answer, names);
  if (!answer.ok()) return answer.status();
  if (*answer) *request->mutable_answer() = **answer;
  const auto step = service.step(*request, flags.timeout_seconds);
  if (!step.ok()) return step.status();
  // First of all the line: the next command of a pipe may end this one.
  if (invocation.format == Format::kText) print_status_line(flags, *step);
  const absl::Status delivered = deliver(flags, *step, invocation.format);
  if (!delivered.ok()) return delivered;
  return step_failed(*step) ? ExitStatus::kFailed : ExitStatus::kComplete;
}

void add_options(CLI::App& verb, StepFlags& flags) {
  verb.add_option("NAME", flags.name, "The session, with or without \"sessions/\"")->required();
  verb.add_option("-c,--call", flags.call,
                  absl::StrCat("The call: ", absl::StrJoin(call_names(), ", "),
                               " (default: do_handshake). With none, the bytes are only queued"))
      ->type_name("CALL")
      ->check(CLI::IsMember(call_names()).description(""));
  verb.add_option("-i,--in", flags.in, "Bytes from the peer: a file, or - for stdin")
      ->type_name("FILE");
  verb.add_flag("--eof", flags.eof, "After them, end of file: no more bytes will come");
  verb.add_option("--out", flags.out, "Where bytes for the peer go (default: -, stdout)")
      ->type_name("FILE");
  verb.add_flag("-x,--hex", flags.hex,
                "--in and --out are hexadecimal (--out is, too, when it is a terminal)");
  verb.add_flag("--keep-output", flags.keep_output,
                "Leave bytes for the peer with the session, for a later step");
  verb.add_option("-d,--data", flags.data, "For write: application data")->type_name("TEXT");
  verb.add_option("--data-in", flags.data_in, "For write: application data from a file, or -")
      ->type_name("FILE");
  verb.add_option("--data-out", flags.data_out,
                  "For read: where application data goes (default: "
                  "into the line on stderr, escaped)")
      ->type_name("FILE");
  verb.add_option("--limit", flags.limit, "For read: at most so many bytes")
      ->type_name("N")
      ->check(CLI::Range(1, 16384).description(""));
  verb.add_option("--question-out", flags.question_out,
                  "Where the bytes go that the step asks about: what is to be signed, the "
                  "ClientHello, or the peer's leaf certificate (DER)")
      ->type_name("FILE");
  verb.add_option("--timeout", flags.timeout_seconds,
                  "How long to wait for the service's answer: a --blocking session gives it only "
                  "once it has its bytes (default: 30)")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber.description(""));
  add_answer_options(verb, flags.answer);
}

}  // namespace

void add_step(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<StepFlags>();
  CLI::App& verb = *app.add_subcommand("step", "Step a session: bytes in, one call, bytes out");
  add_options(verb, *flags);
  verb.footer(
      "stdout carries the bytes for the peer, stderr one line: the call, its return value, what "
      "SSL_get_error says, the state, and the messages that passed; below it what the session "
      "asks, if it does, and its trace. With -o json the step is one "
      "JSON object on stdout, its bytes in hexadecimal.\n\n"
      "EXAMPLES\n"
      "  stepshake step $C | stepshake step $S --in - | stepshake step $C --in - > flight2.bin\n"
      "  stepshake step $S --in flight2.bin --out tickets.bin\n"
      "  echo 15030300020228 | stepshake step $C --hex --in -\n"
      "  stepshake step $C --call write --data hello --out record.bin\n"
      "  stepshake step $S --call read --in record.bin --data-out - --out /dev/null\n"
      "  stepshake step $S --answer refuse --alert access_denied --out alert.bin\n\n"
      "EXIT STATUS\n"
      "  0 the call succeeded or wants something, 1 the session has failed (the bytes, its alert, "
      "are there all the same), 2 misuse, 3 service unreachable\n");
  verb.callback([flags, &invocation] {
    invocation.run = [flags, &invocation] { return run_step(*flags, invocation); };
  });
}

}  // namespace stepshake::cli

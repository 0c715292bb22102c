// pair: a client and a server session of the service shake hands; this program is the wire between
// them.
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/facts.h"
#include "cli/json.h"
#include "cli/ladder.h"
#include "cli/session_flags.h"
#include "cli/stepping_flags.h"
#include "cli/stop.h"
#include "cli/text.h"
#include "cli/trace_text.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

constexpr int kMostSteps = 1000;  // a handshake takes about five

struct PairFlags {
  SessionFlags both, client, server;
  SteppingFlags stepping;  // of both
  bool keep = false;
};

struct Side {
  v1::Role role;
  OwnedSession session;
  std::string inbox;  // bytes that the other side has sent
  v1::StepResponse last;
  v1::Negotiated negotiated;
  bool started = false;

  bool complete() const { return last.handshake_complete(); }
  bool failed() const { return started && step_failed(last); }
  // Is there anything that a step could do?
  bool due() const {
    return !failed() && (!inbox.empty() || !started || last.ssl_error() == v1::SSL_ERROR_WANT_STEP);
  }
};

class Pairing {
 public:
  Pairing(Service& service, Format format, Side client, Side server)
      : service_(service),
        format_(format),
        ladder_(stdout_style()),
        sides_{std::move(client), std::move(server)} {}

  absl::StatusOr<ExitStatus> run(const StopSignals& stop);
  void keep();

 private:
  absl::Status step(Side& from, Side& to);
  void print_end() const;
  bool complete() const;
  std::string disagreement() const;

  Service& service_;
  Format format_;
  Ladder ladder_;
  std::array<Side, 2> sides_;
  uint64_t steps_ = 0;
};

absl::StatusOr<ExitStatus> Pairing::run(const StopSignals& stop) {
  if (format_ == Format::kText) print(ladder_.header());
  size_t turn = 0;
  while (steps_ < kMostSteps && (sides_[0].due() || sides_[1].due())) {
    if (const int signal = stop.caught()) return interrupted_by(signal);
    if (sides_[turn].due()) {
      const absl::Status status = step(sides_[turn], sides_[1 - turn]);
      if (!status.ok()) return status;
    }
    turn = 1 - turn;
  }
  print_end();
  return complete() ? ExitStatus::kComplete : ExitStatus::kFailed;
}

absl::Status Pairing::step(Side& from, Side& to) {
  v1::StepRequest request;
  request.set_name(from.session.name());
  request.set_input(std::exchange(from.inbox, ""));
  // After the end only post-handshake messages come, and those are read's.
  request.set_call(from.complete() ? v1::CALL_READ : v1::CALL_DO_HANDSHAKE);
  auto response = service_.step(request);
  if (!response.ok()) return response.status();
  from.started = true;
  from.last = std::move(*response);
  if (from.last.has_negotiated()) from.negotiated = from.last.negotiated();
  to.inbox += from.last.output();
  ++steps_;
  if (format_ == Format::kText) {
    print(absl::StrCat(ladder_.rung(from.role, from.last), trace_text(from.last)));
  } else {
    print(JsonObject()
              .add("event", "step")
              .add("side", role_name(from.role))
              .add("step", from.last)
              .line());
  }
  return absl::OkStatus();
}

bool Pairing::complete() const {
  for (const Side& side : sides_) {
    if (!side.complete() || side.failed()) return false;
  }
  return disagreement().empty();
}

// Two ends of one handshake must have agreed on the same: a difference is a bug, and worth a word.
std::string Pairing::disagreement() const {
  const v1::Negotiated& client = sides_[0].negotiated;
  const v1::Negotiated& server = sides_[1].negotiated;
  if (client.version().value() != server.version().value()) return "version";
  if (client.cipher_suite().value() != server.cipher_suite().value()) return "cipher suite";
  if (client.group().value() != server.group().value()) return "group";
  if (client.alpn_protocol() != server.alpn_protocol()) return "ALPN protocol";
  return "";
}

JsonObject end_json(const Side& side) {
  JsonObject object;
  object.add("name", side.session.name())
      .add("state", side.last.state())
      .add("complete", side.complete())
      .add("negotiated", side.negotiated);
  if (side.last.has_failure()) object.add("failure", side.last.failure());
  return object;
}

void Pairing::print_end() const {
  const auto& [client, server] = sides_;
  if (format_ == Format::kJson) {
    print(JsonObject()
              .add("event", "end")
              .add("complete", complete())
              .add("steps", steps_)
              .add("client", end_json(client))
              .add("server", end_json(server))
              .line());
    return;
  }
  const Style style = stdout_style();
  const std::string legend = ladder_.legend();
  std::string text = absl::StrCat("\n", legend, legend.empty() ? "" : "\n");
  if (complete()) {
    absl::StrAppend(&text, paint(style, Colour::kGreen, "handshake complete"), ", ", steps_,
                    " steps\n", facts_text(client.negotiated));
    if (server.negotiated.peer_certificates_size() > 0) {
      absl::StrAppend(&text, "seen by the server\n", facts_text(server.negotiated));
    }
    print(text);
    return;
  }
  absl::StrAppend(&text, paint(style, Colour::kRed, "handshake failed"), ", ", steps_, " steps\n");
  for (const Side& side : sides_) {
    if (side.failed()) {
      absl::StrAppend(&text, "  ", role_name(side.role), ": ", failure_text(side.last), "\n");
    } else if (!side.complete()) {
      absl::StrAppend(&text, "  ", role_name(side.role), ": still in ", side.last.state(), "\n");
    }
  }
  const std::string different = disagreement();
  if (client.complete() && server.complete() && !different.empty()) {
    absl::StrAppend(&text, "  the sides disagree on the ", different, "\n");
  }
  print(text);
}

void Pairing::keep() {
  for (Side& side : sides_) {
    side.session.keep();
    if (format_ == Format::kText) {
      print(absl::StrCat(role_name(side.role), " is ", side.session.name(), "\n"));
    }
  }
}

absl::StatusOr<Side> make_side(Service& service, CodePointNames& names, v1::Role role,
                               const SessionFlags& flags, const SteppingFlags& stepping) {
  auto config = build_config(flags, role, names);
  if (!config.ok()) return config.status();
  set_stepping(stepping, *config);
  auto session = OwnedSession::create(service, *config);
  if (!session.ok()) return session.status();
  return Side{
      .role = role, .session = std::move(*session), .inbox = "", .last = {}, .negotiated = {}};
}

// The server shows a test certificate: the client ought to trust it, and to look for a name that it bears.
void expect_test_identity(SessionFlags& client) {
  if (client.cas.empty()) client.test_ca = true;
  client.default_servername = "localhost";
}

absl::StatusOr<ExitStatus> run_pair(const PairFlags& flags, const Invocation& invocation) {
  const StopSignals stop;
  Service service(invocation.access);
  CodePointNames names(service);
  SessionFlags client_flags = overlay(flags.both, flags.client);
  SessionFlags server_flags = overlay(flags.both, flags.server);
  if (server_flags.certs.empty()) expect_test_identity(client_flags);
  if (!client_flags.test_identities.empty() && server_flags.cas.empty())
    server_flags.test_ca = true;
  auto client = make_side(service, names, v1::ROLE_CLIENT, client_flags, flags.stepping);
  if (!client.ok()) return client.status();
  auto server = make_side(service, names, v1::ROLE_SERVER, server_flags, flags.stepping);
  if (!server.ok()) return server.status();
  Pairing pairing(service, invocation.format, std::move(*client), std::move(*server));
  if (flags.keep) pairing.keep();
  return pairing.run(stop);
}

void add_options(CLI::App& verb, PairFlags& flags) {
  const std::string hidden;  // one line of the help stands for them all
  add_negotiation_options(verb, flags.both, "", "Both sides");
  add_trust_options(verb, flags.both, "", "Both sides");
  for (const auto& [prefix, side] :
       {std::pair{"client-", &flags.client}, {"server-", &flags.server}}) {
    add_negotiation_options(verb, *side, prefix, hidden);
    add_trust_options(verb, *side, prefix, hidden);
  }
  add_identity_options(verb, flags.server, "", "The server");
  add_client_auth_options(verb, flags.server, "The server");
  add_servername_options(verb, flags.client, "The client");
  add_identity_options(verb, flags.client, "client-", "The client");
  add_granularity_option(verb, flags.stepping, "Stepping");
  add_trace_options(verb, flags.stepping, "Stepping");
  verb.add_flag("--keep", flags.keep, "Do not delete the two sessions at the end");
}

}  // namespace

void add_pair(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<PairFlags>();
  CLI::App& verb = *app.add_subcommand(
      "pair", "Shake hands between two sessions of the service, and show each step");
  add_options(verb, *flags);
  verb.footer(absl::StrCat(
      "Each option for both sides exists for one alone too: --client-groups, --server-groups and "
      "so on, which then counts more. Without --cert the server shows the test identity \"ecdsa\", "
      "and the client trusts the test CA and asks for \"localhost\"; a server trusts the test CA "
      "where the client shows a test identity.\n\n",
      kListsHelp,
      "\nEXAMPLES\n"
      "  stepshake pair\n"
      "  stepshake pair --groups x25519 --alpn h2,http/1.1\n"
      "  stepshake pair --client-groups x25519 --server-groups secp384r1\n"
      "  stepshake pair --granularity message --trace\n"
      "  stepshake pair --require-client-cert --client-test-identity rsa\n"
      "  stepshake pair -o json | jq 'select(.event == \"step\") | .step.state'\n\n"
      "EXIT STATUS\n"
      "  0 handshake complete, 1 it failed, 2 misuse, 3 service unreachable\n"));
  verb.callback([flags, &invocation] {
    invocation.run = [flags, &invocation] { return run_pair(*flags, invocation); };
  });
}

}  // namespace stepshake::cli

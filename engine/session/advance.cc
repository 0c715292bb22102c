#include "session/advance.h"

#include <utility>

#include "handshake/client_hello.h"
#include "handshake/dispatch.h"
#include "session/work.h"

namespace stepshake::session {
namespace {

using wire::ContentType;

// RFC 8446 5.1: an initial ClientHello may bear it, for servers that stumble over anything newer.
constexpr std::uint16_t kFirstRecordVersion = 0x0301;

}  // namespace

void forget_transcript(Session& session) {
  if (handshake::is_connected(session.state) && !session.facts.post_handshake_auth) {
    session.transcript.clear();
  }
}

Outcome begin(Session& session, const policy::Config& config, const Inputs& inputs,
              bool early_data) {
  return run(session, config, inputs, [early_data](Work& work) -> Result<void> {
    Session& started = work.session;
    if (started.role == policy::Role::server) {
      started.state = handshake::WaitClientHello{};
      return {};
    }
    handshake::Turn turn = work.turn();
    const std::uint32_t allowance = early_data ? handshake::early_data_allowance(turn) : 0;
    TRY_ASSIGN(started.state, handshake::start_client(allowance > 0, turn));
    started.early_data_left = allowance;
    return work.carry_out(turn, Pace::all, kFirstRecordVersion);
  });
}

bool can_proceed(const Session& session, const policy::Config& config) {
  return !session.failure && (!session.pending.empty() || has_message(session, config));
}

Outcome proceed(Session& session, const policy::Config& config, const Inputs& inputs) {
  return run(session, config, inputs, [&](Work& work) -> Result<void> {
    if (session.pending.empty()) return handle_messages(work);
    fold(session, Pace::one_message,
         {{kRecordVersion, config.record_padding}, config, work.outcome});
    return {};
  });
}

std::optional<handshake::Question> question_of(const Session& session) {
  if (session.failure || !session.pending.empty()) return std::nullopt;
  return handshake::question_of(session.state, session.transcript);
}

Outcome answer(Session& session, const policy::Config& config, const Inputs& inputs,
               const handshake::Answer& answer) {
  return run(session, config, inputs, [&](Work& work) -> Result<void> {
    const bool steps = config.granularity == policy::Granularity::message &&
                       !handshake::is_connected(session.state);
    session.config = policy::digest_of(config);
    handshake::Turn turn = work.turn();
    TRY_ASSIGN(session.state, handshake::deliver(std::move(session.state), answer, turn));
    TRY(work.carry_out(turn, steps ? Pace::before_message : Pace::all));
    forget_transcript(session);
    return session.pending.empty() ? handle_messages(work) : Result<void>();
  });
}

Outcome abort(Session& session, const policy::Config& config, Reason reason, std::string detail) {
  Outcome outcome;
  end(session, fail(reason, std::move(detail)), config, outcome);
  outcome.failure = session.failure;
  return outcome;
}

Outcome send(Session& session, const policy::Config& config, const Inputs& inputs,
             BytesView application_data) {
  return run(session, config, inputs, [&](Work& work) -> Result<void> {
    // RFC 8446 5.5: new keys before the old ones have protected too much.
    if (session.write.worn_out()) {
      handshake::Turn turn = work.turn();
      session.state = handshake::renew_write_keys(std::move(session.state), false, turn);
      TRY(work.carry_out(turn, Pace::all));
    }
    // Before TLS 1.3 there are no new keys to be had.
    if (!session.write.has_room_for(application_data.size())) {
      return fail(Reason::internal_error, "the sequence numbers are at their end");
    }
    send_content(session, ContentType::application_data, application_data,
                 {{kRecordVersion, config.record_padding}, config, work.outcome});
    return {};
  });
}

bool sends_early_data(const Session& session) {
  using handshake::EarlyData;
  return !handshake_complete(session) && session.early_data_left > 0 &&
         (session.facts.early_data == EarlyData::offered ||
          session.facts.early_data == EarlyData::accepted);
}

Outcome send_early_data(Session& session, const policy::Config& config, const Inputs& inputs,
                        BytesView data) {
  return run(session, config, inputs, [&](Work& work) -> Result<void> {
    session.early_data_left -= data.size();
    send_content(session, ContentType::application_data, data,
                 {{kRecordVersion, config.record_padding}, config, work.outcome});
    return {};
  });
}

Outcome update_keys(Session& session, const policy::Config& config, const Inputs& inputs,
                    bool request_peer_update) {
  return run(session, config, inputs, [&](Work& work) -> Result<void> {
    handshake::Turn turn = work.turn();
    session.state =
        handshake::renew_write_keys(std::move(session.state), request_peer_update, turn);
    return work.carry_out(turn, Pace::all);
  });
}

Outcome request_client_certificate(Session& session, const policy::Config& config,
                                   const Inputs& inputs) {
  return run(session, config, inputs, [&](Work& work) -> Result<void> {
    handshake::Turn turn = work.turn();
    TRY_ASSIGN(session.state,
               handshake::request_client_certificate(std::move(session.state), turn));
    return work.carry_out(turn, Pace::all);
  });
}

std::optional<Outcome> renegotiate(Session& session, const policy::Config& config,
                                   const Inputs& inputs) {
  Outcome outcome;
  Work work{session, config, inputs.now, crypto::Random(inputs.entropy, session.turns++), outcome};
  handshake::Turn turn = work.turn();
  auto next = handshake::renegotiate(session.state, turn);
  if (!next) return std::nullopt;
  session.state = std::move(next).value();
  if (!work.carry_out(turn, Pace::all)) return std::nullopt;
  return outcome;
}

Outcome close(Session& session, const policy::Config& config) {
  Outcome outcome;
  if (session.shutdown.sent) return outcome;
  session.shutdown.sent = true;
  send_alert(session, {AlertLevel::warning, AlertDescription::close_notify}, config, outcome);
  return outcome;
}

}  // namespace stepshake::session

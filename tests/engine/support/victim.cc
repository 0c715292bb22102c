#include "support/victim.h"

#include "wire/writer.h"

#include <algorithm>

#include "crypto/cipher_suite.h"
#include "session/snapshot.h"
#include "support/pair.h"

namespace stepshake::testing {
namespace {

using ::testing::AssertionFailure;
using ::testing::AssertionResult;
using ::testing::AssertionSuccess;

std::string names_of(const std::vector<AlertDescription>& alerts) {
  std::string names;
  for (auto alert : alerts) names += (names.empty() ? "" : " or ") + alert_name(alert);
  return names;
}

// The alert in a failed turn's output, which must be that one record and nothing else.
AssertionResult sent_alert(const Victim& victim, Alert& alert) {
  const auto records = records_in(BytesView(victim.session.output).subspan(victim.output_before));
  if (records.size() != 1) {
    return AssertionFailure() << records.size() << " records went out, not one alert";
  }
  record::Deframer deframer;
  auto record = deframer.add(records.front(), true);
  if (!record.ok() || !record.value()) return AssertionFailure() << "no whole record went out";
  record::Protection keys = victim.write_before;
  const auto plain = keys.open(std::move(**record));
  if (!plain) return AssertionFailure() << "what went out is not under the keys in force";
  if (plain->type != wire::ContentType::alert || plain->content.size() != 2) {
    return AssertionFailure() << "no alert went out but " << to_hex(plain->content);
  }
  alert = {static_cast<AlertLevel>(plain->content[0]),
           static_cast<AlertDescription>(plain->content[1])};
  return AssertionSuccess();
}

AssertionResult nothing_left(const session::Session& session) {
  if (session::state_name(session) != "Failed") {
    return AssertionFailure() << "the state is " << session::state_name(session);
  }
  if (session.read.protects() || session.write.protects() || !session.read.key.empty() ||
      !session.write.key.empty()) {
    return AssertionFailure() << "keys are left";
  }
  if (!session.transcript.messages.empty() || session.reassembler.holds_bytes() ||
      !session.deframer.partial.empty() || !session.application_data.empty()) {
    return AssertionFailure() << "bytes are left";
  }
  if (!session::restore(session::snapshot(session)).ok()) {
    return AssertionFailure() << "the failed session cannot be stored";
  }
  return AssertionSuccess();
}

}  // namespace

Victim::Victim(policy::Config used, std::uint64_t entropy_seed)
    : config(std::make_shared<const policy::Config>(std::move(used))),
      session(session::make_session(*config)),
      seed(entropy_seed) {
  session::begin(session, *config, inputs_of(seed));
}

bool Victim::feed(BytesView bytes) {
  while (!bytes.empty()) {
    const std::size_t size = std::min(session::wanted(session), bytes.size());
    write_before = session.write;
    output_before = session.output.size();
    auto outcome = session::receive(session, *config, inputs_of(seed), bytes.first(size));
    events.insert(events.end(), outcome.events.begin(), outcome.events.end());
    if (outcome.failure) return false;
    bytes = bytes.subspan(size);
  }
  return true;
}

Bytes Victim::take_output() { return std::exchange(session.output, {}); }

Bytes record_of(wire::ContentType type, BytesView content, std::uint16_t version) {
  wire::Writer writer;
  return writer.u8(wire::number_of(type)).u16(version).vector16(content).take();
}

std::vector<Bytes> records_in(BytesView stream) {
  std::vector<Bytes> records;
  while (stream.size() >= record::kHeaderSize) {
    const std::size_t size =
        record::kHeaderSize + (static_cast<std::size_t>(stream[3]) << 8 | stream[4]);
    if (size > stream.size()) break;
    records.push_back(to_bytes(stream.first(size)));
    stream = stream.subspan(size);
  }
  if (!stream.empty()) records.push_back(to_bytes(stream));
  return records;
}

Bytes Peer::seal(wire::ContentType type, BytesView content) {
  Bytes out;
  keys.seal(type, content, out);
  return out;
}

Bytes Peer::seal_inner(BytesView inner) {
  const crypto::SuiteFacts facts = *crypto::facts_of(*keys.suite);
  wire::Writer header;
  header.u8(wire::number_of(wire::ContentType::application_data))
      .u16(0x0303)
      .u16(inner.size() + facts.tag_size);
  Bytes nonce = to_bytes(keys.iv.view());
  for (std::size_t i = 0; i < 8; ++i) {
    nonce[nonce.size() - 1 - i] ^= static_cast<std::uint8_t>(keys.sequence_number >> (8 * i));
  }
  ++keys.sequence_number;
  Bytes out = header.written();
  crypto::seal(facts, keys.key.view(), nonce, header.written(), {inner}, out);
  return out;
}

AssertionResult refuses_with_one_of(Victim victim, BytesView bytes,
                                    const std::vector<AlertDescription>& alerts) {
  const std::string before = victim.state();
  if (victim.feed(bytes)) {
    return AssertionFailure() << "in state " << before << " it went on, to " << victim.state()
                              << ", instead of " << names_of(alerts);
  }
  Alert alert;
  if (auto sent = sent_alert(victim, alert); !sent) {
    return sent << " in state " << before << " (" << victim.session.failure->detail << ")";
  }
  if (alert.level != AlertLevel::fatal ||
      std::find(alerts.begin(), alerts.end(), alert.description) == alerts.end()) {
    return AssertionFailure() << "in state " << before << " the alert is "
                              << alert_name(alert.description) << " (level "
                              << static_cast<int>(alert.level) << ", "
                              << victim.session.failure->detail << ") instead of "
                              << names_of(alerts);
  }
  return nothing_left(victim.session);
}

AssertionResult refuses(Victim victim, BytesView bytes, AlertDescription alert) {
  return refuses_with_one_of(std::move(victim), bytes, {alert});
}

AssertionResult takes(Victim victim, BytesView bytes) {
  const std::string before = victim.state();
  if (victim.feed(bytes)) return AssertionSuccess();
  return AssertionFailure() << "in state " << before
                            << " it failed: " << facts_of(victim.session.failure->reason).name
                            << ", " << victim.session.failure->detail;
}

}  // namespace stepshake::testing

#include "server/sealed_session.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "crypto/keys.h"
#include "crypto/x509.h"
#include "server/record_codec.h"
#include "server/status.h"
#include "server/text.h"
#include "wire/value_codec.h"

namespace stepshake::server {
namespace {

// What it is, before the key's id: another format is refused for what it is.
constexpr absl::string_view kMagic = "STPX";
constexpr std::uint8_t kSealedFormat = 1;
constexpr absl::string_view kContext = "exported session 1";  // with the format's number

struct Configuration {
  std::string key;
  std::string given;  // a SessionConfig, serialised, with its private keys
  std::int64_t ticket_period = 0;
};
STEPSHAKE_FIELDS(Configuration, key, given, ticket_period)

struct Contents {
  std::vector<Configuration> configs;
  Secret record;
  std::vector<RecordedStep> steps;
};
STEPSHAKE_FIELDS(Contents, configs, record, steps)

void resolve_test_identities(const TestIdentities& test_identities, v1::SessionConfig& config) {
  for (v1::Identity& identity : *config.mutable_identities()) {
    if (!identity.has_test_identity()) continue;
    for (const TestIdentity& one : test_identities.all()) {
      if (one.name != identity.test_identity()) continue;
      v1::PemIdentity& pem = *identity.mutable_pem();
      pem.set_certificate_chain(one.certificate_chain);
      pem.set_private_key(crypto::to_pem(one.identity.key));
      break;
    }
  }
  if (!config.trust_test_ca()) return;
  config.set_trust_test_ca(false);
  absl::StrAppend(config.mutable_trust_anchors(), config.trust_anchors().empty() ? "" : "\n",
                  test_identities.authority_pem());
}

Configuration configuration_of(const SharedConfig& config, const TestIdentities& test_identities) {
  v1::SessionConfig full = full_config(config);
  resolve_test_identities(test_identities, full);
  return {config.key, full.SerializeAsString(), config.ticket_period};
}

absl::Status not_ours() {
  return invalid_field("sealed_session",
                       "was not sealed under a key of this server; ImportSession takes what "
                       "ExportSession gave, on a server that has the same key in its --key-file");
}

using Configs = absl::flat_hash_map<std::string, std::shared_ptr<const SharedConfig>>;

absl::StatusOr<SessionRecord> decode_under(BytesView bytes, const Configs& configs) {
  return decode_record(
      bytes, [&](const std::string& key) -> absl::StatusOr<std::shared_ptr<const SharedConfig>> {
        const auto found = configs.find(key);
        if (found == configs.end()) return not_ours();
        return found->second;
      });
}

// The step under this server's own configuration.
absl::Status adopt(const Configs& configs, RecordedStep& step) {
  const auto after = decode_under(step.after.view(), configs);
  if (!after.ok()) return after.status();
  step.after = encode(*after);
  step.config = after->config->key;
  return absl::OkStatus();
}

}  // namespace

std::string seal_session(const SessionStore::History& session, bool with_history,
                         const ServiceKeys& keys, const TestIdentities& test_identities) {
  Contents contents;
  SessionRecord record = session.record;
  record.last_request.reset();
  if (!with_history) record.history.clear();
  contents.configs.push_back(configuration_of(*record.config, test_identities));
  if (with_history) {
    contents.steps = session.steps;
    for (const auto& [key, config] : session.configs) {
      if (key == record.config->key) continue;
      contents.configs.push_back(configuration_of(*config, test_identities));
    }
  }
  contents.record = encode(record);
  wire::Writer writer;
  wire::Encoder(writer).put(contents);
  Bytes plaintext = writer.take();
  const Bytes sealed = keys.seal(kContext, plaintext);
  explicit_bzero(plaintext.data(), plaintext.size());
  return absl::StrCat(kMagic, std::string(1, static_cast<char>(kSealedFormat)), chars_of(sealed));
}

absl::StatusOr<SessionStore::History> open_session(absl::string_view sealed,
                                                   const ServiceKeys& keys, ConfigCache& configs) {
  constexpr std::size_t kHeader = kMagic.size() + 1;
  if (sealed.size() <= kHeader || sealed.substr(0, kMagic.size()) != kMagic) return not_ours();
  if (static_cast<std::uint8_t>(sealed[kMagic.size()]) != kSealedFormat) {
    return refused_format("the session was exported by another version of the service");
  }
  const auto opened = keys.open(kContext, bytes_of(sealed.substr(kHeader)));
  if (!opened) return not_ours();
  Contents contents;
  wire::Decoder decoder(opened->view());
  if (!decoder.get(contents).ok() || !decoder.expect_end().ok()) {
    return refused_format("the session was exported by another version of the service");
  }
  SessionStore::History session;
  Configs by_old_key;
  for (const Configuration& one : contents.configs) {
    v1::SessionConfig given;
    if (!given.ParseFromString(one.given)) return not_ours();
    auto config = configs.get(given, one.ticket_period);
    if (!config.ok()) return config.status();
    session.configs.emplace((*config)->key, *config);
    by_old_key.emplace(one.key, *std::move(config));
  }
  auto record = decode_under(contents.record.view(), by_old_key);
  if (!record.ok()) return record.status();
  session.record = *std::move(record);
  for (RecordedStep& step : contents.steps) {
    if (auto status = adopt(by_old_key, step); !status.ok()) return status;
  }
  session.steps = std::move(contents.steps);
  return session;
}

}  // namespace stepshake::server

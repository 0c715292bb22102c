#include "server/redis_store_values.h"

#include <utility>
#include <vector>

#include "crypto/keys.h"
#include "crypto/x509.h"
#include "server/status.h"
#include "server/text.h"
#include "wire/value_codec.h"

namespace stepshake::server {
namespace {

constexpr absl::string_view kConfigContext = "stored configuration";
constexpr absl::string_view kTicketContext = "stored ticket";
constexpr absl::string_view kIdentitiesContext = "test identities";

struct StoredConfig {
  Secret given;  // a SessionConfig, serialised, with its private keys
  std::int64_t ticket_period = 0;
};
STEPSHAKE_FIELDS(StoredConfig, given, ticket_period)

struct StoredIdentity {
  std::string name;
  std::string certificate_chain;  // PEM
  std::string private_key;        // PEM
};
STEPSHAKE_FIELDS(StoredIdentity, name, certificate_chain, private_key)

struct StoredIdentities {
  Bytes authority;
  std::vector<StoredIdentity> all;
};
STEPSHAKE_FIELDS(StoredIdentities, authority, all)

template <class Value>
std::string seal_value(const ServiceKeys& keys, absl::string_view context, const Value& value) {
  wire::Writer writer;
  wire::Encoder(writer).put(value);
  Bytes plaintext = writer.take();
  std::string sealed(chars_of(keys.seal(context, plaintext)));
  explicit_bzero(plaintext.data(), plaintext.size());
  return sealed;
}

template <class Value>
bool open_value(const ServiceKeys& keys, absl::string_view context, absl::string_view sealed,
                Value& value) {
  const auto opened = keys.open(context, bytes_of(sealed));
  if (!opened) return false;
  wire::Decoder decoder(opened->view());
  return decoder.get(value).ok() && decoder.expect_end().ok();
}

StoredIdentities stored(const TestIdentities& identities) {
  StoredIdentities stored{identities.authority(), {}};
  for (const TestIdentity& one : identities.all()) {
    stored.all.push_back({one.name, one.certificate_chain, crypto::to_pem(one.identity.key)});
  }
  return stored;
}

}  // namespace

std::string seal_config(const ServiceKeys& keys, const SharedConfig& config) {
  return seal_value(keys, kConfigContext, StoredConfig{config.full, config.ticket_period});
}

absl::StatusOr<std::shared_ptr<const SharedConfig>> open_config(const ServiceKeys& keys,
                                                                absl::string_view sealed,
                                                                ConfigCache& configs) {
  StoredConfig stored;
  v1::SessionConfig given;
  if (!open_value(keys, kConfigContext, sealed, stored) ||
      !given.ParseFromArray(stored.given.data(), static_cast<int>(stored.given.size()))) {
    return refused_format("the configuration is sealed under a key that this server lacks");
  }
  return configs.get(given, stored.ticket_period);
}

std::string seal_ticket(const ServiceKeys& keys, const policy::Psk& ticket) {
  return seal_value(keys, kTicketContext, ticket);
}

std::optional<policy::Psk> open_ticket(const ServiceKeys& keys, absl::string_view sealed) {
  policy::Psk ticket;
  if (!open_value(keys, kTicketContext, sealed, ticket)) return std::nullopt;
  return ticket;
}

absl::StatusOr<std::shared_ptr<const TestIdentities>> share_test_identities(
    Redis& redis, const ServiceKeys& keys, std::shared_ptr<const TestIdentities> ours) {
  const std::string key = redis.key("test-identities");
  const std::string sealed = seal_value(keys, kIdentitiesContext, stored(*ours));
  // Half as long as they are valid.
  const auto put = redis.call({"SET", key, sealed, "NX", "EX", "15552000"});
  if (!put.ok()) return put.status();
  const auto reply = redis.call({"GET", key});
  if (!reply.ok()) return reply.status();
  StoredIdentities theirs;
  if (!open_value(keys, kIdentitiesContext, reply_text(**reply), theirs)) {
    return absl::FailedPreconditionError(
        "the store is another service's: what lies there is sealed under a key that is not in the "
        "key file");
  }
  // Under the present first key: the one that it was sealed under may be gone after the next start.
  const std::string anew = seal_value(keys, kIdentitiesContext, theirs);
  if (const auto kept = redis.call({"SET", key, anew, "XX", "KEEPTTL"}); !kept.ok()) {
    return kept.status();
  }
  std::vector<TestIdentity> all;
  for (const StoredIdentity& one : theirs.all) {
    const auto chain = crypto::certificates_from_pem(one.certificate_chain);
    auto private_key = crypto::private_key_from_pem(one.private_key);
    if (!chain || !private_key) continue;  // of a kind that this libcrypto does not have
    all.push_back({one.name, {*chain, *std::move(private_key)}, one.certificate_chain});
  }
  return std::make_shared<const TestIdentities>(
      TestIdentities(std::move(theirs.authority), std::move(all)));
}

}  // namespace stepshake::server

#include "server/config_cache.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "crypto/hash.h"
#include "server/convert_config.h"
#include "server/long_work.h"
#include "server/text.h"

namespace stepshake::server {
namespace {

std::string serialize(const v1::SessionConfig& config) {
  std::string serialized;
  {
    google::protobuf::io::StringOutputStream stream(&serialized);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    config.SerializeToCodedStream(&coded);
  }
  return serialized;
}

std::string key_of(absl::string_view serialized, std::int64_t ticket_period) {
  const Bytes digest = crypto::hash(crypto::HashAlgorithm::sha256, {bytes_of(serialized)});
  return absl::StrCat(chars_of(digest), ticket_period);
}

}  // namespace

v1::SessionConfig without_private_keys(const v1::SessionConfig& config) {
  v1::SessionConfig shown = config;
  for (v1::PreSharedKey& psk : *shown.mutable_pre_shared_keys()) {
    if (psk.has_external()) psk.mutable_external()->clear_key();
    if (psk.has_ticket()) psk.mutable_ticket()->clear();
  }
  for (v1::Identity& identity : *shown.mutable_identities()) {
    if (identity.has_pem()) identity.mutable_pem()->clear_private_key();
  }
  return shown;
}

v1::SessionConfig full_config(const SharedConfig& config) {
  v1::SessionConfig full;
  full.ParseFromArray(config.full.data(), static_cast<int>(config.full.size()));
  return full;
}

absl::StatusOr<std::shared_ptr<const SharedConfig>> ConfigCache::get(
    const v1::SessionConfig& config) {
  return get(config, TicketKeys::period(absl::Now()));
}

absl::StatusOr<std::shared_ptr<const SharedConfig>> ConfigCache::get(
    const v1::SessionConfig& config, std::int64_t ticket_period) {
  const std::string serialized = serialize(config);
  Key key = key_of(serialized, ticket_period);
  if (auto found = find(key)) return found;
  // Outside the lock: two first askers may both do the work, and share what the first one kept.
  auto converted = convert(config, *test_identities_, ticket_keys_for(config, ticket_period));
  if (!converted.ok()) return converted.status();
  const auto digest = policy::digest_of(*converted);
  const bool long_work = takes_long(*converted);
  return keep({*std::move(converted), digest, without_private_keys(config), std::move(key),
               Secret(bytes_of(serialized)), ticket_period, long_work});
}

// Those of a deterministic session follow from its seed, since its tickets are bytes that it sends.
std::vector<policy::TicketKey> ConfigCache::ticket_keys_for(const v1::SessionConfig& config,
                                                            std::int64_t ticket_period) const {
  if (!config.has_deterministic()) return ticket_keys_.in(ticket_period);
  const v1::Deterministic& given = config.deterministic();
  const TicketKeys keys({crypto::hmac(crypto::HashAlgorithm::sha256, bytes_of(given.seed()),
                                      {bytes_of("stepshake deterministic tickets")})});
  return keys.in(TicketKeys::period(absl::FromUnixSeconds(given.time().seconds())));
}

std::shared_ptr<const SharedConfig> ConfigCache::find(const Key& key) {
  const absl::MutexLock lock(&mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

std::shared_ptr<const SharedConfig> ConfigCache::keep(SharedConfig&& made) {
  auto shared = std::make_shared<const SharedConfig>(std::move(made));
  const absl::MutexLock lock(&mutex_);
  const auto found = index_.find(shared->key);
  if (found != index_.end()) return found->second->second;
  entries_.emplace_front(shared->key, shared);
  index_.emplace(shared->key, entries_.begin());
  if (entries_.size() > capacity_) {
    index_.erase(entries_.back().first);
    entries_.pop_back();
  }
  return shared;
}

std::size_t ConfigCache::size() const {
  const absl::MutexLock lock(&mutex_);
  return entries_.size();
}

}  // namespace stepshake::server

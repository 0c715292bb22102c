#include "server/config_cache.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "crypto/hash.h"
#include "server/convert_config.h"

namespace stepshake::server {
namespace {

std::string digest_of(const v1::SessionConfig& config) {
  std::string serialized;
  {
    google::protobuf::io::StringOutputStream stream(&serialized);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    config.SerializeToCodedStream(&coded);
  }
  const Bytes digest = crypto::hash(crypto::HashAlgorithm::sha256, {view_of(serialized)});
  return std::string(text_of(digest));
}

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

}  // namespace

absl::StatusOr<std::shared_ptr<const SharedConfig>> ConfigCache::get(
    const v1::SessionConfig& config) {
  const std::int64_t period = TicketKeys::period(absl::Now());
  const Key key = absl::StrCat(digest_of(config), period);
  if (auto found = find(key)) return found;
  // Outside the lock: two first askers may both do the work, and share what the first one kept.
  auto converted = convert(config, *test_identities_, ticket_keys_.in(period));
  if (!converted.ok()) return converted.status();
  return keep(key, {*std::move(converted), without_private_keys(config)});
}

std::shared_ptr<const SharedConfig> ConfigCache::find(const Key& key) {
  const absl::MutexLock lock(&mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

std::shared_ptr<const SharedConfig> ConfigCache::keep(const Key& key, SharedConfig&& made) {
  auto shared = std::make_shared<const SharedConfig>(std::move(made));
  const absl::MutexLock lock(&mutex_);
  const auto found = index_.find(key);
  if (found != index_.end()) return found->second->second;
  entries_.emplace_front(key, shared);
  index_.emplace(key, entries_.begin());
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

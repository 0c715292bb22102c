// Every member of a configuration takes part: a snapshot goes on only under the configuration that it was made with.
#include <algorithm>

#include "crypto/hash.h"
#include "policy/config.h"
#include "wire/writer.h"

namespace stepshake::policy {
namespace {

void write(wire::Writer& writer, const std::vector<Bytes>& list) {
  writer.u32(list.size());
  for (const auto& item : list) writer.u32(item.size()).bytes(item);
}

void put(wire::Writer& writer, bool flag) { writer.u8(flag ? 1 : 0); }

}  // namespace

ConfigDigest digest_of(const Config& config) {
  wire::Writer writer;
  writer.u8(config.role ? static_cast<std::size_t>(*config.role) : 0)
      .u8(config.method ? static_cast<std::size_t>(*config.method) : 0)
      .u16(wire::number_of(config.min_version))
      .u16(wire::number_of(config.max_version))
      .list16(config.cipher_suites)
      .list16(config.groups)
      .list16(config.key_share_groups)
      .list16(config.signature_schemes)
      .list16(config.certificate_signature_schemes);
  write(writer, config.alpn_protocols);
  writer.vector16(view_of(config.server_name)).u32(config.identities.size());
  // A leaf's public key stands for its private key.
  for (const auto& identity : config.identities) {
    write(writer, identity.chain);
    put(writer, identity.key.is_remote());
  }
  writer.vector8(config.trust.digest());
  writer.u32(config.oid_filters.size());
  for (const auto& filter : config.oid_filters) {
    writer.vector16(filter.certificate_extension_oid).vector16(filter.certificate_extension_values);
  }
  writer.u32(config.psks.size());
  for (const auto& psk : config.psks) writer.vector24(encode_psk(psk));
  writer.vector16(config.psk_identity_hint).u32(config.least_dhe_bits);
  put(writer, config.dhe_group.has_value());
  if (config.dhe_group) {
    writer.vector16(config.dhe_group->prime).vector16(config.dhe_group->generator);
  }
  for (auto mode : config.psk_modes) writer.u8(wire::number_of(mode));
  writer.u32(config.ticket_keys.size());
  for (const auto& key : config.ticket_keys) writer.vector16(key.name).vector16(key.key.view());
  writer.u32(config.tickets)
      .u32(config.ticket_lifetime)
      .u32(config.max_early_data)
      .u64(config.record_padding)
      .u8(static_cast<std::size_t>(config.ticket_storage))
      .u8(static_cast<std::size_t>(config.granularity))
      .u8(static_cast<std::size_t>(config.verification))
      .u8(static_cast<std::size_t>(config.client_authentication))
      .u8(static_cast<std::size_t>(config.signature_nonces))
      .u8(static_cast<std::size_t>(config.extended_master_secret))
      .u8(static_cast<std::size_t>(config.renegotiation));
  for (const bool flag :
       {config.post_handshake_auth, config.stateless_retry, config.key_log,
        config.middlebox_compatibility, config.ignore_unexpected_eof, config.pause_on.client_hello,
        config.pause_on.certificate, config.pause_on.verify, config.trace, config.encrypt_then_mac,
        config.session_tickets, config.legacy_servers, config.fallback_scsv}) {
    put(writer, flag);
  }
  writer.u64(config.limits.handshake_message)
      .u64(config.limits.certificates)
      .u32(config.limits.warnings)
      .u32(config.limits.empty_records)
      .u32(config.limits.key_updates)
      .u64(config.limits.skipped_early_data)
      .u64(config.limits.tickets);
  const Bytes digest = crypto::hash(crypto::HashAlgorithm::sha256, {writer.written()});
  ConfigDigest result{};
  std::copy_n(digest.begin(), result.size(), result.begin());
  return result;
}

}  // namespace stepshake::policy

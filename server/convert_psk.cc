#include "server/convert_psk.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

constexpr std::size_t kMaxIdentitySize = 65'535;  // RFC 8446 4.2.11
constexpr std::size_t kImportOverhead = 8;        // RFC 9258 5.1: two lengths, protocol, KDF

absl::StatusOr<crypto::HashAlgorithm> hash_of(const v1::ExternalPsk& psk) {
  switch (psk.hash()) {
    case v1::PSK_HASH_UNSPECIFIED:
    case v1::PSK_HASH_SHA256: return crypto::HashAlgorithm::sha256;
    case v1::PSK_HASH_SHA384: return crypto::HashAlgorithm::sha384;
    default:
      return invalid_field("hash", absl::StrCat("there is no ", static_cast<int>(psk.hash()),
                                                "; the enum PskHash lists what there is"));
  }
}

absl::Status add_external(const v1::ExternalPsk& from, policy::Config& to) {
  const auto hash = hash_of(from);
  if (!hash.ok()) return hash.status();
  if (from.identity().empty() || from.identity().size() > kMaxIdentitySize) {
    return invalid_field("identity", absl::StrCat("must have 1 to ", kMaxIdentitySize, " bytes"));
  }
  if (from.key().empty()) return invalid_field("key", "is empty");
  if (from.imported()) {
    if (from.identity().size() + from.import_context().size() >
        kMaxIdentitySize - kImportOverhead) {
      return invalid_field("import_context",
                           absl::StrCat("must have at most ", kMaxIdentitySize - kImportOverhead,
                                        " bytes together with the identity"));
    }
    // RFC 9258 5.1: one imported key for each hash that the suites have.
    for (auto target : {crypto::HashAlgorithm::sha256, crypto::HashAlgorithm::sha384}) {
      to.psks.push_back(policy::import_psk(view_of(from.identity()), view_of(from.import_context()),
                                           view_of(from.key()), *hash, target));
    }
    return absl::OkStatus();
  }
  if (!from.import_context().empty()) {
    return invalid_field("import_context", "goes with imported alone");
  }
  policy::Psk psk;
  psk.identity = to_bytes(view_of(from.identity()));
  psk.key = Secret(view_of(from.key()));
  psk.hash = *hash;
  to.psks.push_back(std::move(psk));
  return absl::OkStatus();
}

absl::Status add_ticket(const std::string& value, policy::Config& to) {
  auto psk = policy::decode_psk(view_of(value));
  if (!psk) {
    return invalid_field("ticket", "is no ticket that a client session got (Ticket.value)");
  }
  if (to.role == policy::Role::server) {
    return invalid_field("ticket", "is for a client; a server knows its tickets by its own keys");
  }
  to.psks.push_back(std::move(psk).value());
  return absl::OkStatus();
}

absl::Status add_psk(const v1::PreSharedKey& from, policy::Config& to) {
  switch (from.source_case()) {
    case v1::PreSharedKey::kExternal: return within("external", add_external(from.external(), to));
    case v1::PreSharedKey::kTicket: return add_ticket(from.ticket(), to);
    case v1::PreSharedKey::SOURCE_NOT_SET: break;
  }
  return invalid_field("source", "is missing; it needs external, or a ticket");
}

}  // namespace

absl::Status set_pre_shared_keys(const v1::SessionConfig& from, policy::Config& to) {
  for (int i = 0; i < from.pre_shared_keys_size(); ++i) {
    const absl::Status status = add_psk(from.pre_shared_keys(i), to);
    if (!status.ok()) return within(absl::StrCat("pre_shared_keys[", i, "]"), status);
  }
  if (from.psk_key_exchange_modes().empty()) return absl::OkStatus();
  to.psk_modes.clear();
  for (int i = 0; i < from.psk_key_exchange_modes_size(); ++i) {
    const std::uint32_t mode = from.psk_key_exchange_modes(i);
    if (mode > 1) {
      return invalid_field(absl::StrCat("psk_key_exchange_modes[", i, "]"),
                           "must be 0 (psk_ke) or 1 (psk_dhe_ke)");
    }
    to.psk_modes.push_back(static_cast<wire::PskKeyExchangeMode>(mode));
  }
  return absl::OkStatus();
}

absl::Status set_tickets(const v1::SessionConfig& from,
                         const std::vector<policy::TicketKey>& ticket_keys, policy::Config& to) {
  constexpr std::uint32_t kMostTickets = 32;
  to.ticket_keys = ticket_keys;
  if (from.has_tickets()) to.tickets = from.tickets();
  if (to.tickets > kMostTickets) {
    return invalid_field("tickets", absl::StrCat("must be at most ", kMostTickets));
  }
  if (from.ticket_lifetime() != 0) to.ticket_lifetime = from.ticket_lifetime();
  to.max_early_data = from.max_early_data_size();
  to.stateless_retry = from.stateless_retry();
  return absl::OkStatus();
}

}  // namespace stepshake::server

// From the names that users write to the numbers of the TLS registries. The names and numbers are
// the service's own (GetCapabilities), asked for when the first name has to be looked up.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/service.h"

namespace stepshake::cli {

enum class Registry { kCipherSuites, kGroups, kSignatureSchemes, kAlerts };

// The number that a name stands for: IANA's name, or one of OpenSSL's, in any case; or the number
// itself, decimal or hexadecimal. An error lists what there is.
absl::StatusOr<uint32_t> find_code_point(const v1::GetCapabilitiesResponse& capabilities,
                                         Registry registry, absl::string_view name);

// "1.3", "TLS1.3", "TLSv1.3", "tls1_3" or "0x0304"; 1.0 to 1.3 are known.
absl::StatusOr<uint32_t> parse_version(absl::string_view text);

class CodePointNames {
 public:
  explicit CodePointNames(Service& service) : service_(service) {}

  // A list separated by colons or commas, in its order.
  absl::StatusOr<std::vector<uint32_t>> parse_list(Registry registry, absl::string_view list);
  // One name or number.
  absl::StatusOr<uint32_t> parse(Registry registry, absl::string_view name);

 private:
  Service& service_;
  std::optional<v1::GetCapabilitiesResponse> capabilities_;
};

}  // namespace stepshake::cli

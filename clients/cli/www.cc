// Just enough HTTP.
#include "cli/www.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/facts.h"
#include "cli/text.h"

namespace stepshake::cli {
namespace {

constexpr size_t kLargestBody = 15000;  // bytes; with the head still below a record's 16384

}  // namespace

bool has_request_head(absl::string_view request) {
  return absl::StartsWith(request, "\r\n") || absl::StartsWith(request, "\n") ||
         absl::StrContains(request, "\n\r\n") || absl::StrContains(request, "\n\n");
}

std::string facts_page(const v1::Negotiated& negotiated) {
  // Plain text: what the peer named itself must not become markup.
  std::string body =
      absl::StrCat("Stepshake: this handshake, seen by the server\n\n", facts_text(negotiated));
  body.resize(std::min(body.size(), kLargestBody));
  return absl::StrCat(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ", body.size(),
      "\r\nConnection: close\r\n\r\n", body);
}

}  // namespace stepshake::cli

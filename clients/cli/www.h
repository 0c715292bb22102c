// The one page that `accept --www` serves: what the handshake that carried the request agreed on.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "cli/service.h"

namespace stepshake::cli {

// A request's head has come whole: its empty line, with CRLF or LF, is there.
bool has_request_head(absl::string_view request);

// A whole HTTP response, small enough for one TLS record.
std::string facts_page(const v1::Negotiated& negotiated);

}  // namespace stepshake::cli

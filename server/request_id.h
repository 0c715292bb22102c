// What a call is called in the log: the caller's own id for it, or one that is made here.
#pragma once

#include <grpcpp/server_context.h>

#include <string>

#include "absl/strings/string_view.h"

namespace stepshake::server {

// Metadata, of the request and of the answer.
inline constexpr char kRequestIdKey[] = "x-request-id";

// Letters, digits and -_.:/ in at most 128 bytes: nothing that could make a line of the log say something else.
bool is_request_id(absl::string_view text);

// Never the same twice where the caller says none.
std::string request_id_of(const grpc::ServerContextBase& context);

}  // namespace stepshake::server

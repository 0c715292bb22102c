// The files that the endpoint's own TLS is made of, PEM.
#pragma once

#include <string>

namespace stepshake::server {

struct TlsFiles {
  std::string certificate_chain;  // the leaf first; empty: no TLS
  std::string private_key;
  std::string client_authorities;  // empty: no client certificates
};

}  // namespace stepshake::server

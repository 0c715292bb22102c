#!/usr/bin/env bash
# The product stands on libcrypto alone: no object of ours asks for a symbol of libssl, and neither binary
# records libssl as needed. (libgrpc loads it for its own transport: that is its own affair.)
set -euo pipefail
cd "$BUILD_DIR"
failed=0

while read -r object; do
  symbols=$(nm -u "$object" | grep -E ' (SSL|TLS|DTLS|OPENSSL_init_ssl|BIO_(f|new|set)_ssl|BIO_new_buffer_ssl)(_|$)' || true)
  if [[ -n $symbols ]]; then
    echo "$object asks for libssl: $symbols"
    failed=1
  fi
done < <(find engine proto server clients -name '*.o')

for binary in bin/stepshaked bin/stepshake; do
  if [[ ! -f $binary ]]; then
    echo "$BUILD_DIR/$binary is not there: ./dev build"
    failed=1
  elif readelf -d "$binary" | grep -E 'NEEDED.*libssl'; then
    echo "$binary is linked with libssl"
    failed=1
  fi
done
exit "$failed"

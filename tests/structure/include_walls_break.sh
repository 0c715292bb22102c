#!/usr/bin/env bash
# include_walls.sh must notice: each line below breaks one wall in an otherwise empty tree.
set -euo pipefail
walls=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/include_walls.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

try() {  # <kept|broken> <file> <line of code>
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/$(dirname "$2")"
  printf '%s\n' "$3" >"$tree/$2"
  local outcome=broken
  if bash "$walls" "$tree" >"$tree/out"; then outcome=kept; fi
  if [[ $outcome != "$1" ]] || { [[ $1 == broken ]] && ! grep -q "^$2:1: " "$tree/out"; }; then
    echo "$2 with '$3' was '$outcome', not '$1': $(cat "$tree/out")"
    failed=1
  fi
}

try kept engine/base/a.h '#include <vector>'
try kept engine/base/a.h '// std::chrono::system_clock is for the server'
try kept engine/wire/a.h '#include "base/bytes.h"'
try kept engine/describe/a.cc '#include "wire/reader.h"'
try kept engine/crypto/a.cc '#include <openssl/evp.h>'
try kept engine/crypto/a.cc '#if OPENSSL_VERSION_NUMBER >= 0x30500000L'
try kept engine/connection/a.cc '#include <openssl/bio.h>'
try kept engine/session/a.h '#include "record/deframer.h"'
try kept server/a.cc '#include "connection/connection.h"'
try kept clients/cli/a.cc '#include "stepshake/v1/session.pb.h"'

try broken engine/base/a.h '#include "wire/reader.h"'
try broken engine/base/a.h '#include "bytes.h"'
try broken engine/base/a.h '#include "../wire/reader.h"'
try broken engine/base/a.h '#include "base/../wire/reader.h"'
try broken engine/wire/a.h '#include "crypto/hash.h"'
try broken engine/wire/a.h '#include "engine/crypto/hash.h"'
try broken engine/wire/a.h '#  include <openssl/evp.h>'
try broken engine/describe/a.h '#include "crypto/hash.h"'
try broken engine/session/a.h '#include "describe/describe.h"'
try broken engine/record/a.h '#include "handshake/states.h"'
try broken engine/record/a.h '#include "schedule/secrets.h"'
try broken engine/handshake/a.h '#include "record/deframer.h"'
try broken engine/policy/a.h '#include "handshake/states.h"'
try broken engine/session/a.h '#include "connection/connection.h"'
try broken engine/session/a.h '#include <openssl/bio.h>'
try broken engine/connection/a.cc '#include <openssl/evp.h>'
try broken engine/connection/a.cc '#include <openssl/ssl.h>'
try broken engine/crypto/a.cc '#include <openssl/ssl.h>'
try broken engine/crypto/a.cc '#include SOME_HEADER'
try broken engine/session/a.h '#include <thread>'
try broken engine/session/a.h '#include <sys/socket.h>'
try broken engine/session/a.h '#include <absl/strings/str_cat.h>'
try broken engine/session/a.h '#include "absl/strings/str_cat.h"'
try broken engine/session/a.h '#include "stepshake/v1/session.pb.h"'
try broken engine/session/a.h '#include <grpcpp/grpcpp.h>'
try broken engine/session/a.cc 'auto now = std::chrono::system_clock::now();'
try broken engine/session/a.cc 'auto now = time(nullptr);'
try broken engine/session/a.cc 'std::random_device chance;'
try broken engine/policy/a.cc '#ifdef NDEBUG'
try broken server/a.cc '#include <openssl/ssl.h>'
try broken server/a.cc '#include <openssl/evp.h>'
try broken server/a.cc '#include "cli/ladder.h"'
try broken clients/cli/a.cc '#include "base/bytes.h"'
try broken clients/cli/a.cc '#include "server/convert.h"'
try broken clients/cli/a.cc '#include <openssl/bio.h>'

rm -rf "${tree:?}"/*
mkdir -p "$tree/engine/common"
if bash "$walls" "$tree" >/dev/null; then
  echo "a folder of the engine that is no floor was not noticed"
  failed=1
fi
exit "$failed"

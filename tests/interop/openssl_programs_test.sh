#!/usr/bin/env bash
# The real openssl s_server and s_client against sessions in a running stepshaked: suites, groups, certificates,
# HelloRetryRequest, client certificates, ALPN and alerts, in both directions. All on 127.0.0.1, on free ports.
set -euo pipefail
folder=$(mktemp -d)
started=()
cleanup() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"
export LC_ALL=C

fail() {
  echo "FAILED at line ${BASH_LINENO[0]}: $*" >&2
  exit 1
}

expect_in() {  # <file> <extended regular expression>
  grep -Eq -- "$2" "$1" || fail "no '$2' in $1: $(cat "$1")"
}

wait_for() {  # <file> <sed expression that prints the address>; the result in `found`
  local i
  for ((i = 0; i < 200; ++i)); do
    found=$(sed -nE "$2" "$1" 2>/dev/null | head -n 1) || true
    [[ -z $found ]] || return 0
    sleep 0.05
  done
  fail "nothing in $1: $(cat "$1" 2>&1)"
}

stop() {  # <pid>: and takes it off the list
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

make_certificate() {  # <name> <signer> <subject> <extensions> <key options>...
  local name=$1 signer=$2 subject=$3 extensions=$4
  shift 4
  openssl genpkey "$@" -out "$name.key" 2>/dev/null
  printf '%b' "$extensions" >"$name.ext"
  if [[ $signer == self ]]; then
    openssl req -x509 -new -key "$name.key" -subj "/CN=$subject" -days 2 -out "$name.pem"
  else
    openssl req -new -key "$name.key" -subj "/CN=$subject" -out "$name.csr"
    openssl x509 -req -in "$name.csr" -CA "$signer.pem" -CAkey "$signer.key" -days 2 \
      -extfile "$name.ext" -out "$name.pem" 2>/dev/null
  fi
}
leaf='subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n'
ec=(-algorithm EC -pkeyopt ec_paramgen_curve:P-256)
make_certificate ca self "Interop CA" "" "${ec[@]}"
make_certificate other self "Other CA" "" "${ec[@]}"
make_certificate ecdsa ca localhost "$leaf" "${ec[@]}"
make_certificate p384 ca localhost "$leaf" -algorithm EC -pkeyopt ec_paramgen_curve:P-384
make_certificate rsa ca localhost "$leaf" -algorithm RSA -pkeyopt rsa_keygen_bits:2048
make_certificate pss ca localhost "$leaf" -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048
make_certificate ed25519 ca localhost "$leaf" -algorithm ED25519
make_certificate ed448 ca localhost "$leaf" -algorithm ED448
make_certificate foreign other localhost "$leaf" "${ec[@]}"
make_certificate misnamed ca elsewhere 'subjectAltName=DNS:elsewhere.test\n' "${ec[@]}"

"$STEPSHAKED" --listen 127.0.0.1:0 >stepshaked.log 2>&1 &
started+=($!)
wait_for stepshaked.log 's/.*listening on (127\.0\.0\.1:[0-9]+).*/\1/p'
export STEPSHAKE_SERVER=$found

start_s_server() {  # <s_server options>...: the port in `port`, the pid in `peer`
  rm -f s_server.log
  openssl s_server -accept 127.0.0.1:0 -www -tls1_3 -CAfile ca.pem "$@" >s_server.log 2>&1 </dev/null &
  peer=$!
  started+=("$peer")
  wait_for s_server.log 's/^ACCEPT 127\.0\.0\.1:([0-9]+)$/\1/p'
  port=$found
}

# --- stepshake connect to openssl s_server -www
connects() {  # <s_server options> -- <stepshake options>: the answer in `page`, the facts in `facts`
  local server=()
  while [[ $1 != -- ]]; do server+=("$1") && shift; done
  shift
  start_s_server "${server[@]}"
  printf 'GET / HTTP/1.0\r\n\r\n' |
    timeout 20 "$STEPSHAKE" connect "localhost:$port" --stdio --ca ca.pem "$@" >page 2>facts ||
    fail "connect $*: $(cat facts s_server.log)"
  stop "$peer"
  expect_in page '^HTTP/1.0 200 ok'
}
for suite in TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 \
  TLS_AES_128_CCM_SHA256; do
  connects -cert ecdsa.pem -key ecdsa.key -ciphersuites "$suite" -- --ciphersuites "$suite"
  expect_in page "Cipher is $suite|$suite"
done
for group in X25519:x25519 P-256:secp256r1 P-384:secp384r1 P-521:secp521r1 X448:x448; do
  connects -cert ecdsa.pem -key ecdsa.key -groups "${group%:*}" -- --groups "${group#*:}"
done
# HelloRetryRequest: our share is for a group that the server does not take.
connects -cert ecdsa.pem -key ecdsa.key -groups P-384 -- --groups x25519,secp384r1 --key-shares x25519
for identity in ecdsa p384 rsa pss ed25519 ed448; do
  connects -cert "$identity.pem" -key "$identity.key" --
done
connects -cert ecdsa.pem -key ecdsa.key -alpn h2,http/1.1 -- --alpn http/1.1
expect_in facts 'http/1\.1'
connects -cert ecdsa.pem -key ecdsa.key -Verify 3 -verify_return_error -- --cert rsa.pem --key rsa.key
connects -cert ecdsa.pem -key ecdsa.key -verify 3 --

# Failures: exit status 1, and both sides name the alert.
refused() {  # <what the server says> <s_server options> -- <stepshake options>
  local says=$1 server=() status=0
  shift
  while [[ $1 != -- ]]; do server+=("$1") && shift; done
  shift
  start_s_server "${server[@]}"
  timeout 20 "$STEPSHAKE" connect "localhost:$port" --read --ca ca.pem "$@" >out 2>err || status=$?
  ((status == 1)) || fail "connect $* ended with $status: $(cat out err)"
  local i
  for ((i = 0; i < 100; ++i)); do
    ! grep -Eq "$says" s_server.log || break
    sleep 0.05
  done
  stop "$peer"
  expect_in s_server.log "$says"
}
refused 'alert unknown ca' -cert foreign.pem -key foreign.key --
refused 'alert bad certificate' -cert misnamed.pem -key misnamed.key --
refused 'did not return a certificate' -cert ecdsa.pem -key ecdsa.key -Verify 3 --
expect_in err 'certificate required'
refused 'no suitable key share|no shared group' -cert ecdsa.pem -key ecdsa.key -groups P-384 -- \
  --groups x25519
refused 'no shared cipher' -cert ecdsa.pem -key ecdsa.key -ciphersuites TLS_AES_128_GCM_SHA256 -- \
  --ciphersuites TLS_AES_256_GCM_SHA384

# --- openssl s_client to stepshake accept
start_accept() {  # <stepshake options>...: the port in `port`, the pid in `ours`
  rm -f accept.log
  "$STEPSHAKE" accept 127.0.0.1:0 "$@" >accept.log 2>&1 &
  ours=$!
  started+=("$ours")
  wait_for accept.log 's/^listening on 127\.0\.0\.1:([0-9]+)$/\1/p'
  port=$found
}

s_client() {  # <s_client options>...: its output in `page`
  printf 'GET / HTTP/1.0\r\n\r\n' |
    timeout 20 openssl s_client -connect "127.0.0.1:$port" -servername localhost -CAfile ca.pem \
      -verify_hostname localhost -tls1_3 -ign_eof "$@" >page 2>&1
}

accepts() {  # <stepshake options> -- <s_client options>
  local options=()
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  shift
  start_accept --www -n 1 "${options[@]}"
  s_client -verify_return_error "$@" || fail "s_client $*: $(cat page accept.log)"
  wait "$ours" || fail "accept ${options[*]}: $(cat accept.log)"
  expect_in page 'HTTP/1.[01] 200'
  expect_in page 'Verify return code: 0 \(ok\)'
  expect_in accept.log ' complete '
}
ours_ecdsa=(--cert ecdsa.pem --key ecdsa.key)
for suite in TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 \
  TLS_AES_128_CCM_SHA256; do
  accepts "${ours_ecdsa[@]}" --ciphersuites "$suite" -- -ciphersuites "$suite"
  expect_in page "Cipher is $suite"
done
for group in X25519:x25519 P-256:secp256r1 P-384:secp384r1 P-521:secp521r1 X448:x448; do
  accepts "${ours_ecdsa[@]}" --groups "${group#*:}" -- -groups "${group%:*}"
done
accepts "${ours_ecdsa[@]}" --groups secp384r1 -- -groups X25519:P-384
for identity in ecdsa p384 rsa pss ed25519 ed448; do
  accepts --cert "$identity.pem" --key "$identity.key" --
done
accepts "${ours_ecdsa[@]}" --alpn h2,http/1.1 -- -alpn http/1.1
expect_in page 'ALPN protocol: http/1.1'
accepts "${ours_ecdsa[@]}" --require-client-cert --ca ca.pem -- -cert rsa.pem -key rsa.key
accepts "${ours_ecdsa[@]}" --request-client-cert --ca ca.pem --

refuses() {  # <what the client says> <stepshake options> -- <s_client options>
  local says=$1 options=() status=0
  shift
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  shift
  start_accept --www -n 1 "${ours_ecdsa[@]}" "${options[@]}"
  s_client "$@" || true
  wait "$ours" || status=$?
  ((status == 1)) || fail "accept ${options[*]} ended with $status: $(cat accept.log)"
  expect_in page "$says"
  expect_in accept.log ' failed: '
}
refuses 'alert certificate required' --require-client-cert --ca ca.pem --
refuses 'alert unknown ca' --require-client-cert --ca ca.pem -- -cert foreign.pem -key foreign.key
refuses 'alert handshake failure' --groups secp384r1 -- -groups X25519
refuses 'alert handshake failure' --ciphersuites TLS_AES_256_GCM_SHA384 -- \
  -ciphersuites TLS_AES_128_GCM_SHA256
refuses 'alert protocol version' -- -no_tls1_3 -tls1_2
refuses 'alert no application protocol|no application protocol' --alpn h2 -- -alpn http/1.1
echo "all handshakes as expected"

#!/usr/bin/env bash
# new, step, show, list and rm in a shell: a handshake through pipes, through files, in hexadecimal, byte by
# byte; data, close_notify, alerts and the end of file.
set -euo pipefail
folder=$(mktemp -d)
server_pid=
cleanup() {
  [[ -z $server_pid ]] || kill "$server_pid" 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"

fail() {
  echo "FAILED at line ${BASH_LINENO[0]}: $*" >&2
  exit 1
}

expect_status() {  # <status> <command>...: stdout in `out`, stderr in `err`
  local wanted=$1 status=0
  shift
  "$@" >out 2>err </dev/null || status=$?
  ((status == wanted)) || fail "'$*' ended with $status instead of $wanted: $(cat out err)"
}

expect_in() {  # <file> <extended regular expression>
  grep -Eq "$2" "$1" || fail "no '$2' in $1: $(cat "$1")"
}

: >server.log  # else it may be read before it is there
"$STEPSHAKED" --listen 127.0.0.1:0 >server.log 2>&1 &
server_pid=$!
for ((i = 0; i < 200; ++i)); do
  address=$(sed -n 's/.*listening on \(127\.0\.0\.1:[0-9]*\).*/\1/p' server.log | head -n 1)
  [[ -z $address ]] || break
  sleep 0.05
done
[[ -n $address ]] || fail "stepshaked does not listen: $(cat server.log)"
export STEPSHAKE_SERVER=$address LC_ALL=C
s=$STEPSHAKE

new_pair() {
  C=$("$s" new client --test-ca --servername localhost) S=$("$s" new server)
  [[ $C == sessions/* && $S == sessions/* ]] || fail "names: $C $S"
}

shake_hands() {
  "$s" step "$C" 2>/dev/null | "$s" step "$S" --in - 2>/dev/null | "$s" step "$C" --in - 2>/dev/null |
    "$s" step "$S" --in - 2>status | "$s" step "$C" --call read --in - >/dev/null 2>&1
}

# One pipe.
new_pair
shake_hands || fail "the pipe"
expect_in status "^$S step 2: do_handshake = 1, SSL_ERROR_NONE, [A-Za-z]+; received .*Finished"
"$s" show "$C" >shown
expect_in shown '^  handshake complete +yes$'
expect_in shown '^  version +TLS 1\.3$'
expect_in shown '^  verification +0 '

# Data there, data back, and both ends closed.
"$s" step "$C" --call write --data 'hello, world' >record 2>/dev/null
expect_status 0 "$s" step "$S" --call read --in record
expect_in err 'read 12 bytes of data: hello, world$'
printf 'one\0two' >data.in
"$s" step "$S" -c write --data-in data.in --out record 2>/dev/null
"$s" step "$C" -c read -i record --out /dev/null --data-out - >data.out 2>/dev/null
cmp data.in data.out || fail "data with a zero in it"
"$s" step "$C" --call shutdown >close 2>status
expect_in status 'shutdown = 0'
"$s" step "$S" --call read --in close >/dev/null 2>status || fail "close_notify is no failure after the end"
expect_in status 'SSL_ERROR_ZERO_RETURN'
"$s" step "$S" --call shutdown >close 2>status
expect_in status 'shutdown = 1, SSL_ERROR_NONE'
"$s" rm "$C" "${S#sessions/}"
expect_status 2 "$s" show "$C"
expect_in err '^stepshake: .*'"${C#sessions/}"

# In hexadecimal, by files, the session's short name; a client that is one by its first call.
C=$("$s" new) S=$("$s" new server --test-identity rsa)
"$s" step "${C#sessions/}" --call connect --hex --out flight1 2>/dev/null
expect_in flight1 '^16030[13][0-9a-f]{54}'
tr -d '\n' <flight1 | sed 's/../&:/g; s/:$//' >flight1.colons
"$s" step "$S" --call accept --hex --in flight1.colons >flight2 2>/dev/null
"$s" step "$C" --hex --in flight2 --out flight3 2>status
expect_in status 'do_handshake = 1, SSL_ERROR_NONE'
"$s" step "$S" --hex --in flight3 2>status >/dev/null
expect_in status 'do_handshake = 1, SSL_ERROR_NONE'
"$s" rm "$C" "$S"

# A flight in pieces wants more until the last one, and is not read before a call.
new_pair
"$s" step "$C" >hello 2>/dev/null
size=$(stat -c %s hello)
head -c 3 hello | "$s" step "$S" --in - >out 2>status
expect_in status 'SSL_ERROR_WANT_READ'
[[ ! -s out ]] || fail "output before the ClientHello was there"
tail -c +4 hello | head -c $((size - 10)) | "$s" step "$S" --call none --in - 2>status >out
expect_in status 'no call'
expect_in status 'bytes of input pending'
tail -c 7 hello | "$s" step "$S" --in - --keep-output 2>status >out
expect_in status 'bytes of output pending'
[[ ! -s out ]] || fail "--keep-output"
"$s" step "$S" --call none >flight2 2>/dev/null
[[ -s flight2 ]] || fail "the kept output is gone"
"$s" rm "$C" "$S"

# JSON holds the bytes itself.
C=$("$s" new client -o json | sed 's/^{"name":"\([^"]*\)".*/\1/')
"$s" step "$C" -o json >step.json 2>err
[[ ! -s err ]] || fail "stderr: $(cat err)"
expect_in step.json '^\{"name":"'"$C"'","step":1,"call":"CALL_DO_HANDSHAKE","return_value":-1,"ssl_error":"SSL_ERROR_WANT_READ"'
expect_in step.json '"output":"16030[13]'
[[ $(wc -l <step.json) == 1 ]] || fail "more than a line"
"$s" rm "$C"

# A failure: exit status 1, the alert on stdout all the same; the first cause stays.
new_pair
"$s" step "$C" >hello 2>/dev/null
status=0
printf '\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00' | "$s" step "$C" --in - >alert 2>err || status=$?
((status == 1)) || fail "a broken ServerHello ended with $status"
[[ $(head -c 1 alert | od -An -tu1 | tr -d ' ') == 21 ]] || fail "no alert record"
expect_in err 'SSL_ERROR_SSL.*failed: .*alert decode_error'
expect_status 1 "$s" step "$C"
expect_in err 'SSL_ERROR_SYSCALL.*failed at step 2: .*alert decode_error'
"$s" show "$C" >shown
expect_in shown '^  failed +at step 2: '
# The peer's fatal alert, in hexadecimal: handshake_failure.
C2=$("$s" new client)
"$s" step "$C2" >/dev/null 2>&1
status=0
echo 15 03 03 00 02 02 28 | "$s" step "$C2" --hex --in - >out 2>err || status=$?
((status == 1)) || fail "a fatal alert ended with $status"
expect_in err 'received Alert\(handshake_failure\)'
expect_status 1 "$s" step "$C2"
expect_in err 'SSL_ERROR_ZERO_RETURN'
# The end of file.
C3=$("$s" new client)
"$s" step "$C3" >/dev/null 2>&1
expect_status 1 "$s" step "$C3" --eof
expect_in err 'unexpected eof while reading'
# No role.
N=$("$s" new none)
expect_status 1 "$s" step "$N"
expect_in err 'connection type not set'

# list shows what there is, and rm --all ends it.
"$s" list >listed
[[ $(grep -c '^sessions/' listed) == 5 ]] || fail "list: $(cat listed)"
expect_in listed '^NAME +ROLE +STEPS'
[[ $("$s" list -o json | wc -l) == 5 ]] || fail "list -o json"
"$s" rm --all
[[ -z $("$s" list) ]] || fail "rm --all left some"

# More sessions than a page holds.
for ((i = 0; i < 60; ++i)); do "$s" new none; done >many
[[ $("$s" list -o json | wc -l) == 60 ]] || fail "sixty sessions"
xargs "$s" rm <many
expect_status 2 "$s" rm nobody
expect_in err '^stepshake: '
expect_status 0 "$s" rm -f nobody

kill "$server_pid"
wait "$server_pid" || fail "stepshaked ended with $?"
server_pid=
echo passed

#!/usr/bin/env bash
# The walls of the house, read off the #include lines (SOURCE_DIR, or the first argument: a checkout):
# a floor of the engine sees only the floors named for it here, handshake and record never each other;
# libcrypto's headers stay in engine/crypto, and those of BIOs and the error queue in connection and server;
# the engine knows no thread, clock, socket, stream, RPC or Abseil; the command line knows only proto/.
set -euo pipefail
cd "${1:-${SOURCE_DIR:-$(dirname "${BASH_SOURCE[0]}")/../..}}"

declare -A sees=(
  [base]="base"
  [wire]="base wire"
  [describe]="base wire describe"
  [crypto]="base wire crypto"
  [schedule]="base wire crypto schedule"
  [record]="base wire crypto record"
  [policy]="base wire crypto schedule policy"
  [handshake]="base wire crypto schedule policy handshake"
  [session]="base wire crypto schedule record policy handshake session"
  [connection]="base wire crypto schedule record policy handshake session connection"
)
broken=0

broken_wall() {  # <file:line> <what is wrong>
  echo "$1: $2"
  broken=1
}

in_list() {  # <word> <list>
  [[ " $2 " == *" $1 "* ]]
}

check_openssl() {  # <file:line> <folder> <header>
  case $2:$3 in
    *:openssl/ssl*.h | *:openssl/tls*.h | *:openssl/dtls*.h) broken_wall "$1" "libssl in the product: $3" ;;
    crypto:*) ;;
    connection:openssl/bio.h | connection:openssl/err.h | connection:openssl/crypto.h) ;;
    server:openssl/bio.h | server:openssl/err.h | server:openssl/crypto.h) ;;
    *) broken_wall "$1" "$2/ may not include $3: what it needs of libcrypto belongs into engine/crypto" ;;
  esac
}

check_engine() {  # <file:line> <floor> <header with its quotes or brackets>
  local header=${3:1:-1}
  case $3 in
    \"*)
      in_list "${header%%/*}" "${sees[$2]}" && [[ $header == */* && $header != *../* ]] ||
        broken_wall "$1" "$2/ may not include \"$header\": it sees only ${sees[$2]}, by \"floor/file.h\""
      ;;
    "<openssl/"*) check_openssl "$1" "$2" "$header" ;;
    "<"*)
      case $header in
        string.h | stdint.h | stddef.h) ;;
        */* | *.h | ctime | csignal | random | iostream | fstream | filesystem | syncstream | \
          thread | mutex | shared_mutex | condition_variable | future | atomic | semaphore | latch | \
          barrier | stop_token)
          broken_wall "$1" "the engine may not include <$header>: nothing of the outside world" ;;
      esac
      ;;
    *) broken_wall "$1" "#include $3: name the header, or this check cannot read it" ;;
  esac
}

check_server() {  # <file:line> <header>
  local header=${2:1:-1}
  case $header in
    cli/* | clients/* | engine/* | *../*) broken_wall "$1" "server/ may not include $2" ;;
    openssl/*) check_openssl "$1" server "$header" ;;
  esac
}

check_cli() {  # <file:line> <header>
  local header=${2:1:-1} top
  top=${header%%/*}
  if [[ $top != "$header" ]] && { [[ -v sees[$top] ]] || in_list "$top" "engine server openssl .."; }; then
    broken_wall "$1" "the command line may not include $2: it knows only proto/"
  fi
}

sources() {  # <folder>: its C++ files
  [[ ! -d $1 ]] || find "$1" -type f \( -name '*.cc' -o -name '*.h' \) | sort
}

includes() {  # <folder>: "file:line<TAB><header>" of each #include below it
  sources "$1" | xargs -r grep -nHE '^[[:space:]]*#[[:space:]]*include' |
    sed -E 's/^([^:]+:[0-9]+):[[:space:]]*#[[:space:]]*include[_a-z]*[[:space:]]*(<[^>]*>|"[^"]*"|.*).*$/\1\t\2/'
}

forbid() {  # <folder> <extended regular expression> <what is wrong>: code, comments left out
  local where
  while read -r where; do
    broken_wall "$where" "$3"
  done < <(sources "$1" | xargs -r awk -v pattern="$2" \
             '{ line = $0; sub(/\/\/.*/, "", line) } line ~ pattern { print FILENAME ":" FNR }')
}

for folder in engine/*/; do
  [[ -d $folder ]] || continue
  floor=$(basename "$folder")
  if [[ ! -v sees[$floor] ]]; then
    broken_wall "$folder" "not a floor: add it to ${BASH_SOURCE[0]##*/} and to engine/CMakeLists.txt"
    continue
  fi
  while IFS=$'\t' read -r where header; do
    check_engine "$where" "$floor" "$header"
  done < <(includes "$folder")
  if [[ $floor != crypto ]]; then
    forbid "$folder" '^[ \t]*#[ \t]*(if|ifdef|ifndef|elif)' "conditional compilation belongs into engine/crypto"
  fi
done
forbid engine '(system|steady|high_resolution|utc|file)_clock|random_device|(std::|[^A-Za-z0-9_.>])time\((0|NULL|nullptr)|gettimeofday|clock_gettime|getenv' \
  "the engine has no clock, no chance and no environment: they come in by Inputs"

while IFS=$'\t' read -r where header; do
  check_server "$where" "$header"
done < <(includes server)
while IFS=$'\t' read -r where header; do
  check_cli "$where" "$header"
done < <(includes clients)

exit "$broken"

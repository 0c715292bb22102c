#!/usr/bin/env bash
# The two examples of the README: they stand in it word for word, and they work.
set -euo pipefail
cd "$SOURCE_DIR"

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

in_readme() { # <file> <language>: a code block of the README is the file
  awk -v start="\`\`\`$2" '$0 == start {inside = 1; next} $0 == "```" {if (inside) print "\f"; inside = 0}
    inside {print}' README.md >"$folder/blocks"
  python3 - "$1" "$folder/blocks" <<'PY' || fail "README.md does not show $1 as it is"
import sys
example = open(sys.argv[1]).read()
blocks = open(sys.argv[2]).read().split("\f\n")
sys.exit(0 if example in blocks else 1)
PY
}

folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$folder"' EXIT
in_readme tests/examples/own_library.cc cpp
in_readme tests/examples/own_library.py python

"$STEPSHAKED" --listen 127.0.0.1:0 >"$folder/out" 2>"$folder/err" &
server=$!
for ((i = 0; i < 200; ++i)); do
  grep -q 'listening on' "$folder/out" && break
  sleep 0.05
done
address=$(sed -n 's/^listening on //p' "$folder/out")
[[ -n $address ]] || fail "stepshaked does not listen"

timeout 20 "$BUILD_DIR/bin/example_own_library" "$address" | tee "$folder/cpp"
grep -qx '1 SSL_ERROR_NONE Connected ' "$folder/cpp" || fail "the C++ example did not connect"
timeout 20 /usr/bin/python3 tests/examples/own_library.py "$address" | tee "$folder/python"
grep -qx '1 SSL_ERROR_NONE Connected ' "$folder/python" || fail "the Python example did not connect"

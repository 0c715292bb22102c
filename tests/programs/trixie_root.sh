#!/usr/bin/env bash
# Prints the folder of a Debian 13 root that has openssl, gnutls and botan, unpacked and not configured; makes it where it
# is missing, or older than a month. Status 77, with the reason, where that cannot be. Tests that run at once share it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source .ci/debian_root.sh

suite=trixie
packages=base-files,coreutils,dash,libc-bin,openssl,gnutls-bin,botan
root=$PWD/build-trixie/programs
stale_days=30

skip() {  # <why>
  echo "$1"
  exit 77
}

recipe() {
  echo "$suite $packages"
  cat "$root.sources"
}

command -v mmdebstrap >/dev/null || skip "mmdebstrap is not installed"
[[ -e $keyring ]] || skip "$keyring is missing (package debian-archive-keyring)"
mkdir -p build-trixie
exec {lock}>"$root.lock"
flock "$lock"
debian_sources "$suite" >"$root.sources"
[[ -s $root.sources ]] || skip "apt names no Debian archive to install from"
if ! recipe | cmp -s - "$root/recipe" || [[ -n $(find "$root/recipe" -mtime "+$stale_days") ]]; then
  archives_answer "$root.sources" || skip "the archives that apt names do not answer, or have no $suite"
  rm -rf --one-file-system "$root" "$root.new"
  make_debian_root "$suite" "$packages" "$root.sources" "$root.new" --variant=extract --mode=auto --format=directory >&2
  recipe >"$root.new/recipe"
  mv "$root.new" "$root"
fi
echo "$root"

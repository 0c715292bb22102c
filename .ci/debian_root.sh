# For sourcing: a root of another Debian release, made by mmdebstrap of this machine's own apt sources with the suite's
# name replaced. .ci/trixie tests in one; deploy/build_image builds the container image on one.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

codename() {  # of the Debian that this machine runs; nothing for other systems
  sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null
}

# "deb URI SUITE main" for each of the machine's Debian archives: the main one, updates, security.
debian_sources() {  # <suite>
  local here
  here=$(codename)
  [[ -n $here ]] || return 0
  # A variable that apt does not know, such as the origin before the first update, it leaves as it stands.
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' |
    awk -v here="$here" -v suite="$1" -v keyring="$keyring" '
      $3 == "main" && ($4 == "Debian" || $4 ~ /^\$/) && ($2 == here || index($2, here "-") == 1) {
        print "deb [signed-by=" keyring "] " $1 " " suite substr($2, length(here) + 1) " main"
      }' | sort -u
}

# Whether the archives answer: without them there is no root, and no fault of ours.
archives_answer() {  # <file of sources>
  local uri name probe answer=0
  probe=$(mktemp -d)
  while read -r _ _ uri name _; do
    /usr/lib/apt/apt-helper download-file "${uri%/}/dists/$name/InRelease" "$probe/$name" \
      >/dev/null 2>&1 || answer=1
  done <"$1"
  rm -rf "$probe"
  return "$answer"
}

# How this machine's apt reaches its archives: proxies and the like.
apt_reach() {
  apt-config dump | grep -E '^Acquire::(http|https|ftp|Retries|Check)' || true
}

# Where compilers in such roots keep what they made: not where this machine's do, whose ccache may be an older one.
debian_ccache() {
  echo "${XDG_CACHE_HOME:-$HOME/.cache}/stepshake-trixie-ccache"
}

make_debian_root() {  # <suite> <packages, with commas> <file of sources> <folder or .tar> [option...]
  local suite=$1 packages=$2 sources=$3 to=$4 reach
  shift 4
  reach=$(mktemp)
  apt_reach >"$reach"
  mmdebstrap --quiet --mode=root --variant=apt --include="$packages" \
    --aptopt="$reach" --aptopt='Acquire::Languages "none"' \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$@" "$suite" "$to" - <"$sources"
  rm -f "$reach"
}

#!/usr/bin/env bash
# Proves this work tree on a release of Debian: `make run ONCE=1` from nothing, then unit and e2e tests and the package, in a root that
# debootstrap makes.
#
#   tests/deploy/debian.sh trixie
#
# Needs root and debootstrap; exits with 77 where either is missing. Packages come from the Debian mirror of this machine's apt
# configuration. Programs are built and run in a network namespace that has nothing but loopback. The root is BUILD/debian/RELEASE
# (BUILD: build) and is removed at the end, whatever the result; KEEP=1 keeps it, and the next run continues with it.
set -euo pipefail
cd "$(dirname "$0")/../.."

release=${1:?usage: $0 RELEASE, for example trixie}
build=${BUILD:-build}
jobs=${JOBS:-$(nproc)}
root=$build/debian/$release
# Belongs to the machine, not to the release: needs programs that only `make test` installs, or a quiet machine.
skipped_labels='helm|polyglot|bench'
skipped_tests='^deploy\.(rules|monitoring|service|container)$'

skip() {
  echo "SKIPPED: $*" >&2
  exit 77
}

# As apt knows it, whatever the format of its configuration.
mirror() {
  local distribution
  # shellcheck disable=SC2016  # expanded by apt-get
  distribution=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sed -n 1p)
  [ -n "$distribution" ] || skip "apt-get knows no Debian mirror; a first \`apt-get update\` may help"
  echo "$distribution"
}

make_root() {
  [ ! -e "$root/made" ] || return 0
  rm -rf "$root"
  mkdir -p "$root"
  echo "== debootstrap $release"
  debootstrap --variant=minbase --include=ca-certificates,iproute2,make "$release" "$root" "$(mirror)" >"$root.log" 2>&1 ||
    { tail -n 20 "$root.log" >&2; return 1; }
  touch "$root/made"
}

# What a clone of this work tree would hold, with times kept, so that a root that is used again builds only what changed.
copy_source() {
  mkdir -p "$root/source"
  find "$root/source" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
  git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
    [ ! -e "$file" ] || printf '%s\0' "$file"
  done | tar --create --null --no-recursion --files-from=- | tar --extract --directory="$root/source"
}

# inside [--net] COMMAND: a shell command in the root's source folder. Its mounts and processes end with it. With --net it is cut off from
# all networks.
inside() {
  local net=() loopback=:
  if [ "$1" = --net ]; then
    net=(--net) loopback='ip link set lo up'
    shift
  fi
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  # shellcheck disable=SC2016  # expanded by the inner shell
  unshare --mount --pid --fork --kill-child "${net[@]}" sh -euc '
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    exec chroot "$1" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 JOBS="$4" \
      sh -euc "$2; cd /source; $3"' sh "$root" "$loopback" "$1" "$jobs"
}

# timed NAME COMMAND...: says how long a step took.
timed() {
  local name=$1 begin=$SECONDS
  shift
  echo "== $name"
  "$@"
  echo "== $name: $((SECONDS - begin)) s"
}

[ "$(id -u)" = 0 ] || skip "needs root, for debootstrap and chroot"
command -v debootstrap >/dev/null || skip "needs debootstrap: apt-get install debootstrap"
[ -e "/usr/share/debootstrap/scripts/$release" ] || skip "this debootstrap does not know $release"

[ -n "${KEEP:-}" ] || trap 'rm -rf "$root" "$root.log"' EXIT
make_root
copy_source
begin=$SECONDS
timed "packages to build and run" inside deploy/dependencies.sh run
timed "make run ONCE=1, without a network" inside --net 'make run ONCE=1'
echo "== from packages to the finished tour: $((SECONDS - begin)) s"
timed "packages of the tests" inside deploy/dependencies.sh e2e
timed "build, without a network" inside --net 'make programs'
timed "tests, without a network" inside --net \
  "cd build; ctest --output-on-failure -j $jobs --label-exclude '$skipped_labels' --exclude-regex '$skipped_tests'"
echo "== Not run on $release: tests with a label of $skipped_labels, and $skipped_tests; \`make lint\`"
echo "== $release: all of it works"

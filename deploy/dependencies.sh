#!/bin/sh
# Installs what is missing on Debian 12 or 13: `dependencies.sh run` to build and start, `dependencies.sh package` to make the Debian
# package, `dependencies.sh e2e` for unit and e2e tests, `dependencies.sh test` for everything that `make test` needs,
# `dependencies.sh bench` for measurements. Each includes those before it. Needs no rights if nothing is missing.
set -eu

run="g++ cmake ninja-build pkg-config
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc libabsl-dev
  libcurl4-openssl-dev libssl-dev prometheus-cpp-dev libspdlog-dev libsimdjson-dev libpugixml-dev libyaml-cpp-dev nlohmann-json3-dev
  golang-github-gogo-googleapis-dev"
package="$run dpkg-dev file python3"
e2e="$package libgtest-dev libgmock-dev python3-grpcio python3-protobuf python3-yaml openssl"
test="$e2e git clang-format black pyflakes3 shellcheck curl prometheus systemd docker-compose golang-go golang-google-grpc-dev"
bench="$test valgrind"

case "${1:-}" in
  run) wanted=$run ;;
  package) wanted=$package ;;
  e2e) wanted=$e2e ;;
  test) wanted=$test ;;
  bench) wanted=$bench ;;
  *) echo "usage: $0 run|package|e2e|test|bench" >&2; exit 2 ;;
esac

missing=
for package in $wanted; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
# npm may come from elsewhere than Debian: the command counts, not the package.
if [ "$1" = test ] && ! command -v npm >/dev/null; then missing="$missing npm"; fi
[ -n "$missing" ] || exit 0

echo "Installing:$missing"
as_root=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "Run as root, or install sudo: packages are missing:$missing" >&2; exit 1; }
  as_root=sudo
fi
# The checks start a Prometheus of their own: the package's service shall not run beside it.
case "$missing " in *" prometheus "*)
  if command -v systemctl >/dev/null; then $as_root systemctl mask --quiet prometheus.service; fi ;;
esac
$as_root apt-get update -qq
# shellcheck disable=SC2086  # one argument per package
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null

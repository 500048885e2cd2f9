#!/bin/sh
# Starts the embedded Odoo and the gateway on loopback, then a tour through the command-line client. ONCE=1 ends after the tour, with
# the tour's result; otherwise both serve until Ctrl-C. BUILD is the build folder; PORT and METRICS_PORT are the gateway's, 0 for any.
set -eu
build=${BUILD:-build}
port=${PORT:-50051} metrics_port=${METRICS_PORT:-9464}
sandbox='' gateway=''
log=$build/run.log

stop() {
  for pid in $gateway $sandbox; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
}
trap stop EXIT
trap 'exit 130' INT TERM

# Waits until a line with $2 stands in file $1.
await() {
  for _ in $(seq 100); do
    grep -q "$2" "$1" 2>/dev/null && return 0
    sleep 0.1
  done
  echo "No \"$2\" in $1 after 10 seconds:" >&2
  cat "$1" >&2
  return 1
}

"$build/tests/sandbox/odoo-sandbox" --listen 127.0.0.1:0 --odoo-version 19.0 >"$build/sandbox.log" 2>&1 &
sandbox=$!
await "$build/sandbox.log" "listening on"
url=$(sed -n 's/.*listening on \(http[^ ]*\).*/\1/p' "$build/sandbox.log" | head -1)

ODOO_API_KEY=integration "$build/server/odoo-gateway" --listen "127.0.0.1:$port" --metrics-listen "127.0.0.1:$metrics_port" \
  --odoo-url "$url" --odoo-database sandbox --odoo-username integration >"$log" 2>&1 &
gateway=$!
await "$log" '"event":"started"'
await "$log" '"state":"connected"'
# started NAME: an address that the gateway reported.
started() { sed -n 's/.*"event":"started".*"'"$1"'":"\([^"]*\)".*/\1/p' "$log"; }
address=$(started listen)

ODOOGW_ADDRESS=$address PATH="$build/client:$PATH" deploy/tour.sh
[ -z "${ONCE:-}" ] || exit 0

cat <<EOT

The gateway serves on $address, its metrics on http://$(started metrics_listen)/metrics, its log is $log.
Try:  $build/client/odoogw list
Ctrl-C ends it.
EOT
wait "$gateway"

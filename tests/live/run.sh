#!/bin/sh
# The live suite: the real gateway before a real Odoo, over every protocol that its version has. README.md says what it needs.
#
#   BUILD=build ODOO_URL=... ODOO_DATABASE=... ODOO_USERNAME=... ODOO_API_KEY=... tests/live/run.sh [TEST...]
#
# TEST: names of tests as unittest takes them, for example `orders_test.Actions`; all of them without.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

if [ -z "${ODOO_URL:-}" ]; then
  echo "SKIPPED: the live suite needs a real Odoo. Set ODOO_URL, ODOO_DATABASE, ODOO_USERNAME, and ODOO_API_KEY or ODOO_PASSWORD."
  exit 0
fi

build=${BUILD:-$root/build}
case $build in /*) ;; *) build=$(pwd)/$build ;; esac
for needed in server/odoo-gateway tests/harness/stubs/made; do
  if [ ! -e "$build/$needed" ]; then
    echo "$needed is not in $build: build the project first, or set BUILD." >&2
    exit 2
  fi
done

export ODOO_GATEWAY_BUILD="$build" PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH="$here:$root/tests:$build/tests/harness/stubs"
exec /usr/bin/python3 "$here/suite.py" "$@"

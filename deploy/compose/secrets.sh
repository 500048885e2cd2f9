#!/bin/sh
# Makes the secrets that compose.yaml needs and that are not there yet: two random passwords, and a place for Odoo's API key.
set -eu
cd "$(dirname "$0")"
# Containers read them as users of their own, so the folder keeps others of this machine out.
mkdir -p secrets
chmod 700 secrets
for name in postgres_password grafana_password; do
  [ -s "secrets/$name" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"secrets/$name"
done
[ -s secrets/odoo_api_key ] || echo "replace-by-an-api-key" >secrets/odoo_api_key
chmod 644 secrets/*

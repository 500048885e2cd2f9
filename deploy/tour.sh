#!/bin/sh
# A tour of the gateway with odoogw: three calls that work, three that fail instructively. Fails where a step does not end as it should.
set -u
failed=0

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }

# step EXIT SERVICE.METHOD JSON: shows the call and its answer, and compares the exit code.
step() {
  expected=$1 method=$2 json=$3
  printf '$ odoogw call %s '\''%s'\''\n' "$method" "$json"
  answer=$(odoogw call "$method" "$json" 2>&1)
  code=$?
  printf '%s\n' "$answer"
  [ "$code" -eq "$expected" ] && return
  printf 'This step ended with exit code %s instead of %s.\n' "$code" "$expected" >&2
  failed=1
}

# The first "id" in the last answer.
id() { printf '%s\n' "$answer" | sed -n 's/.*"id": "\([0-9]*\)".*/\1/p' | head -1; }

say "1. A customer. References may be external ids; read_mask says what comes back."
step 0 PartnerService.CreatePartner '{"values": {"name": "Ada Lovelace", "email": "ada@example.com", "country_id": {"external_id": "base.be"}}, "read_mask": "name,country_id"}'
customer=$(id)

say "2. A quotation with two lines. Decimals are text, so that no digit is lost."
step 0 SaleOrderService.CreateSaleOrder '{"values": {"partner_id": {"id": '"$customer"'}, "order_line": {"rows": [{"product_id": {"external_id": "sandbox.product_desk"}, "product_uom_qty": "2"}, {"product_id": {"external_id": "sandbox.product_lamp"}, "price_unit": "19.90"}]}}, "read_mask": "name,state,amount_total,order_line.name,order_line.price_subtotal"}'
order=$(id)

say "3. Found again by its customer."
step 0 SaleOrderService.SearchSaleOrders '{"filter": {"partner_id": {"one_of": [{"id": '"$customer"'}]}}, "read_mask": "name,state,amount_total"}'

say "4. Confirmed. The gateway reads back whether it really happened."
step 0 SaleOrderService.ConfirmSaleOrder '{"id": '"$order"', "read_mask": "name,state"}'

say "5. Refused before Odoo is asked: everything that is wrong, at once."
step 3 SaleOrderService.CreateSaleOrder '{"values": {"order_line": {"rows": [{"product_id": {"id": 1}, "price_unit": "12,50"}]}, "validity_date": {"year": 2026, "month": 2, "day": 30}}}'

say "6. What only Odoo knows comes back with the field that caused it."
step 3 SaleOrderService.CreateSaleOrder '{"values": {"partner_id": {"id": 999999}}}'

say "7. An order that is not there."
step 4 SaleOrderService.GetSaleOrder '{"id": 999999}'

exit $failed

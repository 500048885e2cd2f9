"""Faults that name no culprit: real Odoo's recorded answers to requests whose ids the sandbox has, or lacks, when it is asked."""

import json
import pathlib

import harness
from case import GatewayCase, main
from harness.proxy import answer

CORPUS = pathlib.Path(__file__).resolve().parents[1] / "corpus"
LEAST_EXACT = 0.95

NOWHERE = {"id": 99999999}
COMPANY_2 = {"id": 2}
BARCODE = "5901234123457"


def rows(*values):
    return {"rows": list(values)}


class Situations:
    """Typed requests of the corpus' situations: service, call without its entity, request, and the paths that truly are at fault.

    What the gateway refuses before Odoo sees it is missing here: wrong languages, limits, types of values and references.
    """

    def __init__(self, shop):
        alder, oak, desk, order = (shop[name] for name in ("alder", "oak", "desk", "order"))
        line = {"product_id": desk}
        invoice = {"move_type": 2}
        self.table = {
            "biz-confirmed-pricelist": ("sale.SaleOrder", "Update", {"pricelist_id": shop["pricelist"]}, "pricelist_id"),
            "biz-picking-type-done": ("stock.Picking", "Update", {"picking_type_id": shop["picking_type"]}, "picking_type_id"),
            "biz-uom-after-moves": ("product.ProductTemplate", "Update", {"uom_id": shop["unit"]}, "uom_id"),
            "biz-write-locked-line": (
                "sale.SaleOrder",
                "Update",
                {"order_line": rows({"id": order["line"], "product_uom_qty": "9"})},
                "order_line.rows[0].product_uom_qty",
            ),
            "biz-write-posted-journal": ("account.Invoice", "Update", {"journal_id": shop["journal"]}, "journal_id"),
            "chk-batch-lead": (
                "crm.Lead",
                "BatchCreate",
                [{"name": "a"}, {"name": "b", "probability": "500"}],
                "[1].probability",
            ),
            "chk-lead-probability": ("crm.Lead", "Create", {"name": "x", "probability": "150"}, "probability"),
            "chk-lead-probability-neg": ("crm.Lead", "Update", {"probability": "-1"}, "probability"),
            "chk-purchase-section": (
                "purchase.PurchaseOrder",
                "Create",
                {"partner_id": oak, "order_line": rows({"display_type": 3, "name": "s", "product_id": desk, "product_qty": "1"})},
                "order_line.rows[0].product_id",
            ),
            "null-invoice-journal": ("account.Invoice", "Update", {"clear_fields": ["journal_id"]}, "journal_id"),
            "null-partner-name": ("contacts.Partner", "Update", {"clear_fields": ["name"]}, "name"),
            "ref-invoice-currency": ("account.Invoice", "Create", {**invoice, "currency_id": NOWHERE}, "currency_id"),
            "ref-invoice-journal": ("account.Invoice", "Create", {**invoice, "journal_id": NOWHERE}, "journal_id"),
            "ref-invoice-line-account": (
                "account.Invoice",
                "Create",
                {
                    **invoice,
                    "partner_id": alder,
                    "invoice_line_ids": rows({"name": "x", "account_id": NOWHERE, "price_unit": "1"}),
                },
                "invoice_line_ids.rows[0].account_id",
            ),
            "ref-invoice-line-product": (
                "account.Invoice",
                "Create",
                {**invoice, "partner_id": alder, "invoice_line_ids": rows({"product_id": NOWHERE})},
                "invoice_line_ids.rows[0].product_id",
            ),
            "ref-invoice-partner": ("account.Invoice", "Create", {**invoice, "partner_id": NOWHERE}, "partner_id"),
            "ref-lead-partner-write": ("crm.Lead", "Update", {"partner_id": NOWHERE}, "partner_id"),
            "ref-lead-tags": ("crm.Lead", "Create", {"name": "x", "tag_ids": {"delta": {"add": [NOWHERE]}}}, "tag_ids"),
            "ref-order-line-tax": (
                "sale.SaleOrder",
                "Create",
                {"partner_id": alder, "order_line": rows({**line, "tax_ids": {"set": {"refs": [NOWHERE]}}})},
                "order_line.rows[0].tax_ids",
            ),
            "ref-order-partner": ("sale.SaleOrder", "Create", {"partner_id": NOWHERE}, "partner_id"),
            "ref-order-pricelist": ("sale.SaleOrder", "Create", {"partner_id": alder, "pricelist_id": NOWHERE}, "pricelist_id"),
            "ref-partner-parent": ("contacts.Partner", "Create", {"name": "x", "parent_id": NOWHERE}, "parent_id"),
            "ref-partner-tags-link": (
                "contacts.Partner",
                "Create",
                {"name": "x", "category_id": {"delta": {"add": [NOWHERE]}}},
                "category_id",
            ),
            "ref-partner-tags-set": (
                "contacts.Partner",
                "Create",
                {"name": "x", "category_id": {"set": {"refs": [NOWHERE]}}},
                "category_id",
            ),
            "ref-product-categ": ("product.ProductTemplate", "Create", {"name": "x", "categ_id": NOWHERE}, "categ_id"),
            "rule-create-lead-in-company2": (
                "crm.Lead",
                "Create",
                {"name": "x", "company_id": COMPANY_2, "clear_fields": ["team_id", "user_id"]},
                "company_id",
            ),
            "rule-create-sale-order-in-company2": (
                "sale.SaleOrder",
                "Create",
                {"partner_id": alder, "company_id": COMPANY_2},
                "company_id",
            ),
            "rule-move-partner-to-company2": ("contacts.Partner", "Update", {"company_id": COMPANY_2}, "company_id"),
            "uniq-template-barcode": ("product.ProductTemplate", "Create", {"name": "x", "barcode": BARCODE}, "barcode"),
            "val-image-not-image": ("contacts.Partner", "Create", {"name": "x", "image": b"hello world"}, "image"),
            "vld-invoice-wrong-journal": (
                "account.Invoice",
                "Create",
                {**invoice, "partner_id": alder, "journal_id": shop["journal"]},
                "journal_id",
            ),
            "vld-template-company-used": ("product.ProductTemplate", "Update", {"company_id": COMPANY_2}, "company_id"),
        }


def replay(record, exchange):
    """The recorded answer; JSON-RPC's repeats the id of the call."""
    body = record["body"]
    if exchange.path == "/jsonrpc":
        body = json.dumps({**json.loads(body), "id": json.loads(exchange.body)["id"]})
    return answer(record["status"], body.encode(), record["type"])


class Recorded(GatewayCase):
    proxied = True

    def shop(self):
        def first(service, **filter):
            api = self.gateway.service(f"odoo.{service}Service")
            search = next(name for name in api.method_names() if name.startswith("Search"))
            return {"id": getattr(api, search)(page_size=1, filter=filter or None).records[0].id}

        order = self.order({})
        return {
            "alder": first("contacts.v1.Partner", name={"contains": "Alder"}),
            "oak": first("contacts.v1.Partner", name={"contains": "Oak"}),
            "desk": first("product.v1.Product", name={"contains": "Desk"}),
            "pricelist": first("product.v1.Pricelist"),
            "picking_type": first("stock.v1.OperationType"),
            "unit": first("product.v1.UnitOfMeasure"),
            "journal": first("account.v1.Journal"),
            "order": {"id": order, "line": self.get_order(order, "order_line").order_line[0].id},
        }

    def answers(self):
        """Situation -> the recorded answer over this cell's protocol, in English."""
        suffix = f".{self.cell.version}.{self.cell.protocol}"
        found = {}
        for line in (CORPUS / f"{self.cell.protocol}.jsonl").read_text().splitlines():
            record = json.loads(line)
            if record["id"].endswith(suffix):
                found[record["id"].removesuffix(suffix)] = record
        return found

    def provoke(self, record, service, operation, request, order):
        """The failure that the caller gets where Odoo answers as it was recorded."""
        area, _, entity = service.partition(".")
        api = self.gateway.service(f"odoo.{area}.v1.{entity}Service")
        call = next(getattr(api, name) for name in api.method_names() if name.startswith(operation))
        arguments = {"values": request}
        if operation == "Update":
            arguments["id"] = order
        # An update that names rows reads them first.
        method = "web_save" if operation == "Update" else "create"
        self.proxy.behave = lambda exchange, forward: replay(record, exchange) if exchange.odoo_method == method else forward()
        with harness.failure() as failed:
            call(**arguments)
        self.proxy.reset()
        self.check(failed.failure)
        return failed

    def test_the_culprit_is_named(self):
        shop = self.shop()
        answers = self.answers()
        exact, wrong = 0, []
        for situation, (service, operation, request, field) in Situations(shop).table.items():
            record = answers.get(situation)
            if record is None or "reason" not in record["expect"]:
                continue  # Not recorded, or no failure in this version.
            failed = self.provoke(record, service, operation, request, shop["order"]["id"])
            expected = ["values" + ("" if field.startswith("[") else ".") + field]
            accepted = {record["expect"]["reason"], *record["expect"].get("also_accept", ())}
            self.assertIn(failed.reason, accepted, situation)
            if failed.paths == expected:
                exact += 1
            else:
                wrong.append(f"  {situation}: {failed.reason} {failed.paths}, not {expected}")
        tried = exact + len(wrong)
        table = "\n".join([f"{self.cell.version} {self.cell.protocol}: diagnosed exactly: {exact} of {tried}", *wrong])
        harness.keep_figures(f"diagnosis-{self.cell.version}-{self.cell.protocol}", table + "\n")
        self.assertGreater(tried, 20)
        self.assertGreaterEqual(exact / tried, LEAST_EXACT, table)


if __name__ == "__main__":
    main()

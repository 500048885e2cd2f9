"""What Odoo would accept without a word: refused, impossible, or passed on, as the README's table says line by line."""

import pathlib
import re

import harness
from case import GatewayCase, main
from harness.proxy import answer
from odoo.account.v1 import invoice_pb2 as invoices
from odoo.sale.v1 import sale_order_pb2 as sales
from odoo.type.v1 import type_pb2 as types

DESK = {"external_id": "sandbox.product_desk"}
VENDOR = {"external_id": "sandbox.vendor_oak"}
BILL = invoices.INVOICE_TYPE_IN_INVOICE
NOTE = sales.SALE_ORDER_LINE_DISPLAY_TYPE_LINE_NOTE
README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
SECTION = "## What Odoo would accept silently"

_tests = {}


def line(what):
    """The test stands behind the line of the README's table that begins so."""

    def register(test):
        _tests[what] = test.__name__
        return test

    return register


class Silent(GatewayCase):
    proxied = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoices = cls.gateway.service("odoo.account.v1.InvoiceService")

    def test_every_line_has_a_test(self):
        section = README.read_text(encoding="utf-8").split(SECTION + "\n")[1].split("\n## ")[0]
        rows = re.findall(r"^\| (.*?) \|", section, re.MULTILINE)[1:]
        self.assertEqual(rows, list(_tests))

    def setUp(self):
        super().setUp()
        self.sandbox.forget_calls()

    def methods(self, model):
        """What was asked of the model, but for its fields and rights."""
        return {call["method"] for call in self.sandbox.calls(model)} - {"fields_get", "has_access"}

    def nothing_was_asked(self, model):
        self.assertEqual(self.methods(model), set())

    def nothing_was_written(self, model):
        self.assertEqual(self.methods(model) & {"create", "write", "web_save", "load", "unlink"}, set())

    @line("Lines are taken away from another record (`order_line: [id]`)")
    def test_lines_of_another_order(self):
        theirs = self.get_order(self.order({}), "order_line").order_line[0].id
        mine = self.order({})
        self.sandbox.forget_calls()
        with self.fails("INVALID_REFERENCE", ["values.order_line.rows[0].id"]):
            self.order({"id": theirs})
        for change, path in (({"rows": [{"id": theirs}]}, "rows[0].id"), ({"delete_ids": [theirs]}, "delete_ids[0]")):
            with self.fails("INVALID_REFERENCE", ["values.order_line." + path]):
                self.orders.UpdateSaleOrder(id=mine, values={"order_line": change})
        self.nothing_was_written("sale.order")

    @line("Order lines without a product, and the order can never be confirmed")
    def test_lines_without_a_product(self):
        with self.fails("REQUIRED_FIELD_MISSING", ["values.order_line.rows[0].product_id"]):
            self.order({"product_id": None, "name": "free", "price_unit": "5"})
        note = {"product_id": None, "name": "Thanks", "display_type": NOTE}
        self.assertTrue(self.order({}, note))

    @line("Languages that are not installed (`xx_XX`): texts come in English")
    def test_languages(self):
        with self.fails("INVALID_FIELD_VALUE", ["values.lang"]):
            self.partners.CreatePartner(values={"name": "A", "lang": "xx_XX"})
        with self.fails("INVALID_FIELD_VALUE", ["options.lang"]):
            self.partners.GetPartner(id=1, options={"lang": "xx_XX"})
        self.nothing_was_written("res.partner")

    @line('Texts for booleans: `"no"` is true')
    def test_texts_for_booleans(self):
        with self.fails("INVALID_FIELD_VALUE", ["values.extra_fields.ignore_abnormal_invoice_date"]):
            self.partners.CreatePartner(
                values={"name": "A", "extra_fields": {"ignore_abnormal_invoice_date": {"text_value": "no"}}}
            )
        with self.fails("INVALID_DOMAIN", ["conditions[0].value"]):
            self.partners.CountPartners(
                conditions=[{"path": "is_company", "op": types.OPERATOR_EQUALS, "value": {"text_value": "no"}}]
            )
        self.nothing_was_written("res.partner")

    @line("Unknown commands for lines and tags: nothing is done")
    def test_unknown_commands(self):
        create = self.gateway.bytes_call("/odoo.contacts.v1.PartnerService/CreatePartner")
        name = b"\x1a\x01A"
        for commands in (b"\x4a\x02\x38\x01", b"\x4a\x03\x3a\x01x"):  # child_ids { 7: 1 }, child_ids { 7: "x" }
            values = name + commands
            with self.fails("MALFORMED_REQUEST"):
                create(b"\x0a" + bytes([len(values)]) + values, timeout=10)
        with self.fails("INVALID_FIELD_VALUE", ["values.category_id"]):
            self.partners.CreatePartner(values={"name": "A", "category_id": {}})
        self.nothing_was_written("res.partner")

    @line("Conditions on fields that cannot be searched (18): every record is found")
    def test_fields_that_cannot_be_searched(self):
        condition = {"path": "amount_undiscounted", "op": types.OPERATOR_GREATER, "value": {"decimal_value": "1"}}
        with self.fails("INVALID_DOMAIN", ["conditions[0].path"]):
            self.orders.CountSaleOrders(conditions=[condition])
        self.nothing_was_asked("sale.order")

    @line("Keys that a selection does not have, in conditions: nothing is found")
    def test_unknown_keys_in_conditions(self):
        for op, value in (
            (types.OPERATOR_EQUALS, {"text_value": "sold"}),
            (types.OPERATOR_ONE_OF, {"list_value": {"values": [{"text_value": "sold"}]}}),
        ):
            with harness.failure() as failed:
                self.orders.CountSaleOrders(conditions=[{"path": "state", "op": op, "value": value}])
            self.assertEqual((failed.reason, len(failed.paths)), ("INVALID_FIELD_VALUE", 1))
        self.nothing_was_asked("sale.order")

    @line("NaN (19), which then makes every answer invalid JSON")
    def test_nan(self):
        templates = self.gateway.service("odoo.product.v1.ProductTemplateService")
        for price in ("NaN", "nan", "Infinity", "-inf", "1e5", "12,50"):
            with self.subTest(price), self.fails("INVALID_FIELD_VALUE", ["values.list_price"]):
                templates.CreateProductTemplate(values={"name": "A", "list_price": price})
        self.nothing_was_written("product.template")

    @line('Missing records: left out of answers, "changed" and "deleted" with success')
    def test_missing_records(self):
        gone = self.customer()
        self.partners.DeletePartner(id=gone)
        for call in (
            lambda: self.partners.GetPartner(id=gone),
            lambda: self.partners.UpdatePartner(id=gone, values={"name": "A"}),
            lambda: self.partners.DeletePartner(id=gone),
        ):
            with self.fails("RECORD_NOT_FOUND"):
                call()

    @line("Id 0: a record of defaults that does not exist")
    def test_id_zero(self):
        with self.fails("REQUIRED_FIELD_MISSING", ["id"]):
            self.partners.GetPartner(id=0)
        with self.fails("INVALID_REFERENCE", ["id"]):
            self.partners.GetPartner(id=-1)
        with self.fails("INVALID_REFERENCE", ["values.parent_id"]):
            self.partners.CreatePartner(values={"name": "A", "parent_id": {"id": 0}})
        self.nothing_was_asked("res.partner")

    @line("Conditions on fields that the user may not read: their values can be guessed")
    def test_fields_that_the_user_may_not_read(self):
        condition = {"path": "signup_type", "op": types.OPERATOR_EQUALS, "value": {"text_value": "signup"}}
        with self.fails("UNKNOWN_FIELD", ["conditions[0].path"]):
            self.partners.CountPartners(conditions=[condition])
        condition["path"] = "partner_id.signup_type"
        with self.fails("UNKNOWN_FIELD", ["conditions[0].path"]):
            self.orders.CountSaleOrders(conditions=[condition])
        self.nothing_was_asked("res.partner")

    @line("Payment terms in use are deleted")
    def test_payment_terms_are_read_only(self):
        with self.fails("METHOD_NOT_FOUND"):
            self.gateway.bytes_call("/odoo.account.v1.PaymentTermService/DeletePaymentTerm")(b"\x08\x01", timeout=10)
        self.nothing_was_written("account.payment.term")

    @line("Dates and times that no calendar has; with `Z` or an offset, Odoo refuses them itself")
    def test_times(self):
        quotation = {"partner_id": {"id": 1}}
        for seconds in (-62135596801, 253402300800):
            with self.fails("INVALID_FIELD_VALUE", ["values.date_order"]):
                self.orders.CreateSaleOrder(values={**quotation, "date_order": {"seconds": seconds}})
        with self.fails("INVALID_FIELD_VALUE", ["values.validity_date"]):
            self.orders.CreateSaleOrder(values={**quotation, "validity_date": {"year": 2026, "month": 2, "day": 30}})
        with self.fails("INVALID_FIELD_VALUE", ["values.extra_fields.calendar_last_notif_ack"]):
            text = {"text_value": "2026-02-01T10:00:00Z"}
            self.partners.CreatePartner(values={"name": "A", "extra_fields": {"calendar_last_notif_ack": text}})
        self.nothing_was_written("sale.order")
        self.orders.CreateSaleOrder(values={**quotation, "date_order": {"seconds": 1770026400, "nanos": 5}})
        self.assertEqual(self.written("sale.order")["date_order"], "2026-02-02 10:00:00")

    @line("What only Odoo writes (`create_date`, `parent_path`, ...): dropped, or taken")
    def test_fields_of_odoo_itself(self):
        moment = {"datetime_value": {"seconds": 1}}
        with self.fails("UNKNOWN_FIELD", ["values.extra_fields.create_date"]):
            self.partners.CreatePartner(values={"name": "A", "extra_fields": {"create_date": moment}})
        path = {"text_value": "1/2/"}
        with self.fails("UNKNOWN_FIELD", ["values.extra_fields.parent_path"]):
            self.categories.CreatePartnerCategory(values={"name": "A", "extra_fields": {"parent_path": path}})
        self.nothing_was_written("res.partner.category")
        self.nothing_was_written("res.partner")

    @line("References to fields that an app or customization gave another model or type")
    def test_fields_that_became_something_else(self):
        def other(exchange, forward):
            return changed(forward(), r'([">])res\.country(["<])', r"\1res.country.state\2")

        self.proxy.only("res.partner", "fields_get", other)
        with harness.Gateway(self.sandbox.odoo(self.cell.protocol, url=self.proxy.url)) as gateway:
            partners = gateway.service("odoo.contacts.v1.PartnerService")
            with self.fails("UNKNOWN_FIELD", ["values.country_id"]):
                partners.CreatePartner(values={"name": "A", "country_id": {"external_id": "base.be"}})
            self.assertFalse(partners.GetPartner(id=1).record.HasField("country_id"))
            (drift,) = gateway.log(event="contract_drift", model="res.partner")
            self.assertIn("country_id (many2one to res.country.state instead of many2one to res.country)", drift["retyped"])
            metrics = gateway.metrics()
            self.assertGreater(metrics.value("odoo_gateway_contract_fields_missing", model="res.partner"), 0)

    @line("Two vendor bills with one number are posted")
    def test_duplicate_bills_are_passed_on(self):
        values = {
            "move_type": BILL,
            "partner_id": VENDOR,
            "ref": "2026/17",
            "invoice_date": {"year": 2026, "month": 1, "day": 2},
            "invoice_line_ids": {"rows": [{"name": "Wood", "price_unit": "5"}]},
        }
        bills = [self.invoices.CreateInvoice(values=values).record.id for _ in range(2)]
        same = {"ref": {"equals": "2026/17"}, "partner_id": {"one_of": [VENDOR]}, "move_type": [BILL]}
        self.assertEqual(self.invoices.CountInvoices(filter=same).count, 2)
        for bill in bills:
            self.invoices.PostInvoice(id=bill)

    @line("More decimal places than the field has: rounded")
    def test_places_are_passed_on(self):
        self.order({"price_unit": "1.23456"})
        self.assertEqual(self.written("sale.order")["order_line"][0][2]["price_unit"], 1.23456)


def changed(response, old, new):
    """An HTTP answer with another body."""
    head, _, body = response.partition(b"\r\n\r\n")
    text = re.sub(old, new, body.decode())
    content_type = re.search(rb"(?im)^content-type: (.*)$", head).group(1).decode().strip()
    return answer(body=text.encode(), content_type=content_type)


if __name__ == "__main__":
    main()

"""What a caller cannot do beyond its contract and policy, before a real Odoo: inputs that did harm once, and names by chance.

The tests of two companies need a user who belongs to both: ODOO_MULTI_USERNAME, and ODOO_MULTI_API_KEY or ODOO_MULTI_PASSWORD. Without
them they are skipped. ATTACKER_SEED repeats a choice of names.
"""

import contextlib
import hashlib
import os
import pathlib
import random
import tempfile
import unittest

import harness
from action_case import ActionCase
from direct import Direct, Fault
from e2e.attacker_contracts import Catalog
from e2e.attacker_rules import Rules, is_secret
from e2e.attacker_values import Generator, message

from odoo.type.v1 import type_pb2

TOKEN = "ogw_attacker_0123456789abcdef0123456789abcdef"
BEARER = (("authorization", f"Bearer {TOKEN}"),)
CONFIG = """\
callers:
  attacker:
    tokens: ["sha256:{hash}"]
    companies: [{company}]
    allow:
      - models: ["*"]
        operations: [get, search, count, create, update, batch_create, ConvertLead, MarkLeadLost, RegisterPayment, CreateInvoices, CreateCreditNote]
"""
NAMES = 300


class AttackerCase(ActionCase):
    """A gateway with one caller, bound to a company, who may do everything but delete, post, confirm and validate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.odoo = cls.account_of_the_gateway()
        cls.theirs = Direct(cls.odoo)
        cls.company = cls.theirs.read("res.users", cls.theirs.uid, "company_id")["company_id"][0]
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        config = CONFIG.format(hash=hashlib.sha256(TOKEN.encode()).hexdigest(), company=cls.company)
        (folder / "gateway.yaml").write_text(config, encoding="utf-8")
        cls.attacked = cls.enterClassContext(harness.Gateway(cls.odoo, "--config", str(folder / "gateway.yaml")))

    @classmethod
    def account_of_the_gateway(cls):
        return cls.run_.account()

    def call(self, service, method, **fields):
        stub = self.attacked.service(f"odoo.{service}Service")
        return getattr(stub, method)(metadata=BEARER, timeout=60, **fields)

    @contextlib.contextmanager
    def refused(self, *paths, reasons=("UNKNOWN_FIELD",)):
        with harness.failure() as failed:
            yield failed
        self.assertEqual(sorted(failed.paths), sorted(paths), str(failed.failure))
        self.assertIn(failed.reason, reasons, str(failed.failure))


def extra(**values):
    return {"extra_fields": values}


def refs(*ids):
    return {"refs_value": {"refs": [{"id": record} for record in ids]}}


class KnownHoles(AttackerCase):
    def test_a_conversion_merges_no_leads(self):
        leads = [self.lead(lead_type=1, email_from=f"{self.mark}@example.com") for _ in range(2)]
        merged = extra(name={"text_value": "merge"}, duplicated_lead_ids=refs(*leads))
        with self.refused("values.extra_fields.name", "values.extra_fields.duplicated_lead_ids"):
            self.call("crm.v1.Lead", "ConvertLead", id=leads[0], values=merged)
        self.assertEqual(self.direct.count("crm.lead", [["id", "in", leads]]), 2)

    def test_a_payment_pays_no_other_invoice(self):
        named, other = self.posted(), self.posted()
        lines = self.direct.ids("account.move.line", [["move_id", "=", other], ["display_type", "=", "payment_term"]])
        with self.refused("values.extra_fields.line_ids"):
            self.call("account.v1.Invoice", "RegisterPayment", ids=[named], values=extra(line_ids=refs(*lines)))
        self.assertEqual(self.direct.read("account.move", other, "payment_state")["payment_state"], "not_paid")

    def test_invoices_are_of_the_orders_that_are_named(self):
        named, quotation = self.sale(), self.sale(confirmed=False)
        with self.refused("values.extra_fields.sale_order_ids"):
            self.call("sale.v1.SaleOrder", "CreateInvoices", ids=[named], values=extra(sale_order_ids=refs(quotation)))
        for order in (named, quotation):
            self.assertEqual(self.direct.read("sale.order", order, "invoice_ids")["invoice_ids"], [])

    def test_states_are_changed_by_actions_only(self):
        records = (
            ("account.v1.Invoice", "UpdateInvoice", "account.move", self.invoice(self.work()), "posted"),
            ("sale.v1.SaleOrder", "UpdateSaleOrder", "sale.order", self.sale(confirmed=False), "cancel"),
            ("stock.v1.Picking", "UpdatePicking", "stock.picking", self.picking("incoming", self.row()), "done"),
        )
        for service, method, model, record, state in records:
            with self.subTest(model):
                before = self.direct.read(model, record, "state")
                with self.refused("values.extra_fields.state"):
                    self.call(service, method, id=record, values=extra(state={"text_value": state}))
                self.assertEqual(self.direct.read(model, record, "state"), before)

    def test_rows_stay_with_their_order(self):
        order, other = self.sale(confirmed=False), self.sale(confirmed=False)
        (line,) = self.lines(order)
        moved = {"order_line": {"rows": [{"id": line.id, **extra(order_id={"ref_value": {"id": other}})}]}}
        with self.refused("values.order_line.rows[0].extra_fields.order_id"):
            self.call("sale.v1.SaleOrder", "UpdateSaleOrder", id=order, values=moved)
        self.assertEqual(self.direct.read("sale.order.line", line.id, "order_id")["order_id"][0], order)

    def test_secrets_have_no_door(self):
        order = self.sale(confirmed=False)
        before = self.direct.read("sale.order", order, "access_token")
        condition = [{"path": "access_token", "op": type_pb2.OPERATOR_IS_SET}]
        with self.refused("read_mask.paths[0]"):
            self.call("sale.v1.SaleOrder", "GetSaleOrder", id=order, read_mask={"paths": ["extra_fields.access_token"]})
        with self.refused("conditions[0].path", reasons=("UNKNOWN_FIELD", "INVALID_DOMAIN")):
            self.call("sale.v1.SaleOrder", "SearchSaleOrders", conditions=condition)
        with self.refused("order_by[0].field", reasons=("INVALID_DOMAIN",)):
            self.call("sale.v1.SaleOrder", "SearchSaleOrders", order_by=[{"field": "access_token"}])
        with self.refused("values.extra_fields.access_token"):
            chosen = extra(access_token={"text_value": "chosen"})
            self.call("sale.v1.SaleOrder", "UpdateSaleOrder", id=order, values=chosen)
        self.assertEqual(self.direct.read("sale.order", order, "access_token"), before)

    def test_external_ids_of_other_models_reveal_nothing(self):
        def asked(path, external_id):
            value = {"refs_value": {"refs": [{"external_id": external_id}]}}
            condition = {"path": path, "op": type_pb2.OPERATOR_ONE_OF, "value": value}
            with harness.failure() as failed:
                self.call("contacts.v1.Partner", "CountPartners", conditions=[condition])
            return failed.failure

        other, none = asked("id", "base.group_system"), asked("id", "base.no_such")
        self.assertEqual(other.message.replace("group_system", "no_such"), none.message)
        self.assertEqual((other.reason, other.metadata), (none.reason, none.metadata))
        self.assertEqual(asked("name", "base.main_partner").reason, "INVALID_DOMAIN")

    def test_records_stay_in_the_callers_company(self):
        values = {"name": "Ours", "ref": self.mark, "company_id": {"id": self.company}}
        partner = self.discarded("res.partner", self.call("contacts.v1.Partner", "CreatePartner", values=values).record.id)
        for taken, path in (
            ({"clear_fields": ["company_id"]}, "values.clear_fields[0]"),
            (extra(company_id={"empty_value": True}), "values.extra_fields.company_id"),
        ):
            with self.subTest(path), self.refused(path, reasons=("CALLER_NOT_ALLOWED", "UNKNOWN_FIELD")):
                self.call("contacts.v1.Partner", "UpdatePartner", id=partner, values=taken)
        self.assertEqual(self.direct.read("res.partner", partner, "company_id")["company_id"][0], self.company)


class NamesByChance(AttackerCase):
    """Fields of the connected database, its other apps' and its own included, on records and on rows that exist."""

    def setUp(self):
        seed = int(os.environ.get("ATTACKER_SEED") or random.randrange(10**6))
        self.random = random.Random(seed)
        self.seed = f"ATTACKER_SEED={seed}"
        self.catalog = Catalog()
        models = {record.model for record in self.catalog.records}
        lists = {model: self.theirs.call(model, "fields_get") for model in models}
        self.rules = Rules(self.catalog, self.direct.major, lists)
        self.values = Generator(self.random, {})

    def targets(self):
        """(service, method, values message, record, field of rows or None, row)."""
        partner = self.partner(child_ids={"rows": [{"name": "Kid"}]})
        order = self.sale(confirmed=False)
        invoice = self.invoice(self.work())
        yield "contacts.v1.Partner", "UpdatePartner", partner, None, None
        yield "contacts.v1.Partner", "UpdatePartner", partner, "child_ids", self.get_partner(partner, "child_ids.id").child_ids[
            0
        ].id
        yield "sale.v1.SaleOrder", "UpdateSaleOrder", order, None, None
        yield "sale.v1.SaleOrder", "UpdateSaleOrder", order, "order_line", self.lines(order)[0].id
        yield "account.v1.Invoice", "UpdateInvoice", invoice, None, None
        row = self.direct.read("account.move", invoice, "invoice_line_ids")["invoice_line_ids"][0]
        yield "account.v1.Invoice", "UpdateInvoice", invoice, "invoice_line_ids", row
        yield "crm.v1.Lead", "UpdateLead", self.lead(), None, None
        yield "product.v1.Product", "UpdateProduct", self.goods(), None, None

    def test_names(self):
        targets = list(self.targets())
        outcomes = {"refused": 0, "accepted": 0, "either": 0}
        for _ in range(NAMES):
            service, method, record, field, row = self.random.choice(targets)
            values = next(one for one in self.catalog.methods if one.name == method).values
            values = values.rows(self.catalog)[field] if field else values
            outcomes[self.attempt(service, method, record, field, row, values)] += 1
        self.assertGreater(outcomes["refused"], NAMES / 2)
        print(f"names by chance, {self.seed}: {outcomes}", flush=True)

    def attempt(self, service, method, record, field, row, values):
        """Writes what must be refused. Everything else is only validated: it might harm the record."""
        model = values.record.model
        name = self.random.choice(sorted(self.rules.names(model)))
        attributes = self.rules.attributes(model, name)
        make = self.values.fitting if self.random.random() < 0.7 else self.values.any
        kind, payload = make(attributes)
        # The policy names no field, so of those that no contract lists it permits only the database's own.
        named = name in self.catalog.listed.get(model, ()) or name.startswith("x_")
        expected = self.rules.may_write(values, name, kind, payload, update=True) if named else False
        written = {"extra_fields": {name: message(kind, payload)}}
        inside = {field: {"rows": [{"id": row, **written}]}} if field else written
        path = f"values.{field}.rows[0].extra_fields.{name}" if field else f"values.extra_fields.{name}"
        call = {"id": record, "values": inside, "validate_only": expected is not False}
        about = f"{self.seed}: {method} {path} {kind} {payload}"
        before = self.read(model, row or record, name)
        try:
            self.call(service, method, **call)
            self.assertIsNot(expected, False, f"accepted: {about}")
        except harness.Failure as failure:
            self.assertFalse(expected, f"refused: {about}: {failure}")
            self.assertTrue(any((one + ".").startswith(path + ".") for one in failure.paths), f"{about}: {failure}")
        self.assertEqual(self.read(model, row or record, name), before, about)
        return {False: "refused", True: "accepted", None: "either"}[expected]

    def read(self, model, record, name):
        """What is stored, if the user may read it."""
        attributes = self.rules.attributes(model, name)
        if not attributes.get("store") or attributes["type"] in ("binary", "properties") or is_secret(name):
            return None
        with contextlib.suppress(Fault):
            return self.direct.read(model, record, name)
        return None


class TwoCompanies(AttackerCase):
    """The gateway's user belongs to both, the caller to one."""

    @classmethod
    def account_of_the_gateway(cls):
        name = os.environ.get("ODOO_MULTI_USERNAME")
        key, password = os.environ.get("ODOO_MULTI_API_KEY", ""), os.environ.get("ODOO_MULTI_PASSWORD", "")
        if not name:
            raise unittest.SkipTest("ODOO_MULTI_USERNAME is not set: what is another company's is not tried")
        if cls.run_.protocol == "json2" and not key:
            raise unittest.SkipTest("ODOO_MULTI_API_KEY is not set: what is another company's is not tried over JSON-2")
        return cls.run_.account(username=name, api_key=key, password="" if key else password)

    def setUp(self):
        companies = self.theirs.read("res.users", self.theirs.uid, "company_ids")["company_ids"]
        self.other = next(company for company in companies if company != self.company)

    def hidden(self, model, **values):
        record = self.theirs.call(
            model, "create", {"company_id": self.other, **values}, context={"allowed_company_ids": [self.other]}
        )
        self.addCleanup(self.theirs.call, model, "unlink", [record], context={"allowed_company_ids": [self.other, self.company]})
        return record

    def test_a_parent_that_is_hidden(self):
        parent = self.hidden("res.partner", name="Hidden Parent", is_company=True, street="Hidden Street 1", vat="BE0477472701")
        with self.refused("values.parent_id", reasons=("INVALID_REFERENCE",)) as failed:
            self.call(
                "contacts.v1.Partner", "CreatePartner", values={"name": "kid", "ref": self.mark, "parent_id": {"id": parent}}
            )
        self.assertNotIn("Hidden", str(failed.failure))

    def test_orders_of_what_is_hidden(self):
        partner = self.hidden("res.partner", name="Hidden Customer")
        product = self.hidden("product.product", name="Hidden Product", list_price=1)
        ours = self.partner()
        for values, path in (
            ({"partner_id": {"id": partner}}, "values.partner_id"),
            ({"partner_id": {"id": ours}, "partner_invoice_id": {"id": partner}}, "values.partner_invoice_id"),
            (
                {"partner_id": {"id": ours}, "order_line": {"rows": [{"product_id": {"id": product}}]}},
                "values.order_line.rows[0].product_id",
            ),
        ):
            with self.subTest(path), self.refused(path, reasons=("INVALID_REFERENCE",)) as failed:
                self.call("sale.v1.SaleOrder", "CreateSaleOrder", values={"client_order_ref": self.mark, **values})
            self.assertNotIn("Hidden", str(failed.failure) + repr(failed.raw))

    def test_a_barcode_that_is_taken(self):
        self.hidden("product.product", name="Hidden Product", barcode=f"{self.mark}-1")
        values = {"name": "Ours", "default_code": self.mark, "barcode": f"{self.mark}-1"}
        try:
            product = self.call("product.v1.Product", "CreateProduct", values=values).record.id
            self.discarded("product.product", product)
        except harness.Failure as failure:
            self.assertNotIn("Hidden", str(failure) + repr(failure.raw))

    def test_what_is_hidden_is_not_found(self):
        partner = self.hidden("res.partner", name="Hidden Customer", email=f"hidden@{self.mark}.example")
        with harness.failure() as failed:
            self.call("contacts.v1.Partner", "GetPartner", id=partner)
        self.assertIn(failed.reason, ("RECORD_NOT_FOUND", "RECORD_ACCESS_DENIED"))
        self.assertNotIn("Hidden", str(failed.failure) + repr(failed.raw))
        found = self.call("contacts.v1.Partner", "CountPartners", filter={"email": {"contains": f"hidden@{self.mark}"}}).count
        self.assertEqual(found, 0)


if __name__ == "__main__":
    unittest.main()

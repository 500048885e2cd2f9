"""What the live tests share: one gateway before a real Odoo, data of a run, and what tidies up after it."""

import base64
import contextlib
import dataclasses
import os
import pathlib
import secrets
import shutil
import subprocess
import tempfile
import unittest

import harness
from api import Api
from direct import Direct
from google.protobuf.timestamp_pb2 import Timestamp
from harness.reflection import Reflection
from tidy import Tidy

from odoo.account.v1 import tax_pb2
from odoo.product.v1.product_pb2 import PRODUCT_TYPE_CONSU as CONSU
from odoo.product.v1.product_pb2 import PRODUCT_TYPE_SERVICE as SERVICE
from odoo.type.v1 import type_pb2

HERE = pathlib.Path(__file__).resolve().parent
PROTO = HERE.parents[1] / "proto"
PREFIX = "odoo-gateway-live-"
# One pixel.
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")

# Of the reasons, as the contract fixes them.
CODES = {
    "REQUIRED_FIELD_MISSING": "INVALID_ARGUMENT",
    "INVALID_REFERENCE": "INVALID_ARGUMENT",
    "INVALID_FIELD_VALUE": "INVALID_ARGUMENT",
    "UNKNOWN_FIELD": "INVALID_ARGUMENT",
    "INVALID_DOMAIN": "INVALID_ARGUMENT",
    "CHECK_VIOLATION": "INVALID_ARGUMENT",
    "VALIDATION_FAILED": "INVALID_ARGUMENT",
    "MALFORMED_REQUEST": "INVALID_ARGUMENT",
    "UNIQUE_VIOLATION": "ALREADY_EXISTS",
    "RECORD_NOT_FOUND": "NOT_FOUND",
    "MODEL_ACCESS_DENIED": "PERMISSION_DENIED",
    "RECORD_ACCESS_DENIED": "PERMISSION_DENIED",
    "FIELD_ACCESS_DENIED": "PERMISSION_DENIED",
    "BUSINESS_RULE": "FAILED_PRECONDITION",
    "RECORD_IN_USE": "FAILED_PRECONDITION",
    "ACTION_NOT_DONE": "FAILED_PRECONDITION",
    "INTEGRATION_USER_REJECTED": "FAILED_PRECONDITION",
    "DATABASE_NOT_FOUND": "FAILED_PRECONDITION",
    "ENDPOINT_NOT_FOUND": "FAILED_PRECONDITION",
    "CALLER_NOT_ALLOWED": "PERMISSION_DENIED",
    "CALLER_NOT_AUTHENTICATED": "UNAUTHENTICATED",
    "MODEL_NOT_FOUND": "UNIMPLEMENTED",
    "METHOD_NOT_FOUND": "UNIMPLEMENTED",
    "TIMEOUT": "DEADLINE_EXCEEDED",
    "UPSTREAM_UNAVAILABLE": "UNAVAILABLE",
}


class Run:
    """One protocol's run: Odoo, the gateway and the mark on all records."""

    def __init__(self, protocol):
        self.protocol = protocol
        self.mark = PREFIX + secrets.token_hex(4)
        self.odoo = harness.Odoo.from_environment(protocol)
        self.direct = Direct(self.odoo)
        self.tidy = Tidy(self.direct, self.mark)
        self._apis = {}
        self.firsts = {}  # what LiveCase.first found
        self.shared = {}  # what LiveCase.shared made
        with contextlib.ExitStack() as started:
            directory = tempfile.mkdtemp()
            started.callback(shutil.rmtree, directory)
            self.contracts = self._compile(directory)
            self.gateway = started.enter_context(harness.Gateway(self.account(), contracts=[self.contracts]))
            self._started = started.pop_all()
        self.reflection = Reflection(self.gateway)
        self.partners = self.gateway.service("odoo.contacts.v1.PartnerService")
        self.categories = self.gateway.service("odoo.contacts.v1.PartnerCategoryService")
        self.countries = self.gateway.service("odoo.contacts.v1.CountryService")
        self.states = self.gateway.service("odoo.contacts.v1.StateService")
        self.orders = self.gateway.service("odoo.sale.v1.SaleOrderService")
        self.products = self.reflection.service("live.shop.v1.ProductService")
        self.tags = self.reflection.service("live.shop.v1.TagService")

    def api(self, name):
        """By area and entity: `crm.Lead`."""
        if name not in self._apis:
            area, _, entity = name.partition(".")
            self._apis[name] = Api(self.gateway.service(f"odoo.{area}.v1.{entity}Service"))
        return self._apis[name]

    def account(self, **changes):
        """How a gateway reaches Odoo; JSON-2 gets no password."""
        given = {"password": ""} if self.odoo.api_key else {}
        return dataclasses.replace(self.odoo, **{**given, **changes})

    @staticmethod
    def _compile(directory):
        path = os.path.join(directory, "shop.binpb")
        subprocess.run(
            [
                "protoc",
                f"-I{HERE / 'proto'}",
                f"-I{PROTO}",
                "--include_imports",
                f"--descriptor_set_out={path}",
                "live/shop/v1/shop.proto",
            ],
            check=True,
        )
        return path

    def stop(self):
        """Whatever the tests did, the gateway must have lived through it."""
        with self._started:
            alive = self.gateway.alive()
            log = self.gateway.log_text()
            code = self.gateway.stop()
        assert alive and code == 0, f"odoo-gateway ended with {code}:\n{log[-4000:]}"
        for secret in (self.odoo.password, self.odoo.api_key):
            assert not secret or secret not in log, "a secret is in the gateway's log"
        assert "Traceback" not in log, "a traceback is in the gateway's log"


run = None  # Set by suite.py before the tests are loaded.


def current():
    return run


def day(year, month, day_):
    return {"year": year, "month": month, "day": day_}


def instant(seconds):
    return Timestamp(seconds=seconds)


def condition(path, operator, **value):
    fields = {"path": path, "op": type_pb2.Operator.Value("OPERATOR_" + operator)}
    return {**fields, "value": value} if value else fields


def listed(kind, *values):
    return {"list_value": {"values": [{kind: value} for value in values]}}


class LiveCase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.run_ = current()
        for name in (
            "direct",
            "gateway",
            "partners",
            "categories",
            "countries",
            "states",
            "orders",
            "products",
            "tags",
            "mark",
            "api",
        ):
            setattr(cls, name, getattr(cls.run_, name))

    # -- failures

    @contextlib.contextmanager
    def fails(self, reason, paths=None, code=None):
        """The block fails by a call with this reason, its status code and a complete status; `paths`: of violations."""
        with harness.failure() as failed:
            yield failed
        self.assertIsNotNone(failed.info, f"no ErrorInfo in {failed.failure}")
        self.assertEqual(failed.reason, reason, str(failed.failure))
        self.assertEqual(failed.code, code or CODES[reason], str(failed.failure))
        if paths is not None:
            self.assertEqual(failed.paths, list(paths), str(failed.failure))
        self.assertEqual(failed.info.domain, "odoo-gateway")
        self.assertTrue(failed.request_id)
        self.assertTrue(failed.message)
        self.assertEqual(failed.status.message, failed.message)
        self.assertLess(len(failed.raw), 8192)
        self.assertNotIn(b"Traceback", failed.raw)
        if "Violations" in failed.details:
            fields = [violation.field for violation in failed.details["BadRequest"].field_violations]
            self.assertEqual(fields, failed.paths)

    # -- data of the test; all of it is gone once the test ends

    def discarded(self, model, *ids):
        """Deletes these after the test, in the reverse order of their making."""
        self.addCleanup(self.run_.tidy.discard, model, list(ids))
        return ids[0] if len(ids) == 1 else list(ids)

    def partner(self, **values):
        values = {"name": "Live", "ref": self.mark, **values}
        return self.discarded("res.partner", self.partners.CreatePartner(values=values).record.id)

    def category(self, name="tag", **values):
        values = {"name": f"{self.mark} {name}", **values}
        return self.discarded("res.partner.category", self.categories.CreatePartnerCategory(values=values).record.id)

    def product(self, **values):
        """A service unless it says otherwise: it leaves no deliveries."""
        values = {"title": "Live product", "default_code": self.mark, "sellable": 2, "list_price": "25.5", **values}
        return self.discarded("product.product", self.products.CreateProduct(values=values).record.id)

    def goods(self, **values):
        """A product whose stock is counted."""
        values = {"name": "Live goods", "default_code": self.mark, "product_type": CONSU, "is_storable": True, **values}
        return self.discarded("product.product", self.api("product.Product").create(values=values).record.id)

    def template(self, **values):
        values = {"name": "Live template", "default_code": self.mark, **values}
        return self.discarded("product.template", self.api("product.ProductTemplate").create(values=values).record.id)

    def product_category(self, name="category"):
        values = {"name": f"{self.mark} {name}"}
        return self.discarded("product.category", self.api("product.ProductCategory").create(values=values).record.id)

    def tag(self, name="tag"):
        return self.discarded("crm.tag", self.tags.CreateTag(values={"label": f"{self.mark} {name}"}).record.id)

    # -- data that tests share, because they leave it as it is; gone once the run ends

    def shared(self, service, **values):
        """The id of a record that the first test to ask for it makes."""
        known, key = self.run_.shared, (service, values["name"])
        if key not in known:
            api = self.api(service)
            known[key] = api.create(values=values).record.id
            self.run_.tidy.at_the_end(api.model, known[key])
        return known[key]

    def customer(self):
        return self.shared("contacts.Partner", name="Customer", ref=self.mark + " shared")

    def work_product(self):
        values = {"default_code": self.mark + " shared", "product_type": SERVICE, "list_price": "25.5"}
        return self.shared("product.Product", name="Work", **values)

    def common_goods(self):
        """Nobody relies on how much of it there is."""
        values = {"default_code": self.mark + " shared", "product_type": CONSU, "is_storable": True}
        return self.shared("product.Product", name="Goods", **values)

    # -- what the database brings along

    def first(self, service, **filter):
        known = self.run_.firsts
        question = f"{service} with {filter}"
        if question not in known:
            found = self.api(service).search(filter=filter, page_size=1, read_mask={"paths": ["id"]}).records
            self.assertTrue(found, f"the database has no {question}")
            known[question] = found[0].id
        return known[question]

    def tax(self, use):
        return self.first("account.Tax", type_tax_use=[tax_pb2.TaxUse.Value(f"TAX_USE_{use.upper()}")], amount={"greater": "0"})

    def account(self, kind):
        return self.first("account.Account", account_type={"equals": kind})

    def operation_type(self, code):
        return self.first("stock.OperationType", code={"equals": code})

    # -- orders

    def order_values(self, *rows, product=None, **values):
        """Values of an order; rows sell one product unless they say otherwise."""
        if "partner_id" not in values:
            values["partner_id"] = {"id": self.customer()}
        if rows:
            product = product or self.work_product()
            values["order_line"] = {"rows": [{"product_id": {"id": product}, **row} for row in rows]}
        return {"client_order_ref": self.mark, **values}

    def order(self, *rows, **values):
        values = self.order_values(*rows, **values)
        return self.discarded("sale.order", self.orders.CreateSaleOrder(values=values).record.id)

    def get_partner(self, partner, *paths, **options):
        mask = {"paths": paths} if paths else None
        return self.partners.GetPartner(id=partner, read_mask=mask, options=options or None).record

    def get_order(self, order, *paths):
        mask = {"paths": paths} if paths else None
        return self.orders.GetSaleOrder(id=order, read_mask=mask).record

    def lines(self, order):
        return list(self.get_order(order, "order_line").order_line)

    def missing(self, model):
        """An id that no record of the model has."""
        newest = self.direct.ids(model, [], order="id desc", archived=True)
        return (newest[0] if newest else 0) + 1_000_000

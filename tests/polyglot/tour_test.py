"""The same tour with clients in several languages: a customer, a quotation with lines, a search, a confirmation, and a
failure with its details."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import harness
from google.rpc import error_details_pb2
from harness.reflection import Reflection
from odoo.error.v1 import error_pb2

HERE = pathlib.Path(__file__).resolve().parent
PROTO = HERE.parents[1] / "proto"
NPM = pathlib.Path(os.environ.get("POLYGLOT_NPM", "npm"))
GOOGLE_RPC = os.environ.get("GOOGLE_RPC_PROTO_DIR", "")
PARTNERS, ORDERS = "odoo.contacts.v1.PartnerService", "odoo.sale.v1.SaleOrderService"

CUSTOMER = {
    "values": {"name": "Polyglot", "is_company": True, "country_id": {"external_id": "base.be"}},
    "read_mask": "name,countryId",
}
WRONG = {"values": {"order_line": {"rows": [{"product_id": {"id": 1}, "price_unit": "1e3"}]}}}
WRONG_PATHS = {"values.partner_id": "REQUIRED_FIELD_MISSING", "values.order_line.rows[0].price_unit": "INVALID_FIELD_VALUE"}


def quotation(partner, reference):
    """As JSON."""
    return {
        "values": {
            "partner_id": {"id": partner},
            "client_order_ref": reference,
            "validity_date": {"year": 2030, "month": 12, "day": 31},
            "order_line": {
                "rows": [
                    {
                        "product_id": {"external_id": "sandbox.product_desk"},
                        "product_uom_qty": "2",
                        "price_unit": "99.90",
                        "tax_ids": {"set": {}},
                    },
                    {"product_id": {"external_id": "sandbox.product_chair"}},
                ]
            },
        },
        "read_mask": "name,state",
    }


def search(reference):
    return {
        "filter": {"client_order_ref": {"equals": reference}, "state": ["SALE_ORDER_STATE_DRAFT"]},
        "conditions": [{"path": "partner_id.country_id.code", "op": "OPERATOR_EQUALS", "value": {"text_value": "BE"}}],
        "read_mask": "name,state",
        "count_total": True,
    }


def skip_aloud(reason):
    # CTest reports it as skipped by this word.
    print(f"SKIPPED: {reason}", file=sys.stderr)
    raise unittest.SkipTest(reason)


def npm_program(name):
    path = NPM / "node_modules" / ".bin" / name
    if not path.exists():
        skip_aloud(f"{name} is not in {NPM}; `make npm` puts it there")
    return str(path)


class JsonTour:
    """The tour through a program that takes and gives JSON: `call(service, method, request)` answers (document, error)."""

    def __init__(self, test, call, reference):
        self.test = test
        self.call = call
        self.reference = reference

    def good(self, service, method, request):
        document, error = self.call(service, method, request)
        self.test.assertIsNotNone(document, error)
        return document

    def run(self):
        """The failure's text at the end."""
        test = self.test
        partner = self.good(PARTNERS, "CreatePartner", CUSTOMER)["record"]
        test.assertEqual(partner["name"], "Polyglot")
        order = self.good(ORDERS, "CreateSaleOrder", quotation(partner["id"], self.reference))["record"]
        test.assertEqual(order["state"], "SALE_ORDER_STATE_DRAFT")
        found = self.good(ORDERS, "SearchSaleOrders", search(self.reference))
        test.assertEqual([record["id"] for record in found["records"]], [order["id"]])
        test.assertEqual(int(found.get("total_size") or found["totalSize"]), 1)
        confirmed = self.good(ORDERS, "ConfirmSaleOrder", {"id": order["id"], "read_mask": "state"})["record"]
        test.assertEqual(confirmed["state"], "SALE_ORDER_STATE_SALE")
        document, error = self.call(ORDERS, "CreateSaleOrder", WRONG)
        test.assertIsNone(document)
        return error


class Tour(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = harness.Sandbox("18.0")
        cls.addClassCleanup(cls.sandbox.stop)
        cls.gateway = harness.Gateway(cls.sandbox.odoo("jsonrpc"))
        cls.addClassCleanup(cls.gateway.stop)

    def test_reflection(self):
        """Python without stubs, over both versions of the reflection service."""
        for version in ("v1", "v1alpha"):
            with self.subTest(version):
                reflection = Reflection(self.gateway, version)
                self.assertIn(ORDERS, reflection.services())
                partners, orders = reflection.service(PARTNERS), reflection.service(ORDERS)
                partner = partners.CreatePartner(values=CUSTOMER["values"], read_mask={"paths": ["name"]}).record
                self.assertEqual(partner.name, "Polyglot")
                values = quotation(partner.id, version)["values"]
                order = orders.CreateSaleOrder(values=values, read_mask={"paths": ["order_line", "validity_date"]}).record
                self.assertEqual([line.price_unit for line in order.order_line], ["99.9", "89.9"])
                self.assertEqual(order.validity_date.day, 31)
                states = type(order).DESCRIPTOR.fields_by_name["state"].enum_type.values_by_name
                found = orders.SearchSaleOrders(
                    filter={"client_order_ref": {"equals": version}, "state": [states["SALE_ORDER_STATE_DRAFT"].number]}
                )
                self.assertEqual([record.id for record in found.records], [order.id])
                mask = {"paths": ["state"]}
                self.assertEqual(
                    orders.ConfirmSaleOrder(id=order.id, read_mask=mask).record.state,
                    states["SALE_ORDER_STATE_SALE"].number,
                )
                with harness.failure() as failed:
                    orders.CreateSaleOrder(**WRONG)
                self.assertEqual({path: reason for path, reason, _ in failed.violations}, WRONG_PATHS)

    def test_reflection_tells_of_every_type(self):
        reflection = Reflection(self.gateway)
        for symbol in (
            PARTNERS,
            "odoo.sale.v1.SaleOrder",
            "odoo.error.v1.Violations",
            "google.rpc.ErrorInfo",
            ORDERS + ".ConfirmSaleOrder",
        ):
            answer = reflection.ask({"file_containing_symbol": symbol})[0]
            self.assertTrue(answer.file_descriptor_response.file_descriptor_proto, symbol)
        answers = reflection.ask(
            {"file_containing_symbol": "no.such.Symbol"}, {"file_by_filename": "none.proto"}, {"list_services": ""}
        )
        self.assertEqual(
            [a.WhichOneof("message_response") for a in answers], ["error_response", "error_response", "list_services_response"]
        )

    def test_buf(self):
        buf = npm_program("buf")

        def call(service, method, request):
            done = subprocess.run(
                [
                    buf,
                    "curl",
                    "--protocol",
                    "grpc",
                    "--http2-prior-knowledge",
                    "--data",
                    json.dumps(request),
                    f"http://{self.gateway.address}/{service}/{method}",
                ],
                capture_output=True,
                text=True,
                timeout=60,
            )
            return (json.loads(done.stdout), "") if done.returncode == 0 else (None, done.stderr)

        error = json.loads(JsonTour(self, call, "buf").run())
        self.assertEqual(error["code"], "invalid_argument")
        raw = {detail["type"]: base64.b64decode(detail["value"] + "==") for detail in error["details"]}
        info = error_details_pb2.ErrorInfo.FromString(raw["google.rpc.ErrorInfo"])
        self.assertEqual(info.domain, "odoo-gateway")
        refused = error_details_pb2.BadRequest.FromString(raw["google.rpc.BadRequest"])
        self.assertEqual({violation.field for violation in refused.field_violations}, set(WRONG_PATHS))
        violations = error_pb2.Violations.FromString(raw["odoo.error.v1.Violations"])
        self.assertEqual(len(violations.violations), 2)

    def test_odoogw(self):
        def call(service, method, request):
            program = harness.Program(
                "odoogw",
                ["call", f"{service}.{method}", json.dumps(request), "--json-errors"],
                {"ODOOGW_ADDRESS": self.gateway.address},
            )
            code = program.wait()
            out, err = "\n".join(program.stdout.all()), "\n".join(program.stderr.all())
            return (json.loads(out), "") if code == 0 else (None, err)

        error = json.loads(JsonTour(self, call, "odoogw").run())
        text = json.dumps(error)
        for path, reason in WRONG_PATHS.items():
            self.assertIn(path, text)
            self.assertIn(reason, text)

    def test_node(self):
        npm_program("buf")
        node = shutil.which("node")
        if node is None:
            skip_aloud("there is no node")
        done = subprocess.run(
            [node, str(HERE / "tour.mjs"), str(NPM), self.gateway.address, str(PROTO), GOOGLE_RPC],
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = json.loads(done.stdout)
        self.assertEqual((seen["partner"]["name"], seen["partner"]["country_id"]["display_name"]), ("Node & Co", "Belgium"))
        order = seen["order"]
        self.assertEqual(order["state"], "SALE_ORDER_STATE_DRAFT")
        self.assertEqual(order["validity_date"], {"year": 2030, "month": 12, "day": 31})
        lines = order["order_line"]
        self.assertEqual([line["price_unit"] for line in lines], ["99.9", "89.9"])
        self.assertEqual([len(line.get("tax_ids", [])) for line in lines], [0, 1])
        self.assertEqual(([record["id"] for record in seen["found"]], seen["total"]), ([order["id"]], "1"))
        self.assertEqual(seen["confirmed"]["state"], "SALE_ORDER_STATE_SALE")
        failed = seen["failure"]
        self.assertEqual(failed["code"], "INVALID_ARGUMENT")
        violations = failed["details"]["odoo.error.v1.Violations"]["violations"]
        self.assertEqual(
            {violation["path"]: violation["reason"].removeprefix("REASON_") for violation in violations}, WRONG_PATHS
        )
        self.assertEqual(failed["details"]["google.rpc.ErrorInfo"]["domain"], "odoo-gateway")


if __name__ == "__main__":
    unittest.main()

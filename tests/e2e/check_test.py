"""What `odoo-gateway check` says of an Odoo, and what health and metrics say of the same facts."""

import json
import unittest

import harness
from case import GatewayCase, main
from harness.process import Program
from harness.sandbox import free_port
from health.v1 import health_pb2, health_pb2_grpc

SECONDS = 60
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
PARTNERS = "odoo.contacts.v1.PartnerService"
LEADS = "odoo.crm.v1.LeadService"
ORDERS = "odoo.sale.v1.SaleOrderService"


class Report:
    """What a run of `check` answered."""

    def __init__(self, odoo, *flags):
        program = Program("odoo-gateway", ["check", *flags], odoo.environment())
        self.code = program.wait(SECONDS)
        self.out = "\n".join(program.stdout.all())
        self.err = "\n".join(program.stderr.all())

    def document(self):
        return json.loads(self.out)

    def instance(self):
        """What it says of the only instance."""
        (instance,) = self.document()["instances"]
        return instance

    def statuses(self, check):
        """Subject -> status."""
        checks = self.instance()["checks"]
        return {entry["subject"]: entry["status"] for entry in checks if entry["check"] == check}

    def last(self):
        return self.instance()["checks"][-1]


class Check(GatewayCase):
    def report(self, *flags, **changes):
        report = Report(self.sandbox.odoo(self.cell.protocol, **changes), *flags)
        self.assertEqual(report.err, "")
        return report

    def fails_with(self, check, **changes):
        report = self.report("--json", **changes)
        self.assertEqual(report.code, 1, report.out)
        self.assertIs(report.document()["ok"], False)
        last = report.last()
        self.assertEqual((last["check"], last["status"]), (check, "fail"), report.out)
        self.assertTrue(last["advice"])
        others = [entry["status"] for entry in report.instance()["checks"][:-1]]
        self.assertEqual(others, ["ok"] * len(others))

    def test_a_healthy_odoo(self):
        report = self.report("--json")
        self.assertEqual(report.code, 0, report.out)
        self.assertIs(report.document()["ok"], True)
        instance = report.instance()
        self.assertEqual((instance["instance"], instance["ok"]), ("default", True))
        odoo = instance["odoo"]
        self.assertEqual(odoo["url"], self.sandbox.url)
        self.assertEqual(odoo["database"], self.sandbox.database)
        self.assertEqual(odoo["protocol"], self.cell.protocol)
        self.assertTrue(odoo["version"].startswith(self.cell.version))
        self.assertGreater(odoo["user_id"], 0)
        for check in ("connection", "version", "database", "user"):
            self.assertEqual(list(report.statuses(check).values()), ["ok"], check)
        access = report.statuses("access")
        self.assertEqual(access["res.partner"], "ok")
        self.assertEqual(access["sale.order"], "ok")
        for entry in instance["checks"]:
            self.assertEqual(set(entry), {"check", "subject", "status", "message", "advice"})
            self.assertEqual(entry["advice"] == "", entry["status"] == "ok", entry)

    def test_lines_say_the_same(self):
        report = self.report()
        self.assertEqual(report.code, 0, report.out)
        lines = [line for line in report.out.splitlines() if not line.startswith(" ")]
        told = [(line.split()[0], line.split()[1]) for line in lines]
        document = self.report("--json").document()
        checks = document["gateway"] + document["instances"][0]["checks"]
        self.assertEqual([entry["status"] for entry in document["gateway"]], ["ok", "ok"])
        self.assertEqual(told, [(entry["status"], entry["check"]) for entry in checks])

    def test_a_user_with_few_rights(self):
        report = self.report("--json", user="limited")
        self.assertEqual(report.code, 0, report.out)
        self.assertEqual(report.statuses("access")["sale.order"], "warn")
        entry = next(e for e in report.instance()["checks"] if e["subject"] == "sale.order")
        self.assertIn("CreateSaleOrder", entry["advice"])

    def test_an_app_that_is_not_installed(self):
        with harness.Sandbox(self.cell.version, "--without", "crm") as sandbox:
            report = Report(sandbox.odoo(self.cell.protocol), "--json")
        self.assertEqual(report.code, 0, report.out)
        self.assertEqual(report.statuses("app")["crm"], "warn")
        entry = next(e for e in report.instance()["checks"] if e["check"] == "app")
        self.assertIn("crm.lead", entry["message"])
        self.assertIn("LeadService", entry["advice"])

    def test_wrong_credentials(self):
        wrong = {"api_key": "wrong-secret"} if self.cell.protocol == "json2" else {"password": "wrong-secret"}
        self.fails_with("user", **wrong)
        self.assertNotIn("wrong-secret", self.report(**wrong).out)

    def test_wrong_database(self):
        self.fails_with("database", database="no_such_database")

    def test_nothing_answers(self):
        self.fails_with("connection", url=f"http://127.0.0.1:{free_port()}")

    def test_wrong_path(self):
        self.fails_with("connection", url=self.sandbox.url + "/no/such/place")

    def test_usage(self):
        odoo = self.sandbox.odoo(self.cell.protocol)
        for odoo, flags in ((odoo, ["--no-such-flag"]), (odoo, ["again"]), (harness.Odoo(""), [])):
            report = Report(odoo, *flags)
            self.assertEqual(report.code, 2, report.out)
            self.assertEqual(report.out, "")
            self.assertTrue(report.err)


class Served(unittest.TestCase):
    """Services of an Odoo that lacks an app, before a user that lacks rights."""

    def setUp(self):
        self.cell = harness.cell_from_environment()

    def before(self, *flags, user="integration"):
        sandbox = harness.Sandbox(self.cell.version, *flags)
        self.addCleanup(sandbox.stop)
        gateway = harness.Gateway(sandbox.odoo(self.cell.protocol, user=user))
        self.addCleanup(gateway.stop)
        return gateway

    def await_health(self, gateway, service, status):
        stub = health_pb2_grpc.HealthStub(gateway.channel)
        request = health_pb2.HealthCheckRequest(service=service)
        harness.wait_until(lambda: stub.Check(request, timeout=10).status == status, f"health of {service!r}")

    def test_a_missing_app_takes_its_services_alone(self):
        gateway = self.before("--without", "crm")
        self.await_health(gateway, PARTNERS, SERVING)
        self.await_health(gateway, LEADS, NOT_SERVING)
        self.await_health(gateway, ORDERS, SERVING)
        self.await_health(gateway, "", SERVING)
        harness.wait_until(
            lambda: gateway.metrics().all("odoo_gateway_model_access", model="res.partner", operation="unlink") == [1],
            "rights in the metrics",
        )
        metrics = gateway.metrics()
        self.assertEqual(metrics.all("odoo_gateway_model_available", model="crm.lead"), [0])
        self.assertEqual(metrics.all("odoo_gateway_model_available", model="sale.order"), [1])
        self.assertEqual(metrics.all("odoo_gateway_model_access", model="crm.lead"), [])
        self.assertEqual(metrics.all("odoo_gateway_contract_fields_missing", model="res.partner"), [0])

    def test_so_do_missing_rights(self):
        gateway = self.before(user="limited")
        self.await_health(gateway, PARTNERS, SERVING)
        self.await_health(gateway, LEADS, NOT_SERVING)
        metrics = gateway.metrics()
        self.assertEqual(metrics.all("odoo_gateway_model_available", model="crm.lead"), [1])
        self.assertEqual(metrics.all("odoo_gateway_model_access", model="crm.lead", operation="read"), [0])


if __name__ == "__main__":
    main()

"""What `odoo-gateway check` says of an Odoo, and what health and metrics say of the same facts."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import harness
from case import GatewayCase, main
from harness.process import Program
from harness.proxy import answer, body_of
from harness.sandbox import free_port
from health.v1 import health_pb2, health_pb2_grpc
from terminal import EVIL, KEPT, unprintable

SECONDS = 60
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
PARTNERS = "odoo.contacts.v1.PartnerService"
LEADS = "odoo.crm.v1.LeadService"
ORDERS = "odoo.sale.v1.SaleOrderService"


class Report:
    """What a run of `check` answered."""

    def __init__(self, odoo, *flags, environment=None):
        program = Program("odoo-gateway", ["check", *flags], {**odoo.environment(), **(environment or {})})
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


class HostileOdoo(GatewayCase):
    """An Odoo whose version tries to take over the terminal of the operator."""

    proxied = True

    def setUp(self):
        super().setUp()
        self.version = self.cell.version + EVIL + KEPT
        in_json = (f'"{self.cell.version}[^"]*"', json.dumps(self.version))
        in_xml = (f"<string>{self.cell.version}[^<]*<", "<string>" + "".join(f"&#{ord(c)};" for c in self.version) + "<")
        told, forged = in_xml if self.cell.protocol == "xmlrpc" else in_json

        def behave(_, forward):
            answered = forward()
            body = re.sub(told.encode(), lambda _: forged.encode(), body_of(answered))
            return answered if body == body_of(answered) else answer(200, body, "text/xml" if "<" in told else "application/json")

        self.proxy.behave = behave

    def report(self, *flags):
        report = Report(self.sandbox.odoo(self.cell.protocol, url=self.proxy.url), *flags)
        self.assertEqual((report.code, report.err), (0, ""), report.out)
        self.assertEqual(unprintable(report.out), [])
        self.assertIn(KEPT, report.out)
        return report

    def test_lines_cannot_be_forged(self):
        lines = self.report().out.splitlines()
        checks = self.report("--json").document()
        count = len(checks["gateway"]) + len(checks["instances"][0]["checks"])
        self.assertEqual(sum(not line.startswith(" ") for line in lines), count)
        (version,) = [line for line in lines if line.startswith("ok    version")]
        self.assertIn(r"\x1b[2J\ncode:        OK\nok    user        admin\r\u202e\u2066", version)

    def test_json_means_the_same(self):
        version = self.report("--json").instance()["odoo"]["version"]
        self.assertEqual(version, self.version)


class SecretFiles(unittest.TestCase):
    """Files with secrets that other users of the machine can read."""

    def setUp(self):
        self.cell = harness.cell_from_environment()
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.sandbox = self.enterContext(harness.Sandbox(self.cell.version))
        self.kind = "api_key" if self.cell.protocol == "json2" else "password"

    def file(self, name, text, mode):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def checked(self, settings="", flags=(), environment=None):
        """Path -> finding about it."""
        config = ("--config", str(self.file("gateway.yaml", settings, 0o644))) if settings else ()
        odoo = self.sandbox.odoo(self.cell.protocol, **{self.kind: ""})
        report = Report(odoo, "--json", *config, *flags, environment=environment)
        self.assertEqual((report.code, report.err), (0, ""), report.out)
        findings = report.document()["gateway"]
        return {entry["subject"]: entry for entry in findings if entry["check"] == "secret_file"}

    def assert_warned(self, finding, path, mode):
        self.assertEqual(finding["status"], "warn")
        self.assertIn(mode, finding["message"])
        self.assertIn(f"`chmod 600 {path}`", finding["advice"])
        self.assertIn("defaultMode: 0440", finding["advice"])

    def test_of_instances(self):
        for mode, status in ((0o644, "warn"), (0o604, "warn"), (0o640, "ok"), (0o400, "ok")):
            path = self.file("secret", "integration\n", mode)
            sources = {
                "file": {"settings": f"instances: {{default: {{{self.kind}_file: {path}}}}}\n"},
                "flag": {"flags": (f"--odoo-{self.kind.replace('_', '-')}-file", str(path))},
                "variable": {"environment": {f"ODOO_{self.kind.upper()}_FILE": str(path)}},
            }
            for source, given in sources.items():
                with self.subTest(source=source, mode=oct(mode)):
                    found = self.checked(**given)
                    self.assertEqual({subject: entry["status"] for subject, entry in found.items()}, {str(path): status})
                    if status == "warn":
                        self.assert_warned(found[str(path)], path, f"{mode:04o}")
            path.unlink()

    def test_through_links_as_in_kubernetes(self):
        secret = self.file("first", "integration", 0o644)
        link = self.folder / "link"
        link.symlink_to(secret.name)
        found = self.checked(flags=(f"--odoo-{self.kind.replace('_', '-')}-file", str(link)))
        self.assert_warned(found[str(link)], link, "0644")
        secret.chmod(0o440)
        found = self.checked(flags=(f"--odoo-{self.kind.replace('_', '-')}-file", str(link)))
        self.assertEqual(found[str(link)]["status"], "ok")

    def test_the_key_of_tls(self):
        pair = harness.Authority(self.folder).server()
        certificate = self.file("tls.crt", pair.certificate, 0o644)
        key = self.file("tls.key", pair.key, 0o644)
        secret = self.file("it's $HOME", "integration", 0o644)
        settings = f"""\
tls: {{certificate_file: {certificate}, key_file: {key}}}
instances: {{default: {{{self.kind}_file: "{secret}"}}}}
"""
        found = self.checked(settings)
        self.assertEqual(set(found), {str(key), str(secret)})
        self.assert_warned(found[str(key)], key, "0644")
        # What it says can be run as it is.
        for entry in found.values():
            command = re.search("`(chmod 600 [^`]+)`", entry["advice"])[1]
            subprocess.run(["sh", "-c", command], check=True)
        self.assertEqual({entry["status"] for entry in self.checked(settings).values()}, {"ok"})

    def test_only_of_the_instances_looked_at(self):
        mine, other = self.file("mine", "integration", 0o644), self.file("other", "x", 0o644)
        settings = f"""\
instances:
  default: {{{self.kind}_file: {mine}}}
  shop: {{url: "http://127.0.0.1:1", database: x, username: x, password_file: {other}}}
"""
        self.assertEqual(set(self.checked(settings, flags=("--instance", "default"))), {str(mine)})

    def test_what_is_no_file_has_no_mode(self):
        self.assertEqual(self.checked(environment={f"ODOO_{self.kind.upper()}": "integration"}), {})


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

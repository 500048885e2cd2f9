"""Dashboards and alerts before a real Prometheus that scrapes gateways in good and bad times."""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

import grafana
import harness
import metrics_table
from harness.proxy import answer, body_of
from harness.sandbox import free_port
from odoo.error.v1 import error_pb2
from prometheus import SCRAPE_SECONDS, Prometheus, tool

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yaml"
PARTNERS = "odoo.contacts.v1.PartnerService"
LOAD_SECONDS = 5
TARGET_LABELS = {"job", "instance"}
OPERATIONS = ("create", "get", "search", "count", "update", "delete", "batch_create", "call", "lookup", "connect")
# An alert's expression names its series; none of them may be a name that nothing has.
SELECTOR = re.compile(r"\b(?:up|grpc_server_\w+|odoo_gateway_\w+)(?:\{[^}]*\})?")
# What the bad times below must raise, whether it already fires or waits for its time.
RAISED = {
    "OdooGatewayDown",
    "OdooGatewayOdooUnreachable",
    "OdooGatewayErrorRatioHigh",
    "OdooGatewayCredentialExpiring",
    "OdooGatewayCredentialExpiringSoon",
    "OdooGatewayContractDrift",
    "OdooGatewayOutcomeUnknown",
}


def changed(answered, change):
    """An answer of Odoo with its JSON changed."""
    document = json.loads(body_of(answered))
    return answer(200, json.dumps(change(document) or document).encode())


def poor_odoo(exchange, forward):
    """An Odoo that hides a field and tells of an API key that expires."""
    if exchange.model == "res.users.apikeys":
        expiry = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 86400))
        return answer(200, json.dumps([{"id": 1, "scope": "rpc", "expiration_date": expiry}]).encode())
    if (exchange.model, exchange.odoo_method) == ("res.partner", "fields_get"):
        return changed(forward(), lambda fields: fields.pop("comment") and None)
    return forward()


def with_everything(folder):
    """Flags of a gateway that has all metrics: with a certificate and a caller."""
    pair = harness.Authority(folder).server()
    folder.joinpath("tls.crt").write_text(pair.certificate, encoding="utf-8")
    folder.joinpath("tls.key").write_text(pair.key, encoding="utf-8")
    path = folder / "gateway.yaml"
    path.write_text(
        f"""\
tls: {{certificate_file: {folder}/tls.crt, key_file: {folder}/tls.key}}
callers:
  shop:
    tokens: ["sha256:{'0' * 64}"]
    allow: [{{models: ["*"]}}]
""",
        encoding="utf-8",
    )
    return "--config", str(path)


class Times:
    """What happens to a gateway while Prometheus watches; each part is seen by several scrapes."""

    def __init__(self, gateway, sandbox, proxy):
        self._gateway, self._sandbox, self._proxy = gateway, sandbox, proxy
        self._partners = gateway.service(PARTNERS)

    def live_through(self):
        end = time.monotonic() + LOAD_SECONDS
        while time.monotonic() < end:
            self.calls()
            time.sleep(0.1)
        self.a_full_queue()
        self.an_odoo_that_is_gone()

    def calls(self):
        """Successes, requests refused, faults of Odoo, a write whose answer is lost."""
        self._partners.GetPartner(id=1)
        self._partners.CreatePartner(values={"name": "Ada", "country_id": {"external_id": "base.be"}})
        self._fails("RECORD_NOT_FOUND", lambda: self._partners.GetPartner(id=999999))
        self._fails("REQUIRED_FIELD_MISSING", self._partners.CreatePartner)
        self._fails(
            "INVALID_REFERENCE", lambda: self._partners.CreatePartner(values={"name": "Ada", "country_id": {"id": 999999}})
        )
        self._sandbox.fault("close_before_answer")
        self._fails("OUTCOME_UNKNOWN", lambda: self._partners.CreatePartner(values={"name": "Lost"}))

    def a_full_queue(self):
        gate = harness.Gate()
        self._proxy.only("res.partner", "search_count", lambda exchange, forward: forward() if gate.wait(exchange) else None)
        request = self._partners.request_class("CountPartners")()
        calls = [self._partners.raw("CountPartners").future(request, timeout=30) for _ in range(12)]
        time.sleep(3 * SCRAPE_SECONDS)
        gate.open()
        for call in calls:
            call.result(10)
        self._proxy.reset()

    def an_odoo_that_is_gone(self):
        self._sandbox.down()
        end = time.monotonic() + LOAD_SECONDS
        while time.monotonic() < end:
            self._fails("UPSTREAM_UNAVAILABLE", lambda: self._partners.GetPartner(id=1))
        harness.wait_until(lambda: self._gateway.metrics().all("odoo_gateway_upstream_up") == [0], "Odoo to be missed", 30)
        time.sleep(3 * SCRAPE_SECONDS)

    @staticmethod
    def _fails(reason, call):
        with harness.failure() as failed:
            call()
        assert failed.reason == reason, failed.failure


class Monitoring(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.begin = time.time()
        start = contextlib.ExitStack()
        cls.addClassCleanup(start.close)
        sandbox = start.enter_context(harness.Sandbox("19.0"))
        proxy = start.enter_context(harness.Proxy(sandbox.url))
        busy = start.enter_context(harness.Gateway(sandbox.odoo("json2", url=proxy.url)))
        small = start.enter_context(harness.Sandbox("19.0", "--without", "crm"))
        poor_proxy = start.enter_context(harness.Proxy(small.url))
        poor_proxy.behave = poor_odoo
        folder = pathlib.Path(start.enter_context(tempfile.TemporaryDirectory()))
        poor = start.enter_context(
            harness.Gateway(small.odoo("json2", user="limited", url=poor_proxy.url), *with_everything(folder))
        )
        harness.wait_until(lambda: poor.metrics().all("odoo_gateway_credential_expiry_timestamp_seconds"), "a survey")
        targets = [busy.metrics_address, poor.metrics_address, f"127.0.0.1:{free_port()}"]
        cls.prometheus = start.enter_context(Prometheus(folder, targets, ALERTS))
        harness.wait_until(lambda: len(cls.prometheus.query("odoo_gateway_build_info")) == 2, "both gateways scraped")
        Times(busy, sandbox, proxy).live_through()
        cls.scrape = poor.metrics()
        cls.end = time.time()

    def dashboards(self, **chosen):
        return [grafana.Dashboard(path, int(self.end - self.begin), SCRAPE_SECONDS, chosen) for path in grafana.DASHBOARDS]

    def points(self, query):
        """Values that can be drawn, over the whole time."""
        series = self.prometheus.query_range(query, self.begin, self.end)
        return [value for each in series for _, value in each["values"] if value != "NaN"]

    def test_every_panel_shows_something(self):
        count = 0
        for dashboard in self.dashboards():
            for panel, query in dashboard.queries():
                count += 1
                with self.subTest(dashboard=dashboard.title, panel=panel["title"], query=query):
                    self.assertTrue(self.points(query), "no data")
        self.assertGreater(count, 40)

    def test_panels_follow_the_variables(self):
        chosen = {
            "job": ["odoo-gateway"],
            "service": [PARTNERS, "odoo.sale.v1.SaleOrderService"],
            "method": ["GetPartner"],
            "model": ["res.partner"],
            "operation": ["get", "lookup"],
        }
        some, none = self.dashboards(**chosen), self.dashboards(**dict.fromkeys(chosen, ["no.such+value"]))
        for wanted, unwanted in zip(some, none):
            for (panel, query), (_, empty) in zip(wanted.queries(), unwanted.queries()):
                with self.subTest(dashboard=wanted.title, panel=panel["title"], query=query):
                    self.points(query)
                    self.assertEqual(self.points(empty), [])
            panel, query = next(wanted.queries())
            self.assertTrue(self.points(query), panel["title"])

    def test_every_variable_has_values(self):
        for dashboard in self.dashboards():
            for name, selector, label in dashboard.variable_queries():
                with self.subTest(dashboard=dashboard.title, variable=name):
                    self.assertTrue(self.prometheus.label_values(label, selector))

    def rules(self):
        return [rule for group in self.prometheus.api("rules")["groups"] for rule in group["rules"]]

    def test_alerts_name_series_that_exist(self):
        for rule in self.rules():
            with self.subTest(rule["name"]):
                self.assertEqual((rule["health"], rule.get("lastError", "")), ("ok", ""))
                selectors = SELECTOR.findall(rule["query"])
                self.assertTrue(selectors)
                for selector in selectors:
                    self.assertTrue(self.points(f"count({selector})"), selector)

    def test_bad_times_raise_alerts(self):
        def raised():
            names = {alert["labels"]["alertname"] for alert in self.prometheus.api("alerts")["alerts"]}
            return RAISED <= names

        harness.wait_until(raised, f"alerts {RAISED}")

    def test_every_metric_is_documented(self):
        table = metrics_table.table(self.scrape)
        if os.environ.get("UPDATE_GOLDEN") == "1":
            metrics_table.document(table)
        self.assertEqual(metrics_table.documented(), table)
        self.assertEqual(metrics_table.explained_labels(), metrics_table.documented_labels())

    def test_labels_have_closed_sets_of_values(self):
        values = {}
        for name, labels, _ in self.scrape.samples:
            for label, value in labels.items():
                if name != "odoo_gateway_model_access":
                    values.setdefault(label, set()).add(value)
        self.assertFalse(TARGET_LABELS & set(values), "Prometheus has these names for the scraped process")
        reasons = {name.removeprefix("REASON_") for name in error_pb2.Reason.keys()}
        self.assertEqual(values["reason"], reasons)
        self.assertEqual(len(values["grpc_code"]), 17)
        self.assertEqual(values["grpc_type"], {"unary"})
        self.assertEqual(values["outcome"], {"ok", "fault", "lost"})
        self.assertEqual(values["operation"], set(OPERATIONS))
        self.assertIn("unknown", values["grpc_service"])
        self.assertIn("other", values["model"])
        page = metrics_table.PAGE.read_text(encoding="utf-8")
        for value in (*OPERATIONS, "ok", "fault", "lost", "unknown", "other", "unary"):
            self.assertIn(f"`{value}`", page)

    def test_promtool_finds_nothing_in_the_scrape(self):
        own = [line for line in self.scrape.text.splitlines(keepends=True) if not re.match(r"(# \w+ )?exposer_", line)]
        result = subprocess.run(
            [tool("promtool"), "check", "metrics"], input="".join(own), capture_output=True, text=True, check=False
        )
        self.assertEqual((result.returncode, result.stdout + result.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()

"""The files of deploy/prometheus and deploy/grafana by themselves: promtool's checks, runbooks, generated files."""

import pathlib
import re
import subprocess
import sys
import unittest

import yaml
from prometheus import tool

HERE = pathlib.Path(__file__).resolve().parent
DEPLOY = HERE.parents[1] / "deploy"
ALERTS = DEPLOY / "prometheus" / "alerts.yaml"
ALERTS_TEST = HERE / "alerts_test.yaml"


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules():
    return [rule for group in load(ALERTS)["groups"] for rule in group["rules"]]


def code_of_each_reason():
    """gRPC's code (the first, where there are two) by reason, as the contract of errors has it."""
    text = (HERE.parents[1] / "proto" / "odoo" / "error" / "v1" / "error.proto").read_text(encoding="utf-8")
    return {reason: code for code, reason in re.findall(r"// ([A-Z_]+)\b.*\n  REASON_(\w+) = [1-9]", text)}


class Rules(unittest.TestCase):
    def passes(self, *command):
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_promtool(self):
        self.passes(tool("promtool"), "check", "rules", ALERTS)
        self.passes(tool("promtool"), "check", "config", DEPLOY / "prometheus" / "prometheus.yaml")
        self.passes(tool("promtool"), "test", "rules", ALERTS_TEST)

    def test_each_alert_is_tested_both_ways(self):
        tried = [case for test in load(ALERTS_TEST)["tests"] for case in test["alert_rule_test"]]
        fires = {case["alertname"] for case in tried if case.get("exp_alerts")}
        silent = {case["alertname"] for case in tried if not case.get("exp_alerts")}
        names = {rule["alert"] for rule in rules()}
        self.assertEqual((fires, silent), (names, names))

    def test_each_alert_has_severity_summary_and_runbook(self):
        headings = re.findall(r"^## (\w+)$", (DEPLOY / "RUNBOOKS.md").read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(headings, [rule["alert"] for rule in rules()])
        for rule in rules():
            with self.subTest(rule["alert"]):
                self.assertIn(rule["labels"]["severity"], ("critical", "warning"))
                self.assertTrue(rule["annotations"]["summary"])
                self.assertEqual(rule["annotations"]["runbook_url"], f"RUNBOOKS.md#{rule['alert'].lower()}")

    def test_alerts_and_dashboards_blame_the_same(self):
        """The alert by reason, which tells a full gateway from a caller over its rate; panels of methods by code."""
        (ratio,) = [rule["expr"] for rule in rules() if rule["alert"] == "OdooGatewayErrorRatioHigh"]
        (blamed,) = re.findall(r'reason=~"([\w|]+)"', ratio)
        dashboard = (DEPLOY / "grafana" / "dashboards" / "odoo-gateway-calls.json").read_text(encoding="utf-8")
        (codes,) = re.findall(r'sum\(rate\(\S*grpc_code=~\\"(Unknown[\w|]*)\\"\S+ / ', dashboard)[:1]
        codes = {code.upper() for code in codes.split("|")}
        by_code = {reason for reason, code in code_of_each_reason().items() if code.replace("_", "") in codes}
        self.assertEqual(set(blamed.split("|")), by_code | {"OVERLOADED"})

    def test_dashboards_are_up_to_date(self):
        self.passes(sys.executable, DEPLOY / "grafana" / "dashboards.py", "--check")

    def test_scrapes_come_at_the_pace_that_grafana_is_told(self):
        (source,) = load(DEPLOY / "grafana" / "provisioning" / "datasources" / "prometheus.yaml")["datasources"]
        scrape = load(DEPLOY / "prometheus" / "prometheus.yaml")["global"]["scrape_interval"]
        self.assertEqual(source["jsonData"]["timeInterval"], scrape)


if __name__ == "__main__":
    unittest.main()

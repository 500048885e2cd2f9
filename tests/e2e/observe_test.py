"""Seen from outside: metrics, log lines, secrets that appear nowhere."""

import contextlib
import json
import socket
import time
import unittest
import urllib.error
import urllib.request

import harness
from case import GatewayCase, main
from harness.proxy import answer

PARTNERS = "odoo.contacts.v1.PartnerService"
METRICS = {
    "grpc_server_started_total": "counter",
    "grpc_server_handled_total": "counter",
    "grpc_server_handling_seconds": "histogram",
    "odoo_gateway_upstream_calls_total": "counter",
    "odoo_gateway_upstream_call_seconds": "histogram",
    "odoo_gateway_errors_total": "counter",
    "odoo_gateway_faults_total": "counter",
    "odoo_gateway_grpc_log_messages_total": "counter",
    "odoo_gateway_log_lines_dropped_total": "counter",
    "odoo_gateway_refused_total": "counter",
    "odoo_gateway_tls_certificate_loads_total": "counter",
    "odoo_gateway_upstream_in_flight": "gauge",
    "odoo_gateway_upstream_in_flight_limit": "gauge",
    "odoo_gateway_upstream_waiting": "gauge",
    "odoo_gateway_upstream_waiting_limit": "gauge",
    "odoo_gateway_upstream_up": "gauge",
    "odoo_gateway_build_info": "gauge",
    # Known a moment after the gateway is connected. The expiry of a key is not: the sandbox does not tell it.
    "odoo_gateway_model_available": "gauge",
    "odoo_gateway_model_access": "gauge",
    "odoo_gateway_contract_fields_missing": "gauge",
}


class Observed(GatewayCase):
    proxied = True

    def moves(self, calls, name, **labels):
        """By how much a metric grows while `calls` runs."""
        before = self.gateway.metrics().value(name, **labels)
        calls()
        after = []

        def grown():
            after.append(self.gateway.metrics().value(name, **labels))
            return after[-1] > before

        harness.wait_until(grown, f"{name}{labels} to move")
        return after[-1] - before

    def test_the_list_of_metrics(self):
        harness.wait_until(
            lambda: self.gateway.metrics().all("odoo_gateway_model_access", model="res.partner"), "what Odoo grants"
        )
        metrics = self.gateway.metrics()
        own = {name: kind for name, kind in metrics.types.items() if not name.startswith("exposer_")}
        self.assertEqual(own, METRICS)

    def test_calls(self):
        labels = {"grpc_service": PARTNERS, "grpc_method": "GetPartner", "grpc_type": "unary"}
        self.assertEqual(self.moves(lambda: self.get_partner(1), "grpc_server_started_total", **labels), 1)
        self.assertEqual(self.moves(lambda: self.get_partner(1), "grpc_server_handled_total", grpc_code="OK", **labels), 1)
        self.assertEqual(self.moves(lambda: self.get_partner(1), "grpc_server_handling_seconds_count", **labels), 1)
        self.assertGreater(self.moves(lambda: self.get_partner(1), "grpc_server_handling_seconds_sum", **labels), 0)

        def missing():
            with self.fails("RECORD_NOT_FOUND"):
                self.get_partner(999999)

        self.assertEqual(self.moves(missing, "grpc_server_handled_total", grpc_code="NotFound", **labels), 1)

    def test_unknown_methods_make_no_series(self):
        def unknown():
            with self.fails("METHOD_NOT_FOUND"):
                self.gateway.bytes_call('/a.b.C/Evil"label')(b"", timeout=10)

        labels = {"grpc_service": "unknown", "grpc_method": "unknown"}
        self.assertEqual(self.moves(unknown, "grpc_server_handled_total", grpc_code="Unimplemented", **labels), 1)
        self.assertNotIn("Evil", self.gateway.metrics().text)

    def test_calls_to_odoo(self):
        labels = {"model": "res.partner", "operation": "get"}
        name = "odoo_gateway_upstream_calls_total"
        self.assertEqual(self.moves(lambda: self.get_partner(1), name, outcome="ok", **labels), 1)
        self.assertEqual(self.moves(lambda: self.get_partner(1), "odoo_gateway_upstream_call_seconds_count", **labels), 1)
        self.proxy.only("res.partner", "web_read", lambda *_: None)

        def lost():
            with self.fails("UPSTREAM_UNAVAILABLE"):
                self.get_partner(1)

        self.assertGreaterEqual(self.moves(lost, name, outcome="lost", **labels), 1)
        lookups = self.moves(lambda: self.customer(country_id={"external_id": "base.be"}), name, operation="lookup")
        self.assertEqual(lookups, 1)

    def test_faults_and_refusals(self):
        def fault():
            with self.fails("INVALID_REFERENCE"):
                self.customer(country_id={"id": 999999})

        self.assertEqual(self.moves(fault, "odoo_gateway_faults_total", reason="INVALID_REFERENCE", model="res.partner"), 1)
        self.assertEqual(
            self.moves(fault, "odoo_gateway_upstream_calls_total", outcome="fault", model="res.partner", operation="create"), 1
        )

        def refused():
            with self.fails("REQUIRED_FIELD_MISSING"):
                self.partners.CreatePartner()

        self.assertEqual(self.moves(refused, "odoo_gateway_refused_total", reason="REQUIRED_FIELD_MISSING"), 1)

    def test_load(self):
        gate = harness.Gate()
        self.addCleanup(gate.open)
        self.proxy.only("res.partner", "search_count", lambda exchange, forward: forward() if gate.wait(exchange) else None)
        request = self.partners.request_class("CountPartners")()
        calls = [self.partners.raw("CountPartners").future(request, timeout=30) for _ in range(10)]
        gate.wait_held(8)
        harness.wait_until(lambda: self.gateway.metrics().value("odoo_gateway_upstream_waiting") == 2, "two that wait")
        self.assertEqual(self.gateway.metrics().value("odoo_gateway_upstream_in_flight"), 8)
        gate.open()
        for call in calls:
            call.result(10)
        harness.wait_until(lambda: self.gateway.metrics().value("odoo_gateway_upstream_in_flight") == 0, "no load")
        self.assertEqual(self.gateway.metrics().value("odoo_gateway_upstream_waiting"), 0)

    def test_up_and_version(self):
        metrics = self.gateway.metrics()
        self.assertEqual(metrics.value("odoo_gateway_upstream_up"), 1)
        self.assertEqual(metrics.all("odoo_gateway_build_info"), [1.0])

    def test_metrics_server_has_nothing_else(self):
        with self.assertRaises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(f"http://{self.gateway.metrics_address}/", timeout=10)
        self.assertEqual(raised.exception.code, 404)

    def test_slow_clients_do_not_delay_a_scrape(self):
        """Clients that stop in the middle of a request or say nothing, fewer than the server has threads."""
        host, port = self.gateway.metrics_address.rsplit(":", 1)
        with contextlib.ExitStack() as slow:
            for beginning in 8 * (b"GET /met", b"GET /metrics HTTP/1.1\r\nHost: ", b""):
                client = slow.enter_context(socket.create_connection((host, int(port)), timeout=5))
                client.sendall(beginning)
            for _ in range(3):
                begun = time.monotonic()
                self.assertEqual(self.gateway.metrics().value("odoo_gateway_upstream_up"), 1)
                self.assertLess(time.monotonic() - begun, 1.5)

    def test_slow_clients_are_cut_off(self):
        """Also one whose request drips."""
        host, port = self.gateway.metrics_address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=10) as client:
            begun = time.monotonic()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                for byte in b"GET /metrics HTTP/1.1\r\nHost: " + b"x" * 1000:
                    client.sendall(bytes([byte]))
                    time.sleep(0.05)
            self.assertLess(time.monotonic() - begun, 10)

    def test_one_line_per_call(self):
        start = self.gateway.log_length()
        self.partners.GetPartner(id=1, metadata=[("x-request-id", "line-1")])
        line = self.gateway.wait_log(event="call", request_id="line-1", start=start)
        self.assertEqual(line["level"], "info")
        self.assertEqual(line["method"], f"/{PARTNERS}/GetPartner")
        self.assertEqual((line["model"], line["operation"], line["code"]), ("res.partner", "get", "OK"))
        self.assertEqual(line["peer"], "ipv4:127.0.0.1")
        self.assertGreater(line["duration_ms"], 0)
        self.assertGreater(line["response_bytes"], line["request_bytes"])
        self.assertNotIn("reason", line)
        with self.fails("RECORD_NOT_FOUND"):
            self.partners.GetPartner(id=999999, metadata=[("x-request-id", "line-2")])
        line = self.gateway.wait_log(event="call", request_id="line-2", start=start)
        self.assertEqual((line["code"], line["reason"]), ("NOT_FOUND", "RECORD_NOT_FOUND"))
        self.assertIn("999999", line["message"])
        with self.fails("METHOD_NOT_FOUND"):
            self.gateway.bytes_call("/x/y")(b"", timeout=10, metadata=[("x-request-id", "line-3")])
        line = self.gateway.wait_log(event="call", request_id="line-3", start=start)
        self.assertEqual((line["code"], line["reason"]), ("UNIMPLEMENTED", "METHOD_NOT_FOUND"))
        for number in (1, 2, 3):
            self.assertEqual(len(self.gateway.log(request_id=f"line-{number}")), 1)

    def test_request_ids_are_made_where_there_is_none(self):
        ids = []
        for _ in range(3):
            with self.fails("RECORD_NOT_FOUND") as failed:
                self.get_partner(999999)
            ids.append(failed.request_id)
            self.assertIsNotNone(self.gateway.wait_log(event="call", request_id=failed.request_id))
        self.assertEqual(len(set(ids)), 3)

    def test_lines_are_json_and_hold_no_values(self):
        self.customer(comment="a-value-of-a-customer")
        with self.fails("INVALID_FIELD_VALUE"):
            self.customer(partner_latitude='a-wrong-value\n{"level":"forged"}')
        self.gateway.wait_log(event="call", reason="INVALID_FIELD_VALUE")
        for line in self.gateway.log_text().splitlines():
            self.assertIsInstance(json.loads(line), dict)
        self.assertNotIn("a-value-of-a-customer", self.gateway.log_text())


class Secrets(unittest.TestCase):
    """A password and a key that are found nowhere, whatever happens."""

    SECRET = "s3cr3t-5a1f-90c3"

    def test_secrets_stay_inside(self):
        cell = harness.cell_from_environment()
        seen = []
        with harness.Sandbox(cell.version) as sandbox, harness.Proxy(sandbox.url) as proxy:
            answers = []

            def swap(exchange, _):
                """An Odoo that knows the secret, by replacing it on the way."""
                if answers and exchange.model == "res.partner":
                    return answers[-1]
                body = exchange.body.replace(self.SECRET.encode(), b"integration")
                head = exchange.head.replace(self.SECRET.encode(), b"integration")
                seen.append(body != exchange.body or head != exchange.head)
                lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
                if body:
                    lines.append(b"Content-Length: %d" % len(body))
                return proxy.forward(b"\r\n".join(lines), body)

            proxy.behave = swap
            secret = {"api_key" if cell.protocol == "json2" else "password": self.SECRET}
            odoo = harness.Odoo(proxy.url, "sandbox", "integration", protocol=cell.protocol, **secret)
            with harness.Gateway(odoo, "--log-level", "debug", "--error-debug") as gateway:
                partners = gateway.service(PARTNERS)
                texts = []
                self.assertEqual(partners.GetPartner(id=1).record.id, 1)
                for request in ({"id": 999999}, {"id": 0}):
                    with harness.failure() as failed:
                        partners.GetPartner(**request)
                    texts.append(repr(failed.raw) + failed.message)
                # What Odoo says may repeat what it was sent.
                fault = {
                    "name": "odoo.exceptions.UserError",
                    # Its own words go to the caller, as they are.
                    "message": "Wrong.",
                    "arguments": ["Wrong."],
                    "debug": f'Traceback\n  File "/odoo/http.py", line 1, in call\nUserError: {self.SECRET}',
                    "context": {},
                }
                for body in (
                    f"<html>{self.SECRET}</html>",
                    json.dumps({"error": {"data": fault, "code": 200, "message": "Odoo Server Error"}}),
                    json.dumps(fault),
                ):
                    for status in (200, 403, 500):
                        response = answer(status, body.encode())
                        answers.append(response)
                        with harness.failure() as failed:
                            partners.GetPartner(id=1)
                        texts.append(repr(failed.raw) + failed.message)
                texts.append(gateway.metrics().text)
                gateway.stop()
                texts.append(gateway.log_text())
        self.assertTrue(any(seen), "the secret was never sent, so nothing was tried")
        for text in texts:
            self.assertNotIn(self.SECRET, text)


if __name__ == "__main__":
    main()

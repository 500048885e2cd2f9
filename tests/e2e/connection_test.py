"""The gateway without Odoo: it starts, says so, and recovers by itself."""

import pathlib
import socket
import time
import unittest
from concurrent import futures

import harness
from case import GatewayCase, main
from harness.sandbox import free_port
from health.v1 import health_pb2, health_pb2_grpc

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICES = ("odoo.contacts.v1.PartnerService", "odoo.sale.v1.SaleOrderService")


class Connection(unittest.TestCase):
    check = GatewayCase.check
    fails = GatewayCase.fails

    def setUp(self):
        self.cell = harness.cell_from_environment()

    def sandbox(self, port=0):
        sandbox = harness.Sandbox(self.cell.version, port=port)
        self.addCleanup(sandbox.stop)
        return sandbox

    def gateway(self, odoo, *flags, wait="connected"):
        gateway = harness.Gateway(odoo, *flags, wait=wait)
        self.addCleanup(gateway.stop)
        return gateway

    def odoo_at(self, port):
        user = "integration"
        secret = {"api_key": user} if self.cell.protocol == "json2" else {"password": user}
        return harness.Odoo(f"http://127.0.0.1:{port}", "sandbox", user, protocol=self.cell.protocol, **secret)

    def health(self, gateway, service):
        stub = health_pb2_grpc.HealthStub(gateway.channel)
        return stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=10).status

    def test_odoo_comes_later(self):
        port = free_port()
        gateway = self.gateway(self.odoo_at(port), wait="started")
        self.assertIsNotNone(gateway.wait_log(event="instance", state="degraded"))
        self.assertEqual(self.health(gateway, ""), SERVING)
        for service in SERVICES:
            self.assertEqual(self.health(gateway, service), NOT_SERVING)
        partners = gateway.service(SERVICES[0])
        with self.fails("UPSTREAM_UNAVAILABLE") as failed:
            partners.GetPartner(id=1)
        self.assertIn("RetryInfo", failed.details)
        self.assertEqual(gateway.metrics().value("odoo_gateway_upstream_up"), 0)

        self.sandbox(port)
        self.assertIsNotNone(gateway.wait_log(event="instance", state="connected", timeout=30))
        self.assertEqual(partners.GetPartner(id=1).record.id, 1)
        harness.wait_until(lambda: self.health(gateway, SERVICES[0]) == SERVING, "health of the services")
        self.assertEqual(gateway.metrics().value("odoo_gateway_upstream_up"), 1)
        self.assertEqual(gateway.stop(), 0)

    def test_odoo_goes_and_comes_back(self):
        sandbox = self.sandbox()
        gateway = self.gateway(sandbox.odoo(self.cell.protocol))
        partners = gateway.service(SERVICES[0])
        harness.wait_until(lambda: self.health(gateway, SERVICES[0]) == SERVING, "health of the services")
        self.assertEqual(partners.GetPartner(id=1).record.id, 1)
        start = gateway.log_length()
        sandbox.down()
        with self.fails("UPSTREAM_UNAVAILABLE"):
            partners.GetPartner(id=1)
        self.assertIsNotNone(gateway.wait_log(event="instance", state="degraded", start=start))
        harness.wait_until(lambda: self.health(gateway, SERVICES[0]) == NOT_SERVING, "health of the services")
        self.assertEqual(self.health(gateway, ""), SERVING)
        sandbox.down(False)
        self.assertIsNotNone(gateway.wait_log(event="instance", state="connected", start=start))
        harness.wait_until(lambda: self.health(gateway, SERVICES[0]) == SERVING, "health of the services")
        self.assertEqual(partners.GetPartner(id=1).record.id, 1)

    def test_health_of_an_unknown_service(self):
        gateway = self.gateway(self.odoo_at(free_port()), wait="started")
        with harness.failure() as failed:
            self.health(gateway, "odoo.nothing.v1.NoService")
        self.assertEqual(failed.code, "NOT_FOUND")

    def test_auto_takes_what_fits(self):
        sandbox = self.sandbox()
        gateway = self.gateway(sandbox.odoo("auto", api_key="integration"))
        connected = gateway.wait_log(event="instance", state="connected")
        expected = "jsonrpc" if self.cell.major == 18 else "json2"
        self.assertEqual(connected["protocol"], expected)
        self.assertTrue(connected["version"].startswith(self.cell.version))
        # A password alone is none of JSON-2's.
        gateway = self.gateway(sandbox.odoo("auto"))
        self.assertEqual(gateway.wait_log(event="instance", state="connected")["protocol"], "jsonrpc")

    def test_wrong_settings(self):
        program = harness.Program("odoo-gateway", ["--listen", "nowhere", "--no-such-flag"], {"ODOO_URL": "ftp://x"})
        self.assertEqual(program.wait(), 2)
        text = program.output()
        for problem in ("listen", "no-such-flag", "ODOO_URL", "database"):
            self.assertIn(problem, text)

    def test_port_in_use(self):
        sandbox = self.sandbox()
        first = self.gateway(sandbox.odoo(self.cell.protocol))
        program = harness.Program(
            "odoo-gateway",
            ["--listen", first.address, "--metrics-listen", ""],
            sandbox.odoo(self.cell.protocol).environment(),
        )
        self.assertEqual(program.wait(), 1)
        self.assertIn(first.address, program.output())

    def test_silent_connections_do_not_hold_the_stop(self):
        gateway = self.gateway(self.odoo_at(free_port()), wait="started")
        host, port = gateway.address.rsplit(":", 1)
        with socket.create_connection((host, int(port))):
            begun = time.monotonic()
            self.assertEqual(gateway.stop(), 0)
        self.assertLess(time.monotonic() - begun, 10)

    def test_leaves_no_dumps(self):
        """A dump would hold the integration user's key."""
        gateway = self.gateway(self.odoo_at(free_port()), wait="started")
        limits = pathlib.Path(f"/proc/{gateway.pid}/limits").read_text(encoding="utf-8")
        self.assertRegex(limits, r"Max core file size +0 +0 ")

    def test_stops_in_order(self):
        """Calls under way end before the gateway does."""
        sandbox = self.sandbox()
        with harness.Proxy(sandbox.url) as proxy:
            gateway = self.gateway(sandbox.odoo(self.cell.protocol, url=proxy.url))
            gate = harness.Gate()
            self.addCleanup(gate.open)
            proxy.only("res.partner", "search_count", lambda exchange, forward: gate.wait(exchange) and forward() or None)
            partners = gateway.service(SERVICES[0])
            call = partners.raw("CountPartners").future(partners.request_class("CountPartners")(), timeout=30)
            gate.wait_held(1)
            gateway.terminate()
            self.assertIsNotNone(gateway.wait_log(event="stopping"))
            self.assertTrue(gateway.alive())
            gate.open()
            self.assertGreater(call.result(10).count, 0)
            self.assertEqual(gateway.stop(), 0)

    def test_stops_under_load(self):
        """Callers that keep calling are sent away at once, and what reached Odoo is answered."""
        sandbox = self.sandbox()
        with harness.Proxy(sandbox.url) as proxy:
            gateway = self.gateway(sandbox.odoo(self.cell.protocol, url=proxy.url))
            partners = gateway.service(SERVICES[0])

            def slowly(exchange, forward):
                time.sleep(0.2)
                return forward()

            proxy.only("res.partner", "create", slowly)
            ended = []

            def call_until_refused():
                while True:
                    try:
                        ended.append(partners.CreatePartner(values={"name": "Ada"}).record.id)
                    except harness.Failure as failure:
                        return failure.code

            with futures.ThreadPoolExecutor(8) as pool:
                callers = [pool.submit(call_until_refused) for _ in range(8)]
                harness.wait_until(lambda: len(ended) > 16, "calls")
                begun = time.monotonic()
                gateway.terminate()
                codes = {caller.result(20) for caller in callers}
            self.assertEqual(gateway.stop(), 0)
            self.assertLess(time.monotonic() - begun, 10)
            # Nothing was executed where it says so.
            self.assertLessEqual(codes, {"UNAVAILABLE", "CANCELLED"})
            created = [call for call in sandbox.calls("res.partner") if call["method"] == "create"]
            self.assertEqual(len(created), len(ended))

    def test_the_end_of_patience_is_told(self):
        """Who waits longer than the gateway does when it stops hears what may have happened."""
        sandbox = self.sandbox()
        with harness.Proxy(sandbox.url) as proxy:
            gateway = self.gateway(sandbox.odoo(self.cell.protocol, url=proxy.url))
            partners = gateway.service(SERVICES[0])
            gate = harness.Gate()
            self.addCleanup(gate.open)
            proxy.only("res.partner", "create", lambda exchange, forward: gate.wait(exchange) and forward() or None)
            request = partners.request_class("CreatePartner")(values={"name": "Ada"})
            call = partners.raw("CreatePartner").future(request, timeout=60)
            gate.wait_held(1)
            gateway.terminate()
            with harness.failure() as failed:
                call.result(40)
            self.assertEqual(failed.reason, "OUTCOME_UNKNOWN")


if __name__ == "__main__":
    main()

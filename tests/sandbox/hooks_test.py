#!/usr/bin/env python3
"""Tests what the conformance test cannot: the hooks, the seeded shop, HTTP, start and stop.

usage: hooks_test.py <odoo-sandbox>
"""

import http.client
import json
import subprocess
import sys
import threading
import time
import unittest

BINARY = None


class Running(unittest.TestCase):
    flags = []

    def setUp(self):
        self.process = subprocess.Popen([BINARY, "--listen", "127.0.0.1:0", *self.flags],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])

    def tearDown(self):
        self.process.terminate()
        self.assertEqual(self.process.wait(10), 0)
        self.process.stdout.close()

    def http(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def hook(self, name, **order):
        status, body = self.http("POST", f"/sandbox/{name}", json.dumps(order))
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def call(self, model, method, *args, user=(5, "integration"), **kwargs):
        params = {"service": "object", "method": "execute_kw",
                  "args": ["sandbox", *user, model, method, args, kwargs]}
        status, body = self.http("POST", "/jsonrpc", json.dumps({"params": params}),
                                 {"Content-Type": "application/json"})
        self.assertEqual(status, 200, body)
        answer = json.loads(body)
        self.assertNotIn("error", answer)
        return answer.get("result")

    def received(self):
        return json.loads(self.http("GET", "/sandbox/calls")[1])["count"]

    def external(self, name):
        return self.call("ir.model.data", "check_object_reference", *name.split("."))[1]


class Hooks(Running):
    def test_closed_before_the_answer_was_executed(self):
        self.hook("fault", kind="close_before_answer")
        with self.assertRaises(http.client.RemoteDisconnected):
            self.call("res.partner", "create", {"name": "Lost"})
        self.assertEqual(self.call("res.partner", "search_count", [["name", "=", "Lost"]]), 1)

    def test_closed_before_execution_did_nothing(self):
        self.hook("fault", kind="close_before_execute")
        with self.assertRaises(http.client.RemoteDisconnected):
            self.call("res.partner", "create", {"name": "Lost"})
        self.assertEqual(self.call("res.partner", "search_count", [["name", "=", "Lost"]]), 0)

    def test_a_status_replaces_as_many_answers_as_ordered(self):
        self.hook("fault", kind="status", status=503, body="busy", count=2)
        for _ in range(2):
            with self.assertRaisesRegex(AssertionError, "503 != 200"):
                self.call("res.partner", "search_count", [])
        self.assertGreater(self.call("res.partner", "search_count", []), 0)

    def test_a_delay_delays(self):
        self.hook("fault", kind="delay_ms", delay_ms=200)
        start = time.monotonic()
        self.call("res.partner", "search_count", [])
        self.assertGreaterEqual(time.monotonic() - start, 0.2)

    def test_logins_use_up_no_fault(self):
        self.hook("fault", kind="status", status=503)
        body = {"params": {"service": "common", "method": "version", "args": []}}
        status, _ = self.http("POST", "/jsonrpc", json.dumps(body),
                              {"Content-Type": "application/json"})
        self.assertEqual(status, 200)

    def test_an_unknown_kind_is_refused(self):
        self.assertEqual(self.http("POST", "/sandbox/fault", '{"kind": "earthquake"}')[0], 400)

    def test_down_and_up_again(self):
        self.hook("down", down=True)
        with self.assertRaises(http.client.RemoteDisconnected):
            self.http("GET", "/web/health")
        self.hook("down", down=False)
        self.assertEqual(self.http("GET", "/web/health")[0], 200)

    def test_calls_are_counted_and_forgotten(self):
        self.call("res.partner", "search", [], limit=1)
        answer = json.loads(self.http("GET", "/sandbox/calls")[1])
        self.assertEqual((answer["count"], answer["calls"][0]["method"]), (1, "search"))
        self.assertEqual(answer["calls"][0]["kwargs"], {"limit": 1})
        self.http("DELETE", "/sandbox/calls")
        self.assertEqual(self.received(), 0)

    def test_reset_brings_the_shop_back(self):
        before = self.call("res.partner", "search_count", [])
        self.call("res.partner", "create", {"name": "Short-lived"})
        self.hook("reset")
        self.assertEqual(self.call("res.partner", "search_count", []), before)


class Shop(Running):
    def test_an_order_adds_up(self):
        order = self.call("sale.order", "create", {
            "partner_id": self.external("sandbox.customer_alder"),
            "order_line": [[0, 0, {"product_id": self.external("sandbox.product_desk"),
                                   "product_uom_qty": 2}],
                           [0, 0, {"product_id": self.external("sandbox.product_lamp")}]]})
        row, = self.call("sale.order", "read", [order], ["amount_untaxed", "amount_total", "name"])
        self.assertEqual((row["amount_untaxed"], row["amount_total"]), (924.5, 1118.65))
        self.assertTrue(row["name"].startswith("S0"))

    def test_a_failed_create_leaves_nothing_but_a_used_number(self):
        partner = self.external("sandbox.customer_alder")
        with self.assertRaises(AssertionError):
            self.call("sale.order", "create", [{"partner_id": partner}, {"note": "no customer"}])
        self.assertEqual(self.call("sale.order", "search_count", []), 0)
        order = self.call("sale.order", "create", {"partner_id": partner})
        self.assertEqual(self.call("sale.order", "read", [order], ["name"])[0]["name"], "S00003")

    def test_a_line_can_be_taken_from_another_order(self):
        partner = self.external("sandbox.customer_alder")
        line = [0, 0, {"product_id": self.external("sandbox.product_desk")}]
        one = self.call("sale.order", "create", {"partner_id": partner, "order_line": [line]})
        taken = self.call("sale.order", "read", [one], ["order_line"])[0]["order_line"]
        other = self.call("sale.order", "create", {"partner_id": partner, "order_line": taken})
        rows = self.call("sale.order", "read", [one, other], ["order_line", "amount_untaxed"])
        self.assertEqual([row["order_line"] for row in rows], [[], taken])
        self.assertEqual([row["amount_untaxed"] for row in rows], [0.0, 450.0])

    def test_load_repeats_without_effect(self):
        rows = ["id", "name"], [["gw.one", "First"]]
        context = {"mode": "update", "noupdate": True}
        first = self.call("res.partner", "load", *rows, context=context)["ids"]
        self.call("res.partner", "write", first, {"name": "Edited"})
        self.assertEqual(self.call("res.partner", "load", *rows, context=context)["ids"], first)
        self.assertEqual(self.call("res.partner", "read", first, ["name"])[0]["name"], "Edited")

    def test_concurrent_creates_all_arrive(self):
        def create(index):
            self.call("res.partner", "create", {"name": f"Twin {index}"})
        threads = [threading.Thread(target=create, args=(index,)) for index in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.call("res.partner", "search_count", [["name", "like", "Twin"]]), 16)


class Http(Running):
    flags = ["--keep-alive"]

    def test_a_connection_serves_chunked_requests_one_after_another(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        body = json.dumps({"params": {"service": "common", "method": "version", "args": []}}).encode()
        for _ in range(3):
            connection.request("POST", "/jsonrpc", iter([body[:10], body[10:]]),
                               {"Content-Type": "application/json"}, encode_chunked=True)
            answer = connection.getresponse()
            self.assertEqual(json.loads(answer.read())["result"]["server_serie"], "19.0")
        connection.close()

    def test_it_says_what_it_is(self):
        self.assertIn(b"not Odoo", self.http("GET", "/")[1])


class Flags(unittest.TestCase):
    def test_mistakes_are_told(self):
        for flags in (["--listen", "0.0.0.0:0"], ["--odoo-version", "17.0"], ["--nope"]):
            done = subprocess.run([BINARY, *flags], capture_output=True, text=True, timeout=10,
                                  check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("odoo-sandbox: ", done.stderr)


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    unittest.main()

#!/usr/bin/env python3
"""Tests what the conformance test cannot: the hooks, the seeded shop, HTTP, start and stop.

usage: hooks_test.py <odoo-sandbox>
"""

import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time
import unittest

BINARY = None


class Running(unittest.TestCase):
    flags = []

    def setUp(self):
        self.process = subprocess.Popen(
            [BINARY, "--listen", "127.0.0.1:0", *self.flags], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
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

    def answer(self, model, method, *args, user=(5, "integration"), **kwargs):
        params = {"service": "object", "method": "execute_kw", "args": ["sandbox", *user, model, method, args, kwargs]}
        status, body = self.http("POST", "/jsonrpc", json.dumps({"params": params}), {"Content-Type": "application/json"})
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def call(self, *args, **kwargs):
        answer = self.answer(*args, **kwargs)
        self.assertNotIn("error", answer)
        return answer.get("result")

    def refusal(self, *args, **kwargs):
        """Class and text of the exception."""
        data = self.answer(*args, **kwargs)["error"]["data"]
        return data["name"], data["message"]

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

    def test_a_delay_does_not_outlive_the_end(self):
        self.hook("fault", kind="delay_ms", delay_ms=60000)
        caller = threading.Thread(target=self.call, args=("res.partner", "search_count", []))
        caller.start()
        time.sleep(0.3)  # the delay comes before the call is counted
        start = time.monotonic()
        self.process.terminate()
        self.process.wait(10)
        self.assertLess(time.monotonic() - start, 5)
        caller.join()

    def test_logins_use_up_no_fault(self):
        self.hook("fault", kind="status", status=503)
        body = {"params": {"service": "common", "method": "version", "args": []}}
        status, _ = self.http("POST", "/jsonrpc", json.dumps(body), {"Content-Type": "application/json"})
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

    def test_calls_say_which_records_they_changed(self):
        def changes():
            calls = json.loads(self.http("GET", "/sandbox/calls")[1])["calls"]
            return [
                (one["model"], one["before"] and one["before"]["name"], one["after"] and one["after"]["name"])
                for one in calls[-1]["changes"]
            ]

        tag = self.call("res.partner.category", "create", {"name": "New"})
        self.assertEqual(changes(), [("res.partner.category", None, "New")])
        self.call("res.partner.category", "write", [tag], {"name": "Old"})
        self.assertEqual(changes(), [("res.partner.category", "New", "Old")])
        self.call("res.partner.category", "unlink", [tag])
        self.assertEqual(changes(), [("res.partner.category", "Old", None)])
        self.refusal("res.partner.category", "create", {"name": False})
        self.assertEqual(changes(), [])

    def test_calls_have_the_id_of_their_request(self):
        params = {
            "service": "object",
            "method": "execute_kw",
            "args": ["sandbox", 5, "integration", "res.partner", "search_count", [[]]],
        }
        headers = {"Content-Type": "application/json"}
        for request_id in ("one", ""):
            more = {"X-Request-Id": request_id} if request_id else {}
            self.http("POST", "/jsonrpc", json.dumps({"params": params}), {**headers, **more})
            (*_, last) = json.loads(self.http("GET", "/sandbox/calls")[1])["calls"]
            self.assertEqual(last["request_id"], request_id)

    def test_reset_brings_the_shop_back(self):
        before = self.call("res.partner", "search_count", [])
        self.call("res.partner", "create", {"name": "Short-lived"})
        self.hook("reset")
        self.assertEqual(self.call("res.partner", "search_count", []), before)


class Shop(Running):
    def test_an_order_adds_up(self):
        order = self.call(
            "sale.order",
            "create",
            {
                "partner_id": self.external("sandbox.customer_alder"),
                "order_line": [
                    [0, 0, {"product_id": self.external("sandbox.product_desk"), "product_uom_qty": 2}],
                    [0, 0, {"product_id": self.external("sandbox.product_lamp")}],
                ],
            },
        )
        (row,) = self.call("sale.order", "read", [order], ["amount_untaxed", "amount_total", "name"])
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

    def test_nothing_is_its_own_ancestor(self):
        refusals = {
            "res.partner": ("odoo.exceptions.ValidationError", "You cannot create recursive Partner hierarchies."),
            "res.partner.category": ("odoo.exceptions.UserError", "Recursion Detected."),
        }
        for model, refusal in refusals.items():
            top = self.call(model, "create", {"name": "Top"})
            middle = self.call(model, "create", {"name": "Middle", "parent_id": top})
            low = self.call(model, "create", {"name": "Low", "parent_id": middle})
            for parent in (top, middle, low):
                with self.subTest(model, parent=parent):
                    self.assertEqual(self.refusal(model, "write", [top], {"parent_id": parent}), refusal)
            self.assertEqual(self.refusal(model, "write", [low], {"child_ids": [[4, top]]}), refusal)
            self.assertFalse(self.call(model, "read", [top], ["parent_id"])[0]["parent_id"])
            self.call(model, "write", [low], {"parent_id": top})

    def test_related_fields_follow(self):
        belgium, france = self.external("base.be"), self.external("base.fr")
        partner = self.call("res.partner", "create", {"name": "Ada"})

        def code():
            return self.call("res.partner", "read", [partner], ["country_code"])[0]["country_code"]

        self.assertIs(code(), False)
        for country, wanted in ((belgium, "BE"), (france, "FR")):
            self.call("res.partner", "write", [partner], {"country_id": country})
            self.assertEqual(code(), wanted)
        found = self.call("res.partner", "search", [["country_code", "=", "FR"], ["name", "=", "Ada"]])
        self.assertEqual(found, [partner])

    def test_patterns_know_escapes(self):
        for name in ("A%b", "A_b", "A\\b", "Axb"):
            self.call("res.partner", "create", {"name": name})
        cases = [
            ("=like", "A%b", 4),
            ("=like", "A_b", 4),
            ("=ilike", "a\\%b", 1),
            ("=like", "A\\_b", 1),
            ("=like", "A\\\\b", 1),
            ("=like", "A\\xb", 1),
            ("ilike", "a\\%", 1),
            ("like", "A\\_", 1),
            ("ilike", "a\\\\b", 1),
            ("=like", "a\\%b", 0),
        ]
        for op, pattern, count in cases:
            with self.subTest(op, pattern=pattern):
                domain = [["name", op, pattern], ["name", "=like", "A_b"]]
                self.assertEqual(self.call("res.partner", "search_count", domain), count)
        self.assertEqual(
            self.refusal("res.partner", "search", [["name", "=like", "A\\"]]),
            ("psycopg2.errors.InvalidEscapeSequence", "LIKE pattern must not end with escape character\n"),
        )

    def test_concurrent_creates_all_arrive(self):
        def create(index):
            self.call("res.partner", "create", {"name": f"Twin {index}"})

        threads = [threading.Thread(target=create, args=(index,)) for index in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.call("res.partner", "search_count", [["name", "like", "Twin"]]), 16)


class AddedFields(Running):
    def setUp(self):
        fields = {"res.partner": {"x_size": {"type": "char", "string": "Size"}}}
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(fields, file)
            file.flush()
            self.flags = ["--fields", file.name]
            super().setUp()

    def test_they_are_described_written_and_read(self):
        described = self.call("res.partner", "fields_get", ["x_size"], ["type", "string"])
        self.assertEqual(described, {"x_size": {"type": "char", "string": "Size"}})
        partner = self.call("res.partner", "create", {"name": "A", "x_size": "L"})
        self.assertEqual(self.call("res.partner", "search", [["x_size", "=", "L"]]), [partner])


class Http(Running):
    flags = ["--keep-alive"]

    def test_a_connection_serves_chunked_requests_one_after_another(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        body = json.dumps({"params": {"service": "common", "method": "version", "args": []}}).encode()
        for _ in range(3):
            connection.request(
                "POST", "/jsonrpc", iter([body[:10], body[10:]]), {"Content-Type": "application/json"}, encode_chunked=True
            )
            answer = connection.getresponse()
            self.assertEqual(json.loads(answer.read())["result"]["server_serie"], "19.0")
        connection.close()

    def test_it_says_what_it_is(self):
        self.assertIn(b"not Odoo", self.http("GET", "/")[1])


class Flags(unittest.TestCase):
    def test_mistakes_are_told(self):
        for flags in (["--listen", "0.0.0.0:0"], ["--odoo-version", "17.0"], ["--nope"]):
            done = subprocess.run([BINARY, *flags], capture_output=True, text=True, timeout=10, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("odoo-sandbox: ", done.stderr)


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    unittest.main()

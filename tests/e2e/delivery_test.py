"""Writes are never sent twice, and nobody is left in doubt: lost answers, deadlines, cancellation."""

import threading
import time

import grpc
import harness
from case import GatewayCase, main
from harness.proxy import answer, body_of

from odoo.sale.v1 import sale_order_pb2


class LostAnswers(GatewayCase):
    proxied = True

    def lose(self, model, method, times=1, executed=True):
        """The next answers to a method are lost, after or before Odoo executed it."""
        left = [times]

        def behave(_, forward):
            if left[0] == 0:
                return forward()
            left[0] -= 1
            if executed:
                forward()
            return None

        self.proxy.only(model, method, behave)

    def test_create(self):
        self.lose("res.partner", "create")
        with self.fails("OUTCOME_UNKNOWN"):
            self.customer(ref="lost")
        self.assertEqual(len(self.proxy.arrivals("res.partner", "create")), 1)
        self.assertEqual(self.partners.CountPartners(filter={"ref": {"equals": "lost"}}).count, 1)

    def test_create_that_was_not_executed(self):
        self.lose("res.partner", "create", executed=False)
        with self.fails("OUTCOME_UNKNOWN"):
            self.customer(ref="lost")
        self.assertEqual(len(self.proxy.arrivals("res.partner", "create")), 1)
        self.assertEqual(self.partners.CountPartners(filter={"ref": {"equals": "lost"}}).count, 0)

    def test_every_write(self):
        partner = self.customer()
        writes = {
            "create": lambda: self.partners.BatchCreatePartners(values=[{"name": "x"}]),
            "web_save": lambda: self.partners.UpdatePartner(id=partner, values={"name": "x"}),
            "unlink": lambda: self.partners.DeletePartner(id=partner),
        }
        for method, call in writes.items():
            with self.subTest(method):
                self.proxy.reset()
                self.lose("res.partner", method)
                with self.fails("OUTCOME_UNKNOWN"):
                    call()
                self.assertEqual(len(self.proxy.arrivals("res.partner", method)), 1)

    def test_over_a_connection_that_was_kept(self):
        """libcurl repeats a request by itself where a kept connection dies before the first byte of the answer."""
        seen = []

        def behave(exchange, forward):
            if exchange.model != "res.partner":
                return forward()
            if exchange.odoo_method == "create":
                seen.append(exchange.turn)
                return None
            return answer(200, body_of(forward()), keep_alive=True)

        self.proxy.behave = behave
        for _ in range(3):
            self.partners.CountPartners()
            with self.fails("OUTCOME_UNKNOWN"):
                self.customer()
        self.assertTrue(any(turn > 0 for turn in seen), "no connection was kept, so nothing was tried")
        self.assertEqual(len(self.proxy.arrivals("res.partner", "create")), 3)

    def test_read_is_tried_again(self):
        partner = self.customer()
        self.lose("res.partner", "web_read", executed=False)
        self.assertEqual(self.get_partner(partner).name, "Customer")
        self.assertEqual(len(self.proxy.arrivals("res.partner", "web_read")), 2)

    def test_read_is_not_tried_for_ever(self):
        self.lose("res.partner", "web_read", times=1000)
        with self.fails("UPSTREAM_UNAVAILABLE") as failed:
            self.get_partner(1)
        self.assertIn("RetryInfo", failed.details)
        self.assertLessEqual(len(self.proxy.arrivals("res.partner", "web_read")), 5)

    def test_by_the_sandbox_itself(self):
        self.sandbox.fault("close_before_answer")
        with self.fails("OUTCOME_UNKNOWN"):
            self.customer(ref="hook")
        self.assertEqual(len(self.sandbox.calls("res.partner", "create")), 1)
        self.sandbox.fault("close_before_execute")
        self.assertEqual(self.partners.CountPartners(filter={"ref": {"equals": "hook"}}).count, 1)

    def test_action_is_settled_by_its_post_condition(self):
        order = self.order({})
        self.lose("sale.order", "action_confirm")
        answer_ = self.orders.ConfirmSaleOrder(id=order, read_mask={"paths": ["state"]})
        self.assertEqual(answer_.record.state, sale_order_pb2.SALE_ORDER_STATE_SALE)
        self.assertEqual(len(self.proxy.arrivals("sale.order", "action_confirm")), 1)

    def test_action_that_was_not_executed(self):
        order = self.order({})
        self.lose("sale.order", "action_confirm", executed=False)
        with self.fails("OUTCOME_UNKNOWN"):
            self.orders.ConfirmSaleOrder(id=order)
        self.assertEqual(len(self.proxy.arrivals("sale.order", "action_confirm")), 1)
        self.assertEqual(self.get_order(order, "state").state, sale_order_pb2.SALE_ORDER_STATE_DRAFT)

    def test_answers_on_the_way_that_leave_a_write_open(self):
        pages = {
            "bad gateway": answer(502, b"<html>502 Bad Gateway</html>", "text/html"),
            # A proxy may say so after it delivered the request.
            "busy": answer(503, b"<html>503</html>", "text/html"),
            "timeout of a proxy": answer(504, b"<html>504</html>", "text/html"),
            "cut": answer(200, b'{"jsonrpc": "2.0", "id": 1, "result": [1', "application/json"),
            "shorter than said": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{",
        }
        for name, page in pages.items():
            with self.subTest(name):
                self.proxy.reset()
                self.proxy.only("res.partner", "create", lambda *_, page=page: page)
                with self.fails("OUTCOME_UNKNOWN"):
                    self.customer()
                self.assertEqual(len(self.proxy.arrivals("res.partner", "create")), 1)

    def test_answers_that_say_nothing_was_executed(self):
        self.proxy.only("res.partner", "create", lambda *_: answer(429, b"slow down", "text/plain", headers={"Retry-After": "7"}))
        with self.fails("RATE_LIMITED") as failed:
            self.customer()
        self.assertEqual(failed.details["RetryInfo"].retry_delay.seconds, 7)


class Deadlines(GatewayCase):
    proxied = True

    def setUp(self):
        super().setUp()
        self.gate = harness.Gate()
        self.addCleanup(self.gate.open)

    def hold(self, model, method, executed=False):
        def behave(exchange, forward):
            done = forward() if executed else None
            if not self.gate.wait(exchange):
                return None
            return done or forward()

        self.proxy.only(model, method, behave)

    def test_slow_write(self):
        self.hold("res.partner", "create", executed=True)
        begun = time.monotonic()
        with self.fails("OUTCOME_UNKNOWN", code="DEADLINE_EXCEEDED"):
            self.partners.CreatePartner(values={"name": "slow"}, timeout=0.6)
        self.assertLess(time.monotonic() - begun, 0.6)
        self.assertEqual(len(self.proxy.arrivals("res.partner", "create")), 1)

    def test_slow_read(self):
        self.hold("res.partner", "web_read")
        with self.fails("TIMEOUT"):
            self.partners.GetPartner(id=1, timeout=0.5)

    def test_the_connection_is_closed(self):
        self.hold("res.partner", "web_read")
        with self.fails("TIMEOUT"):
            self.partners.GetPartner(id=1, timeout=0.3)
        self.gate.wait_held(0)
        self.assertEqual(self.gate.gone, 1)

    def test_short_deadlines_arrive_with_details(self):
        """The gateway's answer is there before the caller's own library gives up."""
        self.hold("res.partner", "create")
        for timeout in (0.15, 0.3, 1.0):
            with self.subTest(timeout), self.fails("OUTCOME_UNKNOWN", code="DEADLINE_EXCEEDED"):
                self.partners.CreatePartner(values={"name": "slow"}, timeout=timeout)

    def test_deadline_while_waiting_for_a_turn_of_a_write(self):
        self.hold("res.partner", "search_count")
        calls = [
            self.partners.raw("CountPartners").future(self.partners.request_class("CountPartners")(), timeout=30)
            for _ in range(8)
        ]
        self.gate.wait_held(8)
        with self.fails("TIMEOUT"):
            self.partners.CreatePartner(values={"name": "never sent"}, timeout=0.3)
        self.assertEqual(self.proxy.arrivals("res.partner", "create"), [])
        self.gate.open()
        self.assertEqual([call.result(10).count > 0 for call in calls], [True] * 8)

    def test_cancellation_frees_the_place(self):
        self.hold("res.partner", "search_count")
        request = self.partners.request_class("CountPartners")()
        count = self.partners.raw("CountPartners")
        calls = [count.future(request, timeout=30) for _ in range(8)]
        self.gate.wait_held(8)
        ninth = count.future(request, timeout=30)
        self.wait_metric("odoo_gateway_upstream_waiting", 1)
        self.assertEqual(len(self.proxy.arrivals("res.partner", "search_count")), 8)
        for call in calls:
            call.cancel()
        harness.wait_until(lambda: len(self.proxy.arrivals("res.partner", "search_count")) == 9, "the ninth call")
        self.gate.wait_held(1)
        self.assertEqual(self.gate.gone, 8)
        self.gate.open()
        self.assertGreater(ninth.result(10).count, 0)
        self.wait_metric("odoo_gateway_upstream_in_flight", 0)

    def wait_metric(self, name, value):
        harness.wait_until(lambda: self.gateway.metrics().value(name) == value, f"{name} to be {value}")

    def test_cancellation_while_waiting(self):
        self.hold("res.partner", "search_count")
        request = self.partners.request_class("CountPartners")()
        count = self.partners.raw("CountPartners")
        calls = [count.future(request, timeout=30) for _ in range(8)]
        self.gate.wait_held(8)
        ninth = count.future(request, timeout=30)
        self.wait_metric("odoo_gateway_upstream_waiting", 1)
        ninth.cancel()
        self.wait_metric("odoo_gateway_upstream_waiting", 0)
        self.gate.open()
        for call in calls:
            self.assertGreater(call.result(10).count, 0)
        self.assertEqual(len(self.proxy.arrivals("res.partner", "search_count")), 8)

    def test_cancelled_write(self):
        self.hold("res.partner", "create")
        start = self.gateway.log_length()
        request = self.partners.request_class("CreatePartner")(values={"name": "x"})
        call = self.partners.raw("CreatePartner").future(request, timeout=30)
        self.gate.wait_held(1)
        call.cancel()
        self.gate.wait_held(0)
        line = self.gateway.wait_log(event="call", operation="create", start=start)
        self.assertIn(line["reason"], ("OUTCOME_UNKNOWN", "CANCELLED"))
        self.assertEqual(len(self.proxy.arrivals("res.partner", "create")), 1)

    def test_expired_deadline(self):
        with self.assertRaises(harness.Failure) as raised:
            self.partners.CreatePartner(values={"name": "x"}, timeout=0.000001)
        self.assertEqual(raised.exception.code, "DEADLINE_EXCEEDED")
        self.assertGreater(self.partners.CountPartners().count, 0)
        self.assertEqual(self.proxy.arrivals("res.partner", "create"), [])


class DefaultTimeout(GatewayCase):
    flags = ("--default-timeout", "300ms")
    proxied = True

    def test_calls_without_a_deadline(self):
        gate = harness.Gate()
        self.addCleanup(gate.open)
        self.proxy.only("res.partner", "web_read", lambda exchange, forward: forward() if gate.wait(exchange) else None)
        with self.fails("TIMEOUT"):
            self.partners.GetPartner(id=1, timeout=None)


class Load(GatewayCase):
    flags = ("--max-in-flight", "8", "--max-waiting", "30")
    proxied = True

    def test_few_calls_at_once_and_the_rest_refused(self):
        gate = harness.Gate()
        self.addCleanup(gate.open)

        def behave(exchange, forward):
            gate.wait(exchange)
            return forward()

        self.proxy.only("res.partner", "search_count", behave)
        request = self.partners.request_class("CountPartners")()
        calls = [self.partners.raw("CountPartners").future(request, timeout=30) for _ in range(50)]
        failures = []

        def refused():
            return sum(call.done() for call in calls) == 12

        harness.wait_until(refused, "12 refused calls")
        gate.wait_held(8)
        metrics = self.gateway.metrics()
        self.assertEqual(metrics.value("odoo_gateway_upstream_in_flight"), 8)
        self.assertEqual(metrics.value("odoo_gateway_upstream_waiting"), 30)
        gate.open()
        for call in calls:
            try:
                self.assertGreater(call.result(20).count, 0)
            except grpc.RpcError as error:
                failures.append(harness.Failure(error))
        self.assertEqual([failed.reason for failed in failures], ["OVERLOADED"] * 12)
        for failed in failures:
            self.check(failed)
            self.assertIn("RetryInfo", failed.details)
            self.assertEqual(failed.details["QuotaFailure"].violations[0].subject, "odoo-gateway")
        self.assertEqual(gate.total, 38)
        self.assertEqual(gate.most, 8)

    def test_many_callers_are_all_served(self):
        failures = []

        def work(number):
            for turn in range(10):
                partner = self.customer(ref=f"{number}-{turn}")
                if self.get_partner(partner, "ref").ref != f"{number}-{turn}":
                    failures.append((number, turn))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(self.partners.CountPartners(filter={"ref": {"is_set": True}}).count, 160)


if __name__ == "__main__":
    main()

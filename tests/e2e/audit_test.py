"""By what a call is found again: the audit log of writes, and trace context from the caller to Odoo."""

import json
import pathlib
import tempfile
import unittest

import harness
from case import GatewayCase, main

FOLDER = tempfile.TemporaryDirectory()
unittest.addModuleCleanup(FOLDER.cleanup)
AUDIT = pathlib.Path(FOLDER.name, "audit.log")
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE_ID}-00f067aa0ba902b7-01"


class Audit(GatewayCase):
    proxied = True
    flags = ("--audit-log", str(AUDIT))

    def audited(self, request_id):
        """The line of one call."""

        def found():
            lines = [json.loads(line) for line in AUDIT.read_text(encoding="utf-8").splitlines()]
            return [line for line in lines if line["request_id"] == request_id]

        harness.wait_until(found, f"the audit log to tell of {request_id}")
        (line,) = found()
        return line

    def call(self, request_id, method, **fields):
        return getattr(self.partners, method)(metadata=(("x-request-id", request_id),), **fields)

    def test_from_a_record_made_to_its_end(self):
        partner = self.call("made", "CreatePartner", values={"name": "Secret Name"}).record.id
        self.call("changed", "UpdatePartner", id=partner, values={"ref": "Secret Ref"})
        self.call("gone", "DeletePartner", id=partner)
        for request_id, operation in (("made", "create"), ("changed", "update"), ("gone", "delete")):
            line = self.audited(request_id)
            self.assertEqual(line["outcome"], "done")
            self.assertEqual(line["operation"], operation)
            self.assertEqual(line["ids"], [partner])
            self.assertEqual((line["model"], line["instance"], line["code"]), ("res.partner", "default", "OK"))
            self.assertNotIn("Secret", json.dumps(line))

    def test_batches_and_actions(self):
        answer = self.call("batch", "BatchCreatePartners", values=[{"name": "a"}, {"name": "b"}])
        self.assertEqual(self.audited("batch")["ids"], list(answer.ids))

    def test_refused_and_lost(self):
        with self.fails("RECORD_NOT_FOUND"):
            self.call("refused", "UpdatePartner", id=99999999, values={"name": "x"})
        line = self.audited("refused")
        self.assertEqual((line["outcome"], line["reason"], line["ids"]), ("not_done", "RECORD_NOT_FOUND", [99999999]))

        self.proxy.only("res.partner", "create", lambda _, forward: forward() and None)
        with self.fails("OUTCOME_UNKNOWN"):
            self.call("lost", "CreatePartner", values={"name": "x"})
        self.assertEqual(self.audited("lost")["outcome"], "unknown")

    def test_what_changes_nothing_is_not_told(self):
        self.call("checked", "CreatePartner", values={"name": "x"}, validate_only=True)
        self.call("read", "SearchPartners", page_size=1)
        self.call("last", "CreatePartner", values={"name": "x"})
        self.audited("last")
        told = AUDIT.read_text(encoding="utf-8")
        self.assertNotIn('"checked"', told)
        self.assertNotIn('"read"', told)

    def test_checks_alone_are_told_where_they_were_refused(self):
        with self.fails("UNKNOWN_FIELD"):
            self.call(
                "refused-check",
                "UpdatePartner",
                id=1,
                values={"extra_fields": {"x_none": {"text_value": "x"}}},
                validate_only=True,
            )
        line = self.audited("refused-check")
        self.assertEqual((line["outcome"], line["validate_only"], line["ids"]), ("not_done", True, [1]))

    def test_the_record_that_was_changed_however_often_ids_are_sent(self):
        partner = self.call("made-for-ids", "CreatePartner", values={"name": "x"}).record.id
        request = self.partners.request_class("UpdatePartner")
        last = request(id=partner, values={"ref": "x"}).SerializeToString()
        update = self.gateway.bytes_call("/odoo.contacts.v1.PartnerService/UpdatePartner")
        update(
            request(id=777).SerializeToString() + request(id=888).SerializeToString() + last,
            metadata=[("x-request-id", "thrice")],
        )
        self.assertEqual((self.audited("thrice")["outcome"], self.audited("thrice")["ids"]), ("done", [partner]))

    def test_refused_requests_do_not_fill_it(self):
        packed = b"\x0a\x80\x80\x80\x02" + b"\x01" * (4 << 20)
        with self.fails("MALFORMED_REQUEST"):
            self.gateway.bytes_call("/odoo.contacts.v1.PartnerService/DeletePartner")(
                packed, metadata=[("x-request-id", "packed")]
            )
        self.assertNotIn("ids", self.audited("packed"))
        with self.fails("INVALID_FIELD_VALUE"):
            self.gateway.bytes_call("/odoo.sale.v1.SaleOrderService/CreateInvoices")(packed, metadata=[("x-request-id", "many")])
        line = self.audited("many")
        self.assertEqual((line["ids"], line["ids_cut"]), ([1] * 100, True))

    def test_a_file_that_was_moved_away_is_made_anew(self):
        self.call("before", "CreatePartner", values={"name": "x"})
        self.audited("before")
        AUDIT.rename(AUDIT.with_suffix(".1"))
        self.call("after", "CreatePartner", values={"name": "x"})
        harness.wait_until(AUDIT.exists, "a new audit log")
        self.audited("after")


class AuditOnStderr(GatewayCase):
    flags = ("--audit-log", "stderr")

    def test_beside_the_ordinary_log(self):
        partner = self.partners.CreatePartner(values={"name": "x"}, metadata=(("x-request-id", "r-1"),)).record.id
        line = self.gateway.wait_log(event="audit", request_id="r-1")
        self.assertEqual(line["ids"], [partner])
        self.assertIsNotNone(self.gateway.wait_log(event="call", request_id="r-1"))


class UnusableAuditLog(GatewayCase):
    def test_the_gateway_does_not_start_without_it(self):
        with self.assertRaisesRegex(RuntimeError, "Create its folder"):
            harness.Gateway(self.sandbox.odoo(self.cell.protocol), "--audit-log", "/no/such/folder/audit.log")


class Trace(GatewayCase):
    proxied = True
    flags = ("--log-level", "debug")

    def heads(self):
        return [exchange.head.decode().lower() for exchange in self.proxy.arrivals("res.partner", "create")]

    def test_reaches_odoo_and_the_log(self):
        sent = (("traceparent", TRACEPARENT), ("tracestate", "vendor=a"), ("x-request-id", "traced"))
        self.partners.CreatePartner(values={"name": "x"}, metadata=sent)
        (head,) = self.heads()
        for header in (f"traceparent: {TRACEPARENT}", "tracestate: vendor=a", "x-request-id: traced"):
            self.assertIn("\r\n" + header + "\r\n", head + "\r\n")
        for event in ("call", "odoo_call"):
            line = self.gateway.wait_log(event=event, request_id="traced")
            self.assertEqual(line["trace_id"], TRACE_ID)

    def test_none_is_made_up_for_and_a_broken_one_left_out(self):
        for request_id, sent in (("none", ()), ("broken", (("traceparent", "00-xyz"), ("tracestate", "vendor=a")))):
            self.proxy.reset()
            self.partners.CreatePartner(values={"name": "x"}, metadata=(*sent, ("x-request-id", request_id)))
            trace_id = self.gateway.wait_log(event="call", request_id=request_id)["trace_id"]
            self.assertRegex(trace_id, "^[0-9a-f]{32}$")
            (head,) = self.heads()
            self.assertRegex(head, f"traceparent: 00-{trace_id}-[0-9a-f]{{16}}-00")
            self.assertNotIn("tracestate", head)


if __name__ == "__main__":
    main()

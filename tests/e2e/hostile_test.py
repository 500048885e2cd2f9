"""Bad input from both sides: a clear status each time, and a gateway that goes on."""

import json
import threading
import time

import grpc
import harness
from case import GatewayCase, main
from harness import xmlrpc
from harness.proxy import answer
from terminal import EVIL, KEPT, unprintable

GET = "/odoo.contacts.v1.PartnerService/GetPartner"
SEARCH = "/odoo.contacts.v1.PartnerService/SearchPartners"
CREATE = "/odoo.contacts.v1.PartnerService/CreatePartner"
MIB = 1 << 20


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def length_delimited(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def nested_filter(depth):
    """SearchPartnersRequest with `any_of` in `any_of`."""
    inner = b""
    for _ in range(depth):
        inner = length_delimited(9996, inner)
    return length_delimited(1, inner)


class Callers(GatewayCase):
    flags = ("--max-request-bytes", "1MiB")

    def tearDown(self):
        # Whatever came, the next caller is served.
        self.assertEqual(self.partners.GetPartner(id=1).record.id, 1)

    def call(self, path, request, timeout=10, **options):
        return self.gateway.bytes_call(path)(request, timeout=timeout, **options)

    def test_unknown_methods(self):
        for path in (
            "/odoo.contacts.v1.PartnerService/BurnPartner",
            "/odoo.nothing.v1.Service/Get",
            "/x",
            "//",
            "/" + "a" * 4000 + "/b",
            "/odoo.contacts.v1.PartnerService/getpartner",
        ):
            with self.subTest(path[:60]), self.fails("METHOD_NOT_FOUND"):
                self.call(path, b"")
        self.assertIsNotNone(self.gateway.wait_log(event="call", code="UNIMPLEMENTED"))

    def test_garbage(self):
        messages = [
            b"\xff" * 100,
            b"\x08",
            b"\x0a\x05ab",
            b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            b"\x0b",
            b"\x0c",
            b"\x08" + b"\xff" * 10 + b"\x01",
            b"\x00",
            b"\x07",
        ]
        for message in messages:
            for path in (GET, SEARCH, CREATE):
                with self.subTest(message=message[:20], path=path):
                    with harness.failure() as failed:
                        self.call(path, message)
                    self.check(failed.failure)
                    self.assertEqual(failed.code, "INVALID_ARGUMENT")
        with self.fails("MALFORMED_REQUEST"):
            self.call(CREATE, b"\xff" * 100)

    def test_garbage_inside(self):
        # values { name: 3 bytes announced, 1 there }
        with self.fails("MALFORMED_REQUEST"):
            self.call(CREATE, length_delimited(1, b"\x1a\x03a"))
        # values { name as varint }
        with self.fails("MALFORMED_REQUEST"):
            self.call(CREATE, length_delimited(1, b"\x18\x05"))

    def test_fields_that_the_contract_lacks(self):
        with self.fails("UNKNOWN_FIELD", ["values.#5000"]):
            self.call(CREATE, length_delimited(1, length_delimited(3, b"x") + length_delimited(5000, b"y")))
        with self.fails("UNKNOWN_FIELD", ["#77"]):
            self.call(GET, b"\x08\x01" + length_delimited(77, b"y"))

    def test_every_cut_of_a_request(self):
        request = self.orders.request_class("CreateSaleOrder")(
            values={
                "partner_id": {"external_id": "sandbox.customer_alder"},
                "validity_date": {"year": 2030, "month": 1, "day": 2},
                "order_line": {"rows": [{"product_id": {"id": 1}, "price_unit": "1.5", "tax_ids": {"set": {}}}]},
            },
            read_mask={"paths": ["name"]},
            validate_only=True,
        ).SerializeToString()
        call = self.gateway.bytes_call("/odoo.sale.v1.SaleOrderService/CreateSaleOrder")
        for end in range(len(request)):
            try:
                call(request[:end], timeout=10)
            except grpc.RpcError as error:
                failed = harness.Failure(error)
                self.check(failed)
                self.assertIn(failed.code, ("INVALID_ARGUMENT", "NOT_FOUND"), request[:end])

    def test_second_message(self):
        with self.fails("MALFORMED_REQUEST"):
            list(self.gateway.bytes_stream(GET)(iter([b"\x08\x01", b"\x08\x01"]), timeout=10))

    def test_no_message(self):
        with self.fails("MALFORMED_REQUEST"):
            list(self.gateway.bytes_stream(GET)(iter([]), timeout=10))

    def test_a_caller_who_never_finishes(self):
        hold = threading.Event()
        self.addCleanup(hold.set)

        def requests():
            yield b"\x08\x01"
            hold.wait(10)

        with harness.failure() as failed:
            list(self.gateway.bytes_stream(GET)(requests(), timeout=0.5))
        self.assertEqual(failed.code, "DEADLINE_EXCEEDED")

    def test_compressed(self):
        """A few bytes could become all memory."""
        for compression in (grpc.Compression.Gzip, grpc.Compression.Deflate):
            with self.assertRaises(grpc.RpcError) as failed:
                self.call(CREATE, b"\0" * MIB, compression=compression)
            self.assertEqual(failed.exception.code(), grpc.StatusCode.UNIMPLEMENTED)

    def test_oversized(self):
        with harness.failure() as failed:
            self.call(CREATE, length_delimited(1, length_delimited(3, b"x" * (MIB + 10))))
        self.assertEqual(failed.code, "RESOURCE_EXHAUSTED")

    def test_as_large_as_allowed(self):
        name = b"x" * (MIB - 100)
        request = length_delimited(1, length_delimited(3, b"Big") + length_delimited(26, name))
        self.call(CREATE, request)

    def test_absurd_nesting(self):
        for depth in (17, 1000, 20000):
            with self.subTest(depth), self.fails("INVALID_DOMAIN"):
                self.call(SEARCH, nested_filter(depth))
        self.call(SEARCH, nested_filter(10))

    def test_nested_rows(self):
        inner = length_delimited(3, b"x")
        for _ in range(500):
            inner = length_delimited(3, b"x") + length_delimited(9, length_delimited(1, inner))
        with self.fails("INVALID_FIELD_VALUE"):
            self.call(CREATE, length_delimited(1, inner))

    def test_very_many_conditions(self):
        one = length_delimited(9996, length_delimited(3, length_delimited(1, b"x")))
        try:
            self.call(SEARCH, length_delimited(1, one * 20000), timeout=30)
        except grpc.RpcError as error:
            self.check(harness.Failure(error))

    def test_invalid_utf8(self):
        for text in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"abc\xf4\x90\x80\x80", b"\xe2\x82"):
            with self.subTest(text), self.fails("INVALID_FIELD_VALUE", ["values.name"]):
                self.call(CREATE, length_delimited(1, length_delimited(3, text)))
        # Wherever text goes to Odoo or comes back in a status.
        places = {
            "filter": length_delimited(1, length_delimited(3, length_delimited(1, b"\xff"))),
            "condition": length_delimited(2, length_delimited(1, b"na\xffme") + b"\x10\x0e"),
            "operand": length_delimited(
                2, length_delimited(1, b"name") + b"\x10\x01" + length_delimited(3, length_delimited(5, b"\xff"))
            ),
            "order": length_delimited(3, length_delimited(1, b"\xff")),
            "token": length_delimited(5, b"\xff"),
            "mask": length_delimited(7, length_delimited(1, b"\xff")),
            "lang": length_delimited(8, length_delimited(2, b"\xff")),
        }
        for place, request in places.items():
            with self.subTest(place):
                with harness.failure() as failed:
                    self.call(SEARCH, request)
                self.check(failed.failure)
                self.assertEqual(failed.code, "INVALID_ARGUMENT")

    def test_request_ids(self):
        for own in ("r-1", "A.b:c_d-9", "x" * 128):
            with self.subTest(own[:10]):
                with harness.failure() as failed:
                    self.call(GET, b"", metadata=[("x-request-id", own)])
                self.assertEqual(failed.request_id, own)
                self.assertEqual(failed.trailers["x-request-id"], own)
        for bad in ("", "x" * 129, "a b", 'a"b', "a/b"):
            with self.subTest(bad[:10]):
                with harness.failure() as failed:
                    self.call(GET, b"", metadata=[("x-request-id", bad)])
                self.assertTrue(failed.request_id)
                self.assertNotEqual(failed.request_id, bad)

    def test_connections_that_come_and_go(self):
        for _ in range(20):
            caller = harness.Caller(self.gateway.address)
            call = caller.bytes_call(GET).future(b"\x08\x01", timeout=10)
            caller.close()
            del call

    def test_raw_bytes_on_the_port(self):
        import socket

        host, port = self.gateway.address.rsplit(":", 1)
        for data in (b"GET / HTTP/1.1\r\n\r\n", b"\0" * 1000, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 500):
            with socket.create_connection((host, int(port)), timeout=5) as raw:
                raw.sendall(data)


def fault_of(protocol, call_id, message, **more):
    """Odoo's answer that it refuses the call, in its own words."""
    if protocol == "xmlrpc":
        return answer(200, xmlrpc.fault(2, message), "text/xml")
    error = {"name": "odoo.exceptions.UserError", "message": message, "arguments": [message], "debug": "", "context": {}, **more}
    if protocol == "json2":
        return answer(422, json.dumps(error).encode())
    body = {"jsonrpc": "2.0", "id": call_id, "error": {"code": 200, "message": "Odoo Server Error", "data": error}}
    return answer(200, json.dumps(body).encode())


def call_id(exchange):
    """The id that an answer of JSON-RPC has to repeat; None in other protocols."""
    return json.loads(exchange.body)["id"] if exchange.path == "/jsonrpc" else None


class Terminal(GatewayCase):
    """Texts of Odoo that try to take over the terminal in which odoogw runs, or the log is read."""

    proxied = True
    # XML cannot carry U+001B.
    TEXT = EVIL.replace("\x1b", "") + KEPT

    def odoogw(self, *arguments):
        program = harness.Program("odoogw", ["--address", self.gateway.address, *arguments])
        code = program.wait(30)
        out, err = "\n".join(program.stdout.all()), "\n".join(program.stderr.all())
        self.assertEqual(unprintable(out + err), [])
        return code, out, err

    def test_records(self):
        created = self.partners.CreatePartner(values={"name": self.TEXT}).record.id
        code, out, err = self.odoogw("call", "PartnerService.GetPartner", json.dumps({"id": created}))
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(json.loads(out)["record"]["name"], self.TEXT)

    def test_messages(self):
        def fault(exchange, _):
            return fault_of(self.cell.protocol, call_id(exchange), self.TEXT)

        self.proxy.only("res.partner", "web_read", fault)
        call = ("call", "PartnerService.GetPartner", '{"id": 1}')
        code, out, err = self.odoogw(*call)
        self.assertNotEqual(code, 0)
        self.assertEqual(out, "")
        self.assertIn(KEPT, err)
        self.assertNotIn("\ncode:", err)
        _, _, err = self.odoogw(*call, "--json-errors")
        messages = [detail.get("message", "") for detail in json.loads(err)["details"]]
        self.assertTrue(any(message.endswith(KEPT) for message in messages), messages)
        self.assertEqual(unprintable(self.gateway.log_text()), [])


class Hoarders(GatewayCase):
    """Callers who send much and never finish."""

    flags = ("--max-request-bytes", "1MiB", "--max-pending-bytes", "4MiB")

    def held_call(self, size):
        """A call with a whole message that does not end."""
        done = threading.Event()
        self.addCleanup(done.set)

        def messages():
            yield length_delimited(99, b"\0" * size)
            done.wait()

        call = self.gateway.bytes_stream(CREATE)(messages(), timeout=60)
        self.addCleanup(call.cancel)
        return call

    def test_no_more_than_there_is_room_for(self):
        calls = []
        for _ in range(8):
            calls.append(self.held_call(MIB - 16))
            # One after the other: of what is on its way together, gRPC ends streams without a word of ours.
            time.sleep(0.2)
        harness.wait_until(lambda: sum(call.done() for call in calls) == 4, "half of them to be refused")
        for call in calls:
            if call.done():
                self.assertEqual(call.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
                self.assertIn("max_pending_bytes", call.details())
        self.assertEqual(self.partners.GetPartner(id=1).record.id, 1)
        for call in calls:
            call.cancel()
        harness.wait_until(self.held_call_is_open, "the room to be free again")

    def held_call_is_open(self):
        call = self.held_call(MIB - 16)
        time.sleep(0.1)
        return not call.done()


class Appetite(GatewayCase):
    """Requests as large as allowed, of things that cost more than their bytes."""

    UPDATE_ORDER = "/odoo.sale.v1.SaleOrderService/UpdateSaleOrder"
    BATCH = "/odoo.contacts.v1.PartnerService/BatchCreatePartners"
    # The request itself is held more than once on its way.
    MOST_GROWTH = 160 * MIB

    def peak(self):
        """The most memory the gateway ever had."""
        with open(f"/proc/{self.gateway.pid}/status", encoding="ascii") as status:
            (line,) = [line for line in status if line.startswith("VmHWM")]
        return int(line.split()[1]) * 1024

    def refused(self, path, request, reason):
        before = self.peak()
        with self.fails(reason):
            self.gateway.bytes_call(path)(request, timeout=60)
        self.assertLess(self.peak() - before, self.MOST_GROWTH)

    def test_rows_that_are_named_a_million_times(self):
        order = self.order({"product_id": {"id": 1}})
        line = self.get_order(order, "order_line.id").order_line[0].id
        changes = length_delimited(2, varint(line) * (14 * MIB))
        values = length_delimited(2, length_delimited(19, changes))
        self.refused(self.UPDATE_ORDER, b"\x08" + varint(order) + values + b"\x28\x01", "INVALID_REFERENCE")

    def test_references_that_are_written_a_million_times(self):
        reference = length_delimited(1, length_delimited(2, b"a.b"))
        tags = length_delimited(41, length_delimited(1, reference * 2000))
        partner = length_delimited(1, length_delimited(3, b"x") + tags)
        request = partner * min(1000, 14 * MIB // len(partner)) + b"\x18\x01"
        self.refused(self.BATCH, request, "INVALID_REFERENCE")

    def test_elements_without_end(self):
        self.refused(self.BATCH, length_delimited(1, b"") * (7 * MIB), "INVALID_FIELD_VALUE")
        self.refused(SEARCH, length_delimited(2, b"") * (7 * MIB), "INVALID_DOMAIN")


class Answers(GatewayCase):
    """What comes from Odoo's side of the wire."""

    proxied = True
    flags = ("--max-answer-bytes", "8MiB")

    def tearDown(self):
        self.proxy.reset()
        self.assertEqual(self.partners.GetPartner(id=1).record.id, 1)

    def result(self, text):
        """A whole answer of this protocol around a result, given as JSON text; it is made for each call."""

        def made(exchange):
            if self.cell.protocol == "xmlrpc":
                return answer(200, xmlrpc.result(text), "text/xml")
            if self.cell.protocol == "jsonrpc":
                return answer(200, ('{"jsonrpc": "2.0", "id": %s, "result": %s}' % (call_id(exchange), text)).encode())
            return answer(200, text.encode())

        return made

    def answers_of(self, response, model="res.partner", method="web_read"):
        """`response`: bytes, or what makes them of an exchange."""
        made = response if callable(response) else lambda _: response
        self.proxy.only(model, method, lambda exchange, _: made(exchange))

    def get(self):
        return self.partners.GetPartner(id=1, timeout=20)

    def test_pages_instead_of_answers(self):
        pages = {
            200: {"MALFORMED_RESPONSE", "ENDPOINT_NOT_FOUND", "UPSTREAM_UNAVAILABLE"},
            303: {"MALFORMED_RESPONSE", "ENDPOINT_NOT_FOUND", "UPSTREAM_UNAVAILABLE", "SESSION_EXPIRED"},
            404: {"ENDPOINT_NOT_FOUND", "DATABASE_NOT_FOUND"},
            500: {"SERVER_ERROR", "UPSTREAM_UNAVAILABLE", "MALFORMED_RESPONSE"},
            502: {"UPSTREAM_UNAVAILABLE"},
            503: {"UPSTREAM_UNAVAILABLE"},
            504: {"UPSTREAM_UNAVAILABLE", "TIMEOUT"},
            413: {"PAYLOAD_TOO_LARGE"},
            429: {"RATE_LIMITED"},
        }
        for status, reasons in pages.items():
            with self.subTest(status):
                self.answers_of(answer(status, b"<html><body>secret-internal-host</body></html>", "text/html"))
                with harness.failure() as failed:
                    self.get()
                self.check(failed.failure)
                self.assertIn(failed.reason, reasons)

    def test_malformed_answers(self):
        record = '{"id": 1, "name": "x"}'
        answers = {
            "empty": answer(200, b""),
            "white space": answer(200, b"  \n"),
            "cut": answer(200, b'{"jsonrpc": "2.0", "id": 1, "result": [{"id": 1, "na'),
            "cut after a number": answer(200, b"[1"),
            "no JSON": answer(200, b"Internal Server Error", "text/plain"),
            "two documents": answer(200, b'{"result": 1}{"result": 2}'),
            "NaN": self.result('[{"id": 1, "partner_latitude": NaN}]'),
            "Infinity": self.result('[{"id": 1, "partner_latitude": Infinity}]'),
            "1e999": self.result('[{"id": 1, "partner_latitude": 1e999}]'),
            "a list for a text": self.result('[{"id": 1, "name": ["x"]}]'),
            "a number for a text": self.result('[{"id": 1, "name": 5}]'),
            "a text for a number": self.result('[{"id": 1, "color": "red"}]'),
            "true for a text": self.result('[{"id": 1, "name": true}]'),
            "a text for an id": self.result('[{"id": "1"}]'),
            "a large integer": self.result('[{"id": 1, "color": 99999999999999999999}]'),
            "no date": self.result('[{"id": 1, "create_date": "yesterday"}]'),
            "half a reference": self.result('[{"id": 1, "country_id": [7]}]'),
            "a text for a reference": self.result('[{"id": 1, "country_id": "Belgium"}]'),
            "no list": self.result(record),
            "null": self.result("null"),
            "records that are none": self.result("[1, 2]"),
            "no id": self.result('[{"name": "x"}]'),
            "deep": self.result("[" * 5000 + "]" * 5000),
            "deep inside": self.result('[{"id": 1, "name": %s}]' % ("[" * 2000 + "]" * 2000)),
            "bad UTF-8": answer(200, b'{"jsonrpc": "2.0", "id": 1, "result": [{"id": 1, "name": "\xff\xfe"}]}'),
            "a lone surrogate": self.result('[{"id": 1, "name": "\\ud800"}]'),
        }
        for name, response in answers.items():
            with self.subTest(name):
                self.answers_of(response)
                with self.fails("MALFORMED_RESPONSE"):
                    self.get()
                self.assertTrue(self.gateway.alive())

    def test_missing_and_further_keys(self):
        self.answers_of(self.result('[{"id": 1, "name": "x", "nobody": {"asked": ["for", "this"]}}]'))
        record = self.get().record
        self.assertEqual(record.name, "x")
        self.assertFalse(record.HasField("email"))

    def test_a_search_that_answers_nonsense(self):
        for text in ("[]", "true", '{"records": 7}', '{"length": 1}'):
            with self.subTest(text):
                self.answers_of(self.result(text), method="web_search_read")
                with self.fails("MALFORMED_RESPONSE"):
                    self.partners.SearchPartners()
        self.answers_of(self.result('"many"'), method="search_count")
        with self.fails("MALFORMED_RESPONSE"):
            self.partners.CountPartners()

    def test_a_search_that_answers_other_than_records(self):
        self.answers_of(self.result('{"records": [{"id": 1}, 5]}'), method="web_search_read")
        with self.fails("MALFORMED_RESPONSE"):
            self.partners.SearchPartners()

    def test_a_write_that_answers_nonsense(self):
        """It happened, and what came back cannot be read: the caller must know both."""
        for text in ('"yes"', "[]", "{}", "[[1]]", "null"):
            with self.subTest(text):
                self.answers_of(self.result(text), method="create")
                with self.fails("OUTCOME_UNKNOWN"):
                    self.customer()

    def test_large_answers(self):
        self.answers_of(answer(200, b'{"result": "' + b"x" * (9 * MIB) + b'"}'))
        with self.fails("PAYLOAD_TOO_LARGE"):
            self.get()
        # Without an end, and without saying how long it is.
        self.answers_of(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b" " * (20 * MIB))
        with self.fails("PAYLOAD_TOO_LARGE"):
            self.get()
        long_name = "y" * (4 * MIB)
        self.answers_of(self.result('[{"id": 1, "name": "%s"}]' % long_name))
        self.assertEqual(len(self.get().record.name), len(long_name))

    def test_a_large_answer_of_100_mb(self):
        self.answers_of(answer(200, b'["' + b"x" * (100 * MIB) + b'"]'))
        with self.fails("PAYLOAD_TOO_LARGE"):
            self.get()

    def test_http_that_is_none(self):
        for data in (b"hello\r\n\r\n", b"HTTP/1.1 banana\r\n\r\n", b"\0\0\0", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"):
            with self.subTest(data):
                self.answers_of(data)
                with harness.failure() as failed:
                    self.get()
                self.check(failed.failure)
                self.assertIn(failed.reason, ("UPSTREAM_UNAVAILABLE", "MALFORMED_RESPONSE"))

    def test_odoo_talks_too_much(self):
        """Trailers have a limit, whatever Odoo says."""
        message = "No. " * 20000 + "\u20ac\U0001d11e\n\x00"
        if self.cell.protocol == "xmlrpc":
            message = message.replace("\x00", "")

        def fault(exchange):
            return fault_of(self.cell.protocol, call_id(exchange), message, debug="Traceback\n" * 5000)

        self.answers_of(fault, method="create")
        with self.fails("BUSINESS_RULE") as failed:
            self.customer()
        self.assertTrue(failed.details["LocalizedMessage"].message.startswith("No. No."))
        self.assertNotIn("Traceback", str(failed.failure))

    def test_the_sandboxs_own_pages(self):
        self.sandbox.fault("status", status=502, body="<html>Bad Gateway</html>", count=20)
        with self.fails("UPSTREAM_UNAVAILABLE"):
            self.get()
        self.sandbox.reset()

    def test_words_without_end(self):
        """They are classified by their beginning, and nobody waits for it."""
        # JSON escapes each line feed with two bytes.
        words = "\n" * ((7 if self.cell.protocol == "xmlrpc" else 3) * MIB)
        self.answers_of(lambda exchange: fault_of(self.cell.protocol, call_id(exchange), words, arguments=[]))
        begun = time.monotonic()
        with self.fails("BUSINESS_RULE"):
            self.get()
        self.assertLess(time.monotonic() - begun, 2)

    def test_slow_bytes(self):
        """An answer that drips ends with the deadline."""

        def drip(exchange, _):
            connection = exchange.connection
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not exchange.client_gone(0.02):
                connection.sendall(b" ")

        self.proxy.only("res.partner", "web_read", drip)
        begun = time.monotonic()
        with self.fails("TIMEOUT"):
            self.partners.GetPartner(id=1, timeout=0.5)
        self.assertLess(time.monotonic() - begun, 2)


if __name__ == "__main__":
    main()

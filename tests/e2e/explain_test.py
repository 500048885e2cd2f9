"""`odoo-gateway explain` as an operator runs it."""

import json
import pathlib
import subprocess
import tempfile
import time
import unittest

import harness
from harness import xmlrpc

CORPUS = pathlib.Path(__file__).resolve().parents[1] / "corpus"
MISSING = "(Record: res.partner(7,), User: 2)"
CREATE = {"jsonrpc": "2.0", "params": {"service": "object", "method": "execute_kw", "args": [
    "shop", 2, "secret-8271", "sale.order", "create", [{"partner_id": 7}], {}]}}


def explain(*arguments, answer=""):
    """Exit code, standard output and error; the environment has no settings."""
    data = answer if isinstance(answer, bytes) else answer.encode()
    done = subprocess.run([harness.binary("odoo-gateway"), "explain", *arguments], input=data, capture_output=True, timeout=60, env={})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Explain(unittest.TestCase):
    maxDiff = None

    def rows(self, *arguments, answer=""):
        code, out, err = explain(*arguments, answer=answer)
        self.assertEqual((code, err), (0, ""))
        return {label: text.strip() for label, _, text in (line.partition(":") for line in out.splitlines())}

    def test_names_fields_of_the_request(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as request:
            json.dump(CREATE, request)
            request.flush()
            rows = self.rows("--transport", "xmlrpc", "--request", request.name, answer=xmlrpc.fault(1, f"Traceback (most recent call last):\nodoo.exceptions.MissingError: {MISSING}\n"))
        self.assertEqual(rows["code"], "INVALID_ARGUMENT")
        self.assertEqual(rows["reason"], "INVALID_REFERENCE")
        self.assertEqual(rows["fields"], "partner_id")
        self.assertEqual(rows["retryable"], "no")
        self.assertNotIn("secret-8271", str(rows))

    def test_sees_the_protocol_of_an_answer(self):
        fault = {"name": "odoo.exceptions.AccessDenied", "message": "Access Denied", "arguments": [], "debug": ""}
        answers = {
            "jsonrpc": json.dumps({"jsonrpc": "2.0", "error": {"code": 200, "data": fault}}),
            "json2": json.dumps(fault),
            "xmlrpc": xmlrpc.fault(3, "Access Denied").decode(),
        }
        for protocol, answer in answers.items():
            with self.subTest(protocol):
                self.assertEqual(self.rows("--http-status", "403", answer=answer)["reason"], "INTEGRATION_USER_REJECTED")
                self.assertEqual(self.rows("--http-status", "403", "--transport", protocol, answer=answer)["reason"], "INTEGRATION_USER_REJECTED")

    def test_a_lost_answer_and_a_success(self):
        self.assertEqual(self.rows("--http-status", "0")["reason"], "TIMEOUT")
        self.assertEqual(self.rows("--transport", "jsonrpc", answer='{"jsonrpc": "2.0", "result": 5}')["code"], "OK")
        self.assertEqual(self.rows("--http-status", "502", answer="<html>")["reason"], "UPSTREAM_UNAVAILABLE")

    def test_lines_quickly(self):
        lines = []
        for transport in ("jsonrpc", "json2", "xmlrpc", "web"):
            for line in (CORPUS / f"{transport}.jsonl").open(encoding="utf-8"):
                record = json.loads(line)
                lines.append({"id": record["id"], "transport": transport, "http_status": record["status"],
                              "content_type": record.get("type", ""), "body": record.get("body", ""),
                              "request": {"model": record.get("model"), "method": record.get("method")}})
        begun = time.monotonic()
        code, out, err = explain("--jsonl", answer="".join(json.dumps(line) + "\n" for line in lines))
        self.assertLess(time.monotonic() - begun, len(lines) / 1500)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual([json.loads(line)["id"] for line in out.splitlines()], [line["id"] for line in lines])

    def test_broken_lines_are_named(self):
        code, out, err = explain("--jsonl", answer='{"id": "a"}\nnonsense\n{"id": "b"}\n')
        self.assertEqual((code, err), (1, "line 2 is no JSON object\n"))
        self.assertEqual([json.loads(line)["id"] for line in out.splitlines()], ["a", "b"])

    def test_wrong_usage(self):
        for arguments in (("--transport", "soap"), ("--request", "/does/not/exist"), ("--json",), ("--http-status", "x")):
            with self.subTest(arguments):
                self.assertEqual(explain(*arguments)[0], 2)


if __name__ == "__main__":
    unittest.main()

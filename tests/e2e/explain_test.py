"""`odoo-gateway explain` as an operator runs it."""

import json
import pathlib
import subprocess
import tempfile
import time
import unittest

import harness
from corpus import recordings
from harness import xmlrpc
from terminal import EVIL, KEPT, unprintable

CORPUS = pathlib.Path(recordings.__file__).resolve().parent
MISSING = "(Record: res.partner(7,), User: 2)"
CREATE = {
    "jsonrpc": "2.0",
    "params": {
        "service": "object",
        "method": "execute_kw",
        "args": ["shop", 2, "secret-8271", "sale.order", "create", [{"partner_id": 7}], {}],
    },
}


def explain(*arguments, answer=""):
    """Exit code, standard output and error; the environment has no settings."""
    data = answer if isinstance(answer, bytes) else answer.encode()
    done = subprocess.run(
        [harness.binary("odoo-gateway"), "explain", *arguments], input=data, capture_output=True, timeout=60, env={}
    )
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
            rows = self.rows(
                "--transport",
                "xmlrpc",
                "--request",
                request.name,
                answer=xmlrpc.fault(1, f"Traceback (most recent call last):\nodoo.exceptions.MissingError: {MISSING}\n"),
            )
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
                self.assertEqual(
                    self.rows("--http-status", "403", "--transport", protocol, answer=answer)["reason"],
                    "INTEGRATION_USER_REJECTED",
                )

    def test_a_lost_answer_and_a_success(self):
        self.assertEqual(self.rows("--http-status", "0")["reason"], "TIMEOUT")
        self.assertEqual(self.rows("--transport", "jsonrpc", answer='{"jsonrpc": "2.0", "result": 5}')["code"], "OK")
        self.assertEqual(self.rows("--http-status", "502", answer="<html>")["reason"], "UPSTREAM_UNAVAILABLE")

    def test_no_answer_steers_the_terminal(self):
        evil = EVIL + KEPT
        fault = {"name": "odoo.exceptions.UserError", "message": evil, "arguments": [evil], "debug": ""}
        record = {
            "id": evil,
            "transport": "json2",
            "http_status": 422,
            "content_type": "application/json",
            "body": json.dumps(fault),
        }
        for arguments, answer in ((["--http-status", "422"], json.dumps(fault)), (["--jsonl"], json.dumps(record))):
            with self.subTest(arguments):
                code, out, err = explain(*arguments, answer=answer)
                self.assertEqual((code, err), (0, ""))
                self.assertEqual(unprintable(out), [])
                self.assertIn(KEPT, out)
                self.assertNotIn("\ncode:        OK", out)

    def test_broken_lines_are_named(self):
        code, out, err = explain("--jsonl", answer='{"id": "a"}\nnonsense\n{"id": "b"}\n')
        self.assertEqual((code, err), (1, "line 2 is no JSON object\n"))
        self.assertEqual([json.loads(line)["id"] for line in out.splitlines()], ["a", "b"])

    def test_wrong_usage(self):
        for arguments in (("--transport", "soap"), ("--request", "/does/not/exist"), ("--json",), ("--http-status", "x")):
            with self.subTest(arguments):
                self.assertEqual(explain(*arguments)[0], 2)


# Labels that an answer alone does not lead to, by situation.
EXPECTED = {
    "proxy-garbage-status-line": "the recording has no trace of the bytes that came instead of a status line",
    "proxy-json-wrong-envelope": "JSON-2 has no envelope: its caller checks the result's type",
}


class Corpus(unittest.TestCase):
    """Every recorded answer, with its request made again, through the real program."""

    @classmethod
    def setUpClass(cls):
        cls.records = {}
        lines = []
        for transport in ("jsonrpc", "json2", "xmlrpc", "web"):
            with (CORPUS / f"{transport}.jsonl").open(encoding="utf-8") as file:
                records = [json.loads(line) for line in file]
            cls.records.update((record["id"], record) for record in records)
            lines += [json.dumps(recordings.recorded(record, transport)) for record in records]
        begun = time.monotonic()
        code, out, err = explain("--jsonl", answer="\n".join(lines))
        cls.seconds = (time.monotonic() - begun) * 3000 / len(lines)
        if (code, err) != (0, ""):
            raise AssertionError(f"explain ended with {code}: {err}")
        cls.told = [json.loads(line) for line in out.splitlines()]

    def test_is_explained(self):
        strict = lenient = fields = found = right = named = 0
        expected, wrong = [], []
        for told in self.told:
            label, reason = self.records[told["id"]]["expect"], told["reason"]
            exact = reason == label.get("reason")
            accepted = exact or reason in label.get("also_accept", ())
            strict += exact
            lenient += accepted
            situation = told["id"].split(".")[0]
            if not accepted:
                (expected if situation in EXPECTED else wrong).append(f"{told['id']} is {reason}, labelled {label.get('reason')}")
            if not reason or not label.get("reason"):
                continue
            wanted, allowed = label.get("fields", []), label.get("fields", []) + label.get("fields_in_request", [])
            fields += len(wanted)
            found += sum(path in told["fields"] for path in wanted)
            named += len(told["fields"])
            right += sum(path in allowed for path in told["fields"])
        count = len(self.told)
        rates = {"strict": strict / count, "lenient": lenient / count, "recall": found / fields, "precision": right / named}
        lines = [f"explain --jsonl over {count} records of all transports; {self.seconds:.2f} s for 3,000"]
        lines += [f"{name:<12}{100 * rate:8.2f} %" for name, rate in rates.items()]
        lines += [f"expected: {line}: {EXPECTED[line.split('.')[0]]}" for line in expected] + [f"wrong: {line}" for line in wrong]
        harness.keep_figures("explain", "\n".join(lines) + "\n")
        self.assertEqual([told["id"] for told in self.told], list(self.records))
        self.assertEqual(wrong, [])
        for name, least in {"strict": 0.97, "lenient": 0.995, "recall": 0.98, "precision": 0.98}.items():
            self.assertGreaterEqual(rates[name], least, name)

    def test_is_quick(self):
        self.assertLess(self.seconds, 2)


if __name__ == "__main__":
    unittest.main()

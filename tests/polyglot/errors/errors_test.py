"""What client/ERRORS.md shows is what runs here: the snippets, and what they say of real errors."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import grpc
import harness
import read_error
from odoo.contacts.v1 import partner_pb2, partner_pb2_grpc

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
NPM = pathlib.Path(os.environ.get("POLYGLOT_NPM", "npm"))
GOOGLE_RPC = os.environ.get("GOOGLE_RPC_PROTO_DIR", "")
SOURCES = {
    "cpp": ROOT / "client/cpp/example/create_partner.cc",
    "python": HERE / "read_error.py",
    "go": HERE / "read_error.go",
    "js": HERE / "read_error.mjs",
}


def skip_aloud(why):
    print(f"SKIPPED: {why}", file=sys.stderr)
    raise unittest.SkipTest(why)


def snippet_of(path):
    """Between the two marks."""
    return re.split(r"^[ /#]*\[snippet\]\n", path.read_text(encoding="utf-8"), flags=re.M)[1].strip("\n")


class Page(unittest.TestCase):
    def test_shows_what_is_tested(self):
        page = (ROOT / "client/ERRORS.md").read_text(encoding="utf-8")
        shown = dict(re.findall(r"```(\w+)\n(.*?)\n```", page, flags=re.S))
        self.assertEqual(set(shown), set(SOURCES))
        for language, path in SOURCES.items():
            with self.subTest(language):
                self.assertEqual(shown[language], snippet_of(path))

    def test_names_every_reason(self):
        page = (ROOT / "README.md").read_text(encoding="utf-8")
        table = page[page.index("| reason | code |") : page.index("## Guarantees")]
        proto = (ROOT / "proto/odoo/error/v1/error.proto").read_text(encoding="utf-8")
        reasons = set(re.findall(r"REASON_(\w+) =", proto)) - {"UNSPECIFIED"}
        self.assertEqual(reasons - set(re.findall(r"[A-Z_]{6,}", table)), set())


class Errors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = harness.Sandbox("18.0")
        cls.addClassCleanup(cls.sandbox.stop)
        cls.gateway = harness.Gateway(cls.sandbox.odoo("jsonrpc"))
        cls.addClassCleanup(cls.gateway.stop)

    def expect_missing(self, lines):
        self.assertEqual(lines[0], "REQUIRED_FIELD_MISSING")
        self.assertEqual([line.partition(":")[0] for line in lines[1:]], ["values.name"])

    def test_python(self):
        with grpc.insecure_channel(self.gateway.address) as channel:
            partners = partner_pb2_grpc.PartnerServiceStub(channel)
            with self.assertRaises(grpc.RpcError) as caught:
                partners.CreatePartner(partner_pb2.CreatePartnerRequest(values={}), timeout=20)
        self.expect_missing(read_error.report(caught.exception))

    def test_python_without_a_gateway(self):
        with grpc.insecure_channel("127.0.0.1:1") as channel:
            with self.assertRaises(grpc.RpcError) as caught:
                partner_pb2_grpc.PartnerServiceStub(channel).GetPartner(partner_pb2.GetPartnerRequest(id=1), timeout=20)
        self.assertEqual(read_error.report(caught.exception), ["UNAVAILABLE"])

    def test_go(self):
        if shutil.which("go") is None:
            skip_aloud("there is no go")
        # Debian's Go packages are a GOPATH.
        environment = {
            **os.environ,
            "GO111MODULE": "off",
            "GOPATH": "/usr/share/gocode",
            "GOCACHE": os.environ["POLYGLOT_GO_CACHE"],
        }
        program = ["go", "run", str(HERE / "read_error.go"), self.gateway.address]
        done = subprocess.run(program, capture_output=True, text=True, timeout=240, env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.expect_missing(json.loads(done.stdout))

    def test_node(self):
        node = shutil.which("node")
        if node is None or not NPM.is_dir():
            skip_aloud("there is no node, or its packages are not installed (make npm)")
        program = [node, str(HERE / "read_error.mjs"), str(NPM), self.gateway.address, str(ROOT / "proto"), GOOGLE_RPC]
        done = subprocess.run(program, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.expect_missing(json.loads(done.stdout))


if __name__ == "__main__":
    unittest.main()

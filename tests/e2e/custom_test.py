"""Contracts that the gateway does not bring: served like its own, or refused with every mistake named."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import harness
from case import GatewayCase, main
from harness.reflection import Reflection

HERE = pathlib.Path(__file__).resolve().parent
PROTO = HERE.parents[1] / "proto"
SERVICE = "shop.tags.v1.TagService"


def compiled(root, *files):
    """A descriptor set as `protoc --include_imports` makes it."""
    directory = tempfile.mkdtemp()
    path = os.path.join(directory, "contracts.binpb")
    subprocess.run(["protoc", f"-I{root}", f"-I{PROTO}", "--include_imports", f"--descriptor_set_out={path}", *files], check=True)
    return path


def run_gateway(*arguments):
    program = harness.Program(
        "odoo-gateway",
        arguments,
        {"ODOO_URL": "http://127.0.0.1:1", "ODOO_DATABASE": "x", "ODOO_USERNAME": "x", "ODOO_PASSWORD": "x"},
    )
    return program.wait(), program


class CustomModel(GatewayCase):
    @classmethod
    def contracts(cls):
        contracts = compiled(HERE / "custom" / "proto", "shop/tags/v1/tag.proto")
        cls.addClassCleanup(shutil.rmtree, os.path.dirname(contracts))
        return [contracts]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reflection = Reflection(cls.gateway)
        cls.tags = cls.reflection.service(SERVICE)

    def odoogw(self, *arguments):
        program = harness.Program("odoogw", arguments, {"ODOOGW_ADDRESS": self.gateway.address})
        return program.wait(), "\n".join(program.stdout.all()), "\n".join(program.stderr.all())

    def test_served_beside_the_built_in_ones(self):
        services = self.reflection.services()
        self.assertIn(SERVICE, services)
        self.assertIn("odoo.sale.v1.SaleOrderService", services)
        self.assertEqual(self.get_partner(1).id, 1)

    def test_python_by_reflection(self):
        tag = self.tags.CreateTag(values={"label": "Urgent", "color": 4}, read_mask={"paths": ["label"]}).record
        self.assertEqual(tag.label, "Urgent")
        self.assertEqual(self.written("crm.tag"), {"name": "Urgent", "color": 4})
        record = self.tags.GetTag(id=tag.id).record
        self.assertEqual((record.label, record.color), ("Urgent", 4))
        found = self.tags.SearchTags(filter={"label": {"starts_with": "urg"}}, count_total=True)
        self.assertEqual(([r.id for r in found.records], found.total_size), ([tag.id], 1))

    def test_its_rules(self):
        with self.fails("REQUIRED_FIELD_MISSING", ["values.label"]):
            self.tags.CreateTag(values={"color": 1})
        with self.fails("INVALID_FIELD_VALUE", ["values.label"]):
            self.tags.CreateTag(values={"label": "x" * 21})
        self.tags.CreateTag(values={"label": "\u20ac" * 20})

    def test_unique(self):
        self.tags.CreateTag(values={"label": "Once"})
        with self.fails("UNIQUE_VIOLATION", ["values.label"]) as failed:
            self.tags.CreateTag(values={"label": "Once"})
        self.assertIn("name_uniq", failed.metadata["constraint"])

    def test_odoogw(self):
        code, out, _ = self.odoogw("list")
        self.assertEqual(code, 0)
        self.assertIn(SERVICE, out)
        code, out, err = self.odoogw("call", "TagService.CreateTag", '{"values": {"label": "Shell"}}')
        self.assertEqual(code, 0, err)
        tag = int(json.loads(out)["record"]["id"])
        code, out, err = self.odoogw("call", "TagService.GetTag", json.dumps({"id": tag}), "--compact")
        self.assertEqual(code, 0, err)
        self.assertEqual(json.loads(out)["record"]["label"], "Shell")
        code, _, err = self.odoogw("call", "TagService.CreateTag", '{"values": {}}')
        self.assertNotEqual(code, 0)
        self.assertIn("values.label", err)
        self.assertIn("REQUIRED_FIELD_MISSING", err)
        code, out, _ = self.odoogw("describe", "TagService.CreateTag")
        self.assertEqual(code, 0)
        self.assertIn("CreateTagRequest", out)
        code, out, _ = self.odoogw("describe", "shop.tags.v1.Tag")
        self.assertEqual(code, 0)
        self.assertIn("label", out)

    def test_metrics_of_its_methods(self):
        self.tags.SearchTags()
        labels = {"grpc_service": SERVICE, "grpc_method": "SearchTags", "grpc_code": "OK"}
        harness.wait_until(lambda: self.gateway.metrics().value("grpc_server_handled_total", **labels), "the call")
        self.assertGreater(
            self.gateway.metrics().value("odoo_gateway_upstream_calls_total", model="crm.tag", operation="search"), 0
        )


class Contracts(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.directory)

    def test_broken_contract(self):
        path = compiled(HERE / "custom" / "broken", "broken.proto")
        self.addCleanup(shutil.rmtree, os.path.dirname(path))
        code, program = run_gateway("--contracts", path)
        self.assertEqual(code, 2)
        mistakes = "\n".join(program.stderr.all())
        for name in (
            "shop.broken.v1.BrokenService.NoOperation",
            "shop.broken.v1.BrokenService.Act",
            "shop.broken.v1.BrokenService.Watch",
            "shop.broken.v1.Broken.color",
            "shop.broken.v1.Broken.name",
            "shop.broken.v1.Broken.owner_id",
        ):
            self.assertIn(name, mistakes)
        self.assertGreaterEqual(len(program.stderr.all()), 6)

    def test_files_that_are_no_contracts(self):
        garbage = os.path.join(self.directory, "garbage")
        pathlib.Path(garbage).write_bytes(b"\xff" * 100)
        empty = os.path.join(self.directory, "empty")
        pathlib.Path(empty).write_bytes(b"")
        missing = os.path.join(self.directory, "missing")
        for path in (garbage, missing, self.directory):
            with self.subTest(path):
                code, program = run_gateway("--contracts", path)
                self.assertEqual(code, 2, program.output())
                self.assertIn(path, "\n".join(program.stderr.all()))

    def test_a_set_without_its_imports(self):
        path = os.path.join(self.directory, "alone.binpb")
        subprocess.run(
            ["protoc", f"-I{HERE / 'custom' / 'proto'}", f"-I{PROTO}", f"--descriptor_set_out={path}", "shop/tags/v1/tag.proto"],
            check=True,
        )
        code, program = run_gateway("--contracts", path, "--dump-catalog")
        # What it imports is built in, but for google/protobuf/field_mask.proto, which is known as well.
        self.assertIn(code, (0, 2), program.output())
        if code == 2:
            self.assertIn("import", "\n".join(program.stderr.all()))

    def test_dump_catalog(self):
        path = compiled(HERE / "custom" / "proto", "shop/tags/v1/tag.proto")
        self.addCleanup(shutil.rmtree, os.path.dirname(path))
        code, program = run_gateway("--contracts", path, "--dump-catalog")
        self.assertEqual(code, 0)
        text = "\n".join(program.stdout.all())
        for part in (SERVICE, "crm.tag", "label", "odoo.sale.v1.SaleOrderService", "action_confirm"):
            self.assertIn(part, text)

    def test_built_by_buf(self):
        buf = shutil.which("buf") or os.environ.get("BUF", "")
        if not os.access(buf, os.X_OK):
            self.skipTest("no buf here: its descriptor sets are not tried")
        work = os.path.join(self.directory, "protos")
        shutil.copytree(HERE / "custom" / "proto", work)
        shutil.copytree(PROTO / "odoo" / "contract", os.path.join(work, "odoo", "contract"))
        shutil.copytree(PROTO / "odoo" / "type", os.path.join(work, "odoo", "type"))
        pathlib.Path(work, "buf.yaml").write_text("version: v2\n")
        path = os.path.join(self.directory, "buf.binpb")
        subprocess.run([buf, "build", work, "-o", path], check=True, env={**os.environ, "HOME": self.directory})
        code, program = run_gateway("--contracts", path, "--dump-catalog")
        self.assertEqual(code, 0, program.output())
        self.assertIn(SERVICE, "\n".join(program.stdout.all()))


if __name__ == "__main__":
    main()

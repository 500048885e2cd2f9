"""Two Odoos of different versions behind one gateway."""

import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import tempfile
import unittest

import harness
from custom_test import compiled
from harness.reflection import Reflection
from harness.sandbox import free_port
from health.v1 import health_pb2, health_pb2_grpc

HERE = pathlib.Path(__file__).resolve().parent
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
PARTNERS = "odoo.contacts.v1.PartnerService"
TAGS = "shop.tags.v1.TagService"
SECONDS = 90


def to(instance):
    return [("x-odoo-instance", instance)]


class Folder:
    """Holds a file with settings and what it names."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp())

    def write(self, name, text):
        path = self.path / name
        path.write_text(text)
        return path

    def settings(self, callers=None, **instances):
        """The path of gateway.yaml. JSON is YAML, too."""
        settings = {"instances": instances, **({"callers": callers} if callers else {})}
        return self.write("gateway.yaml", json.dumps(settings))

    def instance(self, name, odoo, **more):
        secret = {}
        for key in ("password", "api_key"):
            if getattr(odoo, key):
                secret[key + "_file"] = str(self.write(f"{name}-{key}", getattr(odoo, key)))
        return {
            "url": odoo.url,
            "database": odoo.database,
            "username": odoo.username,
            "protocol": odoo.protocol,
            **secret,
            **more,
        }


class TwoInstances(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as started:
            folder = Folder()
            started.callback(shutil.rmtree, folder.path)
            cls.old = started.enter_context(harness.Sandbox("18.0"))
            cls.new = started.enter_context(harness.Sandbox("19.0"))
            contracts = compiled(HERE / "custom" / "proto", "shop/tags/v1/tag.proto")
            started.callback(shutil.rmtree, os.path.dirname(contracts))
            cls.folder = folder
            cls.settings = folder.settings(
                default=folder.instance("default", cls.old.odoo("jsonrpc"), max_in_flight="3"),
                shop=folder.instance("shop", cls.new.odoo("json2"), contracts=[contracts]),
            )
            cls.gateway = started.enter_context(
                harness.Gateway(harness.Odoo("", protocol=""), "--config", str(cls.settings), wait="started")
            )
            for name in ("default", "shop"):
                assert cls.gateway.wait_log(event="instance", instance=name, state="connected"), name
            cls.partners = cls.gateway.service(PARTNERS)
            cls.tags = Reflection(cls.gateway).service(TAGS)
            cls.addClassCleanup(started.pop_all().close)

    def setUp(self):
        for sandbox in (self.old, self.new):
            sandbox.down(False)
            sandbox.reset()
            sandbox.forget_calls()

    def asked(self):
        """Which Odoo got calls of partners since the test began."""
        return [bool(sandbox.calls("res.partner")) for sandbox in (self.old, self.new)]

    def create(self, instance, name):
        return self.partners.CreatePartner(values={"name": name}, metadata=to(instance)).record.id

    def test_metadata_chooses(self):
        self.partners.GetPartner(id=1, metadata=to("shop"))
        self.assertEqual(self.asked(), [False, True])

    def test_default_is_where_calls_go_that_name_none(self):
        self.partners.GetPartner(id=1)
        self.assertEqual(self.asked(), [True, False])

    def test_records_stay_apart(self):
        ids = {name: self.create(name, "Only in " + name) for name in ("default", "shop")}
        for name, partner in ids.items():
            record = self.partners.GetPartner(id=partner, metadata=to(name)).record
            self.assertEqual(record.name, "Only in " + name)

    def test_unknown_instances_are_refused(self):
        for metadata in (to("other"), to("Default"), to(""), to("x" * 2000), to("shop") + to("default")):
            with self.subTest(metadata=metadata), harness.failure() as failed:
                self.partners.GetPartner(id=1, metadata=metadata)
            self.assertEqual((failed.code, failed.reason), ("INVALID_ARGUMENT", "MALFORMED_REQUEST"))
            self.assertEqual(failed.metadata["instances"], "default, shop")
            self.assertIn("x-odoo-instance", failed.message)
        self.assertEqual(self.asked(), [False, False])

    def test_contracts_of_one_instance(self):
        self.tags.SearchTags(metadata=to("shop"))
        with harness.failure() as failed:
            self.tags.SearchTags()
        self.assertEqual((failed.code, failed.reason), ("UNIMPLEMENTED", "METHOD_NOT_FOUND"))
        self.assertEqual((failed.metadata["instance"], failed.metadata["instances"]), ("default", "shop"))
        self.assertIn("shop", failed.message)

    def test_page_tokens_of_another_instance(self):
        for name in ("default", "shop"):
            for number in range(3):
                self.create(name, f"Partner {number}")
        page = self.partners.SearchPartners(page_size=1, metadata=to("default"))
        token = page.next_page_token
        self.assertTrue(token)
        self.partners.SearchPartners(page_size=1, page_token=token, metadata=to("default"))
        with harness.failure() as failed:
            self.partners.SearchPartners(page_size=1, page_token=token, metadata=to("shop"))
        self.assertEqual((failed.reason, failed.paths), ("INVALID_DOMAIN", ["page_token"]))

    def test_errors_logs_and_metrics_name_the_instance(self):
        with harness.failure() as failed:
            self.partners.GetPartner(id=999999, metadata=to("shop") + [("x-request-id", "in-shop")])
        self.assertEqual((failed.reason, failed.metadata["instance"]), ("RECORD_NOT_FOUND", "shop"))
        line = self.gateway.wait_log(event="call", request_id="in-shop")
        self.assertEqual(line["instance"], "shop")
        metrics = self.gateway.metrics()
        for name in ("default", "shop"):
            self.assertEqual(metrics.all("odoo_gateway_upstream_up", odoo_instance=name), [1])
            self.assertEqual(len(metrics.all("odoo_gateway_model_available", odoo_instance=name, model="res.partner")), 1)
        self.assertEqual(metrics.all("odoo_gateway_model_available", odoo_instance="default", model="crm.tag"), [1])

    def health(self, service):
        stub = health_pb2_grpc.HealthStub(self.gateway.channel)
        return stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=10).status

    def test_one_goes_down_and_the_other_serves(self):
        self.new.down()
        with harness.failure() as failed:
            self.partners.GetPartner(id=1, metadata=to("shop"))
        self.assertEqual(failed.code, "UNAVAILABLE")
        self.partners.GetPartner(id=1, metadata=to("default"))
        harness.wait_until(lambda: self.health("shop/" + PARTNERS) == NOT_SERVING, "health of the one that is down")
        self.assertEqual(self.health("default/" + PARTNERS), SERVING)
        self.assertEqual(self.health(PARTNERS), SERVING)
        self.new.down(False)
        harness.wait_until(lambda: self.health("shop/" + PARTNERS) == SERVING, "health of the one that came back")
        self.partners.GetPartner(id=1, metadata=to("shop"))

    def program(self, *arguments):
        program = harness.Program("odoo-gateway", arguments, {})
        return program.wait(SECONDS), "\n".join(program.stdout.all()), "\n".join(program.stderr.all())

    def test_check_looks_at_all_of_them_or_at_one(self):
        code, out, err = self.program("check", "--config", str(self.settings), "--json")
        self.assertEqual((code, err), (0, ""), out)
        versions = {entry["instance"]: entry["odoo"]["version"][:4] for entry in json.loads(out)["instances"]}
        self.assertEqual(versions, {"default": "18.0", "shop": "19.0"})
        code, out, _ = self.program("check", "--config", str(self.settings), "--instance", "shop", "--json")
        self.assertEqual(code, 0, out)
        self.assertEqual([entry["instance"] for entry in json.loads(out)["instances"]], ["shop"])
        code, _, err = self.program("check", "--config", str(self.settings), "--instance", "nobody")
        self.assertEqual(code, 2)
        self.assertIn("--instance: is none of default, shop", err)

    def test_config_print_masks_nothing_that_it_needs_to_show(self):
        code, out, err = self.program("config", "print", "--config", str(self.settings))
        self.assertEqual((code, err), (0, ""))
        self.assertIn("max_in_flight: 3  # gateway.yaml:1", out)
        self.assertIn(self.new.url, out)


class NoDefault(unittest.TestCase):
    def test_calls_have_to_name_one(self):
        folder = Folder()
        self.addCleanup(shutil.rmtree, folder.path)
        nowhere = harness.Odoo(f"http://127.0.0.1:{free_port()}", "x", "x", "x", "", "jsonrpc")
        settings = folder.settings(a=folder.instance("a", nowhere), b=folder.instance("b", nowhere))
        with harness.Gateway(harness.Odoo("", protocol=""), "--config", str(settings), wait="started") as gateway:
            with harness.failure() as failed:
                gateway.service(PARTNERS).GetPartner(id=1)
            self.assertEqual((failed.code, failed.metadata["instances"]), ("INVALID_ARGUMENT", "a, b"))


class CallersOfInstances(unittest.TestCase):
    """A caller gets to its own instances, and is told of no others."""

    def test_a_caller_of_one(self):
        folder = Folder()
        self.addCleanup(shutil.rmtree, folder.path)
        nowhere = harness.Odoo(f"http://127.0.0.1:{free_port()}", "x", "x", "x", "", "jsonrpc")
        digest = hashlib.sha256(b"a-token").hexdigest()
        settings = folder.settings(
            callers={"shop": {"tokens": ["sha256:" + digest], "instances": ["b"], "allow": [{"models": ["*"]}]}},
            default=folder.instance("default", nowhere),
            b=folder.instance("b", nowhere),
        )
        token = [("authorization", "Bearer a-token")]
        with harness.Gateway(harness.Odoo("", protocol=""), "--config", str(settings), wait="started") as gateway:
            partners = gateway.service(PARTNERS)
            for metadata in (token, token + to("b")):
                with harness.failure() as failed:
                    partners.GetPartner(id=1, metadata=metadata)
                self.assertEqual((failed.reason, failed.metadata["instance"]), ("UPSTREAM_UNAVAILABLE", "b"))
            told = set()
            for name in ("default", "nowhere"):
                with harness.failure() as failed:
                    partners.GetPartner(id=1, metadata=token + to(name))
                self.assertEqual((failed.code, failed.reason), ("PERMISSION_DENIED", "CALLER_NOT_ALLOWED"))
                self.assertEqual(failed.metadata["instances"], "b")
                told.add(failed.message.replace(name, "NAME"))
            self.assertEqual(len(told), 1, "what is there and what is not must look the same")
            with harness.failure() as failed:
                partners.GetPartner(id=1, metadata=to("b"))
            self.assertEqual(failed.code, "UNAUTHENTICATED")


if __name__ == "__main__":
    unittest.main(verbosity=1)

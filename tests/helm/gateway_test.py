"""The real gateway with what the chart makes of values: its configuration, its files, its arguments."""

import contextlib
import functools
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import chart
import grpc
import harness
import matrix
import yaml
from harness.reflection import Reflection
from harness.sandbox import free_port
from health.v1 import health_pb2, health_pb2_grpc
from pod import Pod

_SECONDS = 60
_PROTO = chart.ROOT / "proto"
_CUSTOM = chart.ROOT / "tests" / "e2e" / "custom" / "proto"
# Keys of the gateway that the chart writes by itself, from values of other names.
_WRITTEN = {
    "listen",
    "metrics_listen",
    "health_listen",
    "contracts",
    "certificate_file",
    "key_file",
    "client_ca_file",
    "client_certificate",
    "api_key_file",
    "password_file",
    "ca_file",
}
# Variables would carry secrets in the environment; the chart has files.
_LEFT_OUT = {"api_key_env", "password_env"}
# Below and above what the gateway takes.
_BEYOND = {
    "default_timeout": ("0s", "86400001ms"),
    "max_connection_age": ("0h", "25h"),
    "max_request_bytes": ("1023", "1025MiB"),
    "max_answer_bytes": ("0", "1048577KiB"),
    "max_pending_bytes": ("1023KiB", "65GiB"),
}


@functools.cache
def contracts():
    """A descriptor set with a contract of somebody's own."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "tag.binpb")
        command = ["protoc", f"-I{_CUSTOM}", f"-I{_PROTO}", "--include_imports", f"--descriptor_set_out={path}"]
        subprocess.run([*command, "shop/tags/v1/tag.proto"], check=True)
        return path.read_bytes()


def given(kind, _name, keys):
    """Contracts as they are; of other files, that they are there."""
    if kind == "ConfigMap" and not keys:
        return {"tag.binpb": contracts()}
    return {key: b"placeholder" for key in keys or ("tls.crt", "tls.key", "ca.crt")}


def server_pod(objects):
    return chart.of_kind(objects, "Deployment")[0]["spec"]["template"]["spec"]


def check_pod(objects):
    return chart.of_kind(objects, "Pod")[0]["spec"]


def run(arguments):
    """A finished run of the gateway: exit code, output."""
    program = harness.Program("odoo-gateway", arguments)
    return program.wait(_SECONDS), program.output()


def missing(wanted, found, path=""):
    """Where `found` does not hold what `wanted` does."""
    if not isinstance(wanted, dict):
        return [] if wanted == found else [f"{path}: {wanted!r} became {found!r}"]
    if not isinstance(found, dict):
        return [f"{path} is gone"]
    return [line for key, value in wanted.items() for line in missing(value, found.get(key), f"{path}.{key}".lstrip("."))]


def properties(schema):
    """Names of all properties in a schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for inner in schema.values():
            yield from properties(inner)


class Configuration(unittest.TestCase):
    maxDiff = None

    def test_the_gateway_takes_every_render_as_it_is(self):
        for name, _, objects in matrix.renders():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                pod = Pod(objects, server_pod(objects), folder, given)
                code, output = run(["config", "print", *pod.arguments()])
                self.assertEqual(code, 0, output)
                self.assertEqual(missing(pod.settings(), yaml.load(output, yaml.BaseLoader)), [])

    def test_every_setting_of_the_gateway_stands_in_the_values(self):
        _, reference = run(["config", "reference"])
        keys = set(re.findall(r"^\| `([a-z_]+)` \|", reference, re.MULTILINE))
        self.assertIn("max_in_flight", keys)
        schema = json.loads((chart.CHART / "values.schema.json").read_text(encoding="utf-8"))
        new = keys - set(properties(schema)) - _WRITTEN - _LEFT_OUT
        self.assertEqual(
            new, set(), "new settings go into values.yaml and values.schema.json of the chart, or into the sets above"
        )

    def test_the_chart_has_the_gateways_bounds(self):
        for key, beyond in _BEYOND.items():
            for value in beyond:
                with self.subTest(key, value=value):
                    code, output = run(["config", "print", f"--{key.replace('_', '-')}={value}"])
                    self.assertNotEqual(code, 0)
                    (bounds,) = re.findall(r"is not (between \w+ and \w+)", output)
                    self.assertIn(f"config.{key}: has to be {bounds}\n", chart.refusal({**chart.LEAST, "config": {key: value}}))


class Running(unittest.TestCase):
    """The two containers, beside an Odoo."""

    @classmethod
    def setUpClass(cls):
        cls.sandbox = cls.enterClassContext(harness.Sandbox("19.0"))
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.port = free_port()
        values = {
            "instances": {"default": cls.instance()},
            "contractsConfigMaps": ["tag-contracts"],
            "listenAddress": "127.0.0.1",
            "containerPort": cls.port,
            "metrics": {"port": free_port()},
        }
        objects = chart.documents(chart.render(values))
        cls.server = Pod(objects, server_pod(objects), os.path.join(folder, "server"), cls.given)
        cls.test = Pod(objects, check_pod(objects), os.path.join(folder, "test"), cls.given)

    @classmethod
    def instance(cls):
        return {
            "url": cls.sandbox.url,
            "database": cls.sandbox.database,
            "username": "integration",
            "credentials": {"existingSecret": "odoo", "key": "anything"},
        }

    @staticmethod
    def given(kind, _name, _keys):
        return {"anything": b"integration\n"} if kind == "Secret" else {"tag.binpb": contracts()}

    def test_the_server_answers_probes_and_serves_mounted_contracts(self):
        program = harness.Program("odoo-gateway", self.server.arguments())
        try:
            with contextlib.closing(harness.Caller(f"127.0.0.1:{self.port}")) as caller:
                grpc.channel_ready_future(caller.channel).result(timeout=_SECONDS)
                health = health_pb2_grpc.HealthStub(caller.channel).Check(health_pb2.HealthCheckRequest(), timeout=_SECONDS)
                self.assertEqual(health.status, health_pb2.HealthCheckResponse.SERVING)
                self.assertIn("shop.tags.v1.TagService", Reflection(caller).services())
        finally:
            self.assertEqual(program.stop(), 0)

    def test_the_test_passes_where_odoo_answers(self):
        code, output = run(self.test.arguments())
        self.assertEqual(code, 0, output)

    def test_the_test_does_not_warn_of_mounted_secrets(self):
        _, output = run(self.test.arguments())
        files = re.findall(r"^(\w+) +secret_file +(\S+):", output, re.MULTILINE)
        self.assertEqual(
            [(status, path.endswith("/instances/default/api-key")) for status, path in files], [("ok", True)], output
        )

    def test_the_test_fails_where_odoo_is_down(self):
        self.sandbox.down()
        try:
            code, output = run(self.test.arguments())
        finally:
            self.sandbox.down(False)
        self.assertEqual(code, 1, output)


if __name__ == "__main__":
    unittest.main()

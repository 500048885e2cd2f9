"""The container image: what is in it, and whether it serves, confined as compose.yaml has it. `make image` builds it first.

CONTAINERS is docker or podman. Containers share this machine's network, where they listen on loopback.
"""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import harness
import yaml
from harness.client import Caller
from harness.sandbox import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTAINERS = os.environ["CONTAINERS"]
IMAGE = "odoo-gateway"
CONFINED = ["--network=host", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
CONFIG = "/etc/odoo-gateway/gateway.yaml"
KEY = "/run/secrets/odoo_api_key"
SBOM = "/usr/share/doc/odoo-gateway/odoo-gateway.cdx.json"
PARTNERS = "odoo.contacts.v1.PartnerService"
TOOLS = ["cc", "gcc", "g++", "clang", "ld", "as", "make", "cmake", "ninja", "protoc", "python3", "curl", "wget", "git"]
LEFTOVERS = [
    "/tmp/*",
    "/var/tmp/*",
    "/var/log/*",
    "/var/lib/apt/lists/*",
    "/var/cache/apt/*",
    "/etc/odoo-gateway/*",
    "/source/*",
    "*.deb",
]


def containers(*arguments):
    result = subprocess.run([CONTAINERS, *map(str, arguments)], capture_output=True, text=True, check=False)
    if result.returncode:
        raise AssertionError(f"{CONTAINERS} {' '.join(map(str, arguments))}\n{result.stdout}{result.stderr}")
    return result.stdout


def inside(program, *arguments):
    """What a program of the image prints; as root, so that no folder is closed to it."""
    return containers("run", "--rm", "--network=none", "--user=0", f"--entrypoint={program}", IMAGE, *arguments)


class Container:
    """The image, running before `odoo`; its files are in `folder`."""

    def __init__(self, folder, odoo):
        self.port = free_port()
        default = {"url": odoo.url, "database": odoo.database, "username": odoo.username, "api_key_file": KEY}
        settings = {
            "listen": f"127.0.0.1:{self.port}",
            "metrics_listen": f"127.0.0.1:{free_port()}",
            "instances": {"default": default},
        }
        mounts = []
        for path, text in ((CONFIG, yaml.safe_dump(settings)), (KEY, odoo.api_key)):
            file = pathlib.Path(folder, pathlib.Path(path).name)
            file.write_text(text, encoding="utf-8")
            # The user of the image is no user of this machine.
            file.chmod(0o644)
            mounts.append(f"--volume={file}:{path}:ro")
        self.id = containers("run", "--detach", *CONFINED, *mounts, IMAGE, "--config", CONFIG).strip()

    def await_connection(self):
        try:
            harness.wait_until(lambda: '"state":"connected"' in self.log(), "the connection to Odoo", timeout=30)
        except TimeoutError as error:
            raise AssertionError(f"{error}; its log:\n{self.log()}") from None

    def log(self):
        command = [CONTAINERS, "logs", self.id]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True).stdout

    def execute(self, *command):
        return containers("exec", self.id, *command)

    def stopping(self):
        """A process that sends SIGTERM, and SIGKILL 30 seconds later."""
        return subprocess.Popen([CONTAINERS, "stop", "-t", "30", self.id], stdout=subprocess.DEVNULL)

    def exit_code(self):
        (state,) = json.loads(containers("inspect", self.id))
        return state["State"]["ExitCode"]

    def remove(self):
        containers("rm", "--force", self.id)


class Contents(unittest.TestCase):
    def test_its_configuration(self):
        (image,) = json.loads(containers("image", "inspect", IMAGE))
        config = image["Config"]
        self.assertEqual(config["User"], "65532:65532")
        self.assertEqual((config["Entrypoint"], config.get("Cmd")), (["/usr/bin/odoo-gateway"], None))
        self.assertEqual(set(config["ExposedPorts"]), {"50051/tcp", "9464/tcp"})
        self.assertEqual({variable.split("=")[0] for variable in config["Env"]}, {"PATH"})
        version = containers("run", "--rm", *CONFINED, IMAGE, "--version").split()
        self.assertEqual(version, ["odoo-gateway", config["Labels"]["org.opencontainers.image.version"]])

    def test_nothing_in_it_raises_rights(self):
        self.assertEqual(inside("find", "/", "-xdev", "-type", "f", "-perm", "/6000"), "")

    def test_no_tools(self):
        self.assertEqual(inside("sh", "-c", 'for each; do command -v "$each"; done; true', "sh", *TOOLS), "")

    def test_no_leftovers(self):
        either = [part for pattern in LEFTOVERS for part in ("-o", "-path", pattern)][1:]
        self.assertEqual(inside("find", "/", "-xdev", "-type", "f", "(", *either, ")"), "")

    def test_its_list_of_contents_is_true(self):
        document = json.loads(inside("cat", SBOM))
        listed = {each["name"]: each["version"] for each in document["components"]}
        self.assertTrue(listed.keys() & {"libgrpc++1.51", "libgrpc++1.51t64"}, listed)
        installed = inside("dpkg-query", "-W", "-f", "${Package} ${Version}\\n")
        packages = dict(line.split(" ") for line in installed.splitlines())
        self.assertEqual(listed, {name: packages.get(name) for name in listed})
        digest = inside("sha256sum", "/usr/bin/odoo-gateway").split()[0]
        self.assertEqual(document["metadata"]["component"]["hashes"], [{"alg": "SHA-256", "content": digest}])


class Service(unittest.TestCase):
    def setUp(self):
        self.sandbox = self.enterContext(harness.Sandbox("19.0"))

    def container(self, odoo):
        container = Container(self.enterContext(tempfile.TemporaryDirectory()), odoo)
        self.addCleanup(container.remove)
        container.await_connection()
        return container

    def test_it_serves(self):
        container = self.container(self.sandbox.odoo("json2"))
        caller = self.enterContext(Caller(f"127.0.0.1:{container.port}"))
        partners = caller.service(PARTNERS)
        made = partners.CreatePartner(values={"name": "Ada", "country_id": {"external_id": "base.be"}})
        self.assertEqual(partners.GetPartner(id=made.record.id).record.name, "Ada")
        with harness.failure() as failed:
            partners.GetPartner(id=999999)
        self.assertEqual(failed.reason, "RECORD_NOT_FOUND")
        self.assertEqual(caller.bytes_call("/grpc.health.v1.Health/Check")(b"", timeout=5), b"\x08\x01")
        self.assertIn("ok    user", container.execute("odoo-gateway", "check", "--config", CONFIG))

    def test_it_is_confined(self):
        status = self.container(self.sandbox.odoo("json2")).execute("cat", "/proc/1/status")
        facts = dict(line.split(":\t", 1) for line in status.splitlines())
        self.assertEqual(facts["Name"], "odoo-gateway")
        self.assertEqual(set(facts["Uid"].split() + facts["Gid"].split()), {"65532"})
        self.assertEqual((int(facts["CapEff"], 16), int(facts["CapBnd"], 16), facts["NoNewPrivs"]), (0, 0, "1"))

    def test_the_health_check_of_compose(self):
        compose = yaml.safe_load((ROOT / "deploy/compose/compose.yaml").read_text(encoding="utf-8"))
        kind, command = compose["services"]["gateway"]["healthcheck"]["test"]
        self.assertEqual(kind, "CMD-SHELL")
        container = self.container(self.sandbox.odoo("json2"))
        container.execute("sh", "-c", command.replace("50051", str(container.port)))
        with self.assertRaises(AssertionError):
            container.execute("sh", "-c", command.replace("50051", str(free_port())))

    def test_calls_under_way_end_before_it_does(self):
        proxy = self.enterContext(harness.Proxy(self.sandbox.url))
        container = self.container(self.sandbox.odoo("json2", url=proxy.url))
        gate = harness.Gate()
        self.addCleanup(gate.open)
        proxy.only("res.partner", "search_count", lambda exchange, forward: gate.wait(exchange) and forward() or None)
        caller = self.enterContext(Caller(f"127.0.0.1:{container.port}"))
        partners = caller.service(PARTNERS)
        call = partners.raw("CountPartners").future(partners.request_class("CountPartners")(), timeout=30)
        gate.wait_held(1)
        with container.stopping() as stop:
            harness.wait_until(lambda: '"event":"stopping"' in container.log(), "the gateway to stop")
            self.assertIsNone(stop.poll())
            gate.open()
            self.assertGreater(call.result(10).count, 0)
            self.assertEqual(stop.wait(30), 0)
        self.assertEqual(container.exit_code(), 0)


if __name__ == "__main__":
    unittest.main()

"""The Debian package as an administrator meets it: built, installed into an empty root, configured, called, purged."""

import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
from unittest import mock

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["ODOO_GATEWAY_BUILD"])
CPACK = os.environ.get("CPACK", "cpack")
SBOM = ROOT / "deploy" / "sbom.py"
PARTNERS = "odoo.contacts.v1.PartnerService"


def run(*command, **options):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if result.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}\n{result.stdout}")
    return result.stdout


def build(folder):
    """Path of the package, made as the target `deb` makes it, of what was built."""
    program = harness.binary("odoo-gateway")
    version = run(program, "--version").split()[1]
    run(SBOM, "--version", version, "--output", BUILD / "odoo-gateway.cdx.json", program)
    run(CPACK, "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", folder)
    (package,) = pathlib.Path(folder).glob("odoo-gateway_*.deb")
    return package


class Machine:
    """An empty root whose dpkg believes that it has this machine's packages, so that dependencies are checked."""

    def __init__(self, folder):
        self.root = pathlib.Path(folder)
        database = self.root / "var/lib/dpkg"
        for name in ("info", "updates", "triggers"):
            database.joinpath(name).mkdir(parents=True)
        shutil.copy("/var/lib/dpkg/status", database / "status")

    def dpkg(self, *arguments):
        return run(
            "dpkg",
            f"--root={self.root}",
            "--force-script-chrootless",
            "--force-not-root",
            *arguments,
            env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"},
        )

    def files(self):
        """All but dpkg's own."""
        files = {str(path.relative_to(self.root)) for path in self.root.rglob("*") if not path.is_dir()}
        return {path for path in files if not path.startswith("var/lib/dpkg/")}

    def path(self, path):
        return self.root / path.lstrip("/")


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.package = build(folder.name)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.machine = Machine(folder.name)

    def install(self):
        self.machine.dpkg("-i", self.package)

    def control(self, field):
        return run("dpkg-deb", "--field", self.package, field).strip()

    def test_it_brings_what_it_should_and_nothing_of_the_tests(self):
        self.install()
        self.assertEqual(
            self.machine.files(),
            {
                "usr/bin/odoo-gateway",
                "usr/lib/systemd/system/odoo-gateway.service",
                "etc/odoo-gateway/gateway.yaml",
                *(
                    f"usr/share/doc/odoo-gateway/{name}"
                    for name in ("README.md", "METRICS.md", "RUNBOOKS.md", "copyright", "odoo-gateway.cdx.json")
                ),
            },
        )
        for secrets in ("credentials", "tls"):
            self.assertEqual(self.machine.path(f"/etc/odoo-gateway/{secrets}").stat().st_mode & 0o777, 0o700)

    def test_its_list_of_contents_is_of_the_program_that_it_brings(self):
        self.install()
        document = json.loads(self.machine.path("/usr/share/doc/odoo-gateway/odoo-gateway.cdx.json").read_text(encoding="utf-8"))
        digest = hashlib.sha256(self.machine.path("/usr/bin/odoo-gateway").read_bytes()).hexdigest()
        self.assertEqual(document["metadata"]["component"]["hashes"], [{"alg": "SHA-256", "content": digest}])

    def test_dependencies_come_from_the_libraries_that_the_program_loads(self):
        depends = self.control("Depends")
        for library in ("libc6", "libcurl4", r"libgrpc\+\+1.51", "libprotobuf32", "ca-certificates"):
            # Debian 13 gave many libraries another name when time_t became 64 bits wide.
            self.assertRegex(depends, rf"\b{library}(t64)?\b")

    def configure(self, odoo):
        """Fills in the configuration as it was installed; its path."""
        key = self.machine.root / "api-key"
        key.write_text(odoo.api_key, encoding="utf-8")
        config = self.machine.path("/etc/odoo-gateway/gateway.yaml")
        text = config.read_text(encoding="utf-8")
        for shipped, own in (
            ("https://erp.example.com", odoo.url),
            ("prod\n", f"{odoo.database}\n"),
            ("/run/credentials/odoo-gateway.service/credential_default-api-key", str(key)),
        ):
            self.assertEqual(text.count(shipped), 1, shipped)
            text = text.replace(shipped, own)
        config.write_text(text, encoding="utf-8")
        return config

    def test_the_installed_program_serves_by_the_installed_configuration(self):
        self.install()
        program = self.machine.path("/usr/bin/odoo-gateway")
        self.assertIn(self.control("Version"), run(program, "--version"))
        with contextlib.ExitStack() as stack:
            sandbox = stack.enter_context(harness.Sandbox("19.0"))
            config = self.configure(sandbox.odoo("json2"))
            self.assertIn(sandbox.url, run(program, "config", "print", "--config", config))
            # Where the harness looks for programs.
            stack.enter_context(mock.patch.dict(os.environ, {"ODOO_GATEWAY_BUILD": str(self.machine.root)}))
            gateway = stack.enter_context(harness.Gateway(harness.Odoo(""), "--config", str(config)))
            self.assertEqual(gateway.service(PARTNERS).GetPartner(id=1).record.id, 1)

    def test_changes_to_the_configuration_live_through_upgrade_and_removal(self):
        self.install()
        config = self.machine.path("/etc/odoo-gateway/gateway.yaml")
        config.write_text("# mine\n", encoding="utf-8")
        self.install()
        self.assertEqual(config.read_text(encoding="utf-8"), "# mine\n")
        self.machine.dpkg("--remove", "odoo-gateway")
        self.assertEqual(self.machine.files(), {"etc/odoo-gateway/gateway.yaml"})

    def test_a_purge_leaves_nothing_not_even_credentials_and_logs(self):
        self.install()
        logs = self.machine.path("/var/log/private/odoo-gateway")
        logs.mkdir(parents=True)
        self.machine.path("/etc/odoo-gateway/credentials/default-api-key").write_text("secret", encoding="utf-8")
        self.machine.dpkg("--purge", "odoo-gateway")
        self.assertEqual(self.machine.files(), set())
        self.assertFalse(self.machine.path("/etc/odoo-gateway").exists())
        self.assertFalse(logs.exists())

    def test_the_service_is_disabled_with_its_removal_alone(self):
        folder = self.machine.root
        run("dpkg-deb", "--control", self.package, folder / "control")
        log = folder / "log"
        fake = folder / "systemctl"
        fake.write_text(f'#!/bin/sh\necho "$@" >>{log}\n', encoding="utf-8")
        fake.chmod(0o755)
        environment = {"PATH": f"{folder}:{os.environ['PATH']}", "DPKG_ROOT": ""}
        run(folder / "control/prerm", "upgrade", "9.9", env=environment)
        self.assertFalse(log.exists())
        run(folder / "control/prerm", "remove", env=environment)
        self.assertEqual(log.read_text(encoding="utf-8").splitlines()[-1], "--quiet disable odoo-gateway.service")


class Sbom(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.output = pathlib.Path(folder.name, "sbom.json")

    def make(self, program):
        run(SBOM, "--version", "1.2.3", "--output", self.output, program)
        return self.output.read_text(encoding="utf-8")

    def test_it_names_the_packages_of_all_libraries(self):
        program = harness.binary("odoo-gateway")
        text = self.make(program)
        self.assertEqual(text, self.make(program), "it should be the same each time")
        document = json.loads(text)
        self.assertEqual((document["bomFormat"], document["specVersion"], document["version"]), ("CycloneDX", "1.5", 1))
        self.assertRegex(document["serialNumber"], r"^urn:uuid:[0-9a-f-]{36}$")
        root = document["metadata"]["component"]
        self.assertEqual((root["name"], root["version"]), ("odoo-gateway", "1.2.3"))
        components = {each["name"]: each for each in document["components"]}
        files = [
            entry["value"] for each in document["components"] for entry in each["properties"] if entry["name"] == "debian:file"
        ]
        loaded = re.findall(r"(/\S+) \(0x", run("ldd", program))
        self.assertEqual(sorted(files), sorted(loaded))
        for library in ("libc6", "libcurl4", "libprotobuf32", "libssl3"):
            name = library if library in components else f"{library}t64"
            installed = run("dpkg-query", "-W", "-f", "${Version}", name)
            self.assertEqual(components[name]["version"], installed)
            self.assertTrue(components[name]["purl"].startswith(f"pkg:deb/debian/{name}@"))
        (dependencies,) = document["dependencies"]
        self.assertEqual(dependencies["ref"], root["bom-ref"])
        self.assertEqual(dependencies["dependsOn"], [each["bom-ref"] for each in document["components"]])

    def test_it_fails_rather_than_leaving_something_out(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "a.c")
            source.write_text("int a(void) { return 0; } int main(void) { return 0; }", encoding="utf-8")
            library = pathlib.Path(folder, "libunpackaged.so")
            run("cc", "-shared", "-fPIC", "-o", library, source)
            run(
                "cc",
                "-o",
                f"{folder}/program",
                source,
                "-Wl,--no-as-needed",
                f"-L{folder}",
                "-lunpackaged",
                f"-Wl,-rpath,{folder}",
            )
            with self.assertRaisesRegex(AssertionError, "No Debian package has .*libunpackaged.so"):
                self.make(f"{folder}/program")


if __name__ == "__main__":
    unittest.main()

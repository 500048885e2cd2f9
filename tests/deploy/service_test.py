"""The systemd unit: valid, and confined as far as it claims."""

import configparser
import pathlib
import re
import subprocess
import tempfile
import unittest

import harness
import yaml

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
UNIT = DEPLOY / "systemd" / "odoo-gateway.service"
PROGRAM = "/usr/bin/odoo-gateway"
# systemd-analyze said 1.3; it counts in tenths here.
MOST_EXPOSED = 13


def loaded():
    """Folders of the unit's credentials by their id."""
    return dict(line.split(":") for line in re.findall("^LoadCredential=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE))


def start(root):
    """What systemd does for LoadCredential= before the program starts: copies of plain files, not of links."""
    credentials = root / "run" / "credentials" / UNIT.name
    credentials.mkdir(parents=True)
    for name, folder in loaded().items():
        for file in root.joinpath(folder.lstrip("/")).iterdir():
            if not file.is_symlink():
                credentials.joinpath(f"{name}_{file.name}").write_bytes(file.read_bytes())


class Service(unittest.TestCase):
    def passes(self, *command):
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout)
        return result.stdout

    def unit(self):
        parser = configparser.RawConfigParser(strict=False)
        parser.optionxform = str
        parser.read(UNIT, encoding="utf-8")
        return parser

    def test_systemd_finds_no_mistake(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder, UNIT.name)
            # Where the program is now, not where the package will put it.
            text = UNIT.read_text(encoding="utf-8")
            self.assertIn(f"ExecStart={PROGRAM} ", text)
            copy.write_text(text.replace(PROGRAM, harness.binary("odoo-gateway")), encoding="utf-8")
            said = self.passes("systemd-analyze", "verify", "--man=no", copy)
            self.assertNotIn(UNIT.name, said)

    def test_it_is_confined(self):
        self.passes("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", UNIT)

    def test_configuration_and_unit_agree(self):
        service = self.unit()["Service"]
        self.assertEqual(service["ExecStart"], f"{PROGRAM} --config /etc/odoo-gateway/gateway.yaml")
        self.assertEqual(loaded()["credential"], "/etc/odoo-gateway/credentials")
        config = yaml.safe_load((DEPLOY / "debian" / "gateway.yaml").read_text(encoding="utf-8"))
        key = config["instances"]["default"]["api_key_file"]
        self.assertTrue(key.startswith(f"/run/credentials/{UNIT.name}/credential_"), key)

    def test_tls_works_as_documented(self):
        config = re.sub("^#(?=tls:|  )", "", (DEPLOY / "debian" / "gateway.yaml").read_text(encoding="utf-8"), flags=re.MULTILINE)
        readme = (DEPLOY.parent / "README.md").read_text(encoding="utf-8")
        (hook,) = re.findall(r"```sh\n(#!/bin/sh\n.*?systemctl try-restart odoo-gateway\n)```", readme, re.DOTALL)
        with tempfile.TemporaryDirectory() as root:
            root = pathlib.Path(root)
            pair = harness.Authority(root).server()
            root.joinpath("fullchain.pem").write_text(pair.certificate, encoding="utf-8")
            root.joinpath("privkey.pem").write_text(pair.key, encoding="utf-8")
            for folder in loaded().values():
                root.joinpath(folder.lstrip("/")).mkdir(parents=True)
            renewed = hook.replace("/etc/", f"{root}/etc/").replace("systemctl", "true systemctl")
            subprocess.run(["sh", "-c", renewed], env={"RENEWED_LINEAGE": str(root), "PATH": "/usr/bin:/bin"}, check=True)
            root.joinpath("etc/odoo-gateway/credentials/default-api-key").write_text("key", encoding="utf-8")
            start(root)
            root.joinpath("gateway.yaml").write_text(config.replace("/run/", f"{root}/run/"), encoding="utf-8")
            said = self.passes(harness.binary("odoo-gateway"), "config", "print", "--config", root / "gateway.yaml")
        self.assertIn("/tls_tls.crt", said)
        self.assertIn("/tls_tls.key", said)


if __name__ == "__main__":
    unittest.main()

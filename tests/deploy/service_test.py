"""The systemd unit: valid, and confined as far as it claims."""

import configparser
import pathlib
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
        self.assertEqual(service["LoadCredential"], "credential:/etc/odoo-gateway/credentials")
        config = yaml.safe_load((DEPLOY / "debian" / "gateway.yaml").read_text(encoding="utf-8"))
        key = config["instances"]["default"]["api_key_file"]
        self.assertTrue(key.startswith(f"/run/credentials/{UNIT.name}/credential_"), key)


if __name__ == "__main__":
    unittest.main()

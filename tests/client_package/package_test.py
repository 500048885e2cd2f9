"""The C++ client as a user meets it: installed, found by CMake, built against, and calling a gateway."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "client" / "cpp" / "example"
BUILD = os.environ["ODOO_GATEWAY_BUILD"]
CMAKE = os.environ.get("CMAKE", "cmake")


def run(*command):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}\n{result.stdout}")


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.prefix, cls.example = pathlib.Path(folder.name, "prefix"), pathlib.Path(folder.name, "example")
        run(CMAKE, "--install", BUILD, "--component", "client", "--prefix", cls.prefix)
        run(CMAKE, "-S", EXAMPLE, "-B", cls.example, f"-DCMAKE_PREFIX_PATH={cls.prefix}")
        run(CMAKE, "--build", cls.example)

    def create(self, gateway, *name):
        program = [self.example / "create_partner", gateway.address, *name]
        return subprocess.run(program, capture_output=True, text=True, check=False)

    def test_the_example_creates_a_partner_and_reads_its_error(self):
        with harness.Sandbox("19.0") as sandbox, harness.Gateway(sandbox.odoo("json2")) as gateway:
            made = self.create(gateway, "Ada")
            self.assertEqual((made.returncode, made.stderr), (0, ""))
            partner = int(made.stdout.removeprefix("partner "))
            found = gateway.service("odoo.contacts.v1.PartnerService").GetPartner(id=partner)
            self.assertEqual(found.record.name, "Ada")
            refused = self.create(gateway)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("REQUIRED_FIELD_MISSING: ", refused.stderr)
            self.assertIn("  values.name: ", refused.stderr)

    def test_nothing_installed_names_the_build(self):
        for path in self.prefix.rglob("*.cmake"):
            with self.subTest(path.name):
                self.assertNotIn(str(ROOT), path.read_text(encoding="utf-8"))

    def test_an_area_that_is_not_there_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            listing = EXAMPLE.joinpath("CMakeLists.txt").read_text(encoding="utf-8")
            pathlib.Path(folder, "CMakeLists.txt").write_text(
                listing.replace("COMPONENTS contacts", "COMPONENTS nonsense"), encoding="utf-8"
            )
            result = subprocess.run(
                [CMAKE, "-S", folder, "-B", f"{folder}/build", f"-DCMAKE_PREFIX_PATH={self.prefix}"],
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertNotEqual(result.returncode, 0)
            self.assertIn("nonsense", result.stderr)


if __name__ == "__main__":
    unittest.main()

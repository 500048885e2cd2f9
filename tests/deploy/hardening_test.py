"""The gateway's binary is built as the threat model says: what a memory error could use is closed."""

import re
import subprocess
import unittest

import harness


def said_of(*options):
    command = ("readelf", "--wide", *options, harness.binary("odoo-gateway"))
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class Hardening(unittest.TestCase):
    def test_position_independent(self):
        self.assertRegex(said_of("--file-header"), r"Type:\s+DYN")

    def test_relocations_are_read_only(self):
        self.assertIn("GNU_RELRO", said_of("--program-headers"))
        self.assertRegex(said_of("--dynamic"), r"\(FLAGS\)\s+BIND_NOW|\(BIND_NOW\)")

    def test_no_stack_is_executable(self):
        stack = re.search(r"GNU_STACK\s.*", said_of("--program-headers"))
        self.assertIsNotNone(stack)
        self.assertNotRegex(stack.group(), r"RWE")

    def test_checked_functions(self):
        symbols = said_of("--dyn-syms")
        self.assertIn("__stack_chk_fail", symbols)
        self.assertRegex(symbols, r"__\w+_chk\b", "no function of _FORTIFY_SOURCE is in use")


if __name__ == "__main__":
    unittest.main()

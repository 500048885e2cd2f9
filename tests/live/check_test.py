"""`odoo-gateway check` says the same as the services do."""

import os
import re

import harness
from case import LiveCase

_LINE = re.compile(r"^(ok|warn|fail) +(\S+) +(\S.*?): ")
_SECONDS = 60


class Check(LiveCase):
    def check(self, **changes):
        """(exit code, findings by (area, subject))"""
        program = harness.Program("odoo-gateway", ["check"], self.run_.account(**changes).environment())
        code = program.wait(_SECONDS)
        lines = program.stdout.all()
        found = (_LINE.match(line) for line in lines)
        for secret in (self.run_.odoo.password, self.run_.odoo.api_key):
            self.assertFalse(secret and secret in "\n".join(lines + program.stderr.all()))
        return code, {(line[2], line[3]): line[1] for line in found if line}

    def test_all_is_well(self):
        code, found = self.check()
        self.assertEqual(code, 0)
        self.assertNotIn("fail", found.values())
        self.assertEqual((found["app", "all"], found["services", "all"], found["fields", "all"]), ("ok", "ok", "ok"))
        self.assertEqual((found["access", "sale.order"], found["access", "account.move"]), ("ok", "ok"))

    def test_a_missing_app(self):
        database = os.environ.get("ODOO_DATABASE_WITHOUT_CRM")
        if not database:
            self.skipTest("ODOO_DATABASE_WITHOUT_CRM is not set")
        code, found = self.check(database=database)
        self.assertEqual((code, found["app", "crm"], found["services", "all"]), (0, "warn", "warn"))
        self.assertEqual((found["access", "crm.tag"], found.get(("access", "crm.lead"))), ("ok", None))
        self.assertEqual([subject for area, subject in found if area == "app"], ["crm"])

    def test_a_user_without_rights(self):
        name, password = os.environ.get("ODOO_LIMITED_USERNAME"), os.environ.get("ODOO_LIMITED_PASSWORD")
        if not (name and password) or self.run_.protocol == "json2":
            self.skipTest("needs JSON-RPC, ODOO_LIMITED_USERNAME and ODOO_LIMITED_PASSWORD")
        code, found = self.check(username=name, password=password, api_key="")
        self.assertEqual((code, found["access", "sale.order"], found["access", "res.country"]), (0, "warn", "ok"))

    def test_what_cannot_work(self):
        code, found = self.check(database=self.mark)
        self.assertEqual((code, found["database", self.mark]), (1, "fail"))
        code, found = self.check(api_key="no-such-key", password="")
        self.assertEqual(code, 1)
        self.assertIn("fail", found.values())

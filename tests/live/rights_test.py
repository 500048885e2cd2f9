"""A user who may do little, and what operators get wrong: secrets, databases, addresses."""

import contextlib
import os
import unittest

import harness
from case import LiveCase
from direct import Session


class Limited(LiveCase):
    """A second gateway, before the same Odoo, as a user who may read contacts and no sales orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        name = os.environ.get("ODOO_LIMITED_USERNAME")
        if not name:
            raise unittest.SkipTest("ODOO_LIMITED_USERNAME is not set: what a user without rights is told is not tried")
        password = os.environ.get("ODOO_LIMITED_PASSWORD", "")
        key = os.environ.get("ODOO_LIMITED_API_KEY", "")
        account = cls.run_.account(username=name, password=password, api_key=key)
        if cls.run_.protocol == "json2":
            account = cls.run_.account(username=name, password="", api_key=key or cls.key_of(account, password))
        cls.limited = harness.Gateway(account)
        cls.addClassCleanup(cls.limited.stop)
        cls.their_partners = cls.limited.service("odoo.contacts.v1.PartnerService")
        cls.their_orders = cls.limited.service("odoo.sale.v1.SaleOrderService")

    @classmethod
    def key_of(cls, account, password):
        """A key of theirs for JSON-2, for as long as these tests run."""
        session = Session(account, password)
        wizard = session.call("res.users.apikeys.description", "create", {"name": cls.mark, "duration": "1"})
        made = session.call("res.users.apikeys.description", "make_key", [wizard])
        if made["res_model"] == "res.users.identitycheck":
            made = session.call(made["res_model"], "run_check", [made["res_id"]], context={"password": password})
        keys = session.call("res.users.apikeys", "search", [["name", "=", cls.mark]])
        cls.addClassCleanup(session.call, "res.users.apikeys", "remove", keys)
        return made["context"]["default_key"]

    def test_reads_contacts(self):
        self.assertGreater(self.their_partners.CountPartners().count, 0)
        partner = self.partner()
        record = self.their_partners.GetPartner(id=partner, read_mask={"paths": ["name"]}).record
        self.assertEqual(record.name, "Live")

    def test_writes_nothing(self):
        partner = self.partner()
        calls = {
            "create": lambda: self.their_partners.CreatePartner(values={"name": self.mark}),
            "batch": lambda: self.their_partners.BatchCreatePartners(values=[{"name": self.mark}]),
            "update": lambda: self.their_partners.UpdatePartner(id=partner, values={"name": self.mark}),
            "update and read": lambda: self.their_partners.UpdatePartner(
                id=partner, values={"name": self.mark}, read_mask={"paths": ["name"]}
            ),
            "delete": lambda: self.their_partners.DeletePartner(id=partner),
        }
        for name, call in calls.items():
            with self.subTest(name), self.fails("MODEL_ACCESS_DENIED") as failed:
                call()
            self.assertEqual(failed.metadata["model"], "res.partner")
        self.assertEqual(self.direct.read("res.partner", partner, "name")["name"], "Live")
        self.assertEqual(self.direct.count("res.partner", [["name", "=", self.mark]]), 0)

    def test_no_orders_at_all(self):
        order = self.order({})
        calls = {
            "create": lambda: self.their_orders.CreateSaleOrder(values={"partner_id": {"id": self.partner()}}),
            "get": lambda: self.their_orders.GetSaleOrder(id=order),
            "search": lambda: self.their_orders.SearchSaleOrders(),
            "count": lambda: self.their_orders.CountSaleOrders(),
            "confirm": lambda: self.their_orders.ConfirmSaleOrder(id=order),
            "cancel": lambda: self.their_orders.CancelSaleOrder(id=order),
            "delete": lambda: self.their_orders.DeleteSaleOrder(id=order),
        }
        for name, call in calls.items():
            with self.subTest(name), self.fails("MODEL_ACCESS_DENIED"):
                call()
        self.assertEqual(self.direct.read("sale.order", order, "state")["state"], "draft")


class Credentials(LiveCase):
    @contextlib.contextmanager
    def degraded(self, **changes):
        """A gateway that runs and says that it cannot work."""
        with harness.Gateway(self.run_.account(**changes), wait="started") as gateway:
            self.assertIsNotNone(gateway.wait_log(event="instance", state="degraded"), gateway.log_text())
            yield gateway
            self.assertTrue(gateway.alive())

    def test_wrong_secret(self):
        secret = "not-the-secret-7341"
        wrong = {"api_key": secret, "password": ""} if self.run_.account().api_key else {"password": secret}
        with self.degraded(**wrong) as gateway:
            with self.fails("INTEGRATION_USER_REJECTED") as failed:
                gateway.service("odoo.contacts.v1.PartnerService").CountPartners()
            self.assertNotIn(secret, str(failed.failure) + failed.raw.decode(errors="replace") + gateway.log_text())

    def test_unknown_user(self):
        if self.run_.protocol == "json2":
            self.skipTest("a key names its user")
        with self.degraded(username=self.mark) as gateway, self.fails("INTEGRATION_USER_REJECTED"):
            gateway.service("odoo.contacts.v1.PartnerService").CountPartners()

    def test_wrong_database(self):
        with self.degraded(database=self.mark) as gateway, self.fails("DATABASE_NOT_FOUND"):
            gateway.service("odoo.contacts.v1.PartnerService").CountPartners()

    def test_wrong_address(self):
        with self.degraded(url=self.run_.odoo.url.rstrip("/") + "/no/such/place") as gateway:
            with harness.failure() as failed:
                gateway.service("odoo.contacts.v1.PartnerService").CountPartners()
            self.assertIn(failed.reason, ("ENDPOINT_NOT_FOUND", "UPSTREAM_UNAVAILABLE"), str(failed.failure))

    def test_either_secret_alone(self):
        odoo = self.run_.odoo
        if self.run_.protocol != "jsonrpc" or not (odoo.password and odoo.api_key):
            self.skipTest("needs JSON-RPC, and both ODOO_PASSWORD and ODOO_API_KEY")
        for account in (
            self.run_.account(api_key="", password=odoo.password),
            self.run_.account(api_key=odoo.api_key, password=""),
        ):
            with harness.Gateway(account) as gateway:
                self.assertGreater(gateway.service("odoo.contacts.v1.CountryService").CountCountries().count, 0)

    def test_auto(self):
        """Without being told, the gateway takes what fits Odoo's version."""
        with harness.Gateway(self.run_.account(protocol="auto")) as gateway:
            connected = gateway.wait_log(event="instance", state="connected")
            json2 = self.direct.major >= 19 and bool(self.run_.odoo.api_key)
            self.assertEqual(connected["protocol"], "json2" if json2 else "jsonrpc")
            self.assertTrue(connected["version"].startswith(str(self.direct.major)), connected)
            self.assertGreater(gateway.service("odoo.contacts.v1.CountryService").CountCountries().count, 0)

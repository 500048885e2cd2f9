"""What Odoo refuses: reason, code and the field in the request that caused it."""

import unittest

import harness
from case import GatewayCase, main

DESK = {"external_id": "sandbox.product_desk"}
ALDER = {"external_id": "sandbox.customer_alder"}
NONE = {"id": 999999}


class Faults(GatewayCase):
    def test_bad_reference_on_create(self):
        with self.fails("INVALID_REFERENCE", ["values.country_id"]):
            self.customer(country_id=NONE)
        with self.fails("INVALID_REFERENCE", ["values.partner_id"]):
            self.orders.CreateSaleOrder(values={"partner_id": NONE})

    def test_bad_reference_on_update(self):
        partner = self.customer()
        with self.fails("INVALID_REFERENCE", ["values.parent_id"]):
            self.partners.UpdatePartner(id=partner, values={"parent_id": NONE})

    def test_bad_reference_in_rows(self):
        with self.fails("INVALID_REFERENCE", ["values.order_line.rows[1].product_id"]):
            self.order({}, {"product_id": NONE})
        order = self.order({})
        with self.fails("INVALID_REFERENCE", ["values.order_line.rows[0].product_id"]):
            self.orders.UpdateSaleOrder(id=order, values={"order_line": {"rows": [{"product_id": NONE}]}})

    def test_bad_reference_among_several(self):
        with self.fails("INVALID_REFERENCE") as failed:
            self.customer(
                country_id={"external_id": "base.be"},
                category_id={"set": {"refs": [{"external_id": "sandbox.tag_retail"}, NONE]}},
            )
        self.assertEqual(len(failed.paths), 1)
        self.assertTrue(failed.paths[0].startswith("values.category_id"), failed.paths)

    def test_nothing_is_left_behind(self):
        before = self.orders.CountSaleOrders().count
        with self.fails("INVALID_REFERENCE"):
            self.order({}, {"product_id": NONE})
        self.assertEqual(self.orders.CountSaleOrders().count, before)

    def test_missing_records(self):
        for call in (
            lambda: self.partners.GetPartner(id=999999),
            lambda: self.partners.UpdatePartner(id=999999, values={"name": "x"}),
            lambda: self.orders.CancelSaleOrder(id=999999),
        ):
            with self.subTest(call), self.fails("RECORD_NOT_FOUND") as failed:
                call()
            self.assertTrue(failed.details["ResourceInfo"].resource_name.endswith(",999999"))

    def test_delete_of_a_missing_record(self):
        with self.fails("RECORD_NOT_FOUND"):
            self.partners.DeletePartner(id=999999)

    def test_recursion(self):
        parent = self.customer()
        child = self.customer(parent_id={"id": parent})
        with self.fails("VALIDATION_FAILED") as failed:
            self.partners.UpdatePartner(id=parent, values={"parent_id": {"id": child}})
        self.assertTrue(failed.details["LocalizedMessage"].message)

    def test_check_constraint(self):
        partner = self.customer()
        # Of type contact, name not null: as good as a required name.
        with self.fails("REQUIRED_FIELD_MISSING", ["values.name"]) as failed:
            self.partners.UpdatePartner(id=partner, values={"clear_fields": ["name"]})
        self.assertEqual(failed.metadata["constraint"], "res_partner_check_name")

    def test_record_in_use(self):
        partner = self.customer()
        self.order({}, partner_id={"id": partner})
        with self.fails("RECORD_IN_USE") as failed:
            self.partners.DeletePartner(id=partner)
        self.assertIn("PreconditionFailure", failed.details)

    def test_odoos_exception_is_named_and_its_traceback_is_not(self):
        with self.fails("INVALID_REFERENCE") as failed:
            self.customer(country_id=NONE)
        # XML-RPC has no class for most exceptions, only a number.
        self.assertIn("odoo_fault_code" if self.cell.protocol == "xmlrpc" else "odoo_exception", failed.metadata)
        self.assertEqual((failed.metadata["model"], failed.metadata["operation"]), ("res.partner", "create"))
        self.assertNotIn("DebugInfo", failed.details)
        self.assertNotIn(b"Traceback", failed.raw)
        self.assertNotIn("Traceback", self.gateway.log_text())


class Debugging(GatewayCase):
    flags = ("--error-debug", "--log-level", "debug")

    def test_frames_for_developers(self):
        with self.fails("INVALID_REFERENCE") as failed:
            self.customer(country_id=NONE)
        if self.cell.protocol == "jsonrpc":
            self.assertTrue(failed.details["DebugInfo"].stack_entries)
        call = self.gateway.wait_log(event="odoo_call", model="res.partner", outcome="fault")
        self.assertEqual((call["operation"], call["transport"]), ("create", self.cell.protocol))


class Rights(unittest.TestCase):
    """A user who may do little, and users whom Odoo does not know."""

    check = GatewayCase.check
    fails = GatewayCase.fails

    @classmethod
    def setUpClass(cls):
        cls.cell = harness.cell_from_environment()
        cls.sandbox = harness.Sandbox(cls.cell.version)
        cls.addClassCleanup(cls.sandbox.stop)

    def gateway_as(self, user, wait="connected", **changes):
        gateway = harness.Gateway(self.sandbox.odoo(self.cell.protocol, user, **changes), wait=wait)
        self.addCleanup(gateway.stop)
        return gateway

    def test_limited_user(self):
        gateway = self.gateway_as("limited")
        partners = gateway.service("odoo.contacts.v1.PartnerService")
        orders = gateway.service("odoo.sale.v1.SaleOrderService")
        self.assertGreater(partners.CountPartners().count, 0)
        with self.fails("MODEL_ACCESS_DENIED") as failed:
            partners.CreatePartner(values={"name": "x"})
        self.assertEqual(failed.metadata["model"], "res.partner")
        with self.fails("MODEL_ACCESS_DENIED"):
            partners.DeletePartner(id=1)
        with self.fails("MODEL_ACCESS_DENIED"):
            orders.SearchSaleOrders()
        with self.fails("MODEL_ACCESS_DENIED"):
            orders.CreateSaleOrder(values={"partner_id": {"id": 1}})

    def test_wrong_secret(self):
        secret = "not-the-secret-7341"
        gateway = self.gateway_as(
            "integration", wait="started", **({"api_key": secret} if self.cell.protocol == "json2" else {"password": secret})
        )
        self.assertIsNotNone(gateway.wait_log(event="instance", state="degraded"))
        with self.fails("INTEGRATION_USER_REJECTED") as failed:
            gateway.service("odoo.contacts.v1.PartnerService").GetPartner(id=1)
        self.assertEqual(failed.details["PreconditionFailure"].violations[0].subject, "odoo-gateway")
        self.assertNotIn(secret, str(failed.failure) + failed.raw.decode(errors="replace") + gateway.log_text())

    def test_wrong_database(self):
        gateway = self.gateway_as("integration", wait="started", database="elsewhere")
        self.assertIsNotNone(gateway.wait_log(event="instance", state="degraded"))
        with self.fails("DATABASE_NOT_FOUND"):
            gateway.service("odoo.contacts.v1.PartnerService").GetPartner(id=1)

    def test_no_odoo_at_that_address(self):
        gateway = self.gateway_as("integration", wait="started", url=self.sandbox.url + "/shop")
        self.assertIsNotNone(gateway.wait_log(event="instance", state="degraded"))
        with harness.failure() as failed:
            gateway.service("odoo.contacts.v1.PartnerService").GetPartner(id=1)
        self.check(failed.failure)
        self.assertIn(failed.reason, ("ENDPOINT_NOT_FOUND", "UPSTREAM_UNAVAILABLE"))


if __name__ == "__main__":
    main()

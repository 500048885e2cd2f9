"""Contracts and an Odoo whose apps come and go while the gateway runs."""

import unittest

import harness

QUOTATION = {"partner_id": {"external_id": "sandbox.customer_alder"}}


class AppsThatComeAndGo(unittest.TestCase):
    """Two Odoos behind one address: one with the app stock, one without."""

    def setUp(self):
        cell = harness.cell_from_environment()
        self.whole = self.enterContext(harness.Sandbox(cell.version))
        self.bare = self.enterContext(harness.Sandbox(cell.version, "--without", "stock"))
        self.proxy = self.enterContext(harness.Proxy(self.whole.url))
        self.gateway = self.enterContext(harness.Gateway(self.whole.odoo(cell.protocol, url=self.proxy.url)))
        self.orders = self.gateway.service("odoo.sale.v1.SaleOrderService")
        self.warehouses = self.gateway.service("odoo.stock.v1.WarehouseService")

    def drifts(self):
        return self.gateway.log(event="contract_drift", model="sale.order")

    def missing(self):
        return self.gateway.metrics().value("odoo_gateway_contract_fields_missing", model="sale.order")

    def until(self, call, done):
        """Repeats the call until it made the gateway look at the fields again."""

        def looked():
            call()
            return done()

        harness.wait_until(looked, "the gateway to look at the fields again")

    def test_fields_that_go_and_come_back(self):
        self.orders.CreateSaleOrder(values={**QUOTATION, "warehouse_id": {"id": 1}})
        self.assertEqual((self.drifts(), self.missing()), ([], 0))

        self.proxy.lead_to(self.bare.url)
        order = self.orders.CreateSaleOrder(values=QUOTATION).record.id

        def refused():
            with harness.failure() as failed:
                self.orders.UpdateSaleOrder(id=order, values={"warehouse_id": {"id": 1}})
            self.assertEqual(failed.reason, "UNKNOWN_FIELD")

        # Doubts are heard some time after the last look only.
        self.until(refused, lambda: self.missing() > 0)
        # Now it knows by itself: reads leave out what is not there, writes are refused without asking.
        read = self.orders.GetSaleOrder(id=order, read_mask={"paths": ["name", "picking_ids", "warehouse_id"]}).record
        self.assertTrue(read.name)
        self.bare.forget_calls()
        refused()
        self.assertEqual(self.bare.calls("sale.order", "web_save"), [])
        (gone,) = self.drifts()
        self.assertEqual(gone["level"], "warn")
        self.assertIn("warehouse_id", gone["missing"])

        # A model that was missing works: reason enough to look again.
        self.proxy.lead_to(self.whole.url)
        self.until(self.warehouses.SearchWarehouses, lambda: self.missing() == 0)
        self.assertEqual(len(self.drifts()), 2)
        self.assertEqual(self.drifts()[-1].get("missing", ""), "")
        self.orders.CreateSaleOrder(values={**QUOTATION, "warehouse_id": {"id": 1}})


if __name__ == "__main__":
    unittest.main()

"""One sale from the first contact to the money, by the calls of the gateway alone."""

from action_case import ActionCase, reads_the_window
from mirror import Mirror
from samples import NONE

from odoo.account.v1 import invoice_pb2 as invoices
from odoo.sale.v1 import sale_order_pb2 as sales
from odoo.stock.v1 import picking_pb2 as pickings


class Shop(ActionCase):
    def receive(self, product, quantity):
        receipt = self.picking("incoming", self.row(quantity, product))
        self.api("stock.Picking").ConfirmPicking(id=receipt)
        self.api("stock.Picking").ValidatePicking(id=receipt)

    @reads_the_window
    def test_from_customer_to_payment(self):
        orders, deliveries, bills = self.api("sale.SaleOrder"), self.api("stock.Picking"), self.api("account.Invoice")
        customer = self.partner(name="Ada", email="ada@example.com")
        product = self.goods(lst_price="25.5", invoice_policy=2, taxes_id=NONE)
        self.receive(product, "10")

        order = self.order({"product_uom_qty": "4"}, product=product, partner_id={"id": customer})
        self.assertEqual(orders.ConfirmSaleOrder(id=order, read_mask={"paths": ["amount_total"]}).record.amount_total, "102")
        with self.fails("BUSINESS_RULE"):  # invoiced is what was delivered
            orders.CreateInvoices(ids=[order])

        (delivery,) = orders.get(id=order, read_mask={"paths": ["picking_ids"]}).record.picking_ids
        self.assertEqual(deliveries.get(id=delivery.id).record.state, pickings.PICKING_STATE_ASSIGNED)
        done = deliveries.ValidatePicking(id=delivery.id, read_mask={"paths": ["state"]}).record
        self.assertEqual(done.state, pickings.PICKING_STATE_DONE)
        self.assertEqual(self.direct.read("product.product", product, "qty_available")["qty_available"], 6.0)
        status = orders.get(id=order, read_mask={"paths": ["delivery_status", "invoice_status"]}).record
        self.assertEqual(status.delivery_status, sales.SALE_ORDER_DELIVERY_STATUS_FULL)
        self.assertEqual(status.invoice_status, sales.SALE_ORDER_INVOICE_STATUS_TO_INVOICE)

        (invoice,) = orders.CreateInvoices(ids=[order], read_mask={"paths": ["amount_total"]}).records
        self.assertEqual(invoice.amount_total, "102")
        posted = bills.PostInvoice(id=invoice.id, read_mask={"paths": ["state", "name"]}).record
        self.assertEqual((posted.state, bool(posted.name)), (invoices.INVOICE_STATE_POSTED, True))
        (payment,) = bills.RegisterPayment(ids=[invoice.id], read_mask={"paths": ["amount", "partner_id"]}).records
        self.assertEqual((payment.amount, payment.partner_id.id), ("102", customer))

        paid = bills.whole(invoice.id)
        self.assertIn(paid.payment_state, (invoices.INVOICE_PAYMENT_STATE_PAID, invoices.INVOICE_PAYMENT_STATE_IN_PAYMENT))
        self.assertEqual(paid.amount_residual, "0")
        has = self.direct.read("account.move", invoice.id, "payment_state", "amount_residual", "matched_payment_ids")
        self.assertEqual((has["amount_residual"], has["matched_payment_ids"]), (0.0, [payment.id]))
        self.assertIn(has["payment_state"], ("paid", "in_payment"))
        mirror = Mirror(self.direct)
        for record in (paid, orders.whole(order), deliveries.whole(delivery.id), self.api("account.Payment").whole(payment.id)):
            self.assertEqual(mirror.differences(record), [])
        self.assertEqual(orders.get(id=order).record.invoice_status, sales.SALE_ORDER_INVOICE_STATUS_INVOICED)

"""Actions: what holds in Odoo after each, and how a refusal is told."""

from action_case import BILL, ActionCase
from case import day, instant

from odoo.account.v1 import invoice_pb2 as invoices
from odoo.purchase.v1 import purchase_order_pb2 as purchases
from odoo.stock.v1 import picking_pb2 as pickings


class Invoices(ActionCase):
    service = "account.Invoice"

    def test_post_reset_and_cancel(self):
        invoice = self.invoice(self.work())
        self.does("PostInvoice", invoice, invoices.INVOICE_STATE_POSTED, ["posted"])
        record = self.actions.whole(invoice)
        self.assertEqual(record.name, self.direct.read("account.move", invoice, "name")["name"])
        self.assertEqual((record.amount_total, record.payment_state), ("100", invoices.INVOICE_PAYMENT_STATE_NOT_PAID))
        self.assertTrue(record.HasField("invoice_date"))
        self.does("ResetInvoiceToDraft", invoice, invoices.INVOICE_STATE_DRAFT, ["draft"])
        self.does("CancelInvoice", invoice, invoices.INVOICE_STATE_CANCEL, ["cancel"])
        self.refuses("PostInvoice", invoice)
        self.does("ResetInvoiceToDraft", invoice, invoices.INVOICE_STATE_DRAFT, ["draft"])
        self.does("PostInvoice", invoice, invoices.INVOICE_STATE_POSTED, ["posted"])
        self.does("CancelInvoice", invoice, invoices.INVOICE_STATE_CANCEL, ["cancel"])

    def test_a_posted_invoice_is_not_deleted(self):
        invoice = self.invoice(self.work())
        self.actions.PostInvoice(id=invoice)
        with self.fails("BUSINESS_RULE"):
            self.actions.delete(id=invoice)
        self.assertEqual(self.state(invoice), "posted")

    def test_refusals(self):
        self.refuses("PostInvoice", self.invoice())
        nobody = self.invoice(self.work())
        self.api("account.Invoice").update(id=nobody, values={"clear_fields": ["partner_id"]})
        self.refuses("PostInvoice", nobody)
        self.refuses("PostInvoice", self.invoice(self.work(account="expense"), move_type=BILL))
        posted = self.invoice(self.work())
        self.actions.PostInvoice(id=posted)
        self.refuses("PostInvoice", posted)
        self.refuses("ResetInvoiceToDraft", self.invoice(self.work()))
        cancelled = self.invoice(self.work())
        self.actions.CancelInvoice(id=cancelled)
        self.refuses("CancelInvoice", cancelled)

    def test_of_a_missing_invoice(self):
        self.knows_no_missing_record("PostInvoice", "ResetInvoiceToDraft", "CancelInvoice")


class Purchases(ActionCase):
    service = "purchase.PurchaseOrder"

    def test_confirm_and_cancel(self):
        order = self.purchase()
        self.does("ConfirmPurchaseOrder", order, purchases.PURCHASE_ORDER_STATE_PURCHASE, ["purchase", "done"])
        record = self.actions.whole(order)
        self.assertTrue(record.HasField("date_approve"))
        self.assertEqual(record.receipt_status, purchases.PURCHASE_ORDER_RECEIPT_STATUS_PENDING)
        (receipt,) = record.picking_ids
        self.assertEqual(self.direct.read("stock.picking", receipt.id, "state")["state"], "assigned")
        with self.fails("BUSINESS_RULE"):
            self.actions.delete(id=order)
        self.does("CancelPurchaseOrder", order, purchases.PURCHASE_ORDER_STATE_CANCEL, ["cancel"])
        self.assertEqual(self.direct.read("stock.picking", receipt.id, "state")["state"], "cancel")

    def bill(self, order):
        """A posted bill of the order's first line."""
        order = self.actions.whole(order)
        values = {
            "move_type": BILL,
            "partner_id": order.partner_id,
            "ref": self.mark,
            "invoice_date": day(2026, 2, 28),
            "invoice_line_ids": {
                "rows": [{"name": "Goods", "price_unit": "30", "purchase_line_id": {"id": order.order_line[0].id}}]
            },
        }
        bill = self.discarded("account.move", self.api("account.Invoice").create(values=values).record.id)
        self.api("account.Invoice").PostInvoice(id=bill)
        return bill

    def test_a_billed_order_is_not_cancelled_in_18(self):
        """From 19 a lock refuses it, and a bill does not."""
        order = self.purchase()
        self.actions.ConfirmPurchaseOrder(id=order)
        bill = self.bill(order)
        self.assertEqual([ref.id for ref in self.actions.whole(order).invoice_ids], [bill])
        if self.direct.major >= 19:
            self.actions.update(id=order, values={"locked": True})
        self.refuses("CancelPurchaseOrder", order)

    def test_a_line_without_a_product_is_not_confirmed_from_19(self):
        nothing = {"name": "What?", "product_qty": "1", "price_unit": "1", "date_planned": instant(1900000000)}
        order = self.purchase(nothing)
        if self.direct.major >= 19:
            self.refuses("ConfirmPurchaseOrder", order)
        else:
            self.does("ConfirmPurchaseOrder", order, purchases.PURCHASE_ORDER_STATE_PURCHASE, ["purchase"])

    def test_a_cancelled_order_is_not_confirmed(self):
        order = self.purchase()
        self.actions.CancelPurchaseOrder(id=order)
        self.refuses("ConfirmPurchaseOrder", order, "ACTION_NOT_DONE")

    def test_of_a_missing_order(self):
        self.knows_no_missing_record("ConfirmPurchaseOrder", "CancelPurchaseOrder")


class Pickings(ActionCase):
    service = "stock.Picking"

    def test_a_receipt(self):
        receipt = self.picking("incoming", self.row())
        self.assertEqual(self.state(receipt), "draft")
        self.does("ConfirmPicking", receipt, pickings.PICKING_STATE_ASSIGNED, ["assigned"])
        self.does("CancelPicking", receipt, pickings.PICKING_STATE_CANCEL, ["cancel"])
        self.refuses("ReservePicking", receipt)

    def test_a_draft_is_reserved(self):
        receipt = self.picking("incoming", self.row())
        self.does("ReservePicking", receipt, pickings.PICKING_STATE_ASSIGNED, ["assigned"])

    def test_a_delivery_without_stock(self):
        delivery = self.picking("outgoing", self.row(product=self.goods()))
        self.does("ConfirmPicking", delivery, pickings.PICKING_STATE_CONFIRMED, ["confirmed"])
        failed = self.refuses("ReservePicking", delivery, "ACTION_NOT_DONE")
        self.assertEqual(failed.metadata["state"], "confirmed")

    def test_nothing_to_move(self):
        self.refuses("ReservePicking", self.picking("incoming"))
        self.refuses("ConfirmPicking", self.picking("incoming"), "ACTION_NOT_DONE")

    def test_of_a_missing_picking(self):
        self.knows_no_missing_record("ConfirmPicking", "ReservePicking", "CancelPicking")

"""Business from one end to the other: order, delivery, invoice, payment; purchase, receipt, bill; lead to opportunity."""

from case import GatewayCase, main

from odoo.account.v1 import invoice_pb2
from odoo.crm.v1 import lead_pb2
from odoo.purchase.v1 import purchase_order_pb2
from odoo.sale.v1 import sale_order_pb2
from odoo.stock.v1 import picking_pb2
from odoo.type.v1 import type_pb2

ALDER = {"external_id": "sandbox.customer_alder"}
OAK = {"external_id": "sandbox.vendor_oak"}
DESK = {"external_id": "sandbox.product_desk"}
SHELF = {"external_id": "sandbox.product_shelf"}

DONE = picking_pb2.PICKING_STATE_DONE
ASSIGNED = picking_pb2.PICKING_STATE_ASSIGNED
LATER = picking_pb2.PICKING_BACKORDER_CREATE
NEVER = picking_pb2.PICKING_BACKORDER_CANCEL


class ChainCase(GatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls.gateway.service("odoo.product.v1.ProductService")
        cls.pickings = cls.gateway.service("odoo.stock.v1.PickingService")
        cls.quants = cls.gateway.service("odoo.stock.v1.QuantService")
        cls.invoices = cls.gateway.service("odoo.account.v1.InvoiceService")
        cls.purchases = cls.gateway.service("odoo.purchase.v1.PurchaseOrderService")
        cls.leads = cls.gateway.service("odoo.crm.v1.LeadService")

    def confirmed(self, *rows):
        order = self.order(*rows)
        self.orders.ConfirmSaleOrder(id=order)
        return order

    def delivery(self, order):
        return self.get_order(order, "picking_ids").picking_ids[0].id

    def picking(self, picking):
        paths = ["state", "backorder_ids", "move_ids.product_uom_qty", "move_ids.quantity", "move_ids.state"]
        return self.pickings.GetPicking(id=picking, read_mask={"paths": paths}).record

    def invoice(self, invoice):
        paths = ["state", "payment_state", "amount_total", "amount_residual", "name"]
        return self.invoices.GetInvoice(id=invoice, read_mask={"paths": paths}).record

    def posted(self, order):
        invoice = self.orders.CreateInvoices(ids=[order]).records[0].id
        self.invoices.PostInvoice(id=invoice)
        return invoice

    def pick(self, picking, quantity):
        move = self.picking(picking).move_ids[0].id
        self.pickings.UpdatePicking(
            id=picking, values={"move_ids": {"rows": [{"id": move, "quantity": quantity, "picked": True}]}}
        )


class OrderToCash(ChainCase):
    def test_the_whole_way(self):
        customer = self.partners.CreatePartner(values={"name": "Rowan Ltd", "is_company": True}).record.id
        product = self.products.CreateProduct(values={"name": "Bookcase", "list_price": "250"}).record.id
        order = self.order({"product_id": {"id": product}, "product_uom_qty": "2"}, partner_id={"id": customer})
        self.orders.ConfirmSaleOrder(id=order)
        delivery = self.delivery(order)
        self.assertEqual(self.picking(delivery).state, ASSIGNED)
        self.assertEqual(self.pickings.ValidatePicking(id=delivery, read_mask={"paths": ["state"]}).record.state, DONE)
        (line,) = self.get_order(order, "order_line").order_line
        self.assertEqual(line.qty_delivered, "2")
        mask = {"paths": ["amount_untaxed", "amount_tax", "amount_total", "state", "partner_id"]}
        (invoice,) = self.orders.CreateInvoices(ids=[order], read_mask=mask).records
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax, invoice.amount_total), ("500", "105", "605"))
        self.assertEqual((invoice.state, invoice.partner_id.id), (invoice_pb2.INVOICE_STATE_DRAFT, customer))
        self.invoices.PostInvoice(id=invoice.id)
        (payment,) = self.invoices.RegisterPayment(ids=[invoice.id], read_mask={"paths": ["amount", "partner_id"]}).records
        self.assertEqual((payment.amount, payment.partner_id.id), ("605", customer))
        paid = self.invoice(invoice.id)
        self.assertEqual(paid.payment_state, invoice_pb2.INVOICE_PAYMENT_STATE_PAID)
        self.assertEqual(paid.amount_residual, "0")
        record = self.get_order(order, "invoice_status", "invoice_ids")
        self.assertEqual(record.invoice_status, sale_order_pb2.SALE_ORDER_INVOICE_STATUS_INVOICED)
        self.assertEqual([ref.id for ref in record.invoice_ids], [invoice.id])

    def test_nothing_is_invoiced_twice(self):
        order = self.confirmed({})
        self.orders.CreateInvoices(ids=[order])
        with self.fails("BUSINESS_RULE"):
            self.orders.CreateInvoices(ids=[order])
        with self.fails("BUSINESS_RULE"):
            self.orders.CreateInvoices(ids=[self.order({})])

    def test_orders_of_one_customer_share_an_invoice(self):
        orders = [self.confirmed({}), self.confirmed({})]
        self.assertEqual(len(self.orders.CreateInvoices(ids=orders).records), 1)
        orders = [self.confirmed({}), self.confirmed({})]
        answer = self.orders.CreateInvoices(ids=orders, values={"consolidated_billing": False})
        self.assertEqual(len(answer.records), 2)

    def test_down_payment_and_the_rest(self):
        order = self.confirmed({"price_unit": "100", "product_uom_qty": "1"})
        method = sale_order_pb2.ORDER_INVOICING_METHOD_PERCENTAGE
        mask = {"paths": ["amount_total"]}
        values = {"advance_payment_method": method, "amount": "30"}
        (first,) = self.orders.CreateInvoices(ids=[order], values=values, read_mask=mask).records
        self.assertEqual(first.amount_total, "36.3")
        (rest,) = self.orders.CreateInvoices(ids=[order], read_mask=mask).records
        self.assertEqual(rest.amount_total, "84.7")

    def test_paid_in_parts_and_not_twice(self):
        invoice = self.posted(self.confirmed({"price_unit": "100"}))
        self.invoices.RegisterPayment(ids=[invoice], values={"amount": "21"})
        record = self.invoice(invoice)
        self.assertEqual(record.payment_state, invoice_pb2.INVOICE_PAYMENT_STATE_PARTIAL)
        self.assertEqual(record.amount_residual, "100")
        self.invoices.RegisterPayment(ids=[invoice])
        self.assertEqual(self.invoice(invoice).payment_state, invoice_pb2.INVOICE_PAYMENT_STATE_PAID)
        with self.fails("BUSINESS_RULE"):
            self.invoices.RegisterPayment(ids=[invoice])

    def test_a_draft_is_not_paid(self):
        (invoice,) = self.orders.CreateInvoices(ids=[self.confirmed({})]).records
        self.sandbox.forget_calls()
        with self.fails("BUSINESS_RULE"):
            self.invoices.RegisterPayment(ids=[invoice.id])
        self.assertEqual(self.sandbox.calls("account.payment.register"), [])

    def test_credit_note(self):
        invoice = self.posted(self.confirmed({"price_unit": "100"}))
        journal = {"external_id": "sandbox.journal_sale"}
        (note,) = self.invoices.CreateCreditNote(
            ids=[invoice],
            values={"journal_id": journal, "reason": "Scratches"},
            read_mask={"paths": ["move_type", "amount_total"]},
        ).records
        self.assertEqual(note.move_type, invoice_pb2.INVOICE_TYPE_OUT_REFUND)
        self.assertEqual(note.amount_total, "121")
        self.invoices.PostInvoice(id=note.id)
        self.assertEqual(self.invoice(invoice).payment_state, invoice_pb2.INVOICE_PAYMENT_STATE_REVERSED)


class Deliveries(ChainCase):
    def test_less_than_asked_for_needs_a_decision(self):
        picking = self.delivery(self.confirmed({"product_uom_qty": "5"}))
        self.pick(picking, "2")
        with self.fails("ACTION_NOT_DONE") as failed:
            self.pickings.ValidatePicking(id=picking)
        self.assertEqual(failed.metadata["dialog"], "stock.backorder.confirmation")
        self.assertEqual(self.picking(picking).state, ASSIGNED)
        self.pickings.ValidatePicking(id=picking, backorder=LATER)
        record = self.picking(picking)
        self.assertEqual((record.state, record.move_ids[0].product_uom_qty), (DONE, "2"))
        (backorder,) = record.backorder_ids
        rest = self.picking(backorder.id)
        self.assertEqual((rest.state, rest.move_ids[0].quantity), (ASSIGNED, "3"))

    def test_the_rest_is_dropped(self):
        picking = self.delivery(self.confirmed({"product_uom_qty": "5"}))
        self.pick(picking, "2")
        self.pickings.ValidatePicking(id=picking, backorder=NEVER)
        record = self.picking(picking)
        self.assertEqual((record.state, len(record.backorder_ids)), (DONE, 0))
        self.assertEqual((record.move_ids[0].product_uom_qty, record.move_ids[0].quantity), ("5", "2"))

    def test_stock_is_reserved_and_taken(self):
        def shelves():
            quants = self.quants.SearchQuants(
                conditions=[{"path": "location_id.usage", "op": type_pb2.OPERATOR_EQUALS, "value": {"text_value": "internal"}}],
                read_mask={"paths": ["quantity", "reserved_quantity"]},
            ).records
            return [(quant.quantity, quant.reserved_quantity) for quant in quants]

        self.assertEqual(shelves(), [("25", "0")])
        picking = self.delivery(self.confirmed({"product_id": SHELF, "product_uom_qty": "10"}))
        self.assertEqual(shelves(), [("25", "10")])
        self.pickings.ValidatePicking(id=picking)
        self.assertEqual(shelves(), [("15", "0")])
        more = self.delivery(self.confirmed({"product_id": SHELF, "product_uom_qty": "20"}))
        self.assertEqual(self.picking(more).move_ids[0].quantity, "15")
        self.pickings.CancelPicking(id=more)
        self.assertEqual(shelves(), [("15", "0")])

    def test_a_cancelled_order_is_not_delivered(self):
        order = self.confirmed({})
        picking = self.delivery(order)
        self.orders.CancelSaleOrder(id=order)
        self.assertEqual(self.picking(picking).state, picking_pb2.PICKING_STATE_CANCEL)
        with self.fails("BUSINESS_RULE"):
            self.pickings.ValidatePicking(id=picking)


class ProcureToPay(ChainCase):
    def test_the_whole_way(self):
        rows = [{"product_id": SHELF, "product_qty": "4", "price_unit": "70"}]
        order = self.purchases.CreatePurchaseOrder(values={"partner_id": OAK, "order_line": {"rows": rows}}).record.id
        self.purchases.ConfirmPurchaseOrder(id=order)
        with self.fails("BUSINESS_RULE"):
            self.purchases.CreateBills(ids=[order])
        mask = {"paths": ["picking_ids", "state"]}
        record = self.purchases.GetPurchaseOrder(id=order, read_mask=mask).record
        self.assertEqual(record.state, purchase_order_pb2.PURCHASE_ORDER_STATE_PURCHASE)
        self.pickings.ValidatePicking(id=record.picking_ids[0].id)
        (bill,) = self.purchases.CreateBills(ids=[order], read_mask={"paths": ["amount_total"]}).records
        self.assertEqual(bill.amount_total, "280")
        with self.fails("BUSINESS_RULE"):
            self.invoices.PostInvoice(id=bill.id)
        self.invoices.UpdateInvoice(id=bill.id, values={"invoice_date": {"year": 2026, "month": 1, "day": 31}})
        self.invoices.PostInvoice(id=bill.id)
        self.invoices.RegisterPayment(ids=[bill.id])
        self.assertEqual(self.invoice(bill.id).payment_state, invoice_pb2.INVOICE_PAYMENT_STATE_PAID)
        with self.fails("BUSINESS_RULE"):
            self.purchases.DeletePurchaseOrder(id=order)


class Leads(ChainCase):
    def lead(self, **values):
        values = {"name": "Forty desks", "lead_type": lead_pb2.LEAD_TYPE_LEAD, **values}
        return self.leads.CreateLead(values=values).record.id

    def get(self, lead, *paths):
        return self.leads.GetLead(id=lead, read_mask={"paths": paths}).record

    def test_converted_with_a_new_customer(self):
        lead = self.lead(partner_name="Willow Ltd", contact_name="Bea Willow", email_from="bea@willow.example")
        create = lead_pb2.LEAD_CONVERSION_CUSTOMER_CREATE
        self.leads.ConvertLead(id=lead, values={"action": create})
        record = self.get(lead, "lead_type", "partner_id")
        self.assertEqual(record.lead_type, lead_pb2.LEAD_TYPE_OPPORTUNITY)
        self.assertEqual(record.partner_id.display_name, "Willow Ltd, Bea Willow")
        self.assertEqual(self.get_partner(record.partner_id.id, "email").email, "bea@willow.example")

    def test_converted_for_a_customer(self):
        lead = self.lead()
        exist = lead_pb2.LEAD_CONVERSION_CUSTOMER_EXIST
        self.leads.ConvertLead(id=lead, values={"action": exist, "partner_id": ALDER})
        self.assertEqual(self.get(lead, "partner_id").partner_id.display_name, "Alder & Sons")

    def test_lost_and_won_back(self):
        lead = self.lead()
        reason = {"external_id": "crm.lost_reason_1"}
        self.leads.MarkLeadLost(id=lead, values={"lost_reason_id": reason})
        record = self.get(lead, "active", "probability", "lost_reason_id")
        self.assertEqual((record.active, record.probability), (False, "0"))
        self.assertEqual(record.lost_reason_id.display_name, "Too expensive")
        with self.fails("BUSINESS_RULE"):
            self.leads.ConvertLead(id=lead)
        self.leads.MarkLeadWon(id=lead)
        record = self.get(lead, "active", "probability", "stage_id")
        self.assertEqual((record.active, record.probability, record.stage_id.display_name), (True, "100", "Won"))
        if self.cell.major >= 19:
            with self.fails("VALIDATION_FAILED"):
                self.leads.MarkLeadLost(id=lead)


if __name__ == "__main__":
    main()

"""Actions that take choices, and those that answer what came of them."""

from action_case import BILL, ActionCase, reads_the_window
from case import day
from mirror import Mirror

from odoo.account.v1 import invoice_pb2 as invoices
from odoo.account.v1 import journal_pb2
from odoo.account.v1 import payment_pb2 as payments
from odoo.crm.v1 import lead_pb2 as leads
from odoo.sale.v1 import sale_order_pb2 as sales
from odoo.stock.v1 import location_pb2
from odoo.stock.v1 import picking_pb2 as pickings

PAID = (invoices.INVOICE_PAYMENT_STATE_PAID, invoices.INVOICE_PAYMENT_STATE_IN_PAYMENT)
PARTIAL = invoices.INVOICE_PAYMENT_STATE_PARTIAL


class CreateInvoices(ActionCase):
    service = "sale.SaleOrder"

    def invoiced(self, *orders, **values):
        """What CreateInvoices makes of orders: [(id, total)]."""
        answer = self.actions.CreateInvoices(ids=orders, values=values or None, read_mask={"paths": ["state", "amount_total"]})
        self.discarded("account.move", *[record.id for record in answer.records])
        for record in answer.records:
            self.assertEqual(record.state, invoices.INVOICE_STATE_DRAFT)
            self.assertEqual(
                self.direct.read("account.move", record.id, "amount_total")["amount_total"], float(record.amount_total)
            )
        theirs = {record for order in orders for record in self.direct.read("sale.order", order, "invoice_ids")["invoice_ids"]}
        self.assertLessEqual({record.id for record in answer.records}, theirs)
        return [(record.id, record.amount_total) for record in answer.records]

    def test_one_order_over_xmlrpc(self):
        """Done, and said so: nobody is told that it failed."""
        if self.run_.protocol != "xmlrpc":
            self.skipTest("only XML-RPC loses the answer")
        order = self.sale()
        with self.fails("OUTCOME_UNKNOWN", code="UNKNOWN"):
            self.actions.CreateInvoices(ids=[order])
        made = self.direct.read("sale.order", order, "invoice_ids")["invoice_ids"]
        self.discarded("account.move", *made)
        self.assertEqual(len(made), 1)

    @reads_the_window
    def test_what_is_to_be_invoiced(self):
        order = self.sale()
        ((invoice, total),) = self.invoiced(order)
        self.assertEqual(total, "100")
        record = self.api("account.Invoice").whole(invoice)
        self.assertEqual(Mirror(self.direct).differences(record), [])
        self.assertEqual(record.invoice_origin, self.direct.read("sale.order", order, "name")["name"])
        with self.fails("BUSINESS_RULE") as failed:
            self.actions.CreateInvoices(ids=[order])
        self.assertTrue(failed.details["LocalizedMessage"].message)

    @reads_the_window
    def test_the_ids_alone(self):
        order = self.sale()
        (record,) = self.actions.CreateInvoices(ids=[order]).records
        self.discarded("account.move", record.id)
        self.assertEqual([field.name for field, _ in record.ListFields()], ["id"])

    @reads_the_window
    def test_down_payments(self):
        order = self.sale()
        part, fixed = sales.ORDER_INVOICING_METHOD_PERCENTAGE, sales.ORDER_INVOICING_METHOD_FIXED
        totals = [
            self.invoiced(order, advance_payment_method=part, amount="30")[0][1],
            self.invoiced(order, advance_payment_method=fixed, fixed_amount="5.5")[0][1],
            self.invoiced(order, advance_payment_method=sales.ORDER_INVOICING_METHOD_DELIVERED)[0][1],
        ]
        self.assertEqual(totals, ["30", "5.5", "64.5"])

    def test_orders_of_one_customer(self):
        partner = {"id": self.partner()}
        one, two = self.sale("10", partner_id=partner), self.sale("20", partner_id=partner)
        self.assertEqual([total for _, total in self.invoiced(one, two)], ["30"])
        one, two = self.sale("10", partner_id=partner), self.sale("20", partner_id=partner)
        self.assertEqual(sorted(total for _, total in self.invoiced(one, two, consolidated_billing=False)), ["10", "20"])

    def test_refusals(self):
        quotation = self.sale(confirmed=False)
        with self.fails("BUSINESS_RULE") as failed:
            self.actions.CreateInvoices(ids=[self.sale(), quotation])
        self.assertEqual(failed.metadata["state"], "draft")
        self.assertEqual(self.direct.read("sale.order", quotation, "invoice_ids")["invoice_ids"], [])
        with self.fails("RECORD_NOT_FOUND"):
            self.actions.CreateInvoices(ids=[self.missing("sale.order")])


class RegisterPayment(ActionCase):
    service = "account.Invoice"

    def paid(self, *bills, **values):
        """The payments that RegisterPayment makes."""
        answer = self.actions.RegisterPayment(ids=bills, values=values or None, read_mask={"paths": ["amount", "payment_type"]})
        self.discarded("account.payment", *[record.id for record in answer.records])
        return answer.records

    def due(self, invoice):
        record = self.actions.get(id=invoice).record
        return record.payment_state, record.amount_residual

    def assertPaid(self, invoice):
        state, rest = self.due(invoice)
        self.assertIn(state, PAID)
        self.assertEqual(rest, "0")

    def test_whole(self):
        invoice = self.posted()
        (payment,) = self.paid(invoice)
        self.assertEqual((payment.amount, payment.payment_type), ("100", payments.PAYMENT_TYPE_INBOUND))
        self.assertPaid(invoice)
        self.assertEqual(self.direct.read("account.move", invoice, "matched_payment_ids")["matched_payment_ids"], [payment.id])
        record = self.api("account.Payment").whole(payment.id)
        self.assertEqual(Mirror(self.direct).differences(record), [])
        self.assertEqual([ref.id for ref in record.reconciled_invoice_ids], [invoice])
        with self.fails("BUSINESS_RULE"):
            self.actions.RegisterPayment(ids=[invoice])

    def test_in_parts(self):
        invoice = self.posted()
        bank = self.first("account.Journal", journal_type=[journal_pb2.JOURNAL_TYPE_BANK])
        (payment,) = self.paid(invoice, amount="40", journal_id={"id": bank}, payment_date=day(2026, 3, 1), communication="1st")
        has = self.direct.read("account.payment", payment.id, "amount", "journal_id", "date", "memo")
        self.assertEqual((has["amount"], has["journal_id"][0], has["date"], has["memo"]), (40.0, bank, "2026-03-01", "1st"))
        self.assertEqual(self.due(invoice), (PARTIAL, "60"))
        self.assertEqual([payment.amount for payment in self.paid(invoice)], ["60"])
        self.assertPaid(invoice)

    def test_the_difference_is_written_off(self):
        invoice = self.posted()
        self.paid(
            invoice,
            amount="99.5",
            payment_difference_handling=invoices.PAYMENT_DIFFERENCE_HANDLING_RECONCILE,
            writeoff_account_id={"id": self.account("expense")},
            writeoff_label="Rounding",
        )
        self.assertPaid(invoice)

    def test_several(self):
        partner = {"id": self.partner()}
        for together, amounts in ((True, ["30"]), (False, ["10", "20"])):
            with self.subTest(group_payment=together):
                one, two = self.posted("10", partner_id=partner), self.posted("20", partner_id=partner)
                self.assertEqual(sorted(payment.amount for payment in self.paid(one, two, group_payment=together)), amounts)
                self.assertPaid(one)
                self.assertPaid(two)

    def test_an_amount_is_of_one_invoice(self):
        """Odoo would pay all of them in full."""
        partner = {"id": self.partner()}
        several = [self.posted("10", partner_id=partner), self.posted("20", partner_id=partner)]
        with self.fails("INVALID_FIELD_VALUE", ["values.amount"]):
            self.actions.RegisterPayment(ids=several, values={"amount": "5"})
        for invoice, amount in zip(several, ("10", "20")):
            self.assertEqual(self.due(invoice)[1], amount)

    def test_a_bill(self):
        bill = self.invoice(self.work(account="expense"), move_type=BILL, invoice_date=day(2026, 2, 28))
        self.actions.PostInvoice(id=bill)
        (payment,) = self.paid(bill)
        self.assertEqual(payment.payment_type, payments.PAYMENT_TYPE_OUTBOUND)
        self.assertPaid(bill)

    def test_refusals(self):
        """Odoo 18 would take the money for a draft and forget what it is for."""
        draft = self.invoice(self.work())
        with self.fails("BUSINESS_RULE") as failed:
            self.actions.RegisterPayment(ids=[draft])
        self.assertEqual(failed.metadata["state"], "draft")
        self.assertEqual(self.direct.read("account.move", draft, "matched_payment_ids")["matched_payment_ids"], [])
        with self.fails("INVALID_REFERENCE", ["values.journal_id"]):
            self.actions.RegisterPayment(ids=[self.posted()], values={"journal_id": {"id": self.missing("account.journal")}})
        with self.fails("RECORD_NOT_FOUND"):
            self.actions.RegisterPayment(ids=[self.missing("account.move")])


class CreateCreditNote(ActionCase):
    service = "account.Invoice"

    def values(self, invoice):
        return {"journal_id": self.actions.get(id=invoice).record.journal_id}

    def test_of_an_invoice(self):
        invoice = self.posted()
        values = {**self.values(invoice), "reason": "Too late", "date": day(2026, 3, 1)}
        (note,) = self.actions.CreateCreditNote(ids=[invoice], values=values, read_mask={"paths": ["move_type", "state"]}).records
        self.discarded("account.move", note.id)
        self.assertEqual((note.move_type, note.state), (invoices.INVOICE_TYPE_OUT_REFUND, invoices.INVOICE_STATE_DRAFT))
        has = self.direct.read("account.move", note.id, "reversed_entry_id", "amount_total", "ref")
        self.assertEqual((has["reversed_entry_id"][0], has["amount_total"]), (invoice, 100.0))
        self.assertIn("Too late", has["ref"])
        self.assertEqual(self.state(invoice), "posted")
        self.does("PostInvoice", note.id, invoices.INVOICE_STATE_POSTED, ["posted"])

    def test_refusals(self):
        draft = self.invoice(self.work())
        with self.fails("BUSINESS_RULE") as failed:
            self.actions.CreateCreditNote(ids=[draft], values=self.values(draft))
        self.assertEqual(failed.metadata["state"], "draft")
        with self.fails("REQUIRED_FIELD_MISSING", ["values.journal_id"]):
            self.actions.CreateCreditNote(ids=[draft], values={"reason": "?"})


class ValidatePicking(ActionCase):
    service = "stock.Picking"

    def receipt(self, taken=None, product=None):
        """A confirmed receipt of 5, of which `taken` have come."""
        receipt = self.picking("incoming", self.row("5", product))
        self.actions.ConfirmPicking(id=receipt)
        if taken:
            move = self.actions.get(id=receipt).record.move_ids[0].id
            row = {"id": move, "quantity": taken, "picked": True}
            self.actions.update(id=receipt, values={"move_ids": {"rows": [row]}})
        return receipt

    def moved(self, picking):
        """(state, quantity) of the moves."""
        moves = self.direct.read("stock.picking", picking, "move_ids")["move_ids"]
        return [(has["state"], has["quantity"]) for has in self.direct.call("stock.move", "read", moves, ["state", "quantity"])]

    def test_everything(self):
        product = self.goods()
        receipt = self.receipt(product=product)
        answer = self.actions.ValidatePicking(id=receipt, read_mask={"paths": ["state", "date_done"]})
        self.assertEqual((answer.record.state, answer.record.HasField("date_done")), (pickings.PICKING_STATE_DONE, True))
        self.assertEqual(self.moved(receipt), [("done", 5.0)])
        stock = self.first("stock.Location", usage=[location_pb2.LOCATION_USAGE_INTERNAL])
        (quant,) = (
            self.api("stock.Quant")
            .search(filter={"product_id": {"one_of": [{"id": product}]}, "location_id": {"child_of": [{"id": stock}]}})
            .records
        )
        self.assertEqual(quant.quantity, "5")
        self.assertEqual(Mirror(self.direct).differences(self.actions.whole(receipt)), [])
        with self.fails("BUSINESS_RULE"):
            self.actions.CancelPicking(id=receipt)

    def test_a_part_asks(self):
        receipt = self.receipt("2")
        failed = self.refuses("ValidatePicking", receipt, "ACTION_NOT_DONE")
        self.assertEqual((failed.metadata["state"], failed.metadata["dialog"]), ("assigned", "stock.backorder.confirmation"))

    def test_a_part_with_a_backorder(self):
        receipt = self.receipt("2")
        record = self.actions.ValidatePicking(
            id=receipt, backorder=pickings.PICKING_BACKORDER_CREATE, read_mask={"paths": ["state", "backorder_ids"]}
        ).record
        self.assertEqual(record.state, pickings.PICKING_STATE_DONE)
        self.assertEqual(self.moved(receipt), [("done", 2.0)])
        (backorder,) = record.backorder_ids
        self.assertEqual(self.moved(backorder.id), [("assigned", 3.0)])

    def test_a_part_without_a_backorder(self):
        receipt = self.receipt("2")
        record = self.actions.ValidatePicking(
            id=receipt, backorder=pickings.PICKING_BACKORDER_CANCEL, read_mask={"paths": ["state", "backorder_ids"]}
        ).record
        self.assertEqual((record.state, len(record.backorder_ids)), (pickings.PICKING_STATE_DONE, 0))
        self.assertEqual(self.moved(receipt)[0], ("done", 2.0))

    def test_refusals(self):
        delivery = self.picking("outgoing", self.row(product=self.goods()))
        self.actions.ConfirmPicking(id=delivery)
        self.refuses("ValidatePicking", delivery)
        self.knows_no_missing_record("ValidatePicking")


class Leads(ActionCase):
    service = "crm.Lead"

    def has(self, lead, *fields):
        return self.direct.read("crm.lead", lead, *fields)

    def test_won(self):
        lead = self.lead(expected_revenue="10")
        record = self.actions.MarkLeadWon(id=lead, read_mask={"paths": ["probability", "active", "stage_id"]}).record
        self.assertEqual((record.probability, record.active), ("100", True))
        has = self.has(lead, "stage_id", "probability")
        self.assertEqual((has["stage_id"][0], has["probability"]), (record.stage_id.id, 100.0))
        self.assertTrue(self.direct.read("crm.stage", record.stage_id.id, "is_won")["is_won"])

    def test_lost_and_won_back(self):
        lead = self.lead()
        reason = self.first("crm.LostReason")
        record = self.actions.MarkLeadLost(
            id=lead,
            values={"lost_reason_id": {"id": reason}, "lost_feedback": "<p>Too far away</p>"},
            read_mask={"paths": ["active", "probability", "lost_reason_id"]},
        ).record
        self.assertEqual((record.active, record.probability, record.lost_reason_id.id), (False, "0", reason))
        has = self.has(lead, "active", "lost_reason_id")
        self.assertEqual((has["active"], has["lost_reason_id"][0]), (False, reason))
        notes = self.direct.call(
            "mail.message", "search_count", [["model", "=", "crm.lead"], ["res_id", "=", lead], ["body", "ilike", "Too far away"]]
        )
        self.assertEqual(notes, 1)
        self.actions.MarkLeadWon(id=lead)
        self.assertEqual(self.has(lead, "active"), {"id": lead, "active": True})

    def test_lost_without_a_reason(self):
        lead = self.lead()
        self.actions.MarkLeadLost(id=lead)
        self.assertEqual(self.has(lead, "active", "lost_reason_id"), {"id": lead, "active": False, "lost_reason_id": False})

    def test_a_won_lead_is_not_lost_from_19(self):
        lead = self.lead()
        self.actions.MarkLeadWon(id=lead)
        if self.direct.major < 19:
            self.actions.MarkLeadLost(id=lead)
            return
        with self.fails("VALIDATION_FAILED"):
            self.actions.MarkLeadLost(id=lead)
        self.assertTrue(self.has(lead, "active")["active"])

    def converted(self, lead, **values):
        record = self.actions.ConvertLead(id=lead, values=values, read_mask={"paths": ["lead_type", "partner_id"]}).record
        self.assertEqual(record.lead_type, leads.LEAD_TYPE_OPPORTUNITY)
        has = self.has(lead, "type", "partner_id", "date_conversion")
        self.assertEqual((has["type"], bool(has["date_conversion"])), ("opportunity", True))
        return has["partner_id"] and has["partner_id"][0]

    def raw(self, **values):
        """A lead of a company that Odoo does not know."""
        names = {"partner_name": self.mark + " Ltd", "contact_name": "Ada " + self.mark}
        return self.lead(lead_type=leads.LEAD_TYPE_LEAD, **{**names, **values})

    def test_converted_with_a_new_customer(self):
        partner = self.converted(self.raw(), action=leads.LEAD_CONVERSION_CUSTOMER_CREATE)
        has = self.direct.read("res.partner", partner, "name", "parent_id")
        self.discarded("res.partner", has["parent_id"][0], partner)
        self.assertEqual((has["name"], self.mark + " Ltd" in has["parent_id"][1]), ("Ada " + self.mark, True))

    def test_converted_with_an_existing_customer(self):
        partner = self.partner()
        team = self.first("crm.SalesTeam")
        lead = self.raw()
        values = {
            "action": leads.LEAD_CONVERSION_CUSTOMER_EXIST,
            "partner_id": {"id": partner},
            "team_id": {"id": team},
            "user_id": {"id": self.direct.uid},
            "force_assignment": True,
        }
        self.assertEqual(self.converted(lead, **values), partner)
        has = self.has(lead, "user_id", "team_id")
        self.assertEqual((has["user_id"][0], has["team_id"][0]), (self.direct.uid, team))

    def test_converted_without_a_customer(self):
        nobody = {"action": leads.LEAD_CONVERSION_CUSTOMER_NOTHING}
        if self.direct.major >= 19:
            nobody = {"action": leads.LEAD_CONVERSION_CUSTOMER_EXIST, "clear_fields": ["partner_id"]}
        self.assertFalse(self.converted(self.raw(), **nobody))

    def test_leads_of_one_contact_are_not_merged(self):
        """As Odoo does by itself where nothing is said."""
        one, two = self.raw(email_from="ada@example.com"), self.raw(email_from="ada@example.com")
        self.converted(one, action=leads.LEAD_CONVERSION_CUSTOMER_EXIST, partner_id={"id": self.partner()})
        self.assertEqual(self.has(two, "type")["type"], "lead")

    def test_a_lost_lead_is_not_converted(self):
        lead = self.raw()
        self.actions.MarkLeadLost(id=lead)
        with self.fails("BUSINESS_RULE") as failed:
            self.actions.ConvertLead(id=lead, values={"action": leads.LEAD_CONVERSION_CUSTOMER_CREATE})
        self.assertEqual(failed.metadata["active"], "false")
        self.assertEqual(self.has(lead, "type")["type"], "lead")

    def test_of_a_missing_lead(self):
        self.knows_no_missing_record("MarkLeadWon", "MarkLeadLost", "ConvertLead")


class CreateBills(ActionCase):
    service = "purchase.PurchaseOrder"

    def test_of_what_has_come(self):
        order = self.purchase()
        self.actions.ConfirmPurchaseOrder(id=order)
        with self.fails("BUSINESS_RULE") as failed:
            self.actions.CreateBills(ids=[order])
        self.assertEqual(failed.metadata["invoice_status"], "no")
        (receipt,) = self.actions.whole(order).picking_ids
        self.api("stock.Picking").ValidatePicking(id=receipt.id)
        (bill,) = self.actions.CreateBills(ids=[order], read_mask={"paths": ["move_type", "state", "amount_total"]}).records
        self.discarded("account.move", bill.id)
        self.assertEqual((bill.move_type, bill.state, bill.amount_total), (BILL, invoices.INVOICE_STATE_DRAFT, "30"))
        self.assertEqual(self.direct.read("purchase.order", order, "invoice_ids")["invoice_ids"], [bill.id])
        with self.fails("BUSINESS_RULE") as failed:
            self.actions.CreateBills(ids=[order])
        self.assertEqual(failed.metadata["invoice_status"], "invoiced")
        bills = self.api("account.Invoice")
        bills.update(id=bill.id, values={"invoice_date": day(2026, 2, 28)})
        bills.PostInvoice(id=bill.id)
        (payment,) = bills.RegisterPayment(ids=[bill.id], read_mask={"paths": ["amount", "payment_type"]}).records
        self.discarded("account.payment", payment.id)
        self.assertEqual((payment.amount, payment.payment_type), ("30", payments.PAYMENT_TYPE_OUTBOUND))
        self.assertIn(bills.get(id=bill.id).record.payment_state, PAID)

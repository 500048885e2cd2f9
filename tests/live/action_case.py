"""What tests of actions share, and the records that they act on."""

import functools

from case import LiveCase
from samples import NONE, move

from odoo.account.v1 import invoice_pb2 as invoices

INVOICE = invoices.INVOICE_TYPE_OUT_INVOICE
BILL = invoices.INVOICE_TYPE_IN_INVOICE
STATE = {"paths": ["state"]}


def reads_the_window(test):
    """Of tests that need what Odoo's window shows: that of one invoice holds None, which XML-RPC cannot carry."""

    @functools.wraps(test)
    def run(self):
        if self.run_.protocol == "xmlrpc":
            self.skipTest("XML-RPC cannot carry None: what was made is not told, see test_one_order_over_xmlrpc")
        test(self)

    return run


class ActionCase(LiveCase):
    """An action runs and its post-condition holds, or Odoo refuses and nothing changes."""

    service = ""

    @property
    def actions(self):
        return self.api(self.service)

    def state(self, record):
        return self.direct.read(self.actions.model, record, "state")["state"]

    def does(self, action, record, answers, in_odoo):
        """The action answers the state that Odoo then has."""
        answer = getattr(self.actions, action)(id=record, read_mask=STATE)
        self.assertEqual((answer.record.id, answer.record.state), (record, answers))
        self.assertIn(self.state(record), in_odoo)

    def refuses(self, action, record, reason="BUSINESS_RULE", **request):
        """Nothing changes, and Odoo's own words are there."""
        before = self.state(record)
        with self.fails(reason) as failed:
            getattr(self.actions, action)(id=record, **request)
        self.assertEqual(self.state(record), before)
        if reason == "BUSINESS_RULE":
            self.assertTrue(failed.details["LocalizedMessage"].message)
        return failed

    def knows_no_missing_record(self, *actions):
        missing = self.missing(self.actions.model)
        for action in actions:
            with self.subTest(action), self.fails("RECORD_NOT_FOUND"):
                getattr(self.actions, action)(id=missing)

    # -- records to act on

    def invoice(self, *rows, **values):
        """A draft of 100 unless it says otherwise."""
        partner = values.pop("partner_id", None) or {"id": self.customer()}
        values = {"move_type": INVOICE, "partner_id": partner, "ref": self.mark, **values}
        values["invoice_line_ids"] = {"rows": list(rows)}
        return self.discarded("account.move", self.api("account.Invoice").create(values=values).record.id)

    def work(self, price="100", account="income"):
        return {"name": "Work", "price_unit": price, "tax_ids": NONE, "account_id": {"id": self.account(account)}}

    def posted(self, price="100", **values):
        invoice = self.invoice(self.work(price), **values)
        self.api("account.Invoice").PostInvoice(id=invoice)
        return invoice

    def purchase(self, *rows):
        """Of 3 goods at 10 unless it says otherwise."""
        rows = rows or ({"product_id": {"id": self.common_goods()}, "product_qty": "3", "price_unit": "10", "tax_ids": NONE},)
        values = {"partner_id": {"id": self.customer()}, "partner_ref": self.mark, "order_line": {"rows": list(rows)}}
        return self.discarded("purchase.order", self.api("purchase.PurchaseOrder").create(values=values).record.id)

    def picking(self, code, *rows):
        values = {"picking_type_id": {"id": self.operation_type(code)}, "origin": self.mark, "move_ids": {"rows": list(rows)}}
        return self.discarded("stock.picking", self.api("stock.Picking").create(values=values).record.id)

    def row(self, quantity="5", product=None):
        return move(self, product_id={"id": product or self.common_goods()}, product_uom_qty=quantity)

    def lead(self, **values):
        return self.discarded("crm.lead", self.api("crm.Lead").create(values={"name": self.mark, **values}).record.id)

    def sale(self, price="100", confirmed=True, **values):
        """An order of one service, without taxes."""
        order = self.order({"price_unit": price, "tax_ids": NONE}, **values)
        if confirmed:
            self.orders.ConfirmSaleOrder(id=order)
        return order

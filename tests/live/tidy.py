"""Takes back what tests made. Odoo keeps what moved goods for good: such records are archived where that is possible, and named."""

import contextlib

from direct import Fault

# Where a test's records say whose they are, and in which order they can be deleted.
MARKS = (
    ("account.move", "ref"),
    ("sale.order", "client_order_ref"),
    ("purchase.order", "partner_ref"),
    ("stock.picking", "origin"),
    ("crm.lead", "name"),
    ("product.product", "default_code"),
    ("product.template", "default_code"),
    ("product.category", "name"),
    ("res.partner", "ref"),
    ("res.partner.category", "name"),
    ("crm.tag", "name"),
)
_ARCHIVABLE = ("product.product", "product.template", "res.partner")


class Tidy:
    def __init__(self, direct, mark):
        self._direct = direct
        self._mark = mark
        self._kept = set()
        self._shared = []

    def at_the_end(self, model, record):
        """Of something that tests share."""
        self._shared.append((model, record))

    def finish(self):
        """What tests shared, and another try at what could not be deleted because of something that is gone by now."""
        kept, self._kept = self._kept, set()
        for model in (model for model, _ in MARKS):
            self.discard(model, [record for model_, record in (*kept, *self._shared) if model_ == model])

    def discard(self, model, ids):
        """Deletes records as somebody would in Odoo: first what they brought about, then they themselves."""
        undo = _UNDO.get(model)
        for record in ids:
            if undo and self._needs_undoing(model, record):
                undo(self, record)
            try:
                self._direct.call(model, "unlink", [record], context={"force_delete": True})
            except Fault:
                if self._direct.read(model, record, "id"):
                    self._keep(model, record)

    def _needs_undoing(self, model, record):
        found = self._direct.read(model, record, "state")
        return found and (found["state"] != "draft" or model == "purchase.order")

    def _keep(self, model, record):
        if model in _ARCHIVABLE:
            with contextlib.suppress(Fault):
                self._direct.call(model, "write", [record], {"active": False})
                self._kept.add((model, record))
                if model == "product.product":
                    template = self._direct.read(model, record, "product_tmpl_id")["product_tmpl_id"][0]
                    self._kept.add(("product.template", template))
        elif self._moved_goods(model, record):
            self._kept.add((model, record))

    def _moved_goods(self, model, record):
        if model == "stock.picking":
            return self._direct.read(model, record, "state")["state"] == "done"
        if model == "purchase.order":
            pickings = self._direct.read(model, record, "picking_ids")["picking_ids"]
            return any(self._moved_goods("stock.picking", picking) for picking in pickings)
        return False

    def _try(self, model, method, record, *args, **context):
        with contextlib.suppress(Fault):
            self._direct.call(model, method, [record], *args, context=context)

    def _below(self, model, record, field, of):
        """Discards the records that a field names, where there is such a field."""
        with contextlib.suppress(Fault):
            self.discard(of, self._direct.read(model, record, field)[field])

    def _undo_sale(self, order):
        self._below("sale.order", order, "invoice_ids", "account.move")
        self._try("sale.order", "write", order, {"locked": False})
        self._try("sale.order", "action_cancel", order, disable_cancel_warning=True)
        self._below("sale.order", order, "picking_ids", "stock.picking")

    def _undo_purchase(self, order):
        self._below("purchase.order", order, "invoice_ids", "account.move")
        self._try("purchase.order", "button_unlock", order)
        self._try("purchase.order", "button_cancel", order)
        self._below("purchase.order", order, "picking_ids", "stock.picking")

    def _undo_picking(self, picking):
        self._below("stock.picking", picking, "backorder_ids", "stock.picking")
        self._try("stock.picking", "action_cancel", picking)

    def _undo_invoice(self, invoice):
        self._below("account.move", invoice, "reversal_move_ids", "account.move")
        self._below("account.move", invoice, "matched_payment_ids", "account.payment")
        self._try("account.move", "button_draft", invoice)

    def _undo_payment(self, payment):
        self._try("account.payment", "action_draft", payment)

    def remaining(self):
        """Records of this run that are still there and could be deleted: [(model, ids)]."""
        found = []
        for model, field in MARKS:
            with contextlib.suppress(Fault):  # its app may be missing
                ids = self._direct.ids(model, [[field, "=like", self._mark + "%"]], archived=True)
                found.append((model, [record for record in ids if (model, record) not in self._kept]))
        return [(model, ids) for model, ids in found if ids]

    def kept(self):
        """How many records of which model Odoo keeps: {model: count}."""
        models = [model for model, _ in self._kept]
        return {model: models.count(model) for model in sorted(set(models))}


_UNDO = {
    "sale.order": Tidy._undo_sale,
    "purchase.order": Tidy._undo_purchase,
    "stock.picking": Tidy._undo_picking,
    "account.move": Tidy._undo_invoice,
    "account.payment": Tidy._undo_payment,
}

"""Sales orders: lines, actions and what holds after them, batches, fields that versions name differently."""

import datetime

from case import LiveCase, day, instant

from odoo.sale.v1 import sale_order_pb2

DRAFT = sale_order_pb2.SALE_ORDER_STATE_DRAFT
SALE = sale_order_pb2.SALE_ORDER_STATE_SALE
CANCEL = sale_order_pb2.SALE_ORDER_STATE_CANCEL
SECTION = sale_order_pb2.SALE_ORDER_LINE_DISPLAY_TYPE_LINE_SECTION
NOTE = sale_order_pb2.SALE_ORDER_LINE_DISPLAY_TYPE_LINE_NOTE


def text_of(instant_):
    """As Odoo writes it."""
    return datetime.datetime.fromtimestamp(instant_.seconds, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


class Orders(LiveCase):
    def test_create_get_update_delete(self):
        partner = self.partner()
        values = self.order_values({"product_uom_qty": "2"}, partner_id={"id": partner}, origin="shop 7")
        created = self.orders.CreateSaleOrder(values=values, read_mask={"paths": ["name", "state", "order_line.price_unit"]})
        order = self.discarded("sale.order", created.record.id)
        self.assertEqual(created.record.state, DRAFT)
        self.assertEqual([line.price_unit for line in created.record.order_line], ["25.5"])
        has = self.direct.read(
            "sale.order", order, "name", "partner_id", "origin", "amount_untaxed", "amount_total", "currency_id"
        )
        record = self.get_order(order)
        self.assertEqual((record.name, record.origin), (has["name"], "shop 7"))
        self.assertEqual((record.partner_id.id, record.currency_id.id), (has["partner_id"][0], has["currency_id"][0]))
        self.assertEqual(record.amount_untaxed, "51")
        self.assertEqual(float(record.amount_total), has["amount_total"])
        updated = self.orders.UpdateSaleOrder(id=order, values={"origin": "shop 8"}, read_mask={"paths": ["origin"]}).record
        self.assertEqual(updated.origin, "shop 8")
        self.orders.DeleteSaleOrder(id=order)
        self.assertIsNone(self.direct.read("sale.order", order, "name"))

    def test_every_on_request_field(self):
        order = self.order({})
        names = [field.name for field in self.get_order(order).DESCRIPTOR.fields if field.name != "extra_fields"]
        self.assertEqual(self.get_order(order, *names).client_order_ref, self.mark)

    def test_fields_of_the_whole_answer(self):
        """Every field of a usual answer says the same as Odoo's own."""
        order = self.order({"product_uom_qty": "3", "discount": "12.5"}, note="<p>Thanks</p>", validity_date=day(2031, 5, 1))
        record = self.get_order(order)
        names = [
            f.name
            for f, _ in record.ListFields()
            if f.name in ("name", "client_order_ref", "note", "require_signature", "locked")
        ]
        has = self.direct.read("sale.order", order, *names)
        for name in names:
            self.assertEqual(getattr(record, name), has[name], name)
        for name in ("partner_id", "partner_invoice_id", "partner_shipping_id", "company_id", "currency_id"):
            reference = getattr(record, name)
            self.assertEqual(
                (reference.id, reference.display_name), tuple(self.direct.read("sale.order", order, name)[name]), name
            )
        for name in ("amount_untaxed", "amount_tax", "amount_total", "currency_rate", "prepayment_percent"):
            self.assertEqual(float(getattr(record, name)), self.direct.read("sale.order", order, name)[name], name)

    def test_dates(self):
        moment = instant(1893456000 + 12345)
        order = self.order(validity_date=day(2031, 2, 28), commitment_date=moment, date_order=instant(1700000000))
        has = self.direct.read("sale.order", order, "validity_date", "commitment_date", "date_order")
        self.assertEqual(has["validity_date"], "2031-02-28")
        self.assertEqual((has["commitment_date"], has["date_order"]), (text_of(moment), text_of(instant(1700000000))))
        record = self.get_order(order)
        self.assertEqual((record.validity_date.year, record.validity_date.month, record.validity_date.day), (2031, 2, 28))
        self.assertEqual((record.commitment_date, record.date_order), (moment, instant(1700000000)))
        self.orders.UpdateSaleOrder(id=order, values={"clear_fields": ["commitment_date", "validity_date"]})
        record = self.get_order(order)
        self.assertFalse(record.HasField("commitment_date") or record.HasField("validity_date"))

    def test_batch(self):
        partner, product = self.partner(), self.product()
        values = [
            self.order_values(
                *({"product_uom_qty": str(i)} for i in range(1, n + 1)), product=product, partner_id={"id": partner}
            )
            for n in (0, 1, 3)
        ]
        ids = self.discarded("sale.order", *self.orders.BatchCreateSaleOrders(values=values).ids)
        self.assertEqual([[line.product_uom_qty for line in self.lines(order)] for order in ids], [[], ["1"], ["1", "2", "3"]])

    def test_batch_is_all_or_none(self):
        before = self.direct.count("sale.order", [["client_order_ref", "=", self.mark]])
        partner, product = {"id": self.partner()}, self.product()
        nothing = {"id": self.missing("product.product")}
        with self.fails("INVALID_REFERENCE", ["values[1].order_line.rows[1].product_id"]):
            self.orders.BatchCreateSaleOrders(
                values=[
                    self.order_values({}, product=product, partner_id=partner),
                    self.order_values({}, {"product_id": nothing}, product=product, partner_id=partner),
                ]
            )
        self.assertEqual(self.direct.count("sale.order", [["client_order_ref", "=", self.mark]]), before)


class Lines(LiveCase):
    def test_created_with_the_order(self):
        order = self.order(
            {"product_uom_qty": "2", "price_unit": "99.90", "discount": "10", "sequence": 1},
            {"name": "A chair\nwith arms", "sequence": 2},
            {"product_id": None, "display_type": SECTION, "name": "Thanks", "sequence": 3},
            {"product_id": None, "display_type": NOTE, "name": "Until Friday", "sequence": 4},
        )
        first, second, section, note = self.lines(order)
        self.assertEqual((first.product_uom_qty, first.price_unit, first.discount), ("2", "99.9", "10"))
        self.assertEqual(first.price_subtotal, "179.82")
        self.assertEqual((second.product_uom_qty, second.price_unit, second.name), ("1", "25.5", "A chair\nwith arms"))
        self.assertEqual(
            [(line.display_type, line.name) for line in (section, note)], [(SECTION, "Thanks"), (NOTE, "Until Friday")]
        )
        self.assertFalse(section.HasField("product_id"))
        has = self.direct.call("sale.order.line", "read", [first.id], ["order_id", "price_unit", "discount"])[0]
        self.assertEqual((has["order_id"][0], has["price_unit"], has["discount"]), (order, 99.9, 10.0))

    def test_created_updated_and_deleted_in_one_call(self):
        another = {"id": self.product(list_price="4.2")}
        order = self.order({"product_uom_qty": "1"}, {"product_uom_qty": "2"}, {"product_uom_qty": "3"})
        first, second, third = (line.id for line in self.lines(order))
        answer = self.orders.UpdateSaleOrder(
            id=order,
            values={
                "origin": "PO-7",
                "order_line": {
                    "rows": [
                        {"id": first, "product_uom_qty": "10"},
                        {"product_id": another, "product_uom_qty": "4"},
                    ],
                    "delete_ids": [second],
                },
            },
            read_mask={"paths": ["origin", "order_line.product_uom_qty", "order_line.price_unit"]},
        )
        lines = answer.record.order_line
        self.assertEqual(
            [(line.product_uom_qty, line.price_unit) for line in lines], [("10", "25.5"), ("3", "25.5"), ("4", "4.2")]
        )
        self.assertEqual([line.id for line in lines[:2]], [first, third])
        self.assertEqual(answer.record.origin, "PO-7")
        self.assertEqual(self.direct.ids("sale.order.line", [["order_id", "=", order]]), [line.id for line in lines])

    def test_rows_that_are_not_named_stay(self):
        order = self.order({}, {})
        self.orders.UpdateSaleOrder(id=order, values={"order_line": {}, "origin": "x"})
        self.assertEqual(len(self.lines(order)), 2)

    def test_a_line_of_another_order_is_refused(self):
        """Odoo would change it, delete it, or even take it away from the other order."""
        other = self.order({"product_uom_qty": "5"})
        theirs = self.lines(other)[0].id
        mine = self.order({})
        for changes, path in (
            ({"rows": [{"id": theirs, "product_uom_qty": "1"}]}, "values.order_line.rows[0].id"),
            ({"delete_ids": [theirs]}, "values.order_line.delete_ids[0]"),
            ({"rows": [{"name": "new", "product_id": {"id": self.product()}}, {"id": theirs}]}, "values.order_line.rows[1].id"),
        ):
            with self.subTest(path), self.fails("INVALID_REFERENCE", [path]):
                self.orders.UpdateSaleOrder(id=mine, values={"order_line": changes})
        self.assertEqual([(line.id, line.product_uom_qty) for line in self.lines(other)], [(theirs, "5")])
        self.assertEqual(len(self.lines(mine)), 1)

    def test_a_line_that_does_not_exist(self):
        order = self.order({})
        with self.fails("INVALID_REFERENCE", ["values.order_line.rows[0].id"]):
            self.orders.UpdateSaleOrder(
                id=order, values={"order_line": {"rows": [{"id": self.missing("sale.order.line"), "discount": "1"}]}}
            )

    def test_names_that_differ_between_versions(self):
        """`tax_ids` and `product_uom_id` are `tax_id` and `product_uom` in 18."""
        unit, taxes = ("product_uom", "tax_id") if self.direct.major < 19 else ("product_uom_id", "tax_ids")
        _, dozen = self.direct.external("uom.product_uom_dozen")
        order = self.order(
            {"product_uom_id": {"external_id": "uom.product_uom_dozen"}, "tax_ids": {"set": {}}, "price_unit": "3"}, {}
        )
        bare, usual = self.lines(order)
        has = self.direct.call("sale.order.line", "read", [bare.id, usual.id], [unit, taxes])
        self.assertEqual((has[0][unit][0], has[0][taxes]), (dozen, []))
        self.assertEqual((bare.product_uom_id.id, list(bare.tax_ids)), (dozen, []))
        self.assertEqual(usual.product_uom_id.id, has[1][unit][0])
        self.assertEqual(sorted(ref.id for ref in usual.tax_ids), sorted(has[1][taxes]))
        found = self.orders.SearchSaleOrders(
            filter={"id": {"equals": order}},
            conditions=[{"path": "order_line.product_uom_id", "op": 1, "value": {"ref_value": {"id": dozen}}}],
        ).records
        self.assertEqual([r.id for r in found], [order])

    def test_fields_of_one_version(self):
        order = self.order({})
        line = self.lines(order)[0].id
        newer = {"id": line, "is_optional": True}
        older = {"id": line, "product_packaging_qty": "1"}
        absent = ("values.order_line.rows[0].is_optional", newer)
        if self.direct.major >= 19:
            absent = ("values.order_line.rows[0].product_packaging_qty", older)
        with self.fails("UNKNOWN_FIELD", [absent[0]]):
            self.orders.UpdateSaleOrder(id=order, values={"order_line": {"rows": [absent[1]]}})

    def test_decimals_and_amounts(self):
        order = self.order({"product_uom_qty": "3", "price_unit": "0.1", "tax_ids": {"set": {}}})
        record = self.get_order(order, "amount_total", "amount_untaxed", "amount_tax")
        self.assertEqual((record.amount_untaxed, record.amount_tax, record.amount_total), ("0.3", "0", "0.3"))
        order = self.order({"product_uom_qty": "1000", "price_unit": "1234567.89", "tax_ids": {"set": {}}})
        self.assertEqual(self.get_order(order, "amount_total").amount_total, "1234567890")
        order = self.order({"product_uom_qty": "-1", "price_unit": "12.50", "tax_ids": {"set": {}}})
        self.assertEqual(self.get_order(order, "amount_total").amount_total, "-12.5")

    def test_clear_fields_in_rows(self):
        order = self.order({"discount": "10"})
        line = self.lines(order)[0].id
        self.orders.UpdateSaleOrder(
            id=order, values={"order_line": {"rows": [{"id": line, "clear_fields": ["discount", "tax_ids"]}]}}
        )
        cleared = self.lines(order)[0]
        self.assertEqual((cleared.discount, len(cleared.tax_ids)), ("0", 0))


class Actions(LiveCase):
    def state(self, order):
        return self.direct.read("sale.order", order, "state")["state"]

    def test_confirm(self):
        order = self.order({})
        answer = self.orders.ConfirmSaleOrder(id=order, read_mask={"paths": ["state", "name"]})
        self.assertEqual((answer.record.id, answer.record.state), (order, SALE))
        self.assertEqual(self.state(order), "sale")

    def test_confirm_twice(self):
        order = self.order({})
        self.orders.ConfirmSaleOrder(id=order)
        with self.fails("BUSINESS_RULE") as failed:
            self.orders.ConfirmSaleOrder(id=order)
        self.assertTrue(failed.details["LocalizedMessage"].message)

    def test_cancel_a_quotation(self):
        order = self.order({})
        self.assertEqual(self.orders.CancelSaleOrder(id=order, read_mask={"paths": ["state"]}).record.state, CANCEL)
        self.assertEqual(self.state(order), "cancel")

    def test_cancel_a_confirmed_order(self):
        """Odoo 18 would ask in a dialog."""
        order = self.order({})
        self.orders.ConfirmSaleOrder(id=order)
        self.assertEqual(self.orders.CancelSaleOrder(id=order, read_mask={"paths": ["state"]}).record.state, CANCEL)
        self.assertEqual(self.state(order), "cancel")

    def test_cancel_a_locked_order(self):
        order = self.order({})
        self.orders.ConfirmSaleOrder(id=order)
        self.orders.UpdateSaleOrder(id=order, values={"locked": True})
        with self.fails("BUSINESS_RULE"):
            self.orders.CancelSaleOrder(id=order)

    def test_delete_a_confirmed_order(self):
        order = self.order({})
        self.orders.ConfirmSaleOrder(id=order)
        with self.fails("BUSINESS_RULE") as failed:
            self.orders.DeleteSaleOrder(id=order)
        self.assertIn("PreconditionFailure", failed.details)
        self.assertEqual(self.state(order), "sale")

    def test_of_a_missing_order(self):
        missing = self.missing("sale.order")
        for call in (self.orders.ConfirmSaleOrder, self.orders.CancelSaleOrder):
            with self.fails("RECORD_NOT_FOUND") as failed:
                call(id=missing)
            self.assertEqual(failed.details["ResourceInfo"].resource_name, f"sale.order,{missing}")

"""Sale orders: lines, actions and what holds after them, batches."""

from case import GatewayCase, main

from odoo.sale.v1 import sale_order_pb2

DRAFT = sale_order_pb2.SALE_ORDER_STATE_DRAFT
SALE = sale_order_pb2.SALE_ORDER_STATE_SALE
CANCEL = sale_order_pb2.SALE_ORDER_STATE_CANCEL
NOTE = sale_order_pb2.SALE_ORDER_LINE_DISPLAY_TYPE_LINE_NOTE
SECTION = sale_order_pb2.SALE_ORDER_LINE_DISPLAY_TYPE_LINE_SECTION

DESK = {"external_id": "sandbox.product_desk"}
CHAIR = {"external_id": "sandbox.product_chair"}


class Lines(GatewayCase):
    def lines(self, order):
        return list(self.get_order(order, "order_line").order_line)

    def test_created_with_the_order(self):
        order = self.order(
            {"product_uom_qty": "2", "price_unit": "99.90", "discount": "10"},
            {"product_id": CHAIR, "name": "A chair\nwith arms"},
            {"product_id": None, "display_type": SECTION, "name": "Thanks"},
        )
        desk, chair, note = self.lines(order)
        self.assertEqual((desk.product_uom_qty, desk.price_unit, desk.discount), ("2", "99.9", "10"))
        self.assertEqual((chair.product_uom_qty, chair.price_unit, chair.name), ("1", "89.9", "A chair\nwith arms"))
        self.assertEqual((note.display_type, note.name), (SECTION, "Thanks"))
        self.assertFalse(note.HasField("product_id"))
        self.assertEqual(desk.product_id.display_name, "[DESK] Desk")

    def test_created_updated_and_deleted_in_one_update(self):
        order = self.order({"product_uom_qty": "1"}, {"product_uom_qty": "2"}, {"product_uom_qty": "3"})
        first, second, third = (line.id for line in self.lines(order))
        self.sandbox.forget_calls()
        self.orders.UpdateSaleOrder(
            id=order,
            values={
                "client_order_ref": "PO-7",
                "order_line": {
                    "rows": [{"id": first, "product_uom_qty": "10"}, {"product_id": CHAIR, "product_uom_qty": "4"}],
                    "delete_ids": [second],
                },
            },
        )
        self.assertEqual(len(self.sandbox.calls("sale.order", "web_save")), 1)
        lines = self.lines(order)
        self.assertEqual([line.product_uom_qty for line in lines], ["10", "3", "4"])
        self.assertEqual([line.id for line in lines[:2]], [first, third])
        self.assertEqual(self.get_order(order, "client_order_ref").client_order_ref, "PO-7")

    def test_rows_that_are_not_named_stay(self):
        order = self.order({"product_uom_qty": "1"}, {"product_uom_qty": "2"})
        self.orders.UpdateSaleOrder(id=order, values={"order_line": {}})
        self.orders.UpdateSaleOrder(id=order, values={"note": "x"})
        self.assertEqual(len(self.lines(order)), 2)

    def test_no_taxes_and_default_taxes_differ(self):
        order = self.order({}, {"tax_ids": {"set": {}}}, {"tax_ids": {"set": {"refs": [{"external_id": "sandbox.tax_6"}]}}})
        default, none, other = self.lines(order)
        self.assertEqual([ref.display_name for ref in default.tax_ids], ["21%"])
        self.assertEqual(list(none.tax_ids), [])
        self.assertEqual([ref.display_name for ref in other.tax_ids], ["6%"])
        self.orders.UpdateSaleOrder(
            id=order,
            values={"order_line": {"rows": [{"id": none.id, "tax_ids": {"delta": {"add": [{"external_id": "sandbox.tax_6"}]}}}]}},
        )
        self.assertEqual([ref.display_name for ref in self.lines(order)[1].tax_ids], ["6%"])

    def test_rows_of_another_order(self):
        """Odoo would write them, or take them away from the other order, without a word."""
        theirs = self.lines(self.order({}))[0].id
        mine = self.order({})
        with self.fails("INVALID_REFERENCE", ["values.order_line.rows[0].id"]):
            self.orders.UpdateSaleOrder(id=mine, values={"order_line": {"rows": [{"id": theirs, "discount": "5"}]}})
        with self.fails("INVALID_REFERENCE", ["values.order_line.delete_ids[0]"]):
            self.orders.UpdateSaleOrder(id=mine, values={"order_line": {"delete_ids": [theirs]}})
        self.assertEqual(self.sandbox.calls("sale.order", "web_save"), [])

    def test_required_in_rows(self):
        missing = ["rows[0].product_id", "rows[0].name", "rows[2].name"]
        with self.fails("REQUIRED_FIELD_MISSING", ["values.order_line." + path for path in missing]):
            self.orders.CreateSaleOrder(
                values={
                    "partner_id": {"id": 1},
                    "order_line": {"rows": [{"discount": "1"}, {"product_id": DESK}, {"display_type": NOTE}]},
                }
            )

    def test_clear_fields_in_rows(self):
        order = self.order({"discount": "10"})
        line = self.lines(order)[0].id
        self.orders.UpdateSaleOrder(
            id=order, values={"order_line": {"rows": [{"id": line, "clear_fields": ["discount", "tax_ids"]}]}}
        )
        cleared = self.lines(order)[0]
        self.assertEqual((cleared.discount, len(cleared.tax_ids)), ("0", 0))
        with self.fails("UNKNOWN_FIELD", ["values.order_line.rows[0].clear_fields[0]"]):
            self.orders.UpdateSaleOrder(id=order, values={"order_line": {"rows": [{"id": line, "clear_fields": ["no_such"]}]}})

    def test_rows_are_removed_one_by_one(self):
        with self.fails("INVALID_FIELD_VALUE", ["values.clear_fields[0]"]):
            self.orders.UpdateSaleOrder(id=1, values={"clear_fields": ["order_line"]})

    def test_amounts(self):
        order = self.order({"product_uom_qty": "3", "price_unit": "0.1", "tax_ids": {"set": {}}})
        record = self.get_order(order, "amount_total", "amount_untaxed", "amount_tax")
        self.assertEqual((record.amount_untaxed, record.amount_tax, record.amount_total), ("0.3", "0", "0.3"))


class Actions(GatewayCase):
    def test_confirm(self):
        order = self.order({})
        answer = self.orders.ConfirmSaleOrder(id=order, read_mask={"paths": ["state", "name"]})
        self.assertEqual((answer.record.id, answer.record.state), (order, SALE))
        self.assertTrue(answer.record.name)
        self.assertEqual(answer.info.company_id, 1)
        self.assertEqual(self.get_order(order, "state").state, SALE)

    def test_without_a_mask_the_answer_has_the_id(self):
        order = self.order({})
        self.assertEqual(self.orders.ConfirmSaleOrder(id=order).record.id, order)

    def test_confirm_twice(self):
        order = self.order({})
        self.orders.ConfirmSaleOrder(id=order)
        with self.fails("BUSINESS_RULE") as failed:
            self.orders.ConfirmSaleOrder(id=order)
        self.assertEqual(failed.details["LocalizedMessage"].locale.replace("_", "-"), "en-US")
        self.assertTrue(failed.details["LocalizedMessage"].message)
        self.assertEqual(failed.details["PreconditionFailure"].violations[0].type, "BUSINESS_RULE")

    def test_confirm_of_a_missing_order(self):
        with self.fails("RECORD_NOT_FOUND") as failed:
            self.orders.ConfirmSaleOrder(id=999999)
        self.assertEqual(failed.details["ResourceInfo"].resource_name, "sale.order,999999")

    def test_cancel_of_a_quotation(self):
        order = self.order({})
        record = self.orders.CancelSaleOrder(id=order, read_mask={"paths": ["state"]}).record
        self.assertEqual(record.state, CANCEL)

    def test_cancel_of_a_confirmed_order(self):
        order = self.order({})
        self.orders.ConfirmSaleOrder(id=order)
        record = self.orders.CancelSaleOrder(id=order, read_mask={"paths": ["state"]}).record
        self.assertEqual(record.state, CANCEL)

    def test_cancel_of_a_locked_order(self):
        order = self.order({})
        self.orders.UpdateSaleOrder(id=order, values={"locked": True})
        with self.fails("BUSINESS_RULE"):
            self.orders.CancelSaleOrder(id=order)

    def test_delete(self):
        order = self.order({})
        self.orders.DeleteSaleOrder(id=order)
        with self.fails("RECORD_NOT_FOUND"):
            self.get_order(order)
        confirmed = self.order({})
        self.orders.ConfirmSaleOrder(id=confirmed)
        with self.fails("BUSINESS_RULE"):
            self.orders.DeleteSaleOrder(id=confirmed)

    def test_ids(self):
        for call in (
            self.orders.ConfirmSaleOrder,
            self.orders.GetSaleOrder,
            self.orders.DeleteSaleOrder,
            self.orders.UpdateSaleOrder,
        ):
            with self.subTest(call), self.fails("REQUIRED_FIELD_MISSING", ["id"]):
                call()
            with self.subTest(call), self.fails("INVALID_REFERENCE", ["id"]):
                call(id=-5)


class Batches(GatewayCase):
    def test_all_in_one_call(self):
        self.sandbox.forget_calls()
        ids = self.orders.BatchCreateSaleOrders(
            values=[{"partner_id": {"external_id": "sandbox.customer_alder"}, "client_order_ref": str(i)} for i in range(5)]
        ).ids
        self.assertEqual(len(self.sandbox.calls("sale.order", "create")), 1)
        found = self.orders.SearchSaleOrders(filter={"id": {"one_of": ids}}).records
        self.assertEqual([(r.id, r.client_order_ref) for r in found], [(id_, str(i)) for i, id_ in enumerate(ids)])

    def test_all_or_none(self):
        before = self.orders.CountSaleOrders().count
        with self.fails("INVALID_REFERENCE") as failed:
            self.orders.BatchCreateSaleOrders(
                values=[
                    {"partner_id": {"external_id": "sandbox.customer_alder"}},
                    {"partner_id": {"id": 999999}},
                ]
            )
        self.assertEqual(failed.paths, ["values[1].partner_id"])
        self.assertEqual(self.orders.CountSaleOrders().count, before)

    def test_rows_of_one_order_among_several(self):
        with self.fails("INVALID_REFERENCE") as failed:
            self.orders.BatchCreateSaleOrders(
                values=[
                    {"partner_id": {"external_id": "sandbox.customer_alder"}, "order_line": {"rows": [{"product_id": DESK}]}},
                    {
                        "partner_id": {"external_id": "sandbox.customer_alder"},
                        "order_line": {"rows": [{"product_id": DESK}, {"product_id": {"id": 999999}}]},
                    },
                ]
            )
        self.assertEqual(failed.paths, ["values[1].order_line.rows[1].product_id"])

    def test_violations_carry_the_position(self):
        with self.fails("REQUIRED_FIELD_MISSING", ["values[1].partner_id", "values[2].validity_date", "values[2].partner_id"]):
            self.orders.BatchCreateSaleOrders(values=[{"partner_id": {"id": 1}}, {}, {"validity_date": {"year": 1}}])

    def test_sizes(self):
        with self.fails("REQUIRED_FIELD_MISSING", ["values"]):
            self.partners.BatchCreatePartners()
        with self.fails("INVALID_FIELD_VALUE", ["values"]):
            self.partners.BatchCreatePartners(values=[{"name": "x"}] * 1001)
        self.assertEqual(len(self.partners.BatchCreatePartners(values=[{"name": "x"}] * 1000).ids), 1000)


if __name__ == "__main__":
    main()

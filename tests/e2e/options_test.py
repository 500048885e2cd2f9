"""How a call is run: CallOptions, validate_only, and what Odoo gets to see of them."""

from case import GatewayCase, main

from odoo.type.v1 import type_pb2

QUIET = type_pb2.MAIL_POLICY_QUIET


class Options(GatewayCase):
    def context(self, model="res.partner"):
        return self.sandbox.calls(model)[-1]["kwargs"]["context"]

    def test_the_context_is_closed(self):
        self.customer()
        self.assertEqual(self.context(), {"tz": "UTC", "lang": "en_US"})

    def test_lang(self):
        answer = self.partners.SearchPartners(options={"lang": "en_US"})
        self.assertEqual(self.context()["lang"], "en_US")
        self.assertEqual(answer.info.company_id, 1)
        for wrong in ("xx_XX", "fr", "en_US;", "en_US\n"):
            with self.subTest(wrong), self.fails("INVALID_FIELD_VALUE", ["options.lang"]):
                self.partners.SearchPartners(options={"lang": wrong})

    def test_company(self):
        self.assertEqual(self.partners.GetPartner(id=1).info.company_id, 1)
        answer = self.partners.GetPartner(id=1, options={"company_id": 1})
        self.assertEqual(answer.info.company_id, 1)
        self.assertEqual(self.context()["allowed_company_ids"], [1])

    def test_companies_that_the_user_is_not_in(self):
        for company in (2, 999999, -1):
            with self.subTest(company), self.fails("INVALID_REFERENCE", ["options.company_id"]):
                self.partners.GetPartner(id=1, options={"company_id": company})

    def test_include_archived(self):
        partner = self.customer(ref="archived", active=False)
        filter = {"ref": {"equals": "archived"}}
        self.assertEqual(self.partners.CountPartners(filter=filter).count, 0)
        self.assertNotIn("active_test", self.context())
        found = self.partners.SearchPartners(filter=filter, options={"include_archived": True}).records
        self.assertEqual([record.id for record in found], [partner])
        self.assertIs(self.context()["active_test"], False)
        # By its id an archived record is always found.
        self.assertFalse(self.get_partner(partner, "active").active)

    def test_quiet_mail(self):
        self.partners.CreatePartner(values={"name": "Ada"}, options={"mail_policy": QUIET})
        context = self.context()
        for key in ("mail_create_nosubscribe", "mail_create_nolog", "tracking_disable"):
            self.assertIs(context[key], True, key)
        self.partners.CreatePartner(values={"name": "Ada"}, options={"mail_policy": 0})
        self.assertNotIn("tracking_disable", self.context())

    def test_unknown_mail_policy(self):
        with self.fails("UNKNOWN_FIELD", ["options.mail_policy"]):
            self.partners.CreatePartner(values={"name": "Ada"}, options={"mail_policy": 7})

    def test_options_reach_every_operation(self):
        options = {"include_archived": True, "company_id": 1}
        order = self.order({})
        calls = [
            lambda: self.orders.CreateSaleOrder(values={"partner_id": {"id": 1}}, options=options),
            lambda: self.orders.BatchCreateSaleOrders(values=[{"partner_id": {"id": 1}}], options=options),
            lambda: self.orders.GetSaleOrder(id=order, options=options),
            lambda: self.orders.SearchSaleOrders(options=options),
            lambda: self.orders.CountSaleOrders(options=options),
            lambda: self.orders.UpdateSaleOrder(id=order, values={"note": "x"}, options=options),
            lambda: self.orders.ConfirmSaleOrder(id=order, options=options),
            lambda: self.orders.CancelSaleOrder(id=self.order({}), options=options),
            lambda: self.orders.DeleteSaleOrder(id=self.order({}), options=options),
        ]
        for call in calls:
            self.assertEqual(call().info.company_id, 1)
            context = self.context("sale.order")
            self.assertEqual(context["allowed_company_ids"], [1])
            self.assertIs(context["active_test"], False)


class ValidateOnly(GatewayCase):
    def test_nothing_is_executed(self):
        order = self.order({})
        partner = self.customer()
        self.sandbox.forget_calls()
        calls = [
            lambda: self.partners.CreatePartner(values={"name": "x"}, validate_only=True),
            lambda: self.partners.BatchCreatePartners(values=[{"name": "x"}], validate_only=True),
            lambda: self.partners.UpdatePartner(id=partner, values={"name": "x"}, validate_only=True),
            lambda: self.partners.DeletePartner(id=partner, validate_only=True),
            lambda: self.orders.CreateSaleOrder(values={"partner_id": {"id": 1}}, validate_only=True),
            lambda: self.orders.UpdateSaleOrder(id=order, values={"note": "x"}, validate_only=True),
            lambda: self.orders.DeleteSaleOrder(id=order, validate_only=True),
        ]
        for call in calls:
            info = call().info
            self.assertIs(info.validated_only, True)
            self.assertEqual(info.company_id, 1)
        self.assertEqual(self.sandbox.calls(), [])

    def test_external_ids_are_looked_up(self):
        self.sandbox.forget_calls()
        self.partners.CreatePartner(values={"name": "x", "country_id": {"external_id": "base.be"}}, validate_only=True)
        self.assertEqual([call["method"] for call in self.sandbox.calls()], ["check_object_reference"])
        with self.fails("INVALID_REFERENCE", ["values.country_id"]):
            self.partners.CreatePartner(values={"name": "x", "country_id": {"external_id": "base.nowhere"}}, validate_only=True)

    def test_violations_are_told(self):
        with self.fails("REQUIRED_FIELD_MISSING", ["values.name"]):
            self.partners.CreatePartner(values={}, validate_only=True)

    def test_a_real_call_says_so(self):
        self.assertIs(self.partners.CreatePartner(values={"name": "x"}).info.validated_only, False)


class Violations(GatewayCase):
    def test_all_at_once_with_their_paths(self):
        self.sandbox.forget_calls()
        with self.fails("INVALID_REFERENCE") as failed:
            self.orders.CreateSaleOrder(
                values={
                    "validity_date": {"year": 2026, "month": 2, "day": 30},
                    "prepayment_percent": "a third",
                    "picking_policy": 77,
                    "pricelist_id": {"id": 0},
                    "order_line": {
                        "rows": [
                            {"product_id": {"external_id": "sandbox.product_desk"}, "price_unit": "1e2"},
                            {"product_uom_qty": "two"},
                            {"product_id": {}, "tax_ids": {"delta": {"add": [{"id": 1}, {"id": -1}]}}},
                        ]
                    },
                    "tag_ids": {},
                    "clear_fields": ["no_such_field", "note"],
                    "note": "x",
                    "extra_fields": {"x_none": {"bool_value": True}},
                },
                read_mask={"paths": ["name", "total"]},
                options={"lang": "tlh", "company_id": -4},
            )
        expected = {
            "values.partner_id": "REQUIRED_FIELD_MISSING",
            "values.validity_date": "INVALID_FIELD_VALUE",
            "values.prepayment_percent": "INVALID_FIELD_VALUE",
            "values.picking_policy": "INVALID_FIELD_VALUE",
            "values.pricelist_id": "INVALID_REFERENCE",
            "values.order_line.rows[0].price_unit": "INVALID_FIELD_VALUE",
            "values.order_line.rows[1].product_uom_qty": "INVALID_FIELD_VALUE",
            "values.order_line.rows[1].name": "REQUIRED_FIELD_MISSING",
            "values.order_line.rows[1].product_id": "REQUIRED_FIELD_MISSING",
            "values.order_line.rows[2].product_id": "INVALID_REFERENCE",
            "values.order_line.rows[2].tax_ids.delta.add[1]": "INVALID_REFERENCE",
            "values.tag_ids": "INVALID_FIELD_VALUE",
            "values.clear_fields[0]": "UNKNOWN_FIELD",
            "values.clear_fields[1]": "INVALID_FIELD_VALUE",
            "values.extra_fields.x_none": "UNKNOWN_FIELD",
            "read_mask.paths[1]": "UNKNOWN_FIELD",
            "options.lang": "INVALID_FIELD_VALUE",
            "options.company_id": "INVALID_REFERENCE",
        }
        got = self.reasons(failed)
        # A field of the database itself may be what another app computes a required one from.
        del expected["values.partner_id"]
        self.assertEqual(got, expected)
        self.assertEqual(self.sandbox.calls(), [])

    def test_very_many(self):
        with self.fails("REQUIRED_FIELD_MISSING") as failed:
            self.partners.BatchCreatePartners(values=[{}] * 900)
        self.assertGreater(int(failed.metadata["violations"]), len(failed.paths))
        self.assertGreater(len(failed.paths), 5)
        self.assertLessEqual(len(failed.paths), 64)
        self.assertEqual(failed.paths[0], "values[0].name")

    def test_all_are_counted(self):
        with self.fails("REQUIRED_FIELD_MISSING") as failed:
            self.partners.BatchCreatePartners(values=[{}] * 900)
        self.assertEqual(failed.metadata["violations"], "900")

    def test_required_by_rule(self):
        with self.fails("REQUIRED_FIELD_MISSING", ["values.name"]):
            self.partners.CreatePartner(values={"email": "x@example.com"})
        with self.fails("REQUIRED_FIELD_MISSING", ["values.name"]):
            self.partners.CreatePartner()
        with self.fails("REQUIRED_FIELD_MISSING", ["values.name"]):
            self.partners.CreatePartner(values={"clear_fields": ["name"]})
        # An address of another type needs no name.
        parent = self.customer()
        self.partners.CreatePartner(values={"address_type": 3, "parent_id": {"id": parent}, "street": "Rue Haute 1"})
        with self.fails("REQUIRED_FIELD_MISSING", ["values.name"]):
            self.categories.CreatePartnerCategory(values={"color": 1})
        with self.fails("REQUIRED_FIELD_MISSING", ["values.partner_id"]):
            self.orders.CreateSaleOrder(values={"note": "x"})
        # Updates need nothing.
        self.partners.UpdatePartner(id=parent, values={"email": "x@example.com"})

    def test_nul_and_length(self):
        with self.fails("INVALID_FIELD_VALUE", ["values.name"]):
            self.partners.CreatePartner(values={"name": "a\0b"})


if __name__ == "__main__":
    main()

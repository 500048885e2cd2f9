"""What callers get wrong: the code, the reason and the field in the request that they are told."""

import harness
from action_case import INVOICE, ActionCase
from case import LiveCase, condition, day

from odoo.account.v1.journal_pb2 import JOURNAL_TYPE_PURCHASE


class InTheRequest(LiveCase):
    """Found before Odoo is asked to write."""

    def test_missing_required(self):
        with self.fails("REQUIRED_FIELD_MISSING", ["values.name"]):
            self.partners.CreatePartner(values={"email": "x@example.com"})
        with self.fails("REQUIRED_FIELD_MISSING", ["values.name"]):
            self.categories.CreatePartnerCategory(values={"color": 1})
        with self.fails("REQUIRED_FIELD_MISSING", ["values.partner_id"]):
            self.orders.CreateSaleOrder(values={"origin": "x"})
        with self.fails("REQUIRED_FIELD_MISSING", ["values.order_line.rows[1].product_id", "values.order_line.rows[1].name"]):
            self.orders.CreateSaleOrder(values=self.order_values({}, {"product_id": None, "discount": "1"}))
        with self.fails("REQUIRED_FIELD_MISSING", ["id"]):
            self.partners.GetPartner()

    def test_wrong_external_id(self):
        with self.fails("INVALID_REFERENCE", ["values.country_id"]):
            self.partner(country_id={"external_id": "base.no_such_country"})
        with self.fails("INVALID_REFERENCE", ["values.country_id"]):
            self.partner(country_id={"external_id": "no_such_module.be"})
        with self.fails("INVALID_REFERENCE", ["filter.country_id.one_of[0]"]):
            self.partners.SearchPartners(filter={"country_id": {"one_of": [{"external_id": "base.no_such_country"}]}})

    def test_external_id_of_another_model(self):
        with self.fails("INVALID_REFERENCE", ["values.country_id"]) as failed:
            self.partner(country_id={"external_id": "base.state_us_5"})
        self.assertIn("res.country.state", failed.violations[0][2])

    def test_unknown_selection_key(self):
        with self.fails("INVALID_FIELD_VALUE", ["values.tz"]):
            self.partner(tz="Europe/Atlantis")
        with self.fails("INVALID_FIELD_VALUE", ["values.lang"]):
            self.partner(lang="xx_XX")
        with self.fails("INVALID_FIELD_VALUE", ["values.address_type"]):
            self.partner(address_type=77)

    def test_unknown_language(self):
        with self.fails("INVALID_FIELD_VALUE", ["options.lang"]):
            self.partners.GetPartner(id=self.partner(), options={"lang": "tlh_TLH"})

    def test_unknown_extra_field(self):
        with self.fails("UNKNOWN_FIELD", ["values.extra_fields.x_no_such_field"]):
            self.partner(extra_fields={"x_no_such_field": {"text_value": "x"}})
        with self.fails("UNKNOWN_FIELD", ["read_mask.paths[1]"]):
            self.get_partner(self.partner(), "name", "extra_fields.x_no_such_field")

    def test_wrong_kind_of_extra_field(self):
        with self.fails("INVALID_FIELD_VALUE", ["values.extra_fields.message_bounce"]):
            self.partner(extra_fields={"message_bounce": {"text_value": "four"}})

    def test_foreign_page_token(self):
        request = {"filter": {"phone_code": {"at_least": 100}}, "page_size": 2}
        token = self.countries.SearchCountries(**request).next_page_token
        self.assertTrue(token)
        for wrong in (token[:-2], "x", token + "x"):
            with self.subTest(wrong), self.fails("INVALID_DOMAIN", ["page_token"]):
                self.countries.SearchCountries(page_token=wrong, **request)
        with self.fails("INVALID_DOMAIN", ["page_token"]):
            self.countries.SearchCountries(page_token=token, filter={"phone_code": {"at_least": 101}})
        with self.fails("INVALID_DOMAIN", ["page_token"]):
            self.states.SearchStates(page_token=token)

    def test_wrong_conditions(self):
        wrong = [
            condition("nome", "IS_SET"),
            condition("country_id.nome", "IS_SET"),
            condition("color", "EQUALS", text_value="red"),
            condition("name", "ONE_OF", text_value="x"),
            condition("color", "CONTAINS", integer_value=1),
        ]
        with self.fails("UNKNOWN_FIELD") as failed:
            self.partners.CountPartners(conditions=wrong)
        told = [(path, reason) for path, reason, _ in failed.violations]
        for violation in (
            ("conditions[0].path", "UNKNOWN_FIELD"),
            ("conditions[1].path", "UNKNOWN_FIELD"),
            ("conditions[2].value", "INVALID_DOMAIN"),
            ("conditions[3].value", "INVALID_DOMAIN"),
            ("conditions[4].op", "INVALID_DOMAIN"),
        ):
            self.assertIn(violation, told)

    def test_a_field_that_cannot_be_searched(self):
        """18 would ignore the term and answer everything."""
        with self.fails("INVALID_DOMAIN", ["conditions[0].path"]):
            self.orders.SearchSaleOrders(conditions=[condition("expected_date", "IS_SET")])

    def test_wrong_values(self):
        with self.fails("INVALID_FIELD_VALUE") as failed:
            self.orders.CreateSaleOrder(
                values=self.order_values(
                    {"price_unit": "1e2"},
                    {"product_uom_qty": "two"},
                    validity_date=day(2031, 2, 30),
                    prepayment_percent="a third",
                )
            )
        self.assertEqual(
            set(failed.paths),
            {
                "values.order_line.rows[0].price_unit",
                "values.order_line.rows[1].product_uom_qty",
                "values.validity_date",
                "values.prepayment_percent",
            },
        )

    def test_wrong_mask_and_order(self):
        with self.fails("UNKNOWN_FIELD", ["read_mask.paths[1]"]):
            self.get_partner(self.partner(), "name", "nome")
        with self.fails("INVALID_DOMAIN", ["order_by[0].field"]):
            self.partners.SearchPartners(order_by=[{"field": "nome"}])

    def test_a_field_set_and_cleared(self):
        with self.fails("INVALID_FIELD_VALUE", ["values.clear_fields[0]"]):
            self.partners.UpdatePartner(id=self.partner(), values={"email": "x@example.com", "clear_fields": ["email"]})


class InOdoo(LiveCase):
    """Found by Odoo itself."""

    def test_bad_reference(self):
        nowhere = {"id": self.missing("res.country")}
        with self.fails("INVALID_REFERENCE", ["values.country_id"]):
            self.partner(country_id=nowhere)
        with self.fails("INVALID_REFERENCE", ["values.country_id"]):
            self.partners.UpdatePartner(id=self.partner(), values={"country_id": nowhere})
        with self.fails("INVALID_REFERENCE", ["values.partner_id"]):
            self.orders.CreateSaleOrder(values={"partner_id": {"id": self.missing("res.partner")}, "client_order_ref": self.mark})

    def test_bad_reference_in_the_second_line(self):
        nothing = {"id": self.missing("product.product")}
        product = self.product()
        with self.fails("INVALID_REFERENCE", ["values.order_line.rows[1].product_id"]):
            self.order({}, {"product_id": nothing}, {}, product=product)
        order = self.order({}, product=product)
        with self.fails("INVALID_REFERENCE", ["values.order_line.rows[1].product_id"]):
            self.orders.UpdateSaleOrder(
                id=order, values={"order_line": {"rows": [{"product_id": {"id": product}}, {"product_id": nothing}]}}
            )
        self.assertEqual(len(self.lines(order)), 1)

    def test_bad_reference_among_several(self):
        tag = self.category()
        with self.fails("INVALID_REFERENCE") as failed:
            self.partner(category_id={"set": {"refs": [{"id": tag}, {"id": self.missing("res.partner.category")}]}})
        self.assertEqual(len(failed.paths), 1)
        self.assertTrue(failed.paths[0].startswith("values.category_id"), failed.paths)

    def test_missing_record(self):
        missing = self.missing("res.partner")
        for name, call in {
            "get": lambda: self.partners.GetPartner(id=missing),
            "update": lambda: self.partners.UpdatePartner(id=missing, values={"name": "x"}),
            "update and read": lambda: self.partners.UpdatePartner(
                id=missing, values={"name": "x"}, read_mask={"paths": ["name"]}
            ),
            "delete": lambda: self.partners.DeletePartner(id=missing),
        }.items():
            with self.subTest(name), self.fails("RECORD_NOT_FOUND") as failed:
                call()
            self.assertEqual(failed.details["ResourceInfo"].resource_name, f"res.partner,{missing}")

    def test_required_field_cleared(self):
        with self.fails("REQUIRED_FIELD_MISSING", ["values.name"]) as failed:
            self.partners.UpdatePartner(id=self.partner(), values={"clear_fields": ["name"]})
        self.assertEqual(failed.metadata["constraint"], "res_partner_check_name")
        with self.fails("REQUIRED_FIELD_MISSING"):
            self.categories.UpdatePartnerCategory(id=self.category(), values={"clear_fields": ["name"]})

    def test_recursion(self):
        parent = self.partner()
        child = self.partner(parent_id={"id": parent})
        with self.fails("VALIDATION_FAILED") as failed:
            self.partners.UpdatePartner(id=parent, values={"parent_id": {"id": child}})
        self.assertTrue(failed.details["LocalizedMessage"].message)

    def test_barcode_twice(self):
        """Not a constraint of the database, but one of Odoo's own."""
        barcode = self.mark
        self.partner(barcode=barcode)
        with self.fails("VALIDATION_FAILED"):
            self.partner(barcode=barcode)

    def test_record_in_use(self):
        order = self.order({})
        # Quotations of a partner are deleted with it by 18.
        self.orders.ConfirmSaleOrder(id=order)
        partner = self.get_order(order, "partner_id").partner_id.id
        with self.fails("RECORD_IN_USE") as failed:
            self.partners.DeletePartner(id=partner)
        self.assertIn("PreconditionFailure", failed.details)
        self.assertIsNotNone(self.direct.read("res.partner", partner, "name"))

    def test_words_of_odoo_in_the_language_of_the_call(self):
        if "fr_FR" not in self.direct.languages():
            self.skipTest("French is not installed")
        order = self.order({})
        self.orders.ConfirmSaleOrder(id=order)
        messages = {}
        for lang in ("en_US", "fr_FR"):
            with self.fails("BUSINESS_RULE") as failed:
                self.orders.DeleteSaleOrder(id=order, options={"lang": lang})
            messages[lang] = failed.details["LocalizedMessage"].message
            self.assertEqual(failed.details["LocalizedMessage"].locale.replace("_", "-"), lang.replace("_", "-"))
        self.assertNotEqual(messages["en_US"], messages["fr_FR"])

    def test_too_little_time(self):
        partner = self.partner()
        with harness.failure() as failed:
            self.partners.GetPartner(id=partner, timeout=0.0005)
        self.assertEqual(failed.code, "DEADLINE_EXCEEDED")


class Undisclosed(ActionCase):
    """Refused by Odoo without a word, or without a clear one, on which field of the request it is about."""

    def purchases(self):
        return {"id": self.first("account.Journal", journal_type=[JOURNAL_TYPE_PURCHASE])}

    def test_references_to_nothing(self):
        nowhere = {
            model: {"id": self.missing(model)}
            for model in (
                "account.journal",
                "account.tax",
                "crm.tag",
                "product.category",
                "product.pricelist",
                "product.product",
                "res.currency",
                "res.partner",
                "res.partner.category",
                "res.users",
                "uom.uom",
            )
        }
        customer, product = {"id": self.customer()}, {"id": self.work_product()}
        leads, invoices, templates = self.api("crm.Lead"), self.api("account.Invoice"), self.api("product.ProductTemplate")
        for path, call in {
            "values.tag_ids": lambda: leads.create(
                values={"name": self.mark, "tag_ids": {"delta": {"add": [nowhere["crm.tag"]]}}}
            ),
            "values.user_id": lambda: leads.create(
                values={"name": self.mark, "partner_id": customer, "user_id": nowhere["res.users"]}
            ),
            "values.currency_id": lambda: invoices.create(
                values={"move_type": INVOICE, "partner_id": customer, "currency_id": nowhere["res.currency"]}
            ),
            "values.journal_id": lambda: invoices.create(values={"move_type": INVOICE, "journal_id": nowhere["account.journal"]}),
            "values.invoice_line_ids.rows[1].product_id": lambda: invoices.create(
                values={
                    "move_type": INVOICE,
                    "partner_id": customer,
                    "invoice_line_ids": {"rows": [{"product_id": product}, {"product_id": nowhere["product.product"]}]},
                }
            ),
            "values.categ_id": lambda: templates.create(values={"name": self.mark, "categ_id": nowhere["product.category"]}),
            "values.uom_id": lambda: templates.create(values={"name": self.mark, "uom_id": nowhere["uom.uom"]}),
            "values.pricelist_id": lambda: self.orders.CreateSaleOrder(
                values={"partner_id": customer, "pricelist_id": nowhere["product.pricelist"]}
            ),
            "values.order_line.rows[2].product_id": lambda: self.orders.CreateSaleOrder(
                values=self.order_values({}, {}, {"product_id": nowhere["product.product"]})
            ),
            "values.order_line.rows[1].tax_ids": lambda: self.orders.CreateSaleOrder(
                values=self.order_values({}, {"tax_ids": {"set": {"refs": [nowhere["account.tax"]]}}})
            ),
            "values[1].parent_id": lambda: self.partners.BatchCreatePartners(
                values=[{"name": self.mark, "parent_id": customer}, {"name": self.mark, "parent_id": nowhere["res.partner"]}]
            ),
            "values.category_id": lambda: self.partners.CreatePartner(
                values={"name": self.mark, "category_id": {"delta": {"add": [nowhere["res.partner.category"]]}}}
            ),
        }.items():
            with self.subTest(path), self.fails("INVALID_REFERENCE", [path]):
                call()

    def test_the_only_change(self):
        with self.fails("BUSINESS_RULE", ["values.journal_id"]):
            self.api("account.Invoice").update(id=self.posted(), values={"journal_id": self.purchases()})
        parent = self.partner()
        child = self.partner(parent_id={"id": parent})
        with self.fails("VALIDATION_FAILED", ["values.parent_id"]):
            self.partners.UpdatePartner(id=parent, values={"parent_id": {"id": child}})

    def test_a_field_that_odoo_calls_by_its_label(self):
        invoices = self.api("account.Invoice")
        with self.fails("VALIDATION_FAILED", ["values.journal_id"]):
            invoices.create(values={"move_type": INVOICE, "partner_id": {"id": self.customer()}, "journal_id": self.purchases()})
        with self.fails("BUSINESS_RULE", ["values.journal_id"]):
            invoices.update(id=self.posted(), values={"ref": self.mark, "journal_id": self.purchases()})

    def test_values_that_are_taken_or_out_of_range(self):
        barcode = self.mark
        self.template(barcode=barcode)
        with self.fails("UNIQUE_VIOLATION", ["values.barcode"]):
            self.api("product.ProductTemplate").create(values={"name": self.mark + " second", "barcode": barcode})
        leads = self.api("crm.Lead")
        with self.fails("CHECK_VIOLATION", ["values.probability"]):
            leads.create(values={"name": self.mark, "probability": "150"})
        with self.fails("CHECK_VIOLATION", ["values[1].probability"]):
            leads.batch_create(values=[{"name": self.mark}, {"name": self.mark, "probability": "500"}])

    def test_an_image_that_is_none(self):
        with self.fails("INVALID_FIELD_VALUE", ["values.image"]):
            self.partner(phone="1", image=b"hello world")

    def test_a_company_that_is_not_there(self):
        company = {"id": self.missing("res.company")}
        with harness.failure() as failed:
            self.api("crm.Lead").create(values={"name": self.mark, "company_id": company})
        # Versions differ in what they look at first: rights or the record.
        self.assertIn(failed.reason, ("RECORD_ACCESS_DENIED", "INVALID_REFERENCE"), str(failed.failure))
        self.assertEqual(failed.paths, ["values.company_id"], str(failed.failure))

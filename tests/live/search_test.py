"""Finding records: what the gateway finds is what Odoo finds by the same question asked directly."""

from case import LiveCase, condition, day, instant, listed

from odoo.contacts.v1 import country_pb2, partner_pb2
from odoo.sale.v1 import sale_order_pb2

DELIVERY = partner_pb2.PARTNER_ADDRESS_TYPE_DELIVERY
INVOICE = partner_pb2.PARTNER_ADDRESS_TYPE_INVOICE
DRAFT = sale_order_pb2.SALE_ORDER_STATE_DRAFT
SALE = sale_order_pb2.SALE_ORDER_STATE_SALE
AFTER = country_pb2.COUNTRY_NAME_POSITION_AFTER


class Countries(LiveCase):
    """Odoo brings some 250 of them along."""

    def same(self, filter, domain, conditions=(), some=True, order="id", **request):
        with self.subTest(filter=filter, conditions=conditions):
            found = self.countries.SearchCountries(
                filter=filter, conditions=conditions, page_size=1000, read_mask={"paths": ["code"]}, **request
            ).records
            expected = self.direct.ids("res.country", domain, order=order)
            self.assertEqual([record.id for record in found], expected)
            self.assertEqual(self.countries.CountCountries(filter=filter, conditions=conditions).count, len(expected))
            if some:
                self.assertGreater(len(expected), 0)
                self.assertLess(len(expected), self.direct.count("res.country", []))

    def test_text(self):
        self.same({"code": {"equals": "BE"}}, [["code", "=", "BE"]])
        self.same({"code": {"not_equals": "BE"}}, [["code", "!=", "BE"]])
        self.same({"code": {"one_of": ["BE", "FR", "XX"]}}, [["code", "in", ["BE", "FR", "XX"]]])
        self.same({"name": {"contains": "AN"}}, [["name", "ilike", "AN"]])
        self.same({"name": {"starts_with": "be"}}, [["name", "=ilike", "be%"]])
        self.same({"vat_label": {"is_set": True}}, [["vat_label", "!=", False]])
        self.same({"vat_label": {"is_set": False}}, [["vat_label", "=", False]])
        self.same({"name": {"contains": "%"}}, [["name", "ilike", "\\%"]], some=False)
        self.same({"name": {"contains": "an", "starts_with": "f"}}, [["name", "ilike", "an"], ["name", "=ilike", "f%"]])

    def test_integer(self):
        self.same({"phone_code": {"equals": 32}}, [["phone_code", "=", 32]])
        self.same({"phone_code": {"one_of": [32, 33]}}, [["phone_code", "in", [32, 33]]])
        self.same({"phone_code": {"at_least": 900}}, [["phone_code", ">=", 900]])
        self.same({"phone_code": {"greater": 32, "at_most": 40}}, [["phone_code", ">", 32], ["phone_code", "<=", 40]])
        self.same({"phone_code": {"less": 32}}, [["phone_code", "<", 32]])

    def test_boolean_and_selection(self):
        self.same({"state_required": True}, [["state_required", "=", True]])
        self.same({"zip_required": False}, [["zip_required", "=", False]], some=False)
        self.same({"name_position": [AFTER]}, [["name_position", "in", ["after"]]])

    def test_references(self):
        _, euro = self.direct.external("base.EUR")
        _, belgium = self.direct.external("base.be")
        # Currencies may be archived; they can be named all the same.
        self.same({"currency_id": {"one_of": [{"external_id": "base.EUR"}]}}, [["currency_id", "in", [euro]]])
        self.same({"currency_id": {"none_of": [{"id": euro}]}}, [["currency_id", "not in", [euro]]])
        self.same({"state_ids": {"is_set": True}}, [["state_ids", "!=", False]])
        self.same({"state_ids": {"is_set": False}}, [["state_ids", "=", False]])
        self.same(
            {"country_group_ids": {"one_of": [{"external_id": "base.europe"}]}},
            [["country_group_ids", "in", [self.direct.external("base.europe")[1]]]],
        )
        self.same({"id": {"one_of": [belgium]}}, [["id", "in", [belgium]]])

    def test_any_of_and_none_of(self):
        self.same(
            {"any_of": [{"code": {"equals": "BE"}}, {"phone_code": {"equals": 33}}]},
            ["|", ["code", "=", "BE"], ["phone_code", "=", 33]],
        )
        self.same(
            {"none_of": [{"code": {"equals": "BE"}}, {"phone_code": {"at_least": 100}}]},
            ["!", "|", ["code", "=", "BE"], ["phone_code", ">=", 100]],
        )
        self.same(
            {
                "name": {"contains": "a"},
                "any_of": [{"none_of": [{"phone_code": {"less": 500}}]}, {"code": {"equals": "BE"}, "state_required": False}],
                "none_of": [{"vat_label": {"is_set": True}, "phone_code": {"equals": 61}}],
            },
            [
                "&",
                "&",
                ["name", "ilike", "a"],
                "|",
                "!",
                ["phone_code", "<", 500],
                "&",
                ["code", "=", "BE"],
                ["state_required", "=", False],
                "!",
                "&",
                ["vat_label", "!=", False],
                ["phone_code", "=", 61],
            ],
        )

    def test_conditions(self):
        _, euro = self.direct.external("base.EUR")
        cases = [
            (condition("code", "EQUALS", text_value="BE"), [["code", "=", "BE"]]),
            (condition("code", "NOT_EQUALS", text_value="BE"), [["code", "!=", "BE"]]),
            (condition("phone_code", "LESS", integer_value=32), [["phone_code", "<", 32]]),
            (condition("phone_code", "AT_MOST", integer_value=32), [["phone_code", "<=", 32]]),
            (condition("phone_code", "GREATER", integer_value=900), [["phone_code", ">", 900]]),
            (condition("phone_code", "AT_LEAST", integer_value=900), [["phone_code", ">=", 900]]),
            (condition("code", "ONE_OF", **listed("text_value", "BE", "FR")), [["code", "in", ["BE", "FR"]]]),
            (condition("code", "NONE_OF", **listed("text_value", "BE", "FR")), [["code", "not in", ["BE", "FR"]]]),
            (condition("name", "CONTAINS", text_value="LAND"), [["name", "ilike", "LAND"]]),
            (condition("name", "NOT_CONTAINS", text_value="land"), [["name", "not ilike", "land"]]),
            (condition("name", "MATCHES", text_value="_e%"), [["name", "=ilike", "_e%"]]),
            (condition("vat_label", "IS_SET"), [["vat_label", "!=", False]]),
            (condition("vat_label", "IS_NOT_SET"), [["vat_label", "=", False]]),
            (condition("state_required", "EQUALS", bool_value=True), [["state_required", "=", True]]),
            (condition("currency_id", "EQUALS", ref_value={"id": euro}), [["currency_id", "=", euro]]),
            (condition("name_position", "EQUALS", text_value="after"), [["name_position", "=", "after"]]),
            (condition("state_ids.code", "EQUALS", text_value="CA"), [["state_ids.code", "=", "CA"]]),
            (condition("state_ids.country_id.code", "EQUALS", text_value="US"), [["state_ids.country_id.code", "=", "US"]]),
        ]
        for asked, domain in cases:
            self.same(None, domain, [asked])
        self.same(
            {"name": {"contains": "a"}},
            [["name", "ilike", "a"], ["phone_code", ">", 300], ["vat_label", "!=", False]],
            [condition("phone_code", "GREATER", integer_value=300), condition("vat_label", "IS_SET")],
        )

    def test_order(self):
        self.same(None, [], some=False, order_by=[{"field": "code", "descending": True}], order="code desc, id")
        self.same(
            None,
            [],
            some=False,
            order_by=[{"field": "phone_code"}, {"field": "name", "descending": True}],
            order="phone_code, name desc, id",
        )
        self.same(None, [], some=False, order_by=[{"field": "id", "descending": True}], order="id desc")

    def test_language(self):
        languages = [code for code in self.direct.languages() if code != "en_US"]
        if not languages:
            self.skipTest("only English is installed")
        for lang in languages:
            found = self.countries.SearchCountries(
                filter={"name": {"contains": "land"}}, page_size=1000, options={"lang": lang}
            ).records
            expected = self.direct.ids("res.country", [["name", "ilike", "land"]], lang=lang)
            self.assertEqual([r.id for r in found], expected)

    def test_pages_are_complete(self):
        for order_by, order in (
            ([], "id"),
            ([{"field": "phone_code"}], "phone_code, id"),
            ([{"field": "id", "descending": True}], "id desc"),
        ):
            for size in (1, 37, 50, 1000):
                if size == 1 and order_by:
                    continue
                with self.subTest(order=order, size=size):
                    # One record a page: only a few countries.
                    filter = {"phone_code": {"at_least": 970}} if size == 1 else None
                    domain = [["phone_code", ">=", 970]] if size == 1 else []
                    expected = self.direct.ids("res.country", domain, order=order)
                    found, token, pages = [], "", 0
                    while pages == 0 or token:
                        answer = self.countries.SearchCountries(
                            filter=filter,
                            order_by=order_by,
                            page_size=size,
                            page_token=token,
                            count_total=True,
                            read_mask={"paths": ["id"]},
                        )
                        self.assertEqual(answer.total_size, len(expected))
                        self.assertLessEqual(len(answer.records), size)
                        found += [record.id for record in answer.records]
                        token = answer.next_page_token
                        pages += 1
                    self.assertEqual(found, expected)
                    self.assertEqual(pages, -(-len(expected) // size))


class States(LiveCase):
    def same(self, filter, domain, conditions=()):
        with self.subTest(filter=filter, conditions=conditions):
            found = self.states.SearchStates(filter=filter, conditions=conditions, page_size=1000).records
            expected = self.direct.ids("res.country.state", domain)
            self.assertEqual([record.id for record in found], expected[:1000])
            self.assertEqual(self.states.CountStates(filter=filter, conditions=conditions).count, len(expected))
            self.assertGreater(len(expected), 0)

    def test_filters_and_conditions(self):
        _, us = self.direct.external("base.us")
        self.same({"country_id": {"one_of": [{"external_id": "base.us"}]}}, [["country_id", "in", [us]]])
        self.same({"code": {"equals": "CA"}}, [["code", "=", "CA"]])
        self.same({"name": {"starts_with": "new "}}, [["name", "=ilike", "new %"]])
        self.same(None, [["country_id.code", "=", "BE"]], [condition("country_id.code", "EQUALS", text_value="BE")])
        self.same(None, [["country_id", "ilike", "belg"]], [condition("country_id", "CONTAINS", text_value="belg")])


class Partners(LiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ids = []
        # Cleaned up last: these belong to the class.
        cls.addClassCleanup(lambda: cls.run_.tidy.discard("res.partner.category", [cls.tag]))
        cls.addClassCleanup(lambda: cls.run_.tidy.discard("res.partner", reversed(cls.ids)))
        cls.tag = cls.categories.CreatePartnerCategory(values={"name": f"{cls.mark} partners"}).record.id
        common = {"ref": cls.mark + " search"}
        made = cls.partners.BatchCreatePartners(
            values=[
                {**common, **values}
                for values in (
                    {
                        "name": "Ann",
                        "email": "ann@x.example",
                        "color": 1,
                        "country_id": {"external_id": "base.be"},
                        "employee": True,
                    },
                    {
                        "name": "Bob",
                        "color": 2,
                        "company_type": partner_pb2.PARTNER_COMPANY_TYPE_COMPANY,
                        "partner_latitude": "1.5",
                    },
                    {"name": "Cid", "email": "CID@x.example", "color": 3, "partner_latitude": "2.25", "address_type": DELIVERY},
                    {"name": "100% Dan", "color": 4, "country_id": {"external_id": "base.fr"}, "job_position": "Buyer"},
                    {"name": "Eve_", "color": 4, "category_id": {"set": {"refs": [{"id": cls.tag}]}}, "active": False},
                    {"name": "back\\slash", "address_type": INVOICE, "category_id": {"set": {"refs": [{"id": cls.tag}]}}},
                )
            ]
        )
        cls.ids += made.ids
        cls.ids.append(cls.partners.CreatePartner(values={**common, "name": "Child", "parent_id": {"id": cls.ids[1]}}).record.id)

    def same(self, filter, domain, conditions=(), archived=False, expect=None):
        with self.subTest(filter=filter, conditions=conditions):
            scope = {"ref": {"equals": self.mark + " search"}}
            options = {"include_archived": True} if archived else None
            request = {"filter": {**scope, **(filter or {})}, "conditions": conditions, "options": options}
            found = self.partners.SearchPartners(read_mask={"paths": ["name"]}, **request).records
            expected = self.direct.ids("res.partner", [["ref", "=", self.mark + " search"], *domain], archived=archived)
            self.assertEqual([record.id for record in found], expected)
            self.assertEqual(self.partners.CountPartners(**request).count, len(expected))
            if expect is not None:
                self.assertEqual([record.name for record in found], expect)

    def test_filters(self):
        _, belgium = self.direct.external("base.be")
        ann, bob = self.ids[:2]
        self.same(None, [], expect=["Ann", "Bob", "Cid", "100% Dan", "back\\slash", "Child"])
        self.same(None, [], archived=True)
        self.same({"active": False}, [["active", "=", False]], archived=True, expect=["Eve_"])
        self.same(
            {"email": {"not_equals": "ann@x.example"}},
            [["email", "!=", "ann@x.example"]],
            expect=["Bob", "Cid", "100% Dan", "back\\slash", "Child"],
        )
        self.same({"email": {"is_set": False}}, [["email", "=", False]])
        self.same({"name": {"contains": "%"}}, [["name", "ilike", "\\%"]], expect=["100% Dan"])
        self.same({"name": {"contains": "_"}}, [["name", "ilike", "\\_"]], archived=True, expect=["Eve_"])
        self.same({"name": {"contains": "k\\s"}}, [["name", "ilike", "k\\\\s"]], expect=["back\\slash"])
        self.same({"name": {"starts_with": "100%"}}, [["name", "=ilike", "100\\%%"]], expect=["100% Dan"])
        self.same({"partner_latitude": {"equals": "1.50"}}, [["partner_latitude", "=", 1.5]], expect=["Bob"])
        self.same(
            {"partner_latitude": {"greater": "1.5", "at_most": "2.25"}},
            [["partner_latitude", ">", 1.5], ["partner_latitude", "<=", 2.25]],
            expect=["Cid"],
        )
        self.same(
            {"partner_latitude": {"less": "2", "at_least": "1"}},
            [["partner_latitude", "<", 2], ["partner_latitude", ">=", 1]],
            expect=["Bob"],
        )
        self.same({"address_type": [DELIVERY, INVOICE]}, [["type", "in", ["delivery", "invoice"]]], expect=["Cid", "back\\slash"])
        self.same({"is_company": True}, [["is_company", "=", True]], expect=["Bob"])
        self.same({"employee": False}, [["employee", "=", False]])
        self.same(
            {"country_id": {"one_of": [{"external_id": "base.be"}, {"external_id": "base.fr"}]}},
            [["country_id.code", "in", ["BE", "FR"]]],
            expect=["Ann", "100% Dan"],
        )
        self.same({"country_id": {"none_of": [{"id": belgium}]}}, [["country_id", "not in", [belgium]]])
        self.same({"category_id": {"one_of": [{"id": self.tag}]}}, [["category_id", "in", [self.tag]]], expect=["back\\slash"])
        self.same({"child_ids": {"is_set": True}}, [["child_ids", "!=", False]], expect=["Bob"])
        self.same({"parent_id": {"child_of": [{"id": bob}]}}, [["parent_id", "child_of", [bob]]])
        self.same({"job_position": {"equals": "Buyer"}}, [["function", "=", "Buyer"]], expect=["100% Dan"])
        self.same(
            {"color": {"one_of": [1, 3]}, "any_of": [{"id": {"equals": ann}}, {"country_id": {"is_set": False}}]},
            [["color", "in", [1, 3]], "|", ["id", "=", ann], ["country_id", "=", False]],
            expect=["Ann", "Cid"],
        )
        self.same({"create_date": {"at_least": instant(1700000000)}}, [["create_date", ">=", "2023-11-14 22:13:20"]])
        self.same({"create_date": {"before": instant(1700000000)}}, [["create_date", "<", "2023-11-14 22:13:20"]], expect=[])

    def test_conditions(self):
        bob, child = self.ids[1], self.ids[-1]
        cases = [
            (condition("id", "CHILD_OF", integer_value=bob), [["id", "child_of", bob]], ["Bob", "Child"]),
            (condition("id", "PARENT_OF", integer_value=child), [["id", "parent_of", child]], ["Bob", "Child"]),
            (condition("parent_id.name", "EQUALS", text_value="Bob"), [["parent_id.name", "=", "Bob"]], ["Child"]),
            (condition("child_ids.name", "CONTAINS", text_value="chi"), [["child_ids.name", "ilike", "chi"]], ["Bob"]),
            (condition("country_id.code", "EQUALS", text_value="BE"), [["country_id.code", "=", "BE"]], ["Ann"]),
            (
                condition("country_id", "EQUALS", empty_value=True),
                [["country_id", "=", False]],
                ["Bob", "Cid", "back\\slash", "Child"],
            ),
            (condition("address_type", "EQUALS", text_value="delivery"), [["type", "=", "delivery"]], ["Cid"]),
            (condition("partner_latitude", "GREATER", decimal_value="1.9"), [["partner_latitude", ">", 1.9]], ["Cid"]),
            (condition("create_date", "GREATER", datetime_value=instant(0)), [["create_date", ">", "1970-01-01 00:00:00"]], None),
            (condition("message_bounce", "EQUALS", integer_value=0), [["message_bounce", "=", 0]], None),
            (
                condition("category_id", "ONE_OF", **listed("ref_value", {"id": self.tag})),
                [["category_id", "in", [self.tag]]],
                ["back\\slash"],
            ),
            (condition("name", "MATCHES", text_value="_i%"), [["name", "=ilike", "_i%"]], ["Cid"]),
        ]
        for asked, domain, expect in cases:
            self.same(None, domain, [asked], expect=expect)

    def test_pages_survive_deletions(self):
        ids = self.discarded(
            "res.partner",
            *self.partners.BatchCreatePartners(values=[{"name": f"P{i}", "ref": self.mark + " pages"} for i in range(9)]).ids,
        )
        request = {"filter": {"ref": {"equals": self.mark + " pages"}}, "page_size": 4}
        first = self.partners.SearchPartners(**request)
        self.assertEqual([r.id for r in first.records], ids[:4])
        for partner in ids[:2]:
            self.partners.DeletePartner(id=partner)
        second = self.partners.SearchPartners(page_token=first.next_page_token, **request)
        self.assertEqual([r.id for r in second.records], ids[4:8])
        last = self.partners.SearchPartners(page_token=second.next_page_token, **request)
        self.assertEqual(([r.id for r in last.records], last.next_page_token), (ids[8:], ""))

    def test_nothing_found(self):
        answer = self.partners.SearchPartners(filter={"ref": {"equals": self.mark + " none"}}, count_total=True)
        self.assertEqual((len(answer.records), answer.total_size, answer.next_page_token), (0, 0, ""))


class Orders(LiveCase):
    def test_filters(self):
        partner, product = self.partner(country_id={"external_id": "base.be"}), self.product(taxes_id={"set": {}})
        row = {"price_unit": "10.01", "tax_ids": {"set": {}}}
        one = self.order(
            {**row}, product=product, partner_id={"id": partner}, date_order=instant(1700000000), validity_date=day(2031, 5, 1)
        )
        two = self.order(
            {**row, "product_uom_qty": "3"},
            product=product,
            partner_id={"id": partner},
            date_order=instant(1700000001),
            commitment_date=instant(1900000000),
        )
        three = self.order({}, product=product)
        self.orders.ConfirmSaleOrder(id=three)
        all_three = [one, two, three]

        def same(filter, domain, conditions=(), expect=None):
            with self.subTest(filter=filter, conditions=conditions):
                filter = {"id": {"one_of": all_three}, **(filter or {})}
                found = self.orders.SearchSaleOrders(filter=filter, conditions=conditions).records
                expected = self.direct.ids("sale.order", [["id", "in", all_three], *domain])
                self.assertEqual([r.id for r in found], expected)
                self.assertEqual(self.orders.CountSaleOrders(filter=filter, conditions=conditions).count, len(expected))
                if expect is not None:
                    self.assertEqual(expected, expect)

        same({"state": [DRAFT]}, [["state", "in", ["draft"]]], expect=[one, two])
        same({"state": [DRAFT, SALE]}, [["state", "in", ["draft", "sale"]]], expect=all_three)
        same({"partner_id": {"one_of": [{"id": partner}]}}, [["partner_id", "in", [partner]]], expect=[one, two])
        same(
            {"date_order": {"at_least": instant(1700000001)}}, [["date_order", ">=", "2023-11-14 22:13:21"]], expect=[two, three]
        )
        same({"date_order": {"before": instant(1700000001)}}, [["date_order", "<", "2023-11-14 22:13:21"]], expect=[one])
        same({"validity_date": {"equals": day(2031, 5, 1)}}, [["validity_date", "=", "2031-05-01"]], expect=[one])
        same({"validity_date": {"at_least": day(2031, 5, 2)}}, [["validity_date", ">=", "2031-05-02"]])
        same({"validity_date": {"at_most": day(2031, 5, 1)}}, [["validity_date", "<=", "2031-05-01"]])
        same({"commitment_date": {"is_set": True}}, [["commitment_date", "!=", False]], expect=[two])
        same({"amount_total": {"equals": "30.03"}}, [["amount_total", "=", 30.03]], expect=[two])
        same(
            {"amount_total": {"greater": "10.01", "at_most": "30.03"}},
            [["amount_total", ">", 10.01], ["amount_total", "<=", 30.03]],
        )
        same(None, [["order_line.price_unit", "=", 10.01]], [condition("order_line.price_unit", "EQUALS", decimal_value="10.01")])
        same(
            None,
            [["partner_id.country_id.code", "=", "BE"]],
            [condition("partner_id.country_id.code", "EQUALS", text_value="BE")],
            expect=[one, two],
        )
        same(None, [["state", "!=", "draft"]], [condition("state", "NOT_EQUALS", text_value="draft")], expect=[three])
        same(None, [["validity_date", "<", "2031-06-01"]], [condition("validity_date", "LESS", date_value=day(2031, 6, 1))])
        by_amount = self.orders.SearchSaleOrders(
            filter={"id": {"one_of": all_three}}, order_by=[{"field": "amount_total", "descending": True}], page_size=2
        )
        self.assertEqual([r.id for r in by_amount.records], [two, three])

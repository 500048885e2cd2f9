"""Finding records: filters, conditions, order, pages."""

from case import GatewayCase, main
from google.protobuf.timestamp_pb2 import Timestamp

from odoo.contacts.v1 import partner_pb2
from odoo.sale.v1 import sale_order_pb2
from odoo.type.v1 import type_pb2

DRAFT = sale_order_pb2.SALE_ORDER_STATE_DRAFT
SALE = sale_order_pb2.SALE_ORDER_STATE_SALE


def condition(path, operator, **value):
    fields = {"path": path, "op": type_pb2.Operator.Value("OPERATOR_" + operator)}
    return {**fields, "value": value} if value else fields


def texts(*values):
    return {"values": [{"text_value": value} for value in values]}


class SearchCase(GatewayCase):
    def names(self, filter=None, conditions=(), **request):
        """Names of the partners found, of those that the test made."""
        request.setdefault("read_mask", {"paths": ["name"]})
        scope = {"ref": {"equals": "test"}}
        found = self.partners.SearchPartners(filter={**scope, **(filter or {})}, conditions=conditions, **request).records
        return [record.name for record in found]

    def people(self, *all_values):
        return self.partners.BatchCreatePartners(values=[{"ref": "test", **values} for values in all_values]).ids


class Filters(SearchCase):
    def setUp(self):
        super().setUp()
        self.ids = self.people(
            {"name": "Ann", "email": "ann@x.example", "color": 1, "country_id": {"external_id": "base.be"}},
            {"name": "Bob", "color": 2, "is_company": True, "partner_latitude": "1.5"},
            {
                "name": "Cid",
                "email": "CID@x.example",
                "color": 3,
                "partner_latitude": "2.25",
                "address_type": partner_pb2.PARTNER_ADDRESS_TYPE_DELIVERY,
            },
            {
                "name": "100% Dan",
                "color": 4,
                "country_id": {"external_id": "base.fr"},
                "category_id": {"set": {"refs": [{"external_id": "sandbox.tag_retail"}]}},
            },
        )

    def test_text(self):
        cases = [
            ({"equals": "Ann"}, ["Ann"]),
            ({"not_equals": "Ann"}, ["Bob", "Cid", "100% Dan"]),
            ({"one_of": ["Ann", "Cid"]}, ["Ann", "Cid"]),
            ({"contains": "N"}, ["Ann", "100% Dan"]),
            ({"starts_with": "b"}, ["Bob"]),
            ({"contains": "_"}, []),
            ({"contains": "n", "not_equals": "Ann"}, ["100% Dan"]),
        ]
        for wanted, names in cases:
            with self.subTest(wanted):
                self.assertEqual(self.names({"name": wanted}), names)
        self.assertEqual(self.names({"email": {"is_set": True}}), ["Ann", "Cid"])
        self.assertEqual(self.names({"email": {"is_set": False}}), ["Bob", "100% Dan"])

    def test_text_with_signs_of_patterns(self):
        self.assertEqual(self.names({"name": {"contains": "%"}}), ["100% Dan"])
        self.assertEqual(self.names({"name": {"starts_with": "100% "}}), ["100% Dan"])

    def test_unset_text_is_other_than_any(self):
        self.assertEqual(self.names({"email": {"not_equals": "ann@x.example"}}), ["Bob", "Cid", "100% Dan"])

    def test_integer(self):
        cases = [
            ({"equals": 2}, ["Bob"]),
            ({"one_of": [1, 4]}, ["Ann", "100% Dan"]),
            ({"at_least": 3}, ["Cid", "100% Dan"]),
            ({"at_most": 1}, ["Ann"]),
            ({"greater": 1, "less": 4}, ["Bob", "Cid"]),
        ]
        for wanted, names in cases:
            with self.subTest(wanted):
                self.assertEqual(self.names({"color": wanted}), names)
        self.assertEqual(self.names({"id": {"one_of": [self.ids[2]]}}), ["Cid"])

    def test_decimal(self):
        cases = [
            ({"equals": "1.5"}, ["Bob"]),
            ({"at_least": "1.50"}, ["Bob", "Cid"]),
            ({"at_most": "1.5", "greater": "0"}, ["Bob"]),
            ({"less": "2.25", "greater": "1"}, ["Bob"]),
        ]
        for wanted, names in cases:
            with self.subTest(wanted):
                self.assertEqual(self.names({"partner_latitude": wanted}), names)

    def test_boolean_and_selection(self):
        self.assertEqual(self.names({"is_company": True}), ["Bob"])
        self.assertEqual(self.names({"is_company": False}), ["Ann", "Cid", "100% Dan"])
        delivery = partner_pb2.PARTNER_ADDRESS_TYPE_DELIVERY
        self.assertEqual(self.names({"address_type": [delivery]}), ["Cid"])

    def test_reference(self):
        belgium, france = {"external_id": "base.be"}, {"external_id": "base.fr"}
        cases = [
            ({"one_of": [belgium]}, ["Ann"]),
            ({"one_of": [belgium, france]}, ["Ann", "100% Dan"]),
            ({"none_of": [belgium]}, ["Bob", "Cid", "100% Dan"]),
            ({"is_set": True}, ["Ann", "100% Dan"]),
            ({"is_set": False}, ["Bob", "Cid"]),
        ]
        for wanted, names in cases:
            with self.subTest(wanted):
                self.assertEqual(self.names({"country_id": wanted}), names)
        retail = {"external_id": "sandbox.tag_retail"}
        self.assertEqual(self.names({"category_id": {"one_of": [retail]}}), ["100% Dan"])

    def test_child_of(self):
        child = self.people({"name": "Child", "parent_id": {"id": self.ids[0]}})[0]
        below = {"id": {"greater": 0}, "parent_id": {"child_of": [{"id": self.ids[0]}]}}
        self.assertIn("Child", self.names(below))
        found = self.names(conditions=[condition("id", "CHILD_OF", integer_value=self.ids[0])])
        self.assertEqual(found, ["Ann", "Child"])
        found = self.names(conditions=[condition("id", "PARENT_OF", integer_value=child)])
        self.assertEqual(found, ["Ann", "Child"])

    def test_any_of_and_none_of(self):
        either = {"any_of": [{"name": {"equals": "Ann"}}, {"color": {"equals": 3}}]}
        self.assertEqual(self.names(either), ["Ann", "Cid"])
        self.assertEqual(self.names({**either, "email": {"contains": "CID"}}), ["Cid"])
        neither = {"none_of": [{"name": {"equals": "Ann"}}, {"color": {"equals": 3}, "name": {"equals": "Cid"}}]}
        self.assertEqual(self.names(neither), ["Bob", "100% Dan"])
        nested = {"any_of": [{"none_of": [{"color": {"at_least": 2}}]}, {"any_of": [{"name": {"equals": "Bob"}}]}]}
        self.assertEqual(self.names(nested), ["Ann", "Bob"])

    def test_conditions_that_say_nothing(self):
        with self.fails("INVALID_DOMAIN", ["filter.name", "filter.color"]):
            self.names({"name": {}, "color": {}})
        self.assertEqual(len(self.names({"any_of": []})), 4)

    def test_timestamps_and_dates(self):
        day = {"year": 2027, "month": 5, "day": 1}
        one = self.order(date_order=Timestamp(seconds=1700000000), validity_date=day)
        two = self.order(date_order=Timestamp(seconds=1700000001), clear_fields=["validity_date"])

        def found(filter):
            scope = {"id": {"one_of": [one, two]}}
            return [r.id for r in self.orders.SearchSaleOrders(filter={**scope, **filter}).records]

        self.assertEqual(found({"date_order": {"at_least": Timestamp(seconds=1700000001)}}), [two])
        self.assertEqual(found({"date_order": {"before": Timestamp(seconds=1700000001)}}), [one])
        self.assertEqual(found({"validity_date": {"equals": day}}), [one])
        self.assertEqual(found({"validity_date": {"at_least": {**day, "day": 2}}}), [])
        self.assertEqual(found({"validity_date": {"at_most": day}}), [one])
        self.assertEqual(found({"validity_date": {"is_set": False}}), [two])
        self.assertEqual(found({"commitment_date": {"is_set": True}}), [])

    def test_state(self):
        one, two = self.order({}), self.order({})
        self.orders.ConfirmSaleOrder(id=two)

        def found(*states):
            filter = {"id": {"one_of": [one, two]}, "state": states}
            return [r.id for r in self.orders.SearchSaleOrders(filter=filter).records]

        self.assertEqual(found(DRAFT), [one])
        self.assertEqual(found(SALE), [two])
        self.assertEqual(found(DRAFT, SALE), [one, two])

    def test_enum_values_that_are_none(self):
        with self.fails("INVALID_FIELD_VALUE") as failed:
            self.names({"address_type": [99]})
        self.assertTrue(failed.paths[0].startswith("filter.address_type"))

    def test_enum_values_are_counted(self):
        contact = partner_pb2.PARTNER_ADDRESS_TYPE_CONTACT
        with self.fails("INVALID_FIELD_VALUE", ["filter.address_type[1]"]):
            self.names({"address_type": [contact, 99]})

    def test_violations_in_filters(self):
        with self.fails("INVALID_REFERENCE") as failed:
            self.names(
                {
                    "country_id": {"one_of": [{"id": 1}, {}]},
                    "any_of": [{"partner_latitude": {"equals": "abc"}}, {"parent_id": {"none_of": [{"id": -3}]}}],
                }
            )
        self.assertEqual(
            set(failed.paths),
            {
                "filter.country_id.one_of[1]",
                "filter.any_of[0].partner_latitude.equals",
                "filter.any_of[1].parent_id.none_of[0]",
            },
        )
        with self.fails("INVALID_REFERENCE") as failed:
            self.names({"country_id": {"one_of": [{"external_id": "base.nowhere"}]}})
        self.assertTrue(failed.paths[0].startswith("filter.country_id.one_of"), failed.paths)

    def test_external_ids_are_counted(self):
        known, unknown = {"external_id": "base.be"}, {"external_id": "base.nowhere"}
        with self.fails("INVALID_REFERENCE", ["filter.country_id.one_of[1]"]):
            self.names({"country_id": {"one_of": [known, unknown]}})


class Conditions(SearchCase):
    def setUp(self):
        super().setUp()
        self.people(
            {"name": "Ann", "email": "ann@x.example", "color": 1, "country_id": {"external_id": "base.be"}},
            {"name": "Bob", "color": 2, "partner_latitude": "1.5", "country_id": {"external_id": "base.fr"}},
            {"name": "Cid", "color": 3},
        )

    def test_operators(self):
        cases = [
            (("name", "EQUALS", {"text_value": "Ann"}), ["Ann"]),
            (("name", "NOT_EQUALS", {"text_value": "Ann"}), ["Bob", "Cid"]),
            (("color", "LESS", {"integer_value": 2}), ["Ann"]),
            (("color", "AT_MOST", {"integer_value": 2}), ["Ann", "Bob"]),
            (("color", "GREATER", {"integer_value": 2}), ["Cid"]),
            (("color", "AT_LEAST", {"integer_value": 2}), ["Bob", "Cid"]),
            (("name", "ONE_OF", {"list_value": texts("Ann", "Cid")}), ["Ann", "Cid"]),
            (("name", "NONE_OF", {"list_value": texts("Ann", "Cid")}), ["Bob"]),
            (("name", "CONTAINS", {"text_value": "b"}), ["Bob"]),
            (("name", "NOT_CONTAINS", {"text_value": "b"}), ["Ann", "Cid"]),
            (("name", "MATCHES", {"text_value": "_i%"}), ["Cid"]),
            (("email", "IS_SET", {}), ["Ann"]),
            (("email", "IS_NOT_SET", {}), ["Bob", "Cid"]),
            (("partner_latitude", "EQUALS", {"decimal_value": "1.5"}), ["Bob"]),
            (("is_company", "EQUALS", {"bool_value": False}), ["Ann", "Bob", "Cid"]),
            (("country_id", "EQUALS", {"ref_value": {"external_id": "base.be"}}), ["Ann"]),
            (("country_id", "EQUALS", {"empty_value": True}), ["Cid"]),
            (("country_id", "CONTAINS", {"text_value": "belg"}), ["Ann"]),
            (("create_date", "GREATER", {"datetime_value": Timestamp(seconds=0)}), ["Ann", "Bob", "Cid"]),
        ]
        for (path, operator, value), names in cases:
            with self.subTest(path=path, operator=operator):
                self.assertEqual(self.names(conditions=[condition(path, operator, **value)]), names)

    def test_paths_over_relations(self):
        self.assertEqual(self.names(conditions=[condition("country_id.code", "EQUALS", text_value="BE")]), ["Ann"])
        parent = self.people({"name": "Parent", "country_id": {"external_id": "base.us"}})[0]
        child = self.people({"name": "Child", "parent_id": {"id": parent}})[0]
        self.people({"name": "Grandchild", "parent_id": {"id": child}})
        longer = condition("parent_id.parent_id.country_id.code", "EQUALS", text_value="US")
        self.assertEqual(self.names(conditions=[longer]), ["Grandchild"])
        order = self.order()
        found = self.orders.SearchSaleOrders(conditions=[condition("partner_id.country_id.code", "EQUALS", text_value="BE")])
        self.assertEqual([record.id for record in found.records], [order])

    def test_models_that_no_contract_is_about(self):
        """18 ignores a term that it cannot search by, and answers everything: nothing is asked unchecked."""
        by_industry = condition("industry_id.full_name", "EQUALS", text_value="Forestry")
        with self.fails("UNKNOWN_FIELD", ["conditions[0].path"]):
            self.names(conditions=[by_industry])

    def test_names_of_the_contract_on_the_way(self):
        self.assertEqual(
            self.names(conditions=[condition("address_type", "EQUALS", text_value="contact")]), ["Ann", "Bob", "Cid"]
        )
        self.assertEqual(self.names(conditions=[condition("job_position", "IS_SET")]), [])

    def test_all_must_hold(self):
        both = [condition("color", "AT_LEAST", integer_value=2), condition("country_id", "IS_SET")]
        self.assertEqual(self.names(conditions=both), ["Bob"])
        self.assertEqual(self.names({"name": {"equals": "Cid"}}, conditions=both), [])

    def test_what_is_refused(self):
        wrong = [
            condition("name", "UNSPECIFIED", text_value="x"),
            condition("", "IS_SET"),
            condition("name..x", "IS_SET"),
            condition("name.x", "IS_SET"),
            condition("nome", "IS_SET"),
            condition("country_id.nome", "IS_SET"),
            condition("color", "EQUALS", text_value="x"),
            condition("color", "CONTAINS", text_value="x"),
            condition("name", "ONE_OF", text_value="x"),
            condition("name", "EQUALS", list_value=texts("x")),
            condition("name", "EQUALS"),
            condition(".".join(["parent_id"] * 9), "IS_SET"),
            condition("__class__", "IS_SET"),
        ]
        paths = ["op", "path", "path", "path", "path", "path", "value", "op", "value", "value", "value", "path", "path"]
        with self.fails("INVALID_DOMAIN") as failed:
            self.names(conditions=wrong)
        for index, path in enumerate(paths):
            self.assertIn(f"conditions[{index}].{path}", failed.paths, wrong[index])
        self.assertEqual(self.sandbox.calls("res.partner", "web_search_read"), [])


class Pages(SearchCase):
    def setUp(self):
        super().setUp()
        self.ids = list(self.people(*({"name": f"P{i:02}", "color": i % 3} for i in range(23))))

    def pages(self, **request):
        """Ids of each page, to the end."""
        pages, token = [], ""
        while True:
            answer = self.partners.SearchPartners(
                filter={"ref": {"equals": "test"}}, page_token=token, read_mask={"paths": ["name"]}, **request
            )
            pages.append([record.id for record in answer.records])
            token = answer.next_page_token
            if not token:
                return pages
            self.assertLess(len(pages), 30)

    def test_keyset_to_the_end(self):
        for size, sizes in ((5, [5, 5, 5, 5, 3]), (23, [23]), (22, [22, 1]), (1000, [23]), (0, [23])):
            with self.subTest(size):
                pages = self.pages(page_size=size)
                self.assertEqual([len(page) for page in pages], sizes)
                self.assertEqual(sum(pages, []), self.ids)

    def test_keyset_survives_deletions_between_pages(self):
        request = {"filter": {"ref": {"equals": "test"}}, "page_size": 5}
        first = self.partners.SearchPartners(**request)
        for record in first.records[:3]:
            self.partners.DeletePartner(id=record.id)
        second = self.partners.SearchPartners(page_token=first.next_page_token, **request)
        self.assertEqual([record.id for record in second.records], self.ids[5:10])

    def test_ordered_pages_have_no_gaps_and_no_repeats(self):
        order = [{"field": "color", "descending": True}, {"field": "name"}]
        pages = self.pages(page_size=4, order_by=order)
        expected = sorted(range(23), key=lambda i: (-(i % 3), i))
        self.assertEqual(sum(pages, []), [self.ids[i] for i in expected])
        # Equal keys: the id decides.
        pages = self.pages(page_size=4, order_by=[{"field": "color"}])
        expected = sorted(range(23), key=lambda i: (i % 3, i))
        self.assertEqual(sum(pages, []), [self.ids[i] for i in expected])

    def test_descending_ids(self):
        pages = self.pages(page_size=7, order_by=[{"field": "id", "descending": True}])
        self.assertEqual(sum(pages, []), self.ids[::-1])

    def test_count_total(self):
        request = {"filter": {"ref": {"equals": "test"}}, "page_size": 5}
        answer = self.partners.SearchPartners(count_total=True, **request)
        self.assertEqual((answer.total_size, len(answer.records)), (23, 5))
        last = self.partners.SearchPartners(count_total=True, page_token=answer.next_page_token, **request)
        self.assertEqual(last.total_size, 23)
        self.assertFalse(self.partners.SearchPartners(**request).HasField("total_size"))
        self.assertEqual(self.partners.CountPartners(filter=request["filter"]).count, 23)
        none = self.partners.SearchPartners(filter={"name": {"equals": "nobody"}}, count_total=True)
        self.assertTrue(none.HasField("total_size"))
        self.assertEqual((none.total_size, len(none.records), none.next_page_token), (0, 0, ""))

    def test_foreign_tokens(self):
        request = {"filter": {"ref": {"equals": "test"}}, "page_size": 5}
        token = self.partners.SearchPartners(**request).next_page_token
        others = [
            {**request, "filter": {"ref": {"equals": "else"}}},
            {**request, "order_by": [{"field": "name"}]},
            {**request, "conditions": [condition("email", "IS_SET")]},
            {**request, "options": {"include_archived": True}},
        ]
        for other in others:
            with self.subTest(other), self.fails("INVALID_DOMAIN", ["page_token"]):
                self.partners.SearchPartners(page_token=token, **other)
        with self.fails("INVALID_DOMAIN", ["page_token"]):
            self.categories.SearchPartnerCategories(page_token=token)
        for wrong in ("x", token[:-1], token + "A", "A" * 1000, "é"):
            with self.subTest(wrong), self.fails("INVALID_DOMAIN", ["page_token"]):
                self.partners.SearchPartners(page_token=wrong, **request)
        # Another page size and mask are the caller's choice.
        answer = self.partners.SearchPartners(page_token=token, filter=request["filter"], page_size=2)
        self.assertEqual([record.id for record in answer.records], self.ids[5:7])

    def test_page_size(self):
        for size in (-1, 1001):
            with self.subTest(size), self.fails("INVALID_FIELD_VALUE", ["page_size"]):
                self.partners.SearchPartners(page_size=size)

    def test_order_by(self):
        with self.fails("INVALID_DOMAIN", ["order_by[0].field", "order_by[1].field", "order_by[2].field"]):
            self.partners.SearchPartners(order_by=[{"field": "nome"}, {"field": "category_id"}, {"field": ""}])
        # Computed without being stored: Odoo cannot sort by it.
        with self.fails("INVALID_DOMAIN", ["order_by[0].field"]):
            self.partners.SearchPartners(order_by=[{"field": "contact_address"}])
        with self.fails("INVALID_DOMAIN", ["order_by[0].field"]):
            self.partners.SearchPartners(order_by=[{"field": "name; drop table res_partner"}])
        self.assertEqual(self.names(order_by=[{"field": "name", "descending": True}])[:2], ["P22", "P21"])

    def test_one_round_trip(self):
        self.sandbox.forget_calls()
        self.partners.SearchPartners(page_size=2)
        self.assertEqual(len(self.sandbox.calls()), 1)


if __name__ == "__main__":
    main()

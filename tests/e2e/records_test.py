"""Values on their way to Odoo and back: presence, references, decimals, dates, selections, fields outside the contract."""

import datetime
import re

from case import GatewayCase, main
from google.protobuf.timestamp_pb2 import Timestamp

from harness import xmlrpc
from harness.proxy import answer, body_of
from odoo.contacts.v1 import country_pb2, partner_pb2
from odoo.type.v1 import type_pb2

PERSON = partner_pb2.PARTNER_COMPANY_TYPE_PERSON
COMPANY = partner_pb2.PARTNER_COMPANY_TYPE_COMPANY


def day(year, month, day_):
    return {"year": year, "month": month, "day": day_}


def replacing(key, new):
    """Behaviour of a proxy: another value for a key of Odoo's answer, given as JSON."""
    in_json = re.compile(rb'"%s"\s*:\s*("[^"]*"|[-+.\w]+)' % key), b'"%s": %s' % (key, new.encode())
    in_xml = re.compile(rb"(?<=<name>%s</name>)\s*<value>.*?</value>" % key), xmlrpc.value(new).encode()

    def behave(_, forward):
        body = body_of(forward())
        pattern, other = in_xml if body.startswith(b"<?xml") else in_json
        assert pattern.search(body), body
        return answer(200, pattern.sub(other, body))

    return behave


class Presence(GatewayCase):
    def test_unset_is_not_sent(self):
        self.partners.CreatePartner(values={"name": "Ada"})
        self.assertEqual(self.written("res.partner"), {"name": "Ada"})

    def test_empty_and_zero_are_values(self):
        partner = self.customer(email="", color=0, is_company=False, partner_latitude="0")
        self.assertEqual(
            self.written("res.partner"),
            {"name": "Customer", "email": "", "color": 0, "is_company": False, "partner_latitude": 0},
        )
        record = self.get_partner(partner, "color", "is_company", "partner_latitude")
        self.assertTrue(record.HasField("color"))
        self.assertTrue(record.HasField("is_company"))
        self.assertEqual(record.partner_latitude, "0")

    def test_false_of_odoo_is_unset(self):
        partner = self.customer()
        record = self.get_partner(partner)
        for field in ("phone", "website", "vat", "comment"):
            self.assertFalse(record.HasField(field), field)
        self.assertFalse(record.HasField("parent_id"))
        self.assertTrue(record.HasField("active"))

    def test_update_leaves_the_rest(self):
        partner = self.customer(email="ada@example.com", phone="1")
        self.partners.UpdatePartner(id=partner, values={"phone": "2"})
        self.assertEqual(self.written("res.partner"), {"phone": "2"})
        record = self.get_partner(partner)
        self.assertEqual((record.email, record.phone), ("ada@example.com", "2"))

    def test_clear_fields(self):
        partner = self.customer(email="ada@example.com", parent_id={"external_id": "sandbox.customer_birch"})
        self.partners.UpdatePartner(id=partner, values={"clear_fields": ["email", "parent_id", "category_id"]})
        written = self.written("res.partner")
        self.assertIs(written["email"], False)
        self.assertIs(written["parent_id"], False)
        record = self.get_partner(partner)
        self.assertFalse(record.HasField("email"))
        self.assertFalse(record.HasField("parent_id"))

    def test_clear_fields_refuses_a_default(self):
        self.partners.CreatePartner(values={"name": "Ada", "clear_fields": ["user_id", "lang"]})
        self.assertEqual(self.written("res.partner"), {"name": "Ada", "user_id": False, "lang": False})

    def test_clear_fields_takes_names_of_the_contract(self):
        partner = self.customer(job_position="Buyer")
        self.assertEqual(self.written("res.partner")["function"], "Buyer")
        self.partners.UpdatePartner(id=partner, values={"clear_fields": ["job_position"]})
        self.assertEqual(self.written("res.partner"), {"function": False})
        with self.fails("UNKNOWN_FIELD", ["values.clear_fields[0]"]):
            self.partners.UpdatePartner(id=partner, values={"clear_fields": ["function"]})

    def test_set_and_cleared_at_once(self):
        with self.fails("INVALID_FIELD_VALUE", ["values.clear_fields[0]"]):
            self.partners.UpdatePartner(id=1, values={"email": "x@example.com", "clear_fields": ["email"]})

    def test_create_answers_the_id_alone(self):
        record = self.partners.CreatePartner(values={"name": "Ada"}).record
        self.assertGreater(record.id, 0)
        self.assertEqual([field.name for field, _ in record.ListFields()], ["id"])

    def test_create_and_update_answer_what_the_mask_names(self):
        mask = {"paths": ["name", "display_name"]}
        created = self.partners.CreatePartner(values={"name": "Ada"}, read_mask=mask).record
        self.assertEqual((created.name, created.display_name), ("Ada", "Ada"))
        updated = self.partners.UpdatePartner(id=created.id, values={"name": "Ida"}, read_mask=mask).record
        self.assertEqual((updated.id, updated.name), (created.id, "Ida"))
        self.assertFalse(updated.HasField("active"))

    def test_update_of_nothing(self):
        partner = self.customer()
        self.assertEqual(self.partners.UpdatePartner(id=partner).record.id, partner)

    def test_text_arrives_unchanged(self):
        text = 'Ünïcode "quoted" \\ / \t\n €𝄞 </script> \u2028 end'
        partner = self.customer(comment=text, street=text)
        self.assertEqual(self.written("res.partner")["street"], text)
        self.assertEqual(self.get_partner(partner, "street").street, text)


class References(GatewayCase):
    def test_many2one_by_id_and_by_external_id(self):
        belgium = self.countries.SearchCountries(filter={"code": {"equals": "BE"}}).records[0]
        for reference in ({"id": belgium.id}, {"external_id": "base.be"}):
            partner = self.customer(country_id=reference)
            self.assertEqual(self.written("res.partner")["country_id"], belgium.id)
            record = self.get_partner(partner, "country_id")
            self.assertEqual((record.country_id.id, record.country_id.display_name), (belgium.id, belgium.name))

    def test_related_fields(self):
        partner = self.customer(country_id={"external_id": "base.be"})
        self.assertEqual(self.get_partner(partner, "country_code").country_code, "BE")

    def test_an_answer_can_be_sent_back(self):
        partner = self.customer(country_id={"external_id": "base.be"})
        read = self.get_partner(partner, "country_id").country_id
        self.partners.UpdatePartner(id=partner, values={"country_id": read})
        self.assertEqual(self.written("res.partner"), {"country_id": read.id})

    def test_unknown_external_ids_are_told_at_once(self):
        with self.fails("INVALID_REFERENCE", ["values.parent_id", "values.category_id.set.refs[1]"]):
            self.partners.CreatePartner(
                values={
                    "name": "Ada",
                    "parent_id": {"external_id": "shop.nobody"},
                    "category_id": {"set": {"refs": [{"external_id": "sandbox.tag_retail"}, {"external_id": "shop.no_tag"}]}},
                }
            )
        self.assertEqual(self.sandbox.calls("res.partner", "create"), [])

    def test_external_id_of_another_model(self):
        with self.fails("INVALID_REFERENCE", ["values.country_id"]) as failed:
            self.customer(country_id={"external_id": "sandbox.tag_retail"})
        self.assertIn("res.partner.category", failed.violations[0][2])

    def test_forms_of_references(self):
        references = [{}, {"id": 0}, {"id": -1}, {"external_id": ""}, {"external_id": "no_module"}, {"external_id": "a.b c"}]
        for reference in references:
            with self.subTest(reference), self.fails("INVALID_REFERENCE", ["values.country_id"]):
                self.customer(country_id=type_pb2.Ref(**reference))

    def tags(self, partner):
        return {ref.display_name for ref in self.get_partner(partner, "category_id").category_id}

    def test_many2many_set_delta_and_empty_set(self):
        retail, wholesale = {"external_id": "sandbox.tag_retail"}, {"external_id": "sandbox.tag_wholesale"}
        partner = self.customer(category_id={"set": {"refs": [retail]}})
        self.assertEqual(self.tags(partner), {"Retail"})
        self.partners.UpdatePartner(id=partner, values={"category_id": {"delta": {"add": [wholesale]}}})
        self.assertEqual(self.tags(partner), {"Retail", "Wholesale"})
        self.partners.UpdatePartner(id=partner, values={"name": "Ada"})
        self.assertEqual(self.tags(partner), {"Retail", "Wholesale"})
        self.partners.UpdatePartner(id=partner, values={"category_id": {"delta": {"add": [retail], "remove": [wholesale]}}})
        self.assertEqual(self.tags(partner), {"Retail"})
        self.partners.UpdatePartner(id=partner, values={"category_id": {"set": {"refs": [wholesale, wholesale]}}})
        self.assertEqual(self.tags(partner), {"Wholesale"})
        self.partners.UpdatePartner(id=partner, values={"category_id": {"set": {}}})
        self.assertEqual(self.tags(partner), set())

    def test_many2many_without_a_change(self):
        with self.fails("INVALID_FIELD_VALUE", ["values.category_id"]):
            self.customer(category_id={})

    def test_one2many_of_the_same_model(self):
        partner = self.customer(child_ids={"rows": [{"name": "One"}, {"name": "Two", "email": "two@example.com"}]})
        children = self.get_partner(partner, "child_ids.name", "child_ids.email").child_ids
        self.assertEqual([child.name for child in children], ["One", "Two"])
        one, two = (child.id for child in children)
        self.partners.UpdatePartner(
            id=partner,
            values={"child_ids": {"rows": [{"id": two, "name": "Second"}, {"name": "Three"}], "delete_ids": [one]}},
        )
        children = self.get_partner(partner, "child_ids.name", "child_ids.email").child_ids
        self.assertEqual({child.name: child.email for child in children}, {"Second": "two@example.com", "Three": ""})

    def test_rows_of_a_new_record_have_no_ids(self):
        with self.fails("INVALID_REFERENCE", ["values.child_ids.rows[0].id", "values.child_ids.delete_ids[0]"]):
            self.customer(child_ids={"rows": [{"id": 7, "name": "x"}], "delete_ids": [8]})


class Scalars(GatewayCase):
    proxied = True

    def test_characters_that_some_protocol_cannot_carry(self):
        text = "tab\tline\r\nesc\x1b \ufffe <&>\"' \U0001d11e"
        if self.cell.protocol == "xmlrpc":
            with self.fails("INVALID_FIELD_VALUE", ["values.name", "values.ref"]):
                self.customer(name=text, ref="\uffff")
            with self.fails("INVALID_FIELD_VALUE", ["filter.name.equals"]):
                self.partners.SearchPartners(filter={"name": {"equals": "\x01"}})
            text = text.replace("\x1b", "").replace("\ufffe", "")
        partner = self.customer(street=text)
        self.assertEqual(self.written("res.partner")["street"], text)
        self.assertEqual(self.get_partner(partner, "street").street, text)

    def written_as(self, latitude):
        """How a request carries it, as a pattern."""
        if self.cell.protocol == "xmlrpc":
            return f"<name>partner_latitude</name><value><double>{latitude}</double>"
        return f'"partner_latitude":{latitude}[,}}]'

    def test_decimals_are_sent_verbatim_and_read_shortest(self):
        texts = {
            "0.1": "0.1",
            "-12.50": "-12.5",
            "1.10": "1.1",
            "0.00005": "0.00005",
            "100": "100",
            "89.1234567": "89.1234567",
            "-0.0": "0",
        }
        for sent, read in texts.items():
            with self.subTest(sent):
                partner = self.customer(partner_latitude=sent)
                body = self.proxy.arrivals("res.partner", "create")[-1].body.decode()
                self.assertRegex(body.replace(" ", ""), self.written_as(sent))
                # Odoo keeps seven digits of a latitude.
                self.assertIn(self.get_partner(partner, "partner_latitude").partner_latitude, (read, "-0"))

    def test_no_exponents_on_read(self):
        answers = {"5e-05": "0.00005", "1e+22": "1" + "0" * 22, "1.7976931348623157e+308": None, "0.1": "0.1", "450.0": "450"}
        for odoo, read in answers.items():
            with self.subTest(odoo):
                order = self.order({"product_uom_qty": "2"})
                self.proxy.only("sale.order", "web_read", replacing(b"currency_rate", odoo))
                text = self.get_order(order, "currency_rate").currency_rate
                self.proxy.behave = None
                self.assertRegex(text, r"^-?\d+(\.\d+)?$")
                self.assertEqual(float(text), float(odoo))
                if read is not None:
                    self.assertEqual(text, read)

    def test_wrong_decimals(self):
        for text in ("", "1e3", "1,5", " 1", "NaN", "inf", "0x10", "1.", ".5", "--1", "1" * 41, "+1"):
            with self.subTest(text), self.fails("INVALID_FIELD_VALUE", ["values.partner_latitude"]):
                self.customer(partner_latitude=text)

    def test_dates(self):
        order = self.order(validity_date=day(2028, 2, 29))
        self.assertEqual(self.written("sale.order")["validity_date"], "2028-02-29")
        read = self.get_order(order, "validity_date").validity_date
        self.assertEqual((read.year, read.month, read.day), (2028, 2, 29))
        for wrong in (day(2027, 2, 29), day(2027, 13, 1), day(0, 1, 1), day(2027, 1, 0), {}, day(10000, 1, 1), day(-1, 1, 1)):
            with self.subTest(wrong), self.fails("INVALID_FIELD_VALUE", ["values.validity_date"]):
                self.order(validity_date=type_pb2.Date(**wrong))

    def test_timestamps_are_utc_and_whole_seconds(self):
        moment = Timestamp(seconds=1767225599, nanos=999000000)
        order = self.order(date_order=moment)
        self.assertEqual(self.written("sale.order")["date_order"], "2025-12-31 23:59:59")
        self.assertEqual(self.get_order(order, "date_order").date_order, Timestamp(seconds=1767225599))
        early = Timestamp()
        early.FromDatetime(datetime.datetime(1, 1, 1))
        self.order(commitment_date=early)
        self.assertEqual(self.written("sale.order")["commitment_date"], "0001-01-01 00:00:00")
        for seconds in (253402300800, -62135596801):
            with self.subTest(seconds), self.fails("INVALID_FIELD_VALUE", ["values.date_order"]):
                self.order(date_order=Timestamp(seconds=seconds))

    def test_enums(self):
        partner = self.customer(company_type=COMPANY, address_type=partner_pb2.PARTNER_ADDRESS_TYPE_INVOICE)
        written = self.written("res.partner")
        self.assertEqual((written["company_type"], written["type"]), ("company", "invoice"))
        record = self.get_partner(partner, "company_type", "address_type", "is_company")
        self.assertEqual((record.company_type, record.is_company), (COMPANY, True))
        self.assertEqual(record.address_type, partner_pb2.PARTNER_ADDRESS_TYPE_INVOICE)

    def test_enum_values_that_are_none(self):
        for value in (0, 99, -1):
            with self.subTest(value), self.fails("INVALID_FIELD_VALUE", ["values.company_type"]):
                self.customer(company_type=value)

    def test_a_key_that_the_enum_lacks_comes_in_extra_fields(self):
        partner = self.customer(address_type=partner_pb2.PARTNER_ADDRESS_TYPE_OTHER)
        self.proxy.only("res.partner", "web_read", replacing(b"type", '"studio_key"'))
        record = self.get_partner(partner, "address_type")
        self.assertFalse(record.HasField("address_type"))
        self.assertEqual(record.extra_fields["type"].text_value, "studio_key")

    def test_selection_keys_are_checked_against_the_live_list(self):
        partner = self.customer(tz="Europe/Brussels")
        self.assertEqual(self.get_partner(partner, "tz").tz, "Europe/Brussels")
        with self.fails("INVALID_FIELD_VALUE", ["values.lang", "values.tz"]):
            self.customer(tz="Europe/Atlantis", lang="xx_XX")

    def test_binary(self):
        # A picture of one pixel.
        png = bytes.fromhex(
            "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8"
            "cfc0f01f0005000201e221bc330000000049454e44ae426082"
        )
        partner = self.customer(image=png)
        self.assertIn("image_1920", self.written("res.partner"))
        self.assertFalse(self.get_partner(partner).HasField("image"))
        self.assertEqual(self.get_partner(partner, "image").image, png)

    def test_integers(self):
        partner = self.customer(color=-5, customer_rank=2147483647)
        record = self.get_partner(partner, "color", "customer_rank")
        self.assertEqual((record.color, record.customer_rank), (-5, 2147483647))


class Versions(GatewayCase):
    def test_names_of_each_version(self):
        order = self.order({"product_uom_id": {"external_id": "uom.product_uom_unit"}, "tax_ids": {"set": {}}})
        row = self.written("sale.order")["order_line"][0][2]
        names = {"product_uom", "tax_id"} if self.cell.major == 18 else {"product_uom_id", "tax_ids"}
        self.assertEqual(set(row), names | {"product_id"})
        line = self.get_order(order, "order_line").order_line[0]
        self.assertEqual(line.product_uom_id.display_name, "Units")
        self.assertEqual(len(line.tax_ids), 0)

    def test_a_field_of_another_version_is_refused(self):
        values = {"name": "Ada", "mobile": "+32 470 00 00 00"}
        if self.cell.major == 18:
            partner = self.partners.CreatePartner(values=values).record.id
            self.assertEqual(self.get_partner(partner, "mobile").mobile, values["mobile"])
            with self.fails("UNKNOWN_FIELD", ["values.order_line.rows[0].is_optional"]):
                self.order({"is_optional": True})
            return
        with self.fails("UNKNOWN_FIELD", ["values.mobile"]) as failed:
            self.partners.CreatePartner(values=values)
        self.assertIn("19", failed.violations[0][2])
        with self.fails("UNKNOWN_FIELD", ["values.clear_fields[0]"]):
            self.partners.UpdatePartner(id=1, values={"clear_fields": ["mobile"]})
        with self.fails("UNKNOWN_FIELD", ["filter.mobile"]):
            self.partners.CountPartners(filter={"mobile": {"is_set": True}})

    def test_a_field_of_another_version_is_absent_when_read(self):
        record = self.get_partner(self.customer(), "mobile", "name")
        self.assertEqual((record.mobile, record.name), ("", "Customer"))


class ExtraFields(GatewayCase):
    def test_written_and_read(self):
        partner = self.customer()
        self.partners.UpdatePartner(id=partner, values={"extra_fields": {"sale_warn_msg": {"text_value": "Ask first"}}})
        self.assertEqual(self.written("res.partner"), {"sale_warn_msg": "Ask first"})
        record = self.get_partner(partner, "extra_fields.sale_warn_msg", "extra_fields.message_bounce", "ref")
        self.assertEqual(record.extra_fields["sale_warn_msg"].text_value, "Ask first")
        self.assertEqual(record.extra_fields["message_bounce"].integer_value, 0)

    def test_kinds(self):
        partner = self.customer()
        values = {
            "calendar_last_notif_ack": {"datetime_value": Timestamp(seconds=1767225600)},
            "specific_property_product_pricelist": {"ref_value": {"id": 1}},
            "ignore_abnormal_invoice_date": {"bool_value": True},
            "message_bounce": {"integer_value": 4},
            "sale_warn_msg": {"empty_value": True},
        }
        self.partners.UpdatePartner(id=partner, values={"extra_fields": values})
        extra = self.get_partner(partner, *(f"extra_fields.{name}" for name in values), "extra_fields.message_ids").extra_fields
        self.assertEqual(extra["calendar_last_notif_ack"].datetime_value.seconds, 1767225600)
        self.assertEqual(extra["specific_property_product_pricelist"].ref_value.id, 1)
        self.assertIs(extra["ignore_abnormal_invoice_date"].bool_value, True)
        self.assertEqual(extra["message_bounce"].integer_value, 4)
        self.assertIs(extra["sale_warn_msg"].empty_value, True)
        self.assertEqual(extra["message_ids"].WhichOneof("kind"), "refs_value")

    def test_checked_against_the_live_fields(self):
        with self.fails("UNKNOWN_FIELD", ["values.extra_fields.x_studio_size"]):
            self.customer(extra_fields={"x_studio_size": {"text_value": "L"}})
        with self.fails("INVALID_FIELD_VALUE", ["values.extra_fields.message_bounce"]):
            self.customer(extra_fields={"message_bounce": {"text_value": "red"}})

    def test_what_the_contract_lists_has_its_own_field(self):
        with self.fails("UNKNOWN_FIELD", ["values.extra_fields.email"]) as failed:
            self.customer(email="a@example.com", extra_fields={"email": {"text_value": "b@example.com"}})
        self.assertIn("`email`", failed.violations[0][2])
        with self.fails("UNKNOWN_FIELD", ["read_mask.paths[1]"]):
            self.get_partner(1, "name", "extra_fields.email")
        with self.fails("UNKNOWN_FIELD", ["values.extra_fields.state"]):
            self.orders.UpdateSaleOrder(id=1, values={"extra_fields": {"state": {"text_value": "cancel"}}})
        self.assertEqual(self.sandbox.calls("sale.order", "web_save"), [])

    def test_secrets_are_not_there(self):
        token = {"text_value": "00000000-0000-0000-0000-000000000000"}
        with self.fails("UNKNOWN_FIELD", ["values.extra_fields.access_token"]):
            self.orders.UpdateSaleOrder(id=1, values={"extra_fields": {"access_token": token}})
        with self.fails("UNKNOWN_FIELD", ["read_mask.paths[0]"]):
            self.get_order(1, "extra_fields.access_token")
        with self.fails("UNKNOWN_FIELD", ["conditions[0].path"]):
            self.orders.CountSaleOrders(conditions=[{"path": "access_token", "op": type_pb2.OPERATOR_IS_SET}])
        with self.fails("UNKNOWN_FIELD", ["conditions[0].path"]):
            self.orders.CountSaleOrders(conditions=[{"path": "user_id.password", "op": type_pb2.OPERATOR_IS_SET}])


class Masks(GatewayCase):
    def test_default_read_has_all_but_what_is_read_on_request(self):
        partner = self.customer(child_ids={"rows": [{"name": "Child"}]}, email="a@example.com")
        record = self.get_partner(partner)
        self.assertEqual((record.name, record.email), ("Customer", "a@example.com"))
        self.assertTrue(record.HasField("create_date"))
        self.assertEqual(len(record.child_ids), 0)
        self.assertFalse(record.HasField("contact_address"))
        self.assertEqual(len(record.extra_fields), 0)
        asked = self.sandbox.calls("res.partner", "web_read")[-1]["kwargs"]["specification"]
        self.assertFalse({"child_ids", "image_1920", "contact_address", "credit_limit"} & set(asked))

    def test_nested_paths(self):
        order = self.order({"product_uom_qty": "2"}, {"product_uom_qty": "3"})
        record = self.get_order(order, "order_line.product_uom_qty", "order_line.product_id", "name")
        self.assertEqual([line.product_uom_qty for line in record.order_line], ["2", "3"])
        self.assertTrue(all(line.id > 0 and line.product_id.id > 0 for line in record.order_line))
        self.assertFalse(record.order_line[0].HasField("price_unit"))
        self.assertFalse(record.HasField("partner_id"))
        whole = self.get_order(order, "order_line").order_line[0]
        self.assertTrue(whole.HasField("price_unit"))

    def test_an_empty_mask_reads_the_default(self):
        order = self.order()
        self.assertTrue(self.orders.GetSaleOrder(id=order, read_mask={"paths": []}).record.HasField("name"))

    def test_paths_below_references(self):
        order = self.order()
        self.assertTrue(self.get_order(order, "partner_id.display_name").partner_id.display_name)
        with self.fails("UNKNOWN_FIELD", ["read_mask.paths[0]"]):
            self.get_order(order, "partner_id.email")

    def test_all_unknown_paths_are_told(self):
        paths = ["name", "nome", "order_line.nothing", "extra_fields", "extra_fields.x_no", "order_line.product_id.x"]
        with self.fails("UNKNOWN_FIELD", [f"read_mask.paths[{i}]" for i in range(1, 6)]):
            self.get_order(1, *paths)
        self.assertEqual(self.sandbox.calls("sale.order", "web_read"), [])


class OtherServices(GatewayCase):
    def test_categories(self):
        parent = self.categories.CreatePartnerCategory(values={"name": "Parent", "color": 3}).record.id
        ids = self.categories.BatchCreatePartnerCategories(
            values=[{"name": "A", "parent_id": {"id": parent}}, {"name": "B", "parent_id": {"id": parent}}]
        ).ids
        self.assertEqual(len(ids), 2)
        record = self.categories.GetPartnerCategory(id=parent, read_mask={"paths": ["child_ids", "color"]}).record
        self.assertEqual({ref.id for ref in record.child_ids}, set(ids))
        self.assertEqual(record.color, 3)
        self.categories.UpdatePartnerCategory(id=ids[0], values={"name": "Alpha"})
        found = self.categories.SearchPartnerCategories(filter={"parent_id": {"one_of": [{"id": parent}]}}).records
        self.assertEqual([r.name for r in found], ["Alpha", "B"])
        self.categories.DeletePartnerCategory(id=ids[1])
        below = {"parent_id": {"child_of": [{"id": parent}]}}
        self.assertEqual(self.categories.CountPartnerCategories(filter=below).count, 1)

    def test_countries(self):
        found = self.countries.SearchCountries(filter={"code": {"one_of": ["BE", "FR"]}}, order_by=[{"field": "name"}])
        self.assertEqual([country.code for country in found.records], ["BE", "FR"])
        country = self.countries.GetCountry(id=found.records[0].id).record
        self.assertEqual((country.name, country.phone_code), ("Belgium", 32))
        self.assertEqual(country.name_position, country_pb2.COUNTRY_NAME_POSITION_BEFORE)
        self.assertGreater(self.countries.CountCountries().count, 2)

    def test_states(self):
        states = self.states.SearchStates(filter={"code": {"equals": "CA"}}).records
        self.assertEqual(states[0].name, "California")
        self.assertEqual(self.states.GetState(id=states[0].id).record.country_id.display_name, "United States")
        self.assertEqual(self.states.CountStates(filter={"code": {"equals": "CA"}}).count, 1)

    def test_read_only_services_write_nothing(self):
        self.assertEqual(self.countries.method_names(), ["GetCountry", "SearchCountries", "CountCountries"])
        self.assertEqual(self.states.method_names(), ["GetState", "SearchStates", "CountStates"])

    def test_delete(self):
        partner = self.customer()
        self.partners.DeletePartner(id=partner)
        with self.fails("RECORD_NOT_FOUND") as failed:
            self.get_partner(partner)
        resource = failed.details["ResourceInfo"]
        self.assertEqual((resource.resource_type, resource.resource_name), ("res.partner", f"res.partner,{partner}"))


if __name__ == "__main__":
    main()

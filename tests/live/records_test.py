"""Contacts, tags, countries and states: what the gateway writes is what Odoo has, and the other way round."""

import base64
import datetime

from case import PNG, LiveCase

from odoo.contacts.v1 import partner_pb2
from odoo.type.v1 import type_pb2

COMPANY = partner_pb2.PARTNER_COMPANY_TYPE_COMPANY
DELIVERY = partner_pb2.PARTNER_ADDRESS_TYPE_DELIVERY
QUIET = type_pb2.MAIL_POLICY_QUIET


class Partners(LiveCase):
    def test_create_get_update_delete(self):
        values = {"name": "Ada", "ref": self.mark, "email": "ada@example.com", "color": 3, "street": "Rue Haute 1"}
        created = self.partners.CreatePartner(values=values, read_mask={"paths": ["name", "display_name"]})
        partner = self.discarded("res.partner", created.record.id)
        self.assertEqual((created.record.name, created.record.display_name), ("Ada", "Ada"))
        self.assertEqual(created.info.company_id, self.direct.read("res.users", self.direct.uid, "company_id")["company_id"][0])

        has = self.direct.read("res.partner", partner, "name", "email", "color", "street", "phone", "active", "create_date")
        record = self.get_partner(partner)
        self.assertEqual((record.name, record.email, record.color, record.street), ("Ada", "ada@example.com", 3, "Rue Haute 1"))
        self.assertEqual((has["name"], has["email"], has["color"], has["street"]), ("Ada", "ada@example.com", 3, "Rue Haute 1"))
        self.assertFalse(record.HasField("phone"))
        self.assertTrue(record.active)
        made = datetime.datetime.fromisoformat(has["create_date"]).replace(tzinfo=datetime.timezone.utc)
        self.assertEqual(record.create_date.seconds, int(made.timestamp()))
        self.assertEqual(record.create_uid.id, self.direct.uid)

        updated = self.partners.UpdatePartner(id=partner, values={"phone": "+3225550100"}, read_mask={"paths": ["phone", "name"]})
        self.assertEqual((updated.record.phone, updated.record.name), ("+3225550100", "Ada"))
        has = self.direct.read("res.partner", partner, "phone", "email")
        self.assertEqual((has["phone"], has["email"]), ("+3225550100", "ada@example.com"))

        self.partners.DeletePartner(id=partner)
        self.assertIsNone(self.direct.read("res.partner", partner, "name"))
        with self.fails("RECORD_NOT_FOUND"):
            self.get_partner(partner)

    def test_create_answers_the_id_alone(self):
        record = self.partners.CreatePartner(values={"name": "Ada", "ref": self.mark}).record
        self.discarded("res.partner", record.id)
        self.assertEqual([field.name for field, _ in record.ListFields()], ["id"])

    def test_batch(self):
        answer = self.partners.BatchCreatePartners(values=[{"name": f"B{i}", "ref": self.mark, "color": i} for i in range(7)])
        ids = self.discarded("res.partner", *answer.ids)
        has = self.direct.call("res.partner", "read", ids, ["name", "color"])
        self.assertEqual([(r["name"], r["color"]) for r in has], [(f"B{i}", i) for i in range(7)])

    def test_batch_of_different_fields(self):
        answer = self.partners.BatchCreatePartners(
            values=[
                {"name": "One", "ref": self.mark, "email": "one@example.com"},
                {"name": "Two", "ref": self.mark, "active": False},
                {"name": "Three", "ref": self.mark, "company_type": COMPANY},
            ]
        )
        one, two, three = self.discarded("res.partner", *answer.ids)
        self.assertEqual(self.direct.read("res.partner", one, "email", "active")["active"], True)
        self.assertEqual(self.direct.read("res.partner", two, "active")["active"], False)
        self.assertEqual(self.direct.read("res.partner", three, "is_company")["is_company"], True)

    def test_batch_is_all_or_none(self):
        nowhere = {"id": self.missing("res.country")}
        name = self.mark + " none"
        with self.fails("INVALID_REFERENCE", ["values[1].country_id"]):
            self.partners.BatchCreatePartners(
                values=[{"name": name, "ref": self.mark}, {"name": name, "ref": self.mark, "country_id": nowhere}]
            )
        self.assertEqual(self.direct.count("res.partner", [["name", "=", name]]), 0)

    def test_text_arrives_unchanged(self):
        text = 'Ünïcode "quoted" \\ / €𝄞 </script> \u2028 end'
        partner = self.partner(name=text)
        self.assertEqual(self.direct.read("res.partner", partner, "name")["name"], text)
        self.assertEqual(self.get_partner(partner, "name").name, text)

    def test_empty_and_zero_are_values(self):
        partner = self.partner(email="ada@example.com", color=3, partner_latitude="1.5")
        self.partners.UpdatePartner(id=partner, values={"color": 0, "partner_latitude": "0", "employee": False})
        record = self.get_partner(partner, "color", "partner_latitude", "employee", "email")
        self.assertTrue(record.HasField("color") and record.HasField("employee"))
        self.assertEqual((record.color, record.partner_latitude, record.email), (0, "0", "ada@example.com"))

    def test_clear_fields(self):
        tag = self.category()
        partner = self.partner(
            email="ada@example.com",
            job_position="Buyer",
            country_id={"external_id": "base.be"},
            category_id={"set": {"refs": [{"id": tag}]}},
            comment="<p>x</p>",
            lang="fr_FR" if "fr_FR" in self.direct.languages() else "en_US",
        )
        cleared = ["email", "job_position", "country_id", "category_id", "comment"]
        self.partners.UpdatePartner(id=partner, values={"clear_fields": cleared})
        has = self.direct.read("res.partner", partner, "email", "function", "country_id", "category_id", "comment", "name")
        self.assertEqual(
            {name: has[name] or None for name in has},
            {
                "id": partner,
                "name": "Live",
                "email": None,
                "function": None,
                "country_id": None,
                "category_id": None,
                "comment": None,
            },
        )
        record = self.get_partner(partner)
        for name in ("email", "job_position", "country_id", "comment"):
            self.assertFalse(record.HasField(name), name)

    def test_clear_fields_refuses_a_default(self):
        usual = self.partner()
        bare = self.partner(clear_fields=["lang"])
        self.assertTrue(self.direct.read("res.partner", usual, "lang")["lang"])
        self.assertFalse(self.direct.read("res.partner", bare, "lang")["lang"])

    def test_decimals(self):
        for sent, read in {
            "0.1": "0.1",
            "-12.50": "-12.5",
            "50.8503396": "50.8503396",
            "100": "100",
            "0.0000001": "0.0000001",
        }.items():
            with self.subTest(sent):
                partner = self.partner(partner_latitude=sent)
                self.assertEqual(self.get_partner(partner, "partner_latitude").partner_latitude, read)
                self.assertEqual(self.direct.read("res.partner", partner, "partner_latitude")["partner_latitude"], float(sent))

    def test_selection_and_renamed_fields(self):
        parent = self.partner()
        partner = self.partner(address_type=DELIVERY, job_position="Storekeeper", parent_id={"id": parent})
        has = self.direct.read("res.partner", partner, "type", "function", "parent_id")
        self.assertEqual((has["type"], has["function"], has["parent_id"][0]), ("delivery", "Storekeeper", parent))
        record = self.get_partner(partner)
        self.assertEqual((record.address_type, record.job_position, record.parent_id.id), (DELIVERY, "Storekeeper", parent))

    def test_image(self):
        partner = self.partner(image=PNG)
        self.assertEqual(base64.b64decode(self.direct.read("res.partner", partner, "image_1920")["image_1920"])[:4], PNG[:4])
        self.assertEqual(self.get_partner(partner, "image").image[:4], PNG[:4])
        self.assertFalse(self.get_partner(partner).HasField("image"))

    def test_fields_on_request(self):
        partner = self.partner(street="Rue Haute 1", city="Brussels")
        self.assertFalse(self.get_partner(partner).HasField("contact_address"))
        self.assertIn("Rue Haute 1", self.get_partner(partner, "contact_address").contact_address)

    def test_every_on_request_field(self):
        """None of what a mask may name is refused."""
        partner = self.partner()
        fields = self.partners.request_class("CreatePartner")().values.DESCRIPTOR.file.message_types_by_name["Partner"].fields
        names = [field.name for field in fields if field.name not in ("extra_fields", "child_ids")]
        record = self.get_partner(partner, *names)
        self.assertEqual(record.name, "Live")

    def test_extra_fields(self):
        """A field that the contract does not list."""
        partner = self.partner()
        self.partners.UpdatePartner(id=partner, values={"extra_fields": {"message_bounce": {"integer_value": 4}}})
        self.assertEqual(self.direct.read("res.partner", partner, "message_bounce")["message_bounce"], 4)
        record = self.get_partner(partner, "extra_fields.message_bounce", "name")
        self.assertEqual(record.extra_fields["message_bounce"].integer_value, 4)

    def test_rows_of_the_same_model(self):
        partner = self.partner(
            child_ids={"rows": [{"name": "One", "ref": self.mark}, {"name": "Two", "ref": self.mark, "email": "two@example.com"}]}
        )
        children = {child.name: child.id for child in self.get_partner(partner, "child_ids.name").child_ids}
        self.discarded("res.partner", *children.values())
        self.assertEqual(set(children), {"One", "Two"})
        self.partners.UpdatePartner(
            id=partner,
            values={
                "child_ids": {
                    "rows": [{"id": children["Two"], "name": "Second"}, {"name": "Three", "ref": self.mark}],
                    "delete_ids": [children["One"]],
                }
            },
        )
        now = {child.name: child for child in self.get_partner(partner, "child_ids.name", "child_ids.email").child_ids}
        self.discarded("res.partner", now["Three"].id)
        self.assertEqual({name: child.email for name, child in now.items()}, {"Second": "two@example.com", "Three": ""})
        self.assertEqual(now["Second"].id, children["Two"])
        self.assertIsNone(self.direct.read("res.partner", children["One"], "name"))


class References(LiveCase):
    def test_by_external_id(self):
        _, belgium = self.direct.external("base.be")
        partner = self.partner(country_id={"external_id": "base.be"})
        self.assertEqual(self.direct.read("res.partner", partner, "country_id")["country_id"][0], belgium)
        record = self.get_partner(partner, "country_id", "country_code")
        self.assertEqual((record.country_id.id, record.country_code), (belgium, "BE"))
        self.assertTrue(record.country_id.display_name)
        self.partners.UpdatePartner(id=partner, values={"country_id": {"external_id": "base.fr"}})
        self.assertEqual(self.get_partner(partner, "country_code").country_code, "FR")

    def test_an_answer_can_be_sent_back(self):
        partner = self.partner(country_id={"external_id": "base.be"})
        read = self.get_partner(partner, "country_id").country_id
        other = self.partner(country_id=read)
        self.assertEqual(self.get_partner(other, "country_id").country_id.id, read.id)

    def tags_of(self, partner):
        return set(self.direct.read("res.partner", partner, "category_id")["category_id"])

    def test_many2many(self):
        one, two, three = (self.category(name) for name in ("one", "two", "three"))
        partner = self.partner(category_id={"set": {"refs": [{"id": one}, {"id": one}]}})
        self.assertEqual(self.tags_of(partner), {one})
        self.partners.UpdatePartner(id=partner, values={"category_id": {"delta": {"add": [{"id": two}, {"id": three}]}}})
        self.assertEqual(self.tags_of(partner), {one, two, three})
        self.partners.UpdatePartner(
            id=partner, values={"category_id": {"delta": {"add": [{"id": one}], "remove": [{"id": two}]}}}
        )
        self.assertEqual(self.tags_of(partner), {one, three})
        self.partners.UpdatePartner(id=partner, values={"color": 1})
        self.assertEqual(self.tags_of(partner), {one, three})
        self.assertEqual({ref.id for ref in self.get_partner(partner, "category_id").category_id}, {one, three})
        self.partners.UpdatePartner(id=partner, values={"category_id": {"set": {"refs": [{"id": two}]}}})
        self.assertEqual(self.tags_of(partner), {two})
        self.partners.UpdatePartner(id=partner, values={"category_id": {"set": {}}})
        self.assertEqual(self.tags_of(partner), set())
        self.assertIsNotNone(self.direct.read("res.partner.category", two, "name"))


class Options(LiveCase):
    def test_languages(self):
        languages = [code for code in self.direct.languages() if code != "en_US"]
        if not languages:
            self.skipTest("only English is installed")
        lang = languages[0]
        tag = self.category("in English")
        there = f"{self.mark} ailleurs"
        self.categories.UpdatePartnerCategory(id=tag, values={"name": there}, options={"lang": lang})
        self.assertEqual(self.direct.read("res.partner.category", tag, "name", lang=lang)["name"], there)
        self.assertEqual(self.direct.read("res.partner.category", tag, "name", lang="en_US")["name"], f"{self.mark} in English")
        self.assertEqual(self.categories.GetPartnerCategory(id=tag, options={"lang": lang}).record.name, there)
        self.assertEqual(
            self.categories.GetPartnerCategory(id=tag, options={"lang": "en_US"}).record.name, f"{self.mark} in English"
        )
        _, germany = self.direct.external("base.de")
        for code in ("en_US", lang):
            name = self.direct.read("res.country", germany, "name", lang=code)["name"]
            self.assertEqual(self.countries.GetCountry(id=germany, options={"lang": code}).record.name, name)

    def test_archived(self):
        partner = self.partner(active=False)
        filter = {"id": {"equals": partner}}
        self.assertEqual(self.partners.CountPartners(filter=filter).count, 0)
        self.assertEqual(self.partners.CountPartners(filter=filter, options={"include_archived": True}).count, 1)
        self.assertFalse(self.get_partner(partner, "active").active)
        self.partners.UpdatePartner(id=partner, values={"active": True})
        self.assertEqual(self.partners.CountPartners(filter=filter).count, 1)

    def test_mail_policy(self):
        """Odoo notes a creation in the chatter, unless it is told to be quiet."""
        usual = self.partner()
        made = self.partners.CreatePartner(values={"name": "Quiet", "ref": self.mark}, options={"mail_policy": QUIET})
        quiet = self.discarded("res.partner", made.record.id)

        def notes(partner):
            return len(self.direct.read("res.partner", partner, "message_ids")["message_ids"])

        self.assertGreater(notes(usual), 0)
        self.assertEqual(notes(quiet), 0)

    def test_company(self):
        company = self.direct.read("res.users", self.direct.uid, "company_id")["company_id"][0]
        partner = self.partner()
        answer = self.partners.GetPartner(id=partner, options={"company_id": company})
        self.assertEqual(answer.info.company_id, company)
        with self.fails("INVALID_REFERENCE", ["options.company_id"]):
            self.partners.GetPartner(id=partner, options={"company_id": self.missing("res.company")})


class ValidateOnly(LiveCase):
    def test_nothing_is_left(self):
        tag = self.category()
        partner = self.partner()
        order = self.order({})
        name = self.mark + " never"
        calls = [
            lambda: self.partners.CreatePartner(values={"name": name}, validate_only=True),
            lambda: self.partners.BatchCreatePartners(values=[{"name": name}] * 3, validate_only=True),
            lambda: self.partners.UpdatePartner(id=partner, values={"name": name}, validate_only=True),
            lambda: self.partners.DeletePartner(id=partner, validate_only=True),
            lambda: self.categories.CreatePartnerCategory(values={"name": name}, validate_only=True),
            lambda: self.categories.BatchCreatePartnerCategories(values=[{"name": name}], validate_only=True),
            lambda: self.categories.UpdatePartnerCategory(id=tag, values={"name": name}, validate_only=True),
            lambda: self.categories.DeletePartnerCategory(id=tag, validate_only=True),
            lambda: self.orders.CreateSaleOrder(
                values={"partner_id": {"id": partner}, "client_order_ref": name}, validate_only=True
            ),
            lambda: self.orders.BatchCreateSaleOrders(
                values=[{"partner_id": {"id": partner}, "client_order_ref": name}], validate_only=True
            ),
            lambda: self.orders.UpdateSaleOrder(id=order, values={"client_order_ref": name}, validate_only=True),
            lambda: self.orders.DeleteSaleOrder(id=order, validate_only=True),
        ]
        for call in calls:
            self.assertTrue(call().info.validated_only)
        self.assertEqual(self.direct.ids("res.partner", [["name", "=", name]], archived=True), [])
        self.assertEqual(self.direct.ids("res.partner.category", [["name", "=", name]], archived=True), [])
        self.assertEqual(self.direct.ids("sale.order", [["client_order_ref", "=", name]]), [])
        self.assertIsNotNone(self.direct.read("res.partner", partner, "name"))
        self.assertIsNotNone(self.direct.read("sale.order", order, "name"))

    def test_mistakes_are_told(self):
        with self.fails("REQUIRED_FIELD_MISSING", ["values.name"]):
            self.partners.CreatePartner(validate_only=True)
        with self.fails("INVALID_REFERENCE", ["values.country_id"]):
            self.partners.CreatePartner(values={"name": "x", "country_id": {"external_id": "base.nowhere"}}, validate_only=True)


class Categories(LiveCase):
    def test_all_operations(self):
        top = self.category("top", color=2)
        ids = self.discarded(
            "res.partner.category",
            *self.categories.BatchCreatePartnerCategories(
                values=[{"name": f"{self.mark} {i}", "parent_id": {"id": top}} for i in range(3)]
            ).ids,
        )
        record = self.categories.GetPartnerCategory(
            id=top, read_mask={"paths": ["name", "color", "child_ids", "display_name"]}
        ).record
        self.assertEqual((record.color, sorted(ref.id for ref in record.child_ids)), (2, sorted(ids)))
        self.assertEqual(self.categories.CountPartnerCategories(filter={"parent_id": {"one_of": [{"id": top}]}}).count, 3)
        found = self.categories.SearchPartnerCategories(filter={"name": {"starts_with": self.mark}}).records
        self.assertEqual([r.id for r in found], [top, *ids])
        below = self.categories.SearchPartnerCategories(filter={"parent_id": {"child_of": [{"id": top}]}}).records
        self.assertEqual([r.id for r in below], self.direct.ids("res.partner.category", [["parent_id", "child_of", [top]]]))
        partner = self.partner()
        self.categories.UpdatePartnerCategory(id=ids[0], values={"partner_ids": {"delta": {"add": [{"id": partner}]}}})
        self.assertEqual(self.direct.read("res.partner", partner, "category_id")["category_id"], [ids[0]])
        self.categories.DeletePartnerCategory(id=ids[0])
        self.assertIsNone(self.direct.read("res.partner.category", ids[0], "name"))


class Places(LiveCase):
    def test_country(self):
        _, belgium = self.direct.external("base.be")
        has = self.direct.read(
            "res.country",
            belgium,
            "name",
            "code",
            "phone_code",
            "currency_id",
            "state_ids",
            "country_group_ids",
            "address_format",
            "vat_label",
        )
        names = [
            field.name for field in self.countries.GetCountry(id=belgium).record.DESCRIPTOR.fields if field.name != "extra_fields"
        ]
        record = self.countries.GetCountry(id=belgium, read_mask={"paths": names}).record
        self.assertEqual((record.name, record.code, record.phone_code), (has["name"], "BE", 32))
        self.assertEqual((record.currency_id.id, record.currency_id.display_name), tuple(has["currency_id"]))
        self.assertEqual(sorted(ref.id for ref in record.state_ids), sorted(has["state_ids"]))
        self.assertEqual(sorted(ref.id for ref in record.country_group_ids), sorted(has["country_group_ids"]))
        self.assertEqual((record.address_format, record.vat_label), (has["address_format"], has["vat_label"]))

    def test_state(self):
        _, california = self.direct.external("base.state_us_5")
        has = self.direct.read("res.country.state", california, "name", "code", "country_id")
        record = self.states.GetState(id=california).record
        self.assertEqual((record.name, record.code), (has["name"], has["code"]))
        self.assertEqual((record.country_id.id, record.country_id.display_name), tuple(has["country_id"]))
        domain = [["country_id", "=", has["country_id"][0]]]
        states = {"country_id": {"one_of": [{"external_id": "base.us"}]}}
        found = self.states.SearchStates(filter=states, page_size=1000).records
        self.assertEqual([r.id for r in found], self.direct.ids("res.country.state", domain))
        self.assertEqual(self.states.CountStates(filter=states).count, len(found))
        self.assertEqual(self.countries.CountCountries().count, self.direct.count("res.country", []))

"""The contracts as a caller sees them: they compile, every shape survives binary and JSON, and they follow their own rules.

Run by hand with `python3 -m unittest discover -s tests/contracts`.
"""

import unittest

from compiled import CONTRACTS, FILES, PROTO, descriptors, module
from google.protobuf import field_mask_pb2, json_format

ALLOWED_IMPORTS = ("google/protobuf/", "odoo/contract/v1/", "odoo/type/v1/")
BOOKKEEPING = {"extra_fields": 9998, "clear_fields": 9999, "any_of": 9996, "none_of": 9997}


def contacts(name):
    return getattr(module("odoo/contacts/v1/partner.proto"), name)


def sale(name):
    return getattr(module("odoo/sale/v1/sale_order.proto"), name)


class RoundTrip(unittest.TestCase):
    """JSON in, JSON out, by way of the bytes on the wire: nothing gets lost, and unset stays unset."""

    def check(self, kind, content):
        message = json_format.ParseDict(content, kind())
        again = kind.FromString(message.SerializeToString())
        self.assertEqual(json_format.MessageToDict(again), content)
        return again

    def test_values_with_all_kinds_of_scalars(self):
        self.check(
            contacts("CreatePartnerRequest"),
            {
                "values": {
                    "name": "Acme",
                    "companyType": "PARTNER_COMPANY_TYPE_COMPANY",
                    "isCompany": True,
                    "active": False,
                    "color": 0,
                    "email": "",
                    "partnerLatitude": "50.8466",
                    "comment": "<p>Hello</p>",
                    "image": "iVBORw0KGgo=",
                    "countryId": {"externalId": "base.be"},
                    "userId": {"id": "7"},
                },
                "readMask": "name,categoryId,childIds.name,countryId",
                "options": {"companyId": "2", "lang": "fr_FR", "includeArchived": True, "mailPolicy": "MAIL_POLICY_QUIET"},
                "validateOnly": True,
            },
        )

    def test_false_zero_and_empty_are_not_the_same_as_unset(self):
        kind = contacts("PartnerValues")
        values = self.check(kind, {"active": False, "color": 0, "email": ""})
        self.assertEqual([field.name for field, _ in values.ListFields()], ["active", "email", "color"])
        self.assertFalse(values.HasField("name"))
        self.assertEqual(kind().SerializeToString(), b"")

    def test_changes_to_references_and_rows(self):
        values = self.check(
            sale("SaleOrderValues"),
            {
                "partnerId": {"id": "9"},
                "tagIds": {"delta": {"add": [{"id": "1"}], "remove": [{"externalId": "gw.tag"}]}},
                "orderLine": {
                    "rows": [
                        {"productId": {"id": "3"}, "productUomQty": "2.5", "taxIds": {"set": {}}},
                        {"id": "44", "priceUnit": "9.90", "clearFields": ["discount"]},
                        {"displayType": "SALE_ORDER_LINE_DISPLAY_TYPE_LINE_NOTE", "name": "Ring twice"},
                    ],
                    "deleteIds": ["45", "46"],
                },
                "dateOrder": "2024-05-01T08:30:00Z",
                "validityDate": {"year": 2024, "month": 5, "day": 31},
                "clearFields": ["user_id"],
            },
        )
        lines = values.order_line.rows
        self.assertEqual(lines[0].tax_ids.WhichOneof("change"), "set")
        self.assertFalse(lines[1].HasField("tax_ids"))
        self.assertFalse(lines[0].HasField("id"))

    def test_extra_fields_of_every_kind(self):
        self.check(
            contacts("PartnerValues"),
            {
                "extraFields": {
                    "x_empty": {"emptyValue": True},
                    "x_flag": {"boolValue": False},
                    "x_count": {"integerValue": "0"},
                    "x_amount": {"decimalValue": "-12.50"},
                    "x_text": {"textValue": ""},
                    "x_day": {"dateValue": {"year": 2024, "month": 2, "day": 29}},
                    "x_time": {"datetimeValue": "2024-05-01T10:00:00Z"},
                    "x_ref": {"refValue": {"id": "1"}},
                    "x_refs": {"refsValue": {}},
                    "x_file": {"binaryValue": "AA=="},
                    "x_list": {"listValue": {"values": [{"textValue": "a"}]}},
                }
            },
        )

    def test_filter(self):
        self.check(
            sale("SearchSaleOrdersRequest"),
            {
                "filter": {
                    "id": {"oneOf": ["1", "2"]},
                    "name": {"startsWith": "S0"},
                    "state": ["SALE_ORDER_STATE_SALE"],
                    "locked": False,
                    "partnerId": {"childOf": [{"id": "9"}]},
                    "amountTotal": {"atLeast": "100"},
                    "validityDate": {"isSet": True},
                    "writeDate": {"before": "2024-05-01T00:00:00Z"},
                    "anyOf": [{"origin": {"equals": "shop"}}, {"noneOf": [{"clientOrderRef": {"isSet": False}}]}],
                },
                "conditions": [{"path": "partner_id.country_id.code", "op": "OPERATOR_EQUALS", "value": {"textValue": "BE"}}],
                "orderBy": [{"field": "amount_total", "descending": True}],
                "pageSize": 100,
                "pageToken": "x",
                "countTotal": True,
                "readMask": "name,orderLine.productId",
            },
        )

    def test_answer(self):
        answer = self.check(
            sale("SearchSaleOrdersResponse"),
            {
                "records": [
                    {
                        "id": "1",
                        "displayName": "S00001",
                        "state": "SALE_ORDER_STATE_DRAFT",
                        "amountTotal": "100.00",
                        "partnerId": {"id": "9", "displayName": "Acme"},
                        "tagIds": [{"id": "1"}, {"id": "2"}],
                        "orderLine": [{"id": "5", "productUomId": {"id": "1"}, "taxIds": [{"id": "4"}]}],
                        "extraFields": {"x_studio": {"textValue": "a"}},
                    }
                ],
                "totalSize": "0",
                "info": {"companyId": "1"},
            },
        )
        self.assertTrue(answer.HasField("total_size"))
        self.assertFalse(answer.records[0].HasField("validity_date"))

    def test_partners_within_partners(self):
        row = {"childIds": {"rows": [{"name": "Ann"}, {"id": "3", "childIds": {"deleteIds": ["4"]}}]}}
        self.check(contacts("PartnerValues"), row)
        self.check(contacts("Partner"), {"id": "1", "childIds": [{"id": "2", "childIds": [{"id": "3"}]}]})


class Rules(unittest.TestCase):
    """What every contract keeps to."""

    def rule(self, message):
        options = module("odoo/contract/v1/options.proto")
        return message.GetOptions().Extensions[options.message]

    def messages(self):
        for file in CONTRACTS:
            yield from module(file).DESCRIPTOR.message_types_by_name.values()

    def records(self):
        kind = module("odoo/contract/v1/options.proto").MessageRule.KIND_RECORD
        return [message for message in self.messages() if self.rule(message).kind == kind]

    def test_there_are_contracts(self):
        found = {}
        for record in self.records():
            found.setdefault(record.file.package, []).append(record.name)
        self.assertEqual(
            found,
            {
                "odoo.account.v1": [
                    "Account",
                    "FiscalPosition",
                    "Invoice",
                    "PaymentRegistration",
                    "InvoiceReversal",
                    "InvoiceLine",
                    "Journal",
                    "Payment",
                    "PaymentTerm",
                    "Tax",
                ],
                "odoo.base.v1": ["Company", "Currency", "User"],
                "odoo.contacts.v1": ["Country", "Partner", "PartnerCategory", "State"],
                "odoo.crm.v1": ["Lead", "LeadLoss", "LeadConversion", "LeadStage", "LeadTag", "LostReason", "SalesTeam"],
                "odoo.product.v1": ["Pricelist", "ProductTemplate", "Product", "ProductCategory", "UnitOfMeasure"],
                "odoo.purchase.v1": ["PurchaseOrder", "PurchaseOrderLine"],
                "odoo.sale.v1": ["SaleOrder", "OrderInvoicing", "SaleOrderLine"],
                "odoo.stock.v1": ["Location", "OperationType", "Picking", "StockMove", "Quant", "Warehouse"],
            },
        )

    def test_values_and_filters_use_the_names_and_numbers_of_their_record(self):
        by_name = {record.full_name: record for record in self.records()}
        for message in self.messages():
            name = self.rule(message).record
            if not name or message.name.endswith("Changes"):
                continue
            record = by_name[f"{message.file.package}.{name}"]
            expected = {**{field.name: field.number for field in record.fields}, **BOOKKEEPING}
            for field in message.fields:
                with self.subTest(field.full_name):
                    self.assertEqual(field.number, expected.get(field.name))

    def test_every_field_of_a_record_states_its_type(self):
        options = module("odoo/contract/v1/options.proto")
        for record in self.records():
            for field in record.fields:
                with self.subTest(field.full_name):
                    self.assertEqual(field.GetOptions().Extensions[options.field].type == 0, field.name == "extra_fields")

    def test_field_names_survive_json_field_masks(self):
        for message in self.messages():
            for field in message.fields:
                with self.subTest(field.full_name):
                    mask = field_mask_pb2.FieldMask(paths=[field.name])
                    again = json_format.Parse(json_format.MessageToJson(mask), field_mask_pb2.FieldMask())
                    self.assertEqual(list(again.paths), [field.name])

    def test_areas_import_shared_files_and_what_their_calls_make(self):
        made = {("account", "account"), ("sale", "account"), ("purchase", "account")}
        for file in descriptors().file:
            for dependency in file.dependency:
                with self.subTest(file=file.name, dependency=dependency):
                    areas = (area_of(file.name), area_of(dependency))
                    self.assertTrue(dependency.startswith(ALLOWED_IMPORTS) or areas in made)

    def test_options_hold_no_list_of_messages(self):
        """protobufjs, and with it Node's proto-loader, cannot read `names: [{...}, {...}]`."""
        for file in FILES:
            with self.subTest(file):
                self.assertNotRegex((PROTO / file).read_text(encoding="utf-8"), r"\[\s*\{")

    def test_everything_has_a_comment(self):
        for file in descriptors().file:
            commented = {tuple(place.path) for place in file.source_code_info.location if place.leading_comments}
            missing = [name for path, name in elements(file) if path not in commented]
            with self.subTest(file.name):
                self.assertEqual(missing, [])


def area_of(path):
    """`odoo/sale/v1/sale_order.proto` -> `sale`."""
    return path.split("/")[1]


def elements(file):
    """(path in the file, name) of everything that needs a comment."""
    for index, message in enumerate(file.message_type):
        yield (4, index), message.name
        yield from (((4, index, 2, at), f"{message.name}.{field.name}") for at, field in enumerate(message.field))
    for index, enum in enumerate(file.enum_type):
        yield (5, index), enum.name
        yield from (((5, index, 2, at), value.name) for at, value in enumerate(enum.value))
    for index, service in enumerate(file.service):
        yield (6, index), service.name
        yield from (((6, index, 2, at), method.name) for at, method in enumerate(service.method))


if __name__ == "__main__":
    unittest.main()

"""Every service: what its operations have in common, from one table. What is special has tests of its own."""

import harness
from case import GatewayCase, main

ALDER = {"external_id": "sandbox.customer_alder"}
OAK = {"external_id": "sandbox.vendor_oak"}
DESK = {"external_id": "sandbox.product_desk"}


def ref(external_id):
    return {"external_id": external_id}


# Values for a create, the field that an update changes, and its new value.
WRITABLE = {
    "contacts.v1.PartnerService": ({"name": "Ash Ltd"}, "email", "ash@example.com"),
    "contacts.v1.PartnerCategoryService": ({"name": "Press"}, "color", 7),
    "product.v1.ProductTemplateService": ({"name": "Stool", "list_price": "39.90"}, "list_price", "41.5"),
    "product.v1.ProductService": ({"name": "Bench", "default_code": "BENCH"}, "default_code", "BENCH-2"),
    "product.v1.ProductCategoryService": (
        {"name": "Garden", "parent_id": ref("product.product_category_goods")},
        "name",
        "Outdoor",
    ),
    "crm.v1.LeadService": (
        {"name": "Forty desks", "partner_id": ALDER, "expected_revenue": "18000"},
        "expected_revenue",
        "17500.5",
    ),
    "sale.v1.SaleOrderService": (
        {"partner_id": ALDER, "order_line": {"rows": [{"product_id": DESK}]}},
        "client_order_ref",
        "PO-7",
    ),
    "purchase.v1.PurchaseOrderService": (
        {"partner_id": OAK, "order_line": {"rows": [{"product_id": DESK, "product_qty": "4", "price_unit": "200"}]}},
        "partner_ref",
        "OAK-1",
    ),
    "account.v1.InvoiceService": (
        {"move_type": 2, "partner_id": ALDER, "invoice_line_ids": {"rows": [{"product_id": DESK, "quantity": "2"}]}},
        "ref",
        "R-1",
    ),
    "stock.v1.PickingService": (
        {
            "picking_type_id": ref("stock.picking_type_out"),
            "partner_id": ALDER,
            "move_ids": {"rows": [{"product_id": DESK, "product_uom_qty": "2"}]},
        },
        "origin",
        "By hand",
    ),
}

# Odoo deletes these when they are cancelled.
CANCELLED_FIRST = ("purchase.v1.PurchaseOrderService",)

# Of these the shop has records.
READABLE = (
    "contacts.v1.CountryService",
    "contacts.v1.StateService",
    "base.v1.CompanyService",
    "base.v1.CurrencyService",
    "base.v1.UserService",
    "product.v1.PricelistService",
    "product.v1.UnitOfMeasureService",
    "crm.v1.LeadStageService",
    "crm.v1.LeadTagService",
    "crm.v1.LostReasonService",
    "crm.v1.SalesTeamService",
    "account.v1.AccountService",
    "account.v1.FiscalPositionService",
    "account.v1.JournalService",
    "account.v1.PaymentTermService",
    "account.v1.TaxService",
    "stock.v1.LocationService",
    "stock.v1.OperationTypeService",
    "stock.v1.QuantService",
    "stock.v1.WarehouseService",
)

# Model of a service whose app is left out, and what the caller is told.
WITHOUT = {"crm": "crm.v1.LeadService", "stock": "stock.v1.PickingService", "purchase": "purchase.v1.PurchaseOrderService"}


class Operations:
    """The operations of one service, by what they do."""

    def __init__(self, gateway, name):
        self.service = gateway.service("odoo." + name)

    def __getattr__(self, operation):
        for method in self.service.method_names():
            if method.startswith(operation):
                return getattr(self.service, method)
        raise AttributeError(operation)


class Writing(GatewayCase):
    def test_life_of_a_record(self):
        for name, (values, field, changed) in WRITABLE.items():
            with self.subTest(name):
                operations = Operations(self.gateway, name)
                before = operations.Count().count
                made = self.make(operations, values, field, changed)
                self.assertEqual(operations.Count().count, before + len(made))
                self.delete(operations, made, name in CANCELLED_FIRST)
                self.assertEqual(operations.Count().count, before)

    def make(self, operations, values, field, changed):
        made = operations.Create(values=values, read_mask={"paths": ["id"]}).record.id
        self.assertEqual(operations.Get(id=made).record.id, made)
        operations.Update(id=made, values={field: changed})
        record = operations.Get(id=made, read_mask={"paths": [field]}).record
        self.assertEqual(getattr(record, field), changed)
        made = [made, *operations.BatchCreate(values=[values, values]).ids]
        found = operations.Search(filter={"id": {"one_of": made}}).records
        self.assertEqual([record.id for record in found], made)
        return made

    def delete(self, operations, ids, cancel):
        for record_id in ids:
            if cancel:
                operations.Cancel(id=record_id)
            operations.Delete(id=record_id)
            with self.fails("RECORD_NOT_FOUND"):
                operations.Get(id=record_id)

    def test_references_that_lead_nowhere(self):
        for name, (values, _, _) in WRITABLE.items():
            for field, value in values.items():
                if field not in ("partner_id", "parent_id", "picking_type_id"):
                    continue
                with self.subTest(f"{name} {field}"), self.fails("INVALID_REFERENCE", [f"values.{field}"]):
                    Operations(self.gateway, name).Create(values={**values, field: ref("sandbox.no_such")})

    def test_a_user_without_rights(self):
        odoo = self.sandbox.odoo(self.cell.protocol, user="limited")
        with harness.Gateway(odoo) as gateway:
            for name in ("crm.v1.LeadService", "account.v1.InvoiceService", "stock.v1.PickingService"):
                with self.subTest(name), self.fails("MODEL_ACCESS_DENIED"):
                    Operations(gateway, name).Create(values=WRITABLE[name][0])


class Reading(GatewayCase):
    def test_what_the_shop_has(self):
        for name in READABLE:
            with self.subTest(name):
                self.read(Operations(self.gateway, name))

    def read(self, operations):
        found = operations.Search(page_size=2, count_total=True)
        self.assertGreater(len(found.records), 0)
        self.assertEqual(found.total_size, operations.Count().count)
        first = found.records[0]
        self.assertEqual(operations.Get(id=first.id).record.id, first.id)
        with self.fails("RECORD_NOT_FOUND"):
            operations.Get(id=999999)


class WithoutAnApp(GatewayCase):
    def test_the_rest_goes_on(self):
        for module, name in WITHOUT.items():
            with self.subTest(module), harness.Sandbox(self.cell.version, "--without", module) as sandbox:
                with harness.Gateway(sandbox.odoo(self.cell.protocol)) as gateway:
                    self.degraded(gateway, name, module)

    def degraded(self, gateway, name, module):
        with self.fails("MODEL_NOT_FOUND") as failed:
            Operations(gateway, name).Search()
        self.assertIn(module, failed.message)
        for other in ("sale.v1.SaleOrderService", "contacts.v1.PartnerService"):
            values, field, changed = WRITABLE[other]
            made = Operations(gateway, other).Create(values=values).record.id
            Operations(gateway, other).Update(id=made, values={field: changed})
            record = Operations(gateway, other).Get(id=made, read_mask={"paths": [field]}).record
            self.assertEqual(getattr(record, field), changed)


if __name__ == "__main__":
    main()

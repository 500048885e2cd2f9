"""Contracts that the gateway does not bring, before a real Odoo: served like its own."""

import json

import harness
from case import LiveCase, condition

GOODS, SERVICE = 1, 2


class CustomContracts(LiveCase):
    def test_listed_by_reflection(self):
        services = self.run_.reflection.services()
        self.assertIn("live.shop.v1.ProductService", services)
        self.assertIn("odoo.sale.v1.SaleOrderService", services)

    def test_all_operations(self):
        product = self.product(
            title="Live desk", list_price="199.90", sellable=GOODS, uom_id={"external_id": "uom.product_uom_unit"}
        )
        has = self.direct.read("product.product", product, "name", "list_price", "type", "default_code", "uom_id", "taxes_id")
        self.assertEqual((has["name"], has["list_price"], has["type"]), ("Live desk", 199.9, "consu"))
        record = self.products.GetProduct(id=product).record
        self.assertEqual((record.title, record.list_price, record.sellable, record.active), ("Live desk", "199.9", GOODS, True))
        self.assertEqual((record.uom_id.id, record.uom_id.display_name), tuple(has["uom_id"]))
        self.assertEqual(sorted(ref.id for ref in record.taxes_id), sorted(has["taxes_id"]))
        self.products.UpdateProduct(
            id=product,
            values={"list_price": "150", "description_sale": "Oak", "taxes_id": {"set": {}}, "clear_fields": ["barcode"]},
        )
        record = self.products.GetProduct(id=product, read_mask={"paths": ["list_price", "description_sale", "taxes_id"]}).record
        self.assertEqual((record.list_price, record.description_sale, len(record.taxes_id)), ("150", "Oak", 0))
        ids = self.discarded(
            "product.product",
            *self.products.BatchCreateProducts(
                values=[{"title": f"Live {i}", "default_code": self.mark, "sellable": SERVICE} for i in range(3)]
            ).ids,
        )
        of_the_run = {"default_code": {"equals": self.mark}}
        found = self.products.SearchProducts(filter=of_the_run, count_total=True)
        self.assertEqual([r.id for r in found.records], [product, *ids])
        self.assertEqual(found.total_size, self.products.CountProducts(filter=of_the_run).count)
        services = self.products.SearchProducts(filter={**of_the_run, "sellable": [SERVICE]}).records
        self.assertEqual([r.id for r in services], ids)
        dear = self.products.SearchProducts(filter={**of_the_run, "list_price": {"at_least": "100"}}).records
        self.assertEqual([r.id for r in dear], [product])
        self.products.DeleteProduct(id=product)
        self.assertIsNone(self.direct.read("product.product", product, "name"))

    def test_conditions_reach_built_in_orders(self):
        product = self.product()
        order = self.order({}, product=product)
        found = self.orders.SearchSaleOrders(conditions=[condition("order_line.product_id", "EQUALS", ref_value={"id": product})])
        self.assertEqual([r.id for r in found.records], [order])
        found = self.orders.SearchSaleOrders(
            conditions=[
                condition("order_line.product_id.name", "EQUALS", text_value="Live product"),
                condition("client_order_ref", "EQUALS", text_value=self.mark),
            ]
        )
        self.assertEqual([r.id for r in found.records], [order])

    def test_its_rules(self):
        with self.fails("REQUIRED_FIELD_MISSING", ["values.title"]):
            self.products.CreateProduct(values={"list_price": "1"})
        with self.fails("INVALID_FIELD_VALUE", ["values.default_code"]):
            self.products.CreateProduct(values={"title": "x", "default_code": "x" * 61})

    def test_a_field_of_one_version(self):
        if self.direct.major < 19:
            product = self.product(uom_po_id={"external_id": "uom.product_uom_unit"})
            self.assertTrue(self.products.GetProduct(id=product).record.HasField("uom_po_id"))
            return
        with self.fails("UNKNOWN_FIELD", ["values.uom_po_id"]):
            self.product(uom_po_id={"external_id": "uom.product_uom_unit"})

    def test_unique(self):
        label = self.mark + " once"
        self.discarded("crm.tag", self.tags.CreateTag(values={"label": label}).record.id)
        with self.fails("UNIQUE_VIOLATION", ["values.label"]) as failed:
            self.tags.CreateTag(values={"label": label})
        self.assertIn("name_uniq", failed.metadata["constraint"])
        self.assertEqual(self.direct.count("crm.tag", [["name", "=", label]]), 1)

    def test_odoogw(self):
        def call(*arguments):
            program = harness.Program("odoogw", arguments, {"ODOOGW_ADDRESS": self.gateway.address})
            return program.wait(), "\n".join(program.stdout.all()), "\n".join(program.stderr.all())

        values = {"title": "Shell", "default_code": self.mark, "sellable": "PRODUCT_KIND_SERVICE"}
        code, out, err = call("call", "live.shop.v1.ProductService.CreateProduct", json.dumps({"values": values}), "--compact")
        self.assertEqual(code, 0, err)
        product = self.discarded("product.product", int(json.loads(out)["record"]["id"]))
        self.assertEqual(self.direct.read("product.product", product, "name")["name"], "Shell")
        code, _, err = call("call", "live.shop.v1.ProductService.CreateProduct", '{"values": {}}')
        self.assertEqual(code, 3)
        self.assertIn("values.title", err)
        code, _, err = call("call", "live.shop.v1.ProductService.GetProduct", json.dumps({"id": self.missing("product.product")}))
        self.assertEqual(code, 4, err)

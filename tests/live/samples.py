"""Of every model that can be written: what a rich record holds, and how it is changed afterwards."""

import dataclasses
from collections.abc import Callable

from case import PNG, day, instant

from odoo.account.v1 import invoice_pb2 as invoices
from odoo.contacts.v1 import partner_pb2 as partners
from odoo.crm.v1 import lead_pb2 as leads
from odoo.product.v1 import product_category_pb2 as categories
from odoo.product.v1 import product_pb2 as products
from odoo.purchase.v1 import purchase_order_pb2 as purchases
from odoo.sale.v1 import sale_order_pb2 as sales
from odoo.stock.v1 import picking_pb2 as pickings

DOZEN = {"external_id": "uom.product_uom_dozen"}
NONE = {"set": {}}


def exactly(*ids):
    return {"set": {"refs": [{"id": record} for record in ids]}}


def add(*ids):
    return {"delta": {"add": [{"id": record} for record in ids]}}


@dataclasses.dataclass(frozen=True)
class Sample:
    service: str
    # Text field that holds the mark of the run; further text may follow it.
    mark: str
    # (case) -> values of a create, without the mark.
    values: Callable
    # (case, record that `values` made) -> values of an update.
    change: Callable
    # Field to sort by, and values of it in no order.
    order: str
    ranks: tuple
    # Action without which Odoo refuses to delete it.
    ending: str = ""


def partner(case):
    return {
        "name": "Ada",
        "company_type": partners.PARTNER_COMPANY_TYPE_COMPANY,
        "email": "ada@example.com",
        "street": "Rue Haute 1",
        "city": "Brussels",
        "country_id": {"external_id": "base.be"},
        "partner_latitude": "50.85",
        "category_id": exactly(case.category()),
        "comment": "<p>Pays late</p>",
        "image": PNG,
        "child_ids": {"rows": [{"name": "Bob", "job_position": "Buyer"}, {"name": "Eve", "email": "eve@example.com"}]},
    }


def changed_partner(case, made):
    bob, eve = (row.id for row in made.child_ids)
    return {
        "city": "Ghent",
        "clear_fields": ["street", "comment"],
        "category_id": add(case.category("another")),
        "child_ids": {"rows": [{"id": bob, "job_position": "Chief buyer"}, {"name": "Kim"}], "delete_ids": [eve]},
    }


def template(case):
    return {
        "name": "Live desk",
        "product_type": products.PRODUCT_TYPE_CONSU,
        "is_storable": True,
        "categ_id": {"id": case.product_category()},
        "list_price": "1234.56",
        "standard_price": "7.35",
        "taxes_id": exactly(case.tax("sale")),
        "supplier_taxes_id": NONE,
        "uom_id": DOZEN,
        "invoice_policy": products.PRODUCT_INVOICE_POLICY_ORDER,
        "purchase_method": products.PRODUCT_PURCHASE_METHOD_RECEIVE,
        "tracking": products.PRODUCT_TRACKING_LOT,
        "sale_ok": True,
        "purchase_ok": False,
        "is_favorite": True,
        "color": 5,
        "description_sale": "Of oak,\nmade to measure",
        "weight": "0.75",
        "volume": "0.5",
        "sale_delay": 3,
        "image": PNG,
        "optional_product_ids": exactly(case.template()),
    }


def changed_template(case, made):
    return {
        "name": "Live desk, new",
        "barcode": case.mark + "-t",
        "list_price": "0.05",
        "purchase_ok": True,
        "is_favorite": False,
        "optional_product_ids": NONE,
        "clear_fields": ["description_sale", "image"],
    }


def product(case):
    return {
        "name": "Live chair",
        "product_type": products.PRODUCT_TYPE_SERVICE,
        "lst_price": "19.9",
        "standard_price": "12.25",
        "categ_id": {"id": case.product_category()},
        "taxes_id": NONE,
        "invoice_policy": products.PRODUCT_INVOICE_POLICY_DELIVERY,
        "description": "<p>For inside</p>",
        "weight": "3.5",
        "image": PNG,
    }


def changed_product(case, made):
    return {"lst_price": "21", "barcode": case.mark + "-p", "active": False, "taxes_id": exactly(case.tax("sale"))}


def product_category(case):
    return {
        "parent_id": {"id": case.product_category("above")},
        "property_cost_method": categories.PRODUCT_CATEGORY_COST_METHOD_FIFO,
        "property_account_income_categ_id": {"id": case.account("income")},
    }


def changed_product_category(case, made):
    return {"property_cost_method": categories.PRODUCT_CATEGORY_COST_METHOD_AVERAGE, "clear_fields": ["parent_id"]}


def sale(case):
    product_ = {"id": case.work_product()}
    return {
        "partner_id": {"id": case.customer()},
        "date_order": instant(1893456000),
        "commitment_date": instant(1900000000),
        "origin": "shop 7",
        "note": "<p>Thanks</p>",
        "payment_term_id": {"external_id": "account.account_payment_term_30days"},
        "tag_ids": exactly(case.tag()),
        "order_line": {
            "rows": [
                {
                    "sequence": 1,
                    "product_id": product_,
                    "product_uom_qty": "2",
                    "price_unit": "99.9",
                    "discount": "12.5",
                    "tax_ids": exactly(case.tax("sale")),
                },
                {"sequence": 2, "display_type": sales.SALE_ORDER_LINE_DISPLAY_TYPE_LINE_NOTE, "name": "Until Friday"},
                {"sequence": 3, "product_id": product_, "product_uom_id": DOZEN, "price_unit": "0.01", "tax_ids": NONE},
            ]
        },
    }


def changed_sale(case, made):
    first, note, _ = (row.id for row in made.order_line)
    return {
        "clear_fields": ["origin", "commitment_date", "tag_ids"],
        "order_line": {
            "rows": [{"id": first, "product_uom_qty": "7.5"}, {"sequence": 4, "product_id": {"id": case.work_product()}}],
            "delete_ids": [note],
        },
    }


def lead(case):
    return {
        "lead_type": leads.LEAD_TYPE_LEAD,
        "partner_name": "Engines Ltd",
        "contact_name": "Ada",
        "job_position": "Buyer",
        "email_from": "Ada <ada@example.com>",
        "phone": "+3225550100",
        "website": "https://example.com",
        "street": "Rue Haute 1",
        "city": "Brussels",
        "country_id": {"external_id": "base.be"},
        "stage_id": {"external_id": "crm.stage_lead2"},
        "priority": "2",
        "color": 4,
        "probability": "42.5",
        "expected_revenue": "12345.67",
        "date_deadline": day(2031, 2, 28),
        "tag_ids": exactly(case.tag()),
        "description": "<p>Met at the fair</p>",
        "user_id": {"id": case.direct.uid},
        "team_id": {"external_id": "sales_team.team_sales_department"},
    }


def changed_lead(case, made):
    return {
        "lead_type": leads.LEAD_TYPE_OPPORTUNITY,
        "partner_id": {"id": case.customer()},
        "stage_id": {"external_id": "crm.stage_lead3"},
        "expected_revenue": "0",
        "tag_ids": add(case.tag("another")),
        "clear_fields": ["date_deadline", "website", "description"],
    }


def invoice(case):
    product_ = {"id": case.work_product()}
    return {
        "move_type": invoices.INVOICE_TYPE_OUT_INVOICE,
        "partner_id": {"id": case.customer()},
        "invoice_date": day(2026, 2, 28),
        "invoice_date_due": day(2026, 5, 1),
        "invoice_origin": "shop 7",
        "payment_reference": "+++1+++",
        "narration": "<p>Thanks</p>",
        "invoice_line_ids": {
            "rows": [
                {
                    "sequence": 1,
                    "product_id": product_,
                    "quantity": "2",
                    "price_unit": "99.9",
                    "discount": "12.5",
                    "tax_ids": exactly(case.tax("sale")),
                },
                {"sequence": 2, "display_type": invoices.INVOICE_LINE_DISPLAY_TYPE_LINE_SECTION, "name": "By hand"},
                {
                    "sequence": 3,
                    "name": "Work",
                    "quantity": "1.5",
                    "price_unit": "60",
                    "tax_ids": NONE,
                    "account_id": {"id": case.account("income")},
                },
            ]
        },
    }


def changed_invoice(case, made):
    first, section, work = (row.id for row in made.invoice_line_ids)
    return {
        "clear_fields": ["invoice_origin"],
        "invoice_date_due": day(2026, 6, 1),
        "invoice_line_ids": {
            "rows": [
                {"id": work, "price_unit": "61.25"},
                {"sequence": 4, "product_id": {"id": case.work_product()}, "price_unit": "1"},
            ],
            "delete_ids": [section],
        },
    }


def move(case, **values):
    """Odoo 18 refuses a new move without a name, and 19 has none."""
    return {**({"name": "Live"} if case.direct.major < 19 else {}), **values}


def picking(case):
    return {
        "picking_type_id": {"id": case.operation_type("incoming")},
        "partner_id": {"id": case.customer()},
        "move_type": pickings.PICKING_MOVE_TYPE_ONE,
        "scheduled_date": instant(1893456000),
        "note": "<p>Fragile</p>",
        "priority": "1",
        "user_id": {"id": case.direct.uid},
        "move_ids": {
            "rows": [
                move(case, sequence=1, product_id={"id": case.common_goods()}, product_uom_qty="2.5"),
                move(case, sequence=2, product_id={"id": case.common_goods()}, product_uom_qty="3", product_uom=DOZEN),
            ]
        },
    }


def changed_picking(case, made):
    first, second = (row.id for row in made.move_ids)
    return {
        "clear_fields": ["note"],
        "priority": "0",
        "move_ids": {
            "rows": [
                {"id": first, "product_uom_qty": "4"},
                move(case, sequence=3, product_id={"id": case.common_goods()}, product_uom_qty="1"),
            ],
            "delete_ids": [second],
        },
    }


def purchase(case):
    product_ = {"id": case.common_goods()}
    return {
        "partner_id": {"id": case.customer()},
        "origin": "shop 7",
        "date_order": instant(1893456000),
        "note": "<p>Please hurry</p>",
        "priority": "1",
        "payment_term_id": {"external_id": "account.account_payment_term_30days"},
        "order_line": {
            "rows": [
                {
                    "sequence": 1,
                    "product_id": product_,
                    "product_qty": "2.5",
                    "price_unit": "10.01",
                    "discount": "5",
                    "tax_ids": exactly(case.tax("purchase")),
                    "date_planned": instant(1894000000),
                },
                {
                    "sequence": 2,
                    "display_type": purchases.PURCHASE_ORDER_LINE_DISPLAY_TYPE_LINE_NOTE,
                    "name": "Until Friday",
                    "product_qty": "0",
                },
                {
                    "sequence": 3,
                    "product_id": product_,
                    "product_qty": "1",
                    "product_uom_id": DOZEN,
                    "price_unit": "100",
                    "tax_ids": NONE,
                    "name": "By the dozen",
                },
            ]
        },
    }


def changed_purchase(case, made):
    first, note, dozens = (row.id for row in made.order_line)
    return {
        "clear_fields": ["origin"],
        "order_line": {
            "rows": [
                {"id": dozens, "product_qty": "3"},
                {"sequence": 4, "product_id": {"id": case.common_goods()}, "price_unit": "1"},
            ],
            "delete_ids": [note],
        },
    }


SAMPLES = (
    Sample("contacts.Partner", "ref", partner, changed_partner, "color", (3, 1, 5, 2, 4)),
    Sample(
        "contacts.PartnerCategory",
        "name",
        lambda case: {"color": 2, "parent_id": {"id": case.category("above")}},
        lambda case, made: {"color": 3, "partner_ids": exactly(case.partner()), "clear_fields": ["parent_id"]},
        "color",
        (3, 1, 5, 2, 4),
    ),
    Sample(
        "product.ProductTemplate", "default_code", template, changed_template, "list_price", ("3", "1.5", "20", "2", "100.01")
    ),
    Sample("product.Product", "default_code", product, changed_product, "weight", ("3", "1.5", "20", "2", "100.01")),
    Sample("product.ProductCategory", "name", product_category, changed_product_category, "id", ()),
    Sample(
        "sale.SaleOrder",
        "client_order_ref",
        sale,
        changed_sale,
        "validity_date",
        tuple(day(2031, m, 5) for m in (3, 1, 12, 2, 4)),
    ),
    Sample("crm.Lead", "name", lead, changed_lead, "expected_revenue", ("3", "1.5", "20", "2", "100.01")),
    Sample(
        "account.Invoice", "ref", invoice, changed_invoice, "invoice_date_due", tuple(day(2031, m, 5) for m in (3, 1, 12, 2, 4))
    ),
    Sample(
        "stock.Picking",
        "origin",
        picking,
        changed_picking,
        "scheduled_date",
        tuple(instant(1900000000 + s) for s in (3, 1, 50, 2, 4)),
    ),
    Sample(
        "purchase.PurchaseOrder",
        "partner_ref",
        purchase,
        changed_purchase,
        "date_order",
        tuple(instant(1900000000 + s) for s in (3, 1, 50, 2, 4)),
        ending="CancelPurchaseOrder",
    ),
)

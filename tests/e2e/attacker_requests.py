"""Requests that are fine as they are, for every method with values, and the places in them where `extra_fields` may stand."""

from dataclasses import dataclass

import harness.client
from google.protobuf import symbol_database

# By model of the service. `values`: for a create; a row per field of rows. `change`: a harmless update, of the record and of rows.
# `wizard`: values by method. Texts that begin with @ are external ids of the shop.
SAMPLES = {
    "res.partner": {
        "values": {"name": "Ash", "child_ids": {"rows": [{"name": "Kid", "child_ids": {"rows": [{"name": "Grandkid"}]}}]}},
        "change": {"comment": "changed"},
        "rows": {"child_ids": {"comment": "changed"}},
    },
    "res.partner.category": {"values": {"name": "Press"}, "change": {"color": 7}},
    "product.template": {"values": {"name": "Stool"}, "change": {"list_price": "41.5"}},
    "product.product": {"values": {"name": "Bench"}, "change": {"list_price": "42.5"}},
    "product.category": {"values": {"name": "Garden"}, "change": {"name": "Outdoor"}},
    "crm.lead": {
        "values": {"name": "Forty desks"},
        "change": {"expected_revenue": "17500.5"},
        "wizards": {"MarkLeadLost": {}, "ConvertLead": {}},
    },
    "sale.order": {
        "values": {"partner_id": "@sandbox.customer_alder", "order_line": {"rows": [{"product_id": "@sandbox.product_desk"}]}},
        "change": {"client_order_ref": "PO-7"},
        "rows": {"order_line": {"name": "changed"}},
        "wizards": {"CreateInvoices": {}},
    },
    "purchase.order": {
        "values": {
            "partner_id": "@sandbox.vendor_oak",
            "order_line": {"rows": [{"product_id": "@sandbox.product_desk", "product_qty": "4", "price_unit": "200"}]},
        },
        "change": {"partner_ref": "OAK-1"},
        "rows": {"order_line": {"name": "changed"}},
    },
    "account.move": {
        "values": {
            "move_type": 2,
            "partner_id": "@sandbox.customer_alder",
            "invoice_line_ids": {"rows": [{"product_id": "@sandbox.product_desk", "quantity": "2"}]},
        },
        "change": {"ref": "R-1"},
        "rows": {"invoice_line_ids": {"name": "changed"}},
        "wizards": {"RegisterPayment": {}, "CreateCreditNote": {"journal_id": "@sandbox.journal_sale"}},
    },
    "stock.picking": {
        "values": {
            "picking_type_id": "@stock.picking_type_out",
            "partner_id": "@sandbox.customer_alder",
            "move_ids": {"rows": [{"product_id": "@sandbox.product_desk", "product_uom_qty": "2"}]},
        },
        "change": {"origin": "By hand"},
        "rows": {"move_ids": {"product_uom_qty": "3"}},
    },
}
_MAX_DEPTH = 2


@dataclass(frozen=True)
class Target:
    """A record that updates and wizards are about: its id, and an id per way to its rows."""

    id: int
    rows: tuple = ()

    def row(self, way):
        return dict(self.rows)[way]


@dataclass(frozen=True)
class Place:
    """A message of values in the request of a method. `way`: names of the fields of rows that lead there."""

    method: object
    values: object
    way: tuple = ()
    # Of an update: the row is there already.
    existing: bool = False

    @property
    def is_update(self):
        """Whether the message there changes a record that exists."""
        return self.method.operation == "update" and (not self.way or self.existing)

    @property
    def path(self):
        """As violations name it."""
        start = "values[1]" if self.method.operation == "batch_create" else "values"
        return start + "".join(f".{field}.rows[0]" for field in self.way)

    def rule_path(self, name):
        """As policies name a field there."""
        return ".".join((*self.way, name))

    def request(self, references, target=None):
        """A whole request, and the values message at this place. `references`: external id -> id."""
        request = _class(self.method.request)()
        harness.client.fill(request, self._fields(references, target))
        values = request.values
        if self.method.operation == "batch_create":
            values = values[1]
        for field in self.way:
            values = getattr(values, field).rows[0]
        return request, values

    def _fields(self, references, target):
        sample = SAMPLES[self.method.model]
        if self.method.wizard:
            about = {"ids": [target.id]} if self.method.takes("ids") else {"id": target.id}
            return {**about, "values": _resolved(sample["wizards"][self.method.name], references)}
        if self.method.operation == "update":
            return {"id": target.id, "values": self._change(references, target)}
        values = _resolved(sample["values"], references)
        return {"values": [values, values] if self.method.operation == "batch_create" else values}

    def _change(self, references, target):
        sample = SAMPLES[self.method.model]
        if not self.way:
            return dict(sample["change"])
        inner = None
        for depth in range(len(self.way), 0, -1):
            last = depth == len(self.way)
            if last and not self.existing:
                row = _resolved(_row(sample["values"], self.way), references)
            else:
                row = {"id": target.row(self.way[:depth])}
                row.update(sample["rows"][self.way[depth - 1]] if last else {self.way[depth]: {"rows": [inner]}})
            inner = row
        return {self.way[0]: {"rows": [inner]}}

    def __str__(self):
        kind = " (existing)" if self.existing else " (new)" if self.way and self.method.operation == "update" else ""
        return f"{self.method.name} {self.path}{kind}"


def _class(descriptor):
    return symbol_database.Default().GetPrototype(descriptor)


def _row(values, way):
    """The sample's row at the end of a way, without rows of its own."""
    for field in way:
        values = values[field]["rows"][0]
    return {name: value for name, value in values.items() if not isinstance(value, dict)}


def _resolved(values, references):
    def one(value):
        if isinstance(value, str) and value.startswith("@"):
            return {"id": references[value[1:]]}
        if isinstance(value, dict):
            return {name: one(inner) for name, inner in value.items()}
        return [one(inner) for inner in value] if isinstance(value, list) else value

    return one(values)


def ways(catalog, values, depth=_MAX_DEPTH):
    """(way, Values) of a values message and of all rows below it."""
    yield (), values
    if depth:
        for field, rows in values.rows(catalog).items():
            for way, inner in ways(catalog, rows, depth - 1):
                yield (field, *way), inner


def places(catalog):
    """Every place of every method with values."""
    for method in catalog.methods:
        if method.values is None:
            continue
        for way, values in ways(catalog, method.values):
            yield Place(method, values, way)
            if way and method.operation == "update":
                yield Place(method, values, way, existing=True)


def sample_names(model):
    """What the samples write, as policies name it."""
    sample = SAMPLES[model]

    def below(values, prefix=""):
        for name, value in values.items():
            if isinstance(value, dict):
                row = {**value["rows"][0], **sample["rows"][name]}
                yield from below(row, f"{prefix}{name}.")
            else:
                yield prefix + name

    names = {*below(sample["values"]), *sample["change"]}
    for values in sample.get("wizards", {}).values():
        names.update(values)
    return names

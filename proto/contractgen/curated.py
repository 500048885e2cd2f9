"""The curated files `contracts/<area>.toml`: which models, fields and operations become a contract.

    area = "sale"
    module = "sale"                              # the Odoo app that brings the models

    [SaleOrder]                                  # a record message; the service is SaleOrderService
    model = "sale.order"
    module = "sale"                              # where another app brings this one
    plural = "SaleOrders"                        # for SearchSaleOrders, CountSaleOrders, ...
    file = "sale_order"                          # default: the message name in snake case
    doc = "A quotation or sales order."
    operations = ["create", "get", "search", "count", "update", "delete", "batch_create"]

    [SaleOrder.fields]                           # `id` and `display_name` are always there
    origin = ""                                  # documented by Odoo's label alone
    note = "Printed on the order."               # a sentence or two after the label
    job_position = { odoo = "function" }         # name in Odoo where it differs
    tax_ids = { odoo = ["tax_id", "tax_ids"] }   # ... or names, where it differs between versions
    state = { enum = "SaleOrderState" }          # selection as an enum; otherwise a string
    order_line = { rows = "SaleOrderLine" }      # one2many as rows of another message of the area; otherwise references
    partner_id = { required = true }             # a create without it is sure to fail
    name = { required_unless = ["product_id"] }  # ... unless one of these is set
    image = { on_request = true }                # answers hold it only where read_mask names it
    invoice_lines = { writable = false }         # not offered for writing though Odoo would take it
    move_type = { writable = true }              # offered though `readonly`, where that only holds for Odoo's forms (tried!)

    [SaleOrder.calls.ConfirmSaleOrder]           # a public method of the model
    method = "action_confirm"
    doc = "Turns the quotation into an order."
    done_when = { field = "state", one_of = ["sale"] }

    [enums.SaleOrderState]                       # values come from the selection's keys
    doc = "Where an order stands."
    values = { draft = "May still change." }     # sentences after the key's label
    differs = true                               # the keys differ between versions and this is known
"""

import tomllib
from dataclasses import MISSING, dataclass, field, fields

from errors import ContractError
from names import snake_case

OPERATIONS = ("create", "get", "search", "count", "update", "delete", "batch_create")


@dataclass(frozen=True)
class CuratedField:
    """One entry under `[Message.fields]`."""

    name: str
    odoo: tuple
    doc: str = ""
    enum: str = None
    rows: str = None
    required: bool = False
    required_unless: tuple = ()
    on_request: bool = False
    writable: bool = None


@dataclass(frozen=True)
class PostCondition:
    """Holds where the selection field has one of the keys."""

    field: str
    one_of: tuple


@dataclass(frozen=True)
class CuratedCall:
    """One entry under `[Message.calls]`."""

    name: str
    method: str
    doc: str
    done_when: PostCondition


@dataclass(frozen=True)
class CuratedMessage:
    """One record message with what belongs to it."""

    name: str
    model: str
    doc: str
    file: str
    module: str
    plural: str = None
    operations: tuple = ()
    fields: tuple = ()
    calls: tuple = ()


@dataclass(frozen=True)
class CuratedEnum:
    """One entry under `[enums]`."""

    name: str
    doc: str
    values: dict = field(default_factory=dict)
    differs: bool = False


@dataclass(frozen=True)
class CuratedArea:
    """One curated file."""

    source: str
    name: str
    messages: tuple
    enums: dict

    def full_name(self, name):
        """Full name of a message or enum of the area."""
        return f"odoo.{self.name}.v1.{name}"


def read(path):
    """The area that `path` describes."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"{path.name}: {error}") from error
    name = content.pop("area", None)
    if name != path.stem:
        raise ContractError(f"{path.name}: `area` is `{name}`, expected `{path.stem}`")
    module = content.pop("module", None)
    if not module:
        raise ContractError(f"{path.name}: `module` is missing")
    enums = {key: _build(CuratedEnum, f"{path.name}: enums.{key}", entry, name=key)
             for key, entry in content.pop("enums", {}).items()}
    messages = tuple(_message(f"{path.name}: {key}", key, entry, module) for key, entry in content.items())
    return CuratedArea(path.name, name, messages, enums)


def _message(where, name, entry, module):
    parts = {"file": snake_case(name), "module": module, **_table(where, entry), "name": name}
    parts["fields"] = tuple(_field(f"{where}.{key}", key, value) for key, value in parts.get("fields", {}).items())
    parts["calls"] = tuple(_call(f"{where}.{key}", key, value) for key, value in parts.get("calls", {}).items())
    message = _build(CuratedMessage, where, parts)
    unknown = [operation for operation in message.operations if operation not in OPERATIONS]
    if unknown:
        raise ContractError(f"{where}: unknown operation {', '.join(unknown)}; there are {', '.join(OPERATIONS)}")
    if (message.operations or message.calls) and not message.plural:
        raise ContractError(f"{where}: `plural` is missing")
    return message


def _field(where, name, value):
    entry = {"doc": value} if isinstance(value, str) else _table(where, value)
    odoo = entry.get("odoo", name)
    return _build(CuratedField, where, entry, name=name, odoo=(odoo,) if isinstance(odoo, str) else tuple(odoo))


def _call(where, name, entry):
    done_when = _build(PostCondition, f"{where}.done_when", _table(where, entry).get("done_when", {}))
    return _build(CuratedCall, where, entry, name=name, done_when=done_when)


def _table(where, entry):
    if not isinstance(entry, dict):
        raise ContractError(f"{where}: expected a table")
    return entry


def _build(kind, where, entry, **more):
    values = {**_table(where, entry), **more}
    unknown = [key for key in values if key not in kind.__dataclass_fields__]
    missing = [known.name for known in fields(kind)
               if known.default is MISSING and known.default_factory is MISSING and known.name not in values]
    if unknown or missing:
        raise ContractError(*[f"{where}: unknown key {key}" for key in unknown], *[f"{where}: {key} is missing" for key in missing])
    return kind(**values)

"""The curated files `contracts/<area>.toml`: which models, fields and operations become a contract.

    area = "sale"

    [SaleOrder]                                  # a record message; the service is SaleOrderService
    model = "sale.order"
    plural = "SaleOrders"                        # for SearchSaleOrders, CountSaleOrders, ...
    file = "sale_order"                          # default: the message name in snake case
    doc = "A quotation or sales order."
    operations = ["create", "get", "search", "count", "update", "delete", "batch_create"]

    [SaleOrder.fields]                           # `id` and `display_name` are always there
    origin = ""                                  # documented by Odoo's label alone
    note = "Printed on the order."               # a sentence or two after the label
    tax_ids = { odoo = ["tax_id", "tax_ids"] }   # names in Odoo where they differ from the key, any version
    state = { enum = "SaleOrderState" }          # selection as an enum; otherwise a string
    order_line = { rows = "SaleOrderLine" }      # one2many as rows of another message of the area; otherwise references
    partner_id = { required = true }             # a create without it is sure to fail
    name = { required_unless = ["product_id"] }  # ... unless one of these is set
    image = { on_request = true }                # answers hold it only where read_mask names it
    invoice_lines = { writable = false }         # not offered for writing though Odoo would take it

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
from dataclasses import dataclass, field

from errors import ContractError
from names import snake_case

OPERATIONS = ("create", "get", "search", "count", "update", "delete", "batch_create")


@dataclass(frozen=True)
class CuratedField:
    """One entry under `[Message.fields]`."""

    name: str
    doc: str = ""
    odoo: tuple = ()
    enum: str = None
    rows: str = None
    required: bool = False
    required_unless: tuple = ()
    on_request: bool = False
    writable: bool = True


@dataclass(frozen=True)
class CuratedCall:
    """One entry under `[Message.calls]`."""

    name: str
    method: str
    doc: str
    done_when: dict


@dataclass(frozen=True)
class CuratedMessage:
    """One record message with what belongs to it."""

    name: str
    model: str
    doc: str
    file: str
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


def read(path):
    """The area that `path` describes."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"{path.name}: {error}") from error
    name = content.pop("area", None)
    if name != path.stem:
        raise ContractError(f"{path.name}: `area` is `{name}`, expected `{path.stem}`")
    enums = {key: _build(CuratedEnum, f"{path.name}: enums.{key}", name=key, **entry)
             for key, entry in content.pop("enums", {}).items()}
    messages = tuple(_message(path.name, key, entry) for key, entry in content.items())
    return CuratedArea(path.name, name, messages, enums)


def _message(source, name, entry):
    where = f"{source}: {name}"
    if not isinstance(entry, dict):
        raise ContractError(f"{where}: expected a table")
    fields = tuple(_field(f"{where}.{key}", key, value) for key, value in entry.pop("fields", {}).items())
    calls = tuple(_build(CuratedCall, f"{where}.{key}", name=key, **value) for key, value in entry.pop("calls", {}).items())
    entry.setdefault("file", snake_case(name))
    message = _build(CuratedMessage, where, name=name, fields=fields, calls=calls, **entry)
    unknown = [operation for operation in message.operations if operation not in OPERATIONS]
    if unknown:
        raise ContractError(f"{where}: unknown operation {', '.join(unknown)}; there are {', '.join(OPERATIONS)}")
    if (message.operations or message.calls) and not message.plural:
        raise ContractError(f"{where}: `plural` is missing")
    return message


def _field(where, name, value):
    entry = {"doc": value} if isinstance(value, str) else dict(value)
    for key in ("odoo", "required_unless"):
        entry[key] = tuple(entry.get(key, ()))
    return _build(CuratedField, where, name=name, **entry)


def _build(kind, where, **entry):
    known = kind.__dataclass_fields__
    unknown = [key for key in entry if key not in known]
    if unknown:
        raise ContractError(f"{where}: unknown key {', '.join(unknown)}")
    try:
        return kind(**entry)
    except TypeError as error:
        raise ContractError(f"{where}: {error}") from error

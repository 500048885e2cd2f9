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
    move_type = { create_only = true }           # written on create, refused on update
    invoice_lines = { writable = false }         # not offered for writing though Odoo would take it
    move_type = { writable = true }              # offered though `readonly`, where that only holds for Odoo's forms (tried!)

    [SaleOrder.calls.ConfirmSaleOrder]           # a public method of the model
    method = "action_confirm"
    doc = "Turns the quotation into an order."
    done_when = { field = "state", one_of = ["sale"] }    # or several in a list; also booleans and numbers, as text

    [SaleOrder.calls.CreateInvoices]             # ... of a wizard, on several records, with what comes of it
    method = "create_invoices"
    doc = "Makes draft invoices."
    many = true
    wizard = { message = "OrderInvoicing", records_field = "sale_order_ids" }    # also `active_records`, `values` that are fixed, `single_record_fields`
    result = "odoo.account.v1.Invoice"
    preconditions = [{ field = "state", one_of = ["sale"] }]

    [Picking.calls.ValidatePicking]              # ... with a choice of the caller
    choice = { field = "backorder", enum = "PickingBackorder" }
    context = [{ key = "skip_sms" }]             # sent in any case

    [choices.PickingBackorder]                   # what a choice adds to Odoo's context
    doc = "What becomes of what is left over."
    unspecified = "Refuse to guess."
    values = { create = { doc = "It is delivered later.", context = [{ key = "skip_backorder" }] } }

    [enums.SaleOrderState]                       # values come from the selection's keys
    doc = "Where an order stands."
    values = { draft = "May still change." }     # sentences after the key's label
    differs = true                               # the keys differ between versions and this is known
"""

import tomllib
from dataclasses import MISSING, dataclass, field, fields

from errors import ContractError
from names import snake_case
from operations import STANDARD


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
    create_only: bool = False
    writable: bool = None


@dataclass(frozen=True)
class FieldState:
    """Holds where the field has one of the values."""

    field: str
    one_of: tuple


@dataclass(frozen=True)
class ContextEntry:
    """A key of Odoo's context: `true`, or the ids of the records."""

    key: str
    record_ids: bool = False


@dataclass(frozen=True)
class CuratedWizard:
    """A transient model between the records and the method; `message` describes it."""

    message: str
    records_field: str = ""
    active_records: bool = False
    values: dict = field(default_factory=dict)
    single_record_fields: tuple = ()


@dataclass(frozen=True)
class CallChoice:
    """A field of the request whose enum is among the area's choices."""

    field: str
    enum: str


@dataclass(frozen=True)
class CuratedCall:
    """One entry under `[Message.calls]`."""

    name: str
    method: str
    doc: str
    done_when: tuple = ()
    preconditions: tuple = ()
    many: bool = False
    wizard: CuratedWizard = None
    result: str = ""
    context: tuple = ()
    choice: CallChoice = None


@dataclass(frozen=True)
class ChoiceValue:
    """One entry under `[choices.<enum>.values]`."""

    name: str
    doc: str
    context: tuple


@dataclass(frozen=True)
class CuratedChoice:
    """One entry under `[choices]`."""

    name: str
    doc: str
    unspecified: str
    values: tuple


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
    choices: dict

    @property
    def paths(self):
        """{full name of a record message: path of its .proto file}."""
        return {self.full_name(message.name): f"odoo/{self.name}/v1/{message.file}.proto" for message in self.messages}

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
    enums = {
        key: _build(CuratedEnum, f"{path.name}: enums.{key}", entry, name=key) for key, entry in content.pop("enums", {}).items()
    }
    choices = {key: _choice(f"{path.name}: choices.{key}", key, entry) for key, entry in content.pop("choices", {}).items()}
    messages = tuple(_message(f"{path.name}: {key}", key, entry, module) for key, entry in content.items())
    return CuratedArea(path.name, name, messages, enums, choices)


def _message(where, name, entry, module):
    parts = {"file": snake_case(name), "module": module, **_table(where, entry), "name": name}
    parts["fields"] = tuple(_field(f"{where}.{key}", key, value) for key, value in parts.get("fields", {}).items())
    parts["calls"] = tuple(_call(f"{where}.{key}", key, value) for key, value in parts.get("calls", {}).items())
    message = _build(CuratedMessage, where, parts)
    unknown = [operation for operation in message.operations if operation not in STANDARD]
    if unknown:
        raise ContractError(f"{where}: unknown operation {', '.join(unknown)}; there are {', '.join(STANDARD)}")
    if (message.operations or message.calls) and not message.plural:
        raise ContractError(f"{where}: `plural` is missing")
    return message


def _field(where, name, value):
    entry = {"doc": value} if isinstance(value, str) else _table(where, value)
    odoo = entry.get("odoo", name)
    return _build(CuratedField, where, entry, name=name, odoo=(odoo,) if isinstance(odoo, str) else tuple(odoo))


def _call(where, name, entry):
    parts = dict(_table(where, entry), name=name)
    for key, kind in (("done_when", FieldState), ("preconditions", FieldState), ("context", ContextEntry)):
        parts[key] = _several(kind, f"{where}.{key}", parts.get(key, ()))
    for key, kind in (("wizard", CuratedWizard), ("choice", CallChoice)):
        if key in parts:
            parts[key] = _build(kind, f"{where}.{key}", parts[key])
    return _build(CuratedCall, where, parts)


def _choice(where, name, entry):
    parts = dict(_table(where, entry), name=name)
    parts["values"] = tuple(
        _build(ChoiceValue, f"{where}.{key}", value, name=key, context=_several(ContextEntry, where, value.get("context", ())))
        for key, value in parts.get("values", {}).items()
    )
    return _build(CuratedChoice, where, parts)


def _several(kind, where, entries):
    """One entry, or a list of them."""
    return tuple(_build(kind, where, entry) for entry in ([entries] if isinstance(entries, dict) else entries))


def _table(where, entry):
    if not isinstance(entry, dict):
        raise ContractError(f"{where}: expected a table")
    return entry


def _build(kind, where, entry, **more):
    values = {**_table(where, entry), **more}
    unknown = [key for key in values if key not in kind.__dataclass_fields__]
    missing = [
        known.name
        for known in fields(kind)
        if known.default is MISSING and known.default_factory is MISSING and known.name not in values
    ]
    if unknown or missing:
        raise ContractError(
            *[f"{where}: unknown key {key}" for key in unknown], *[f"{where}: {key} is missing" for key in missing]
        )
    return kind(**values)

"""What a contract promises of a record, held against what Odoo says of the same record when it is asked directly."""

import base64
import datetime

from odoo.contract.v1 import options_pb2

_REFERENCES = (options_pb2.TYPE_ONE2MANY, options_pb2.TYPE_MANY2MANY)
_DECIMALS = (options_pb2.TYPE_FLOAT, options_pb2.TYPE_MONETARY)
_NOTHING = (None, False, [])
# Worked out from the time at which they are read.
_OF_THE_MOMENT = (("sale.order", "expected_date"),)


def rule(field):
    return field.GetOptions().Extensions[options_pb2.field]


def holds_rows(field):
    """Whether a field holds whole records instead of references."""
    return field.message_type is not None and field.message_type.GetOptions().Extensions[options_pb2.message].model != ""


def _key(field, number):
    """Odoo's key of an enum value."""
    return field.enum_type.values_by_number[number].GetOptions().Extensions[options_pb2.enum_value].key


def _instant(value):
    return datetime.datetime.fromtimestamp(value.seconds, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def as_odoo(record, field):
    """A field of the gateway's answer the way Odoo writes it; None for a number or boolean that is not there."""
    kind = rule(field).type
    value = getattr(record, field.name)
    if kind in _REFERENCES:
        return [row.id for row in value]
    present = record.HasField(field.name) if field.has_presence else True
    if not present:
        return None if kind in (options_pb2.TYPE_BOOLEAN, options_pb2.TYPE_INTEGER, *_DECIMALS) else False
    if kind in _DECIMALS:
        return float(value)
    if kind == options_pb2.TYPE_DATE:
        return f"{value.year:04}-{value.month:02}-{value.day:02}"
    if kind == options_pb2.TYPE_DATETIME:
        return _instant(value)
    if kind == options_pb2.TYPE_MANY2ONE:
        return [value.id, value.display_name]
    if kind == options_pb2.TYPE_BINARY:
        return base64.b64encode(value).decode()
    return _key(field, value) if field.enum_type is not None else value


class Mirror:
    def __init__(self, direct):
        self._direct = direct
        self._known = {}

    def known(self, model):
        """Names of the fields that the connected Odoo has."""
        if model not in self._known:
            self._known[model] = set(self._direct.call(model, "fields_get", [], ["type"]))
        return self._known[model]

    def odoo_name(self, model, field):
        """None where the connected Odoo has no such field."""
        major = self._direct.major
        names = [n.name for n in rule(field).names if n.since <= major and (n.until == 0 or major <= n.until)]
        if not rule(field).names:
            names = [field.name]
        return names[0] if names and names[0] in self.known(model) else None

    def differences(self, record, whole=True):
        """Every field that says something else than Odoo, rows included; `whole`: fields on request were read, too."""
        model = record.DESCRIPTOR.GetOptions().Extensions[options_pb2.message].model
        fields = [f for f in record.DESCRIPTOR.fields if f.name != "extra_fields" and (whole or not rule(f).on_request)]
        names = [self.odoo_name(model, field) for field in fields]
        row = self._direct.call(model, "read", [record.id], [name for name in names if name])[0]
        different = []
        for field, name in zip(fields, names):
            says = as_odoo(record, field)
            has = row[name] if name else "no such field"
            if (model, name) in _OF_THE_MOMENT:
                says, has = bool(says), bool(has)
            if says != has and not (name is None and says in _NOTHING) and not (says is False and has == ""):
                different.append(f"{model}.{field.name}: {says!r}, in Odoo {has!r}")
            if holds_rows(field):
                for line in getattr(record, field.name):
                    different += self.differences(line, line.DESCRIPTOR is not record.DESCRIPTOR)
        return different

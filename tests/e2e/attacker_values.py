"""Random values for Odoo fields, as members of odoo.type.v1.Value, and references to records of all sorts."""

import base64
import datetime

from e2e.attacker_contracts import OWN_KEY
from e2e.attacker_rules import KINDS

from odoo.type.v1 import type_pb2

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
NO_SUCH_ID = 987654
ALL_KINDS = ("empty_value", "list_value", *sorted({kind for kind in KINDS.values() if kind}))


class Generator:
    """`records`: model -> (id, external id or None) of its records; a model without an entry has none that is known."""

    def __init__(self, random, records):
        self.random = random
        self._records = records

    def _text(self):
        return self.random.choice(("posted", "sale", "x", "1", "", "\u202eodd\u2028", "merge", str(self.random.randrange(999))))

    def reference(self, model):
        """A Ref to a record, in either form, or to none; and the id that it means."""
        known = self._records.get(model)
        if not known or self.random.random() < 0.15:
            return {"id": NO_SUCH_ID}, NO_SUCH_ID
        record, external_id = self.random.choice(known)
        by_name = external_id and self.random.random() < 0.3
        return ({"external_id": external_id} if by_name else {"id": record}), record

    def _key(self, attributes):
        keys = [key for key, _ in attributes.get("selection", ()) if isinstance(key, str)]
        if OWN_KEY in keys and self.random.random() < 0.3:
            return OWN_KEY
        return self.random.choice(keys) if keys and self.random.random() < 0.9 else "no_such_key"

    def payload(self, kind, attributes):
        """Python's form of the member; `attributes` are those of the field, perhaps of another type."""
        random, model = self.random, attributes.get("relation", "res.partner")
        if kind == "text_value":
            return self._key(attributes) if attributes.get("type") == "selection" else self._text()
        if kind == "ref_value":
            return self.reference(model)[0]
        if kind == "refs_value":
            return {"refs": [self.reference(model)[0] for _ in range(random.randrange(3))]}
        if kind == "list_value":
            return {"values": [{"text_value": self._text()}]}
        if kind == "date_value":
            day = datetime.date(2026, 1, 1) + datetime.timedelta(days=random.randrange(700))
            return {"year": day.year, "month": day.month, "day": day.day}
        return {
            "empty_value": True,
            "bool_value": random.random() < 0.5,
            "integer_value": random.randrange(-2, 200),
            "decimal_value": f"{random.randrange(0, 10000) / 100:.2f}",
            "datetime_value": {"seconds": 1767225600 + random.randrange(10**7)},
            "binary_value": PIXEL,
        }[kind]

    def fitting(self, attributes):
        """(kind, payload); no kind fits rows."""
        kind = KINDS.get(attributes["type"]) or "refs_value"
        return kind, self.payload(kind, attributes)

    def any(self, attributes):
        kind = self.random.choice(ALL_KINDS)
        return kind, self.payload(kind, attributes)


def message(kind, payload):
    """The odoo.type.v1.Value."""
    value = type_pb2.Value()
    _fill(value, {kind: payload})
    return value


def _fill(target, fields):
    for name, content in fields.items():
        member = getattr(target, name)
        if isinstance(content, dict):
            member.SetInParent()
            _fill(member, content)
        elif isinstance(content, list):
            for entry in content:
                _fill(member.add(), entry)
        else:
            setattr(target, name, content)

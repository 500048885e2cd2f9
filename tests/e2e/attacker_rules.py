"""What may be named in `extra_fields`, masks, conditions and orders: the oracle of the attacker test.

It knows the contracts' options and the field lists of real Odoos, and nothing that the gateway says. Verdicts are True (must be
possible), False (must be refused) and None (either: rights do not decide it, and it may be wrong for other reasons).
"""

from e2e.attacker_contracts import MAGIC

_SECRET_WORDS = frozenset(
    "token tokens rtoken password passwd pwd secret secrets totp otp signup credential credentials passphrase pin apikey apikeys".split()
)
_SECRET_PAIRS = frozenset(
    (first, last) for last in ("key", "keys") for first in ("api", "private", "secret", "access", "encryption")
)
_OWNERS_OF_ANYTHING = frozenset(("res_model", "res_id", "res_model_id"))
# Types of Odoo that messages have a form for, and the kinds of values that fit each.
KINDS = {
    "char": "text_value",
    "text": "text_value",
    "html": "text_value",
    "selection": "text_value",
    "integer": "integer_value",
    "float": "decimal_value",
    "monetary": "decimal_value",
    "boolean": "bool_value",
    "date": "date_value",
    "datetime": "datetime_value",
    "many2one": "ref_value",
    "many2many": "refs_value",
    "binary": "binary_value",
    "one2many": None,
}
REFERENCES = ("many2one", "one2many", "many2many")
# Contracts hold these alike.
_FAMILIES = {"monetary": "float", "text": "char", "html": "char"}


def is_secret(name):
    words = name.lower().split("_")
    pairs = zip(words, words[1:])
    return any(word in _SECRET_WORDS for word in words) or any(pair in _SECRET_PAIRS for pair in pairs)


class Rules:
    """For one version of Odoo. `visible`: model -> the fields that Odoo shows the integration user, by name."""

    def __init__(self, catalog, major, visible):
        self.catalog = catalog
        self.major = major
        self._visible = visible
        self._owners = catalog.owners(major, visible)

    def models(self):
        return self._visible.keys()

    def names(self, model):
        return self._visible[model].keys()

    def attributes(self, model, name):
        return self._visible.get(model, {}).get(name)

    def owner_fields(self, model):
        """By which rows of this model point at the record that they belong to."""
        return self._owners.get(model, ())

    # -- values

    def may_write(self, values, name, kind, value, *, wizard=False, update=False):
        """`value`: the payload of an odoo.type.v1.Value of this kind."""
        attributes = self.attributes(values.record.model, name)
        if attributes is None or attributes["type"] not in KINDS or self._never_written(values.record.model, name):
            return False
        if wizard and (not name.startswith("x_") or attributes["type"] in REFERENCES):
            return False
        if name in self.catalog.listed.get(values.record.model, ()):
            return self._own_key(values, name, kind, value, wizard, update)
        if attributes.get("readonly"):
            return False
        return self._fits(attributes, kind, value)

    def writable(self, values, name):
        """Whether there is a value that may be written to it through extra_fields, outside of wizards."""
        attributes = self.attributes(values.record.model, name)
        usable = attributes["type"] in KINDS and attributes["type"] != "one2many" and not attributes.get("readonly")
        return usable and not self._never_written(values.record.model, name)

    def _never_written(self, model, name):
        return name in MAGIC or name in _OWNERS_OF_ANYTHING or name in self._owners.get(model, ()) or is_secret(name)

    def _own_key(self, values, name, kind, value, wizard, update):
        """A key of a selection that the contract's enum lacks."""
        field = values.record.by_odoo_name(name, self.major)
        if field is None or field.enum_keys is None or field.name not in values.fields or wizard:
            return False
        if kind != "text_value" or value in field.enum_keys or (update and field.rule.create_only):
            return False
        return value in [key for key, _ in self.attributes(values.record.model, name).get("selection", ())]

    def _fits(self, attributes, kind, value):
        if kind == "empty_value":
            return False if attributes["type"] in ("boolean", "one2many") else True
        if kind != KINDS[attributes["type"]]:
            return False
        if attributes["type"] == "selection":
            return value in [key for key, _ in attributes.get("selection", ())] or None
        # A longest text, a number beyond 32 bits, a reference that leads nowhere: not this test's matter.
        return None if kind in ("ref_value", "refs_value") else True

    # -- reading

    def may_read(self, record, name):
        """`extra_fields.NAME` of a mask."""
        attributes = self.attributes(record.model, name)
        if attributes is None or attributes["type"] not in KINDS or is_secret(name):
            return False
        field = record.by_odoo_name(name, self.major)
        return field is None or not self.fits(field, attributes)

    def may_compare(self, record, name):
        """The last name of a condition's path, in the contract's names where there are any."""
        field = record.by_name.get(name)
        odoo_name = name if field is None else field.odoo_name(self.major)
        attributes = self.attributes(record.model, odoo_name)
        return attributes is not None and attributes.get("searchable", True) and not is_secret(odoo_name)

    def may_order(self, record, name):
        field = record.by_name.get(name)
        if field is None or field.type in ("one2many", "many2many"):
            return False
        attributes = self.attributes(record.model, field.odoo_name(self.major))
        return attributes is not None and bool(attributes.get("sortable", True)) and not is_secret(name)

    def rule_name(self, record, name):
        """What policies call it: the contract's name, if it has one."""
        field = record.by_name.get(name) or record.by_odoo_name(name, self.major)
        return name if field is None else field.name

    def fits(self, field, attributes):
        """Whether the connected Odoo's field is what the contract takes it for."""
        same_type = _FAMILIES.get(field.type, field.type) == _FAMILIES.get(attributes["type"], attributes["type"])
        relation = attributes.get("relation")
        return same_type and (not relation or not field.rule.relation or relation == field.rule.relation)

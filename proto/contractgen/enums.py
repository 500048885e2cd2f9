"""Selections that contracts express as enums."""

from contract import Enum, EnumValue
from errors import ContractError
from names import enum_value


class Enums:
    """Enums of one area, made from the selections of the fields that use them."""

    def __init__(self, area, odoo, lock):
        self._area = area
        self._odoo = odoo
        self._lock = lock
        self._users = {}

    def use(self, name, file, occurrences):
        """Notes that a field in `file` has the enum as its type."""
        if name not in self._area.enums:
            raise ContractError(f"no enums.{name}")
        self._users.setdefault(name, []).append((file, occurrences))
        selections = [[key for key, _ in _selection(occurrence)] for occurrence in occurrences]
        if not all(selections):
            raise ContractError("an enum needs a selection with keys")
        if not self._area.enums[name].differs and any(set(keys) != set(selections[0]) for keys in selections):
            raise ContractError(f"keys differ between versions: {' / '.join(', '.join(keys) for keys in selections)}")

    def resolve(self, name):
        """(file that the enum belongs to, the enum)."""
        users = self._users.get(name)
        if not users:
            raise ContractError("no field uses it")
        files = list(dict.fromkeys(file for file, _ in users))
        if len(files) > 1:
            raise ContractError(f"used in more than one file: {', '.join(files)}")
        return files[0], self._enum(self._area.enums[name], _keys(users))

    def _enum(self, curated, keys):
        unknown = [key for key in curated.values if key not in keys]
        if unknown:
            raise ContractError(f"no key {', '.join(unknown)} in Odoo")
        values = tuple(self._value(curated, key, label, versions) for key, (label, versions) in keys.items())
        retired = self._lock.retired(self._area.full_name(curated.name), {value.name for value in values})
        return Enum(curated.name, curated.doc, values, retired)

    def _value(self, curated, key, label, versions):
        name = enum_value(curated.name, key)
        number = self._lock.enum_value(self._area.full_name(curated.name), name)
        return EnumValue(name, number, key, label, curated.values.get(key, ""), *self._odoo.open_range(sorted(versions)))


def _selection(occurrence):
    return occurrence.about.get("selection") or ()


def _keys(users):
    """{key: (label, versions)}, in the order of the newest version, keys that are gone last."""
    keys = {}
    occurrences = [occurrence for _, occurrences in users for occurrence in occurrences]
    for occurrence in sorted(occurrences, key=lambda occurrence: -occurrence.version):
        for key, label in _selection(occurrence):
            keys.setdefault(key, (label, set()))[1].add(occurrence.version)
    return keys

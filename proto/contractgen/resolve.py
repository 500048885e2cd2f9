"""Joins the curated selection, Odoo's field descriptions and the numbers into what a .proto file says."""

from dataclasses import dataclass
from itertools import groupby

import names
from errors import ContractError

SUPPORTED_TYPES = ("char", "text", "html", "integer", "float", "monetary", "boolean", "date", "datetime", "selection", "many2one",
                   "one2many", "many2many", "binary")
WRITING = ("create", "update", "batch_create")
FILTERING = ("search", "count")
DISPLAY_NAME = "What Odoo shows for the record, in the language of the call."


@dataclass(frozen=True)
class VersionedName:
    """A name in Odoo with the major versions it holds for; 0 leaves that end open."""

    name: str
    since: int
    until: int


@dataclass(frozen=True)
class Field:
    """A field of a record message. `names` is empty where Odoo's name is `name` in all versions."""

    name: str
    number: int
    type: str
    label: str
    doc: str = ""
    relation: str = None
    names: tuple = ()
    required: bool = False
    required_unless: tuple = ()
    on_request: bool = False
    writable: bool = False
    searchable: bool = False
    enum: str = None
    rows: str = None
    size: int = 0
    groups: tuple = ()
    company_dependent: bool = False


@dataclass(frozen=True)
class EnumValue:
    """A selection key; `since` and `until` as in VersionedName."""

    name: str
    number: int
    key: str
    label: str
    doc: str
    since: int
    until: int


@dataclass(frozen=True)
class Enum:
    """A selection as an enum. `retired` holds (number, name) of values that are gone."""

    name: str
    doc: str
    values: tuple
    retired: tuple


@dataclass(frozen=True)
class Message:
    """A record message and what belongs to it. `retired` holds (number, name) of fields that are gone."""

    name: str
    plural: str
    model: str
    doc: str
    fields: tuple
    retired: tuple
    operations: tuple
    calls: tuple
    is_row: bool

    @property
    def has_values(self):
        """True where the model can be written."""
        return self.is_row or any(operation in WRITING for operation in self.operations)

    @property
    def has_filter(self):
        """True where the model can be searched."""
        return any(operation in FILTERING for operation in self.operations)


@dataclass(frozen=True)
class ProtoFile:
    """One .proto file to write."""

    area: str
    name: str
    source: str
    messages: tuple
    enums: tuple


def resolve(area, odoo, lock):
    """The .proto files of one curated area. Raises one ContractError with everything that is wrong in it."""
    return _Area(area, odoo, lock).files()


class _Area:
    def __init__(self, area, odoo, lock):
        self._area = area
        self._odoo = odoo
        self._lock = lock
        self._problems = []
        self._enum_users = {}
        self._messages = {message.name: message for message in area.messages}

    def files(self):
        messages = [(curated.file, self._message(curated)) for curated in self._area.messages]
        enums = [self._checked(f"enums.{name}", self._enum, name) for name in self._area.enums]
        if self._problems:
            raise ContractError(*self._problems)
        return [self._file(name, messages, enums) for name in dict.fromkeys(name for name, _ in messages)]

    def _file(self, name, messages, enums):
        mine = tuple(enum for file, enum in enums if file == name)
        return ProtoFile(self._area.name, name, self._area.source, tuple(message for file, message in messages if file == name), mine)

    def _checked(self, where, function, *arguments):
        try:
            return function(*arguments)
        except ContractError as error:
            self._problems += [f"{self._area.source}: {where}: {problem}" for problem in error.problems]
            return None

    def _full_name(self, name):
        return f"odoo.{self._area.name}.v1.{name}"

    def _message(self, curated):
        if not self._odoo.knows(curated.model):
            self._problems.append(f"{self._area.source}: {curated.name}: no such model, {curated.model}")
            return None
        container = self._full_name(curated.name)
        fields = [Field("id", self._lock.field(container, "id"), "integer", "Database id", searchable=True),
                  Field("display_name", self._lock.field(container, "display_name"), "char", "Name to show", DISPLAY_NAME,
                        searchable=True)]
        fields += [self._checked(f"{curated.name}.{entry.name}", self._field, curated, entry) for entry in curated.fields]
        for call in curated.calls:
            self._checked(f"{curated.name}.{call.name}", self._check_call, curated, call)
        used = {"id", "display_name"} | {entry.name for entry in curated.fields}
        return Message(curated.name, curated.plural, curated.model, curated.doc, tuple(fields),
                       tuple(self._lock.retired(container, used)), curated.operations, curated.calls, self._is_row(curated.name))

    def _is_row(self, name):
        return any(entry.rows == name for message in self._area.messages for entry in message.fields)

    def _field(self, message, entry):
        occurrences = self._odoo.occurrences(message.model, entry.odoo or (entry.name,))
        _check_name(entry, occurrences)
        newest = occurrences[-1].about
        odoo_type = _same(occurrences, "type")
        if odoo_type not in SUPPORTED_TYPES:
            raise ContractError(f"type {odoo_type} cannot be expressed in a contract")
        if entry.enum:
            self._use_enum(message, entry, occurrences)
        self._check_rows(entry, odoo_type, newest)
        self._check_required(message, entry)
        return Field(
            name=entry.name,
            number=self._lock.field(self._full_name(message.name), entry.name),
            type=odoo_type,
            label=newest["string"].strip(),
            doc=entry.doc,
            relation=_same(occurrences, "relation"),
            names=self._versioned_names(entry.name, occurrences),
            required=entry.required or bool(entry.required_unless),
            required_unless=entry.required_unless,
            on_request=entry.on_request,
            writable=entry.writable and (odoo_type != "one2many" or bool(entry.rows))
            and not any(occurrence.about["readonly"] for occurrence in occurrences),
            searchable=all(occurrence.about["searchable"] for occurrence in occurrences),
            enum=entry.enum,
            rows=entry.rows,
            size=newest.get("size") or 0,
            groups=_groups(newest),
            company_dependent=newest["company_dependent"],
        )

    def _range(self, found):
        """(since, until) of the versions in `found`, an end open where it is the oldest or newest supported version."""
        versions = self._odoo.versions
        return (0 if found[0] == versions[0] else found[0]), (0 if found[-1] == versions[-1] else found[-1])

    def _versioned_names(self, name, occurrences):
        runs = [(odoo_name, [occurrence.version for occurrence in run])
                for odoo_name, run in groupby(occurrences, key=lambda occurrence: occurrence.name)]
        ranges = tuple(VersionedName(odoo_name, *self._range(found)) for odoo_name, found in runs)
        return () if ranges == (VersionedName(name, 0, 0),) else ranges

    def _check_rows(self, entry, odoo_type, about):
        if not entry.rows:
            return
        if odoo_type != "one2many":
            raise ContractError(f"rows of {entry.rows}: the field is a {odoo_type}, not a one2many")
        rows = self._messages.get(entry.rows)
        if not rows or rows.model != about["relation"]:
            raise ContractError(f"rows of {entry.rows}: no such message for {about['relation']} in this area")

    def _check_required(self, message, entry):
        known = {other.name for other in message.fields}
        unknown = [name for name in entry.required_unless if name not in known]
        if unknown:
            raise ContractError(f"required_unless: no field {', '.join(unknown)} in {message.name}")

    def _check_call(self, message, call):
        wanted = call.done_when
        field = next((entry for entry in message.fields if entry.name == wanted["field"]), None)
        if field is None:
            raise ContractError(f"done_when: no field {wanted['field']} in {message.name}")
        keys = {key for occurrence in self._odoo.occurrences(message.model, field.odoo or (field.name,))
                for key, _ in occurrence.about.get("selection", ())}
        unknown = [key for key in wanted["one_of"] if key not in keys]
        if unknown:
            raise ContractError(f"done_when: {wanted['field']} has no key {', '.join(unknown)} in any version")

    def _use_enum(self, message, entry, occurrences):
        if entry.enum not in self._area.enums:
            raise ContractError(f"no enums.{entry.enum}")
        selections = [dict(occurrence.about.get("selection") or ()) for occurrence in occurrences]
        if not all(selections):
            raise ContractError("an enum needs a selection with keys")
        if any(selection.keys() != selections[0].keys() for selection in selections) and not self._area.enums[entry.enum].differs:
            raise ContractError(f"keys differ between versions: {' / '.join(', '.join(selection) for selection in selections)}")
        self._enum_users.setdefault(entry.enum, []).append((message.file, occurrences))

    def _enum(self, name):
        curated = self._area.enums[name]
        users = self._enum_users.get(name)
        if not users:
            raise ContractError("no field uses it")
        files = list(dict.fromkeys(file for file, _ in users))
        if len(files) > 1:
            raise ContractError(f"used in more than one file: {', '.join(files)}")
        return files[0], self._enum_of_keys(curated, _keys([occurrence for _, occurrences in users for occurrence in occurrences]))

    def _enum_of_keys(self, curated, keys):
        unknown = [key for key in curated.values if key not in keys]
        if unknown:
            raise ContractError(f"no key {', '.join(unknown)} in Odoo")
        values = tuple(self._enum_value(curated, key, label, found) for key, (label, found) in keys.items())
        used = {value.name for value in values}
        retired = tuple(self._lock.retired(self._full_name(curated.name), used))
        return Enum(curated.name, curated.doc, values, retired)

    def _enum_value(self, curated, key, label, found):
        name = names.enum_value(curated.name, key)
        number = self._lock.enum_value(self._full_name(curated.name), name)
        return EnumValue(name, number, key, label, curated.values.get(key, ""), *self._range(sorted(found)))


def _keys(occurrences):
    """{key: (label, versions)}, in the order of the newest version, keys that are gone last."""
    keys = {}
    for occurrence in sorted(occurrences, key=lambda occurrence: -occurrence.version):
        for key, label in occurrence.about["selection"]:
            keys.setdefault(key, (label, set()))[1].add(occurrence.version)
    return keys


def _check_name(entry, occurrences):
    newest = occurrences[-1].name
    problem = names.problem_with(entry.name)
    if problem:
        raise ContractError(f"the name {problem}; choose another and give Odoo's with `odoo`")
    if entry.name != newest and not names.problem_with(newest):
        raise ContractError(f"Odoo calls the field `{newest}`, so must the contract")


def _same(occurrences, attribute):
    values = {occurrence.about.get(attribute) for occurrence in occurrences}
    if len(values) > 1:
        found = ", ".join(f"{occurrence.about.get(attribute)} in {occurrence.version}" for occurrence in occurrences)
        raise ContractError(f"{attribute} differs between versions: {found}")
    return values.pop()


def _groups(about):
    groups = [group for group in about.get("groups", "").split(",") if group]
    return () if "base.group_user" in groups else tuple(groups)

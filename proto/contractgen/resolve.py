"""Joins the curated selection, Odoo's field descriptions and the numbers into what a .proto file says."""

from itertools import groupby

import names
from contract import Enum, EnumValue, Field, Message, ProtoFile, VersionedName
from enums import Enums
from errors import ContractError

SUPPORTED_TYPES = (
    "char",
    "text",
    "html",
    "integer",
    "float",
    "monetary",
    "boolean",
    "date",
    "datetime",
    "selection",
    "many2one",
    "one2many",
    "many2many",
    "binary",
)
DISPLAY_NAME = "What Odoo shows for the record, in the language of the call."


def resolve(area, odoo, lock, paths):
    """The .proto files of one curated area. Raises one ContractError with everything that is wrong in it.

    `paths` says where the record messages of all areas are.
    """
    return _Area(area, odoo, lock, paths).files()


class _Area:
    """One area on its way to .proto files. Mistakes are collected, so that all of them can be reported."""

    def __init__(self, area, odoo, lock, paths):
        self._area = area
        self._odoo = odoo
        self._lock = lock
        self._paths = paths
        self._problems = []
        self._enums = Enums(area, odoo, lock)
        self._messages = {message.name: message for message in area.messages}

    def files(self):
        messages = [(curated.file, self._message(curated)) for curated in self._area.messages]
        enums = [self._checked(f"enums.{name}", self._enums.resolve, name) for name in self._area.enums]
        enums += [self._checked(f"choices.{name}", self._choice, choice) for name, choice in self._area.choices.items()]
        if self._problems:
            raise ContractError(*self._problems)
        return [self._file(name, messages, enums) for name in dict.fromkeys(name for name, _ in messages)]

    def _file(self, name, messages, enums):
        own = tuple(message for file, message in messages if file == name)
        results = {self._paths[call.result] for message in own for call in message.calls if call.result}
        return ProtoFile(
            self._area.name,
            name,
            self._area.source,
            own,
            tuple(enum for file, enum in enums if file == name),
            tuple(sorted(results - {f"odoo/{self._area.name}/v1/{name}.proto"})),
        )

    def _choice(self, choice):
        """(file that the choice belongs to, its enum)."""
        files = {
            message.file
            for message in self._area.messages
            for call in message.calls
            if call.choice and call.choice.enum == choice.name
        }
        if len(files) != 1:
            raise ContractError("calls of exactly one file must use it")
        container = self._area.full_name(choice.name)
        values = [(names.enum_value(choice.name, value.name), value) for value in choice.values]
        return files.pop(), Enum(
            choice.name,
            choice.doc,
            tuple(
                EnumValue(name, self._lock.enum_value(container, name), "", value.doc, "", context=value.context)
                for name, value in values
            ),
            self._lock.retired(container, {name for name, _ in values}),
            choice.unspecified,
        )

    def _checked(self, where, function, *arguments):
        try:
            return function(*arguments)
        except ContractError as error:
            self._problems += [f"{self._area.source}: {where}: {problem}" for problem in error.problems]
            return None

    def _message(self, curated):
        if not self._odoo.knows(curated.model):
            self._problems.append(f"{self._area.source}: {curated.name}: no such model, {curated.model}")
            return None
        container = self._area.full_name(curated.name)
        fields = self._always_there(container)
        fields += [self._checked(f"{curated.name}.{entry.name}", self._field, curated, entry) for entry in curated.fields]
        for call in curated.calls:
            self._checked(f"{curated.name}.{call.name}", self._check_call, curated, call)
        used = {"id", "display_name"} | {entry.name for entry in curated.fields}
        return Message(
            name=curated.name,
            plural=curated.plural,
            model=curated.model,
            module=curated.module,
            doc=curated.doc,
            fields=tuple(fields),
            retired=self._lock.retired(container, used),
            operations=curated.operations,
            calls=curated.calls,
            is_row=self._is_row(curated.name),
            is_wizard=self._is_wizard(curated.name),
        )

    def _always_there(self, container):
        return [
            Field("id", self._lock.field(container, "id"), "integer", "Database id", searchable=True),
            Field("display_name", self._lock.field(container, "display_name"), "char", "Name to show", DISPLAY_NAME),
        ]

    def _is_row(self, name):
        return any(entry.rows == name for message in self._area.messages for entry in message.fields)

    def _is_wizard(self, name):
        return any(call.wizard and call.wizard.message == name for message in self._area.messages for call in message.calls)

    def _field(self, message, entry):
        occurrences = self._odoo.occurrences(message.model, entry.odoo)
        _check_name(entry, occurrences)
        newest = occurrences[-1].about
        odoo_type = _same(occurrences, "type")
        if odoo_type not in SUPPORTED_TYPES:
            raise ContractError(f"type {odoo_type} cannot be expressed in a contract")
        if entry.enum:
            self._enums.use(entry.enum, message.file, occurrences)
        self._check_rows(entry, odoo_type, newest)
        self._check_required(message, entry)
        return Field(
            name=entry.name,
            number=self._lock.field(self._area.full_name(message.name), entry.name),
            type=odoo_type,
            label=" ".join(newest["string"].split()),
            doc=entry.doc,
            relation=_same(occurrences, "relation"),
            names=self._versioned_names(entry.name, occurrences),
            required=entry.required or bool(entry.required_unless),
            required_unless=entry.required_unless,
            on_request=entry.on_request,
            create_only=entry.create_only,
            writable=_writable(entry, odoo_type, occurrences),
            searchable=all(occurrence.about["searchable"] for occurrence in occurrences),
            enum=entry.enum,
            rows=entry.rows,
            size=newest.get("size") or 0,
            groups=_groups(newest),
            company_dependent=newest["company_dependent"],
        )

    def _versioned_names(self, name, occurrences):
        runs = [
            (odoo_name, [occurrence.version for occurrence in run])
            for odoo_name, run in groupby(occurrences, key=lambda occurrence: occurrence.name)
        ]
        ranges = tuple(VersionedName(odoo_name, *self._odoo.open_range(found)) for odoo_name, found in runs)
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
        for what, states in (("done_when", call.done_when), ("preconditions", call.preconditions)):
            for state in states:
                self._check_state(message, what, state)
        if bool(call.done_when) == bool(call.result):
            raise ContractError("a call has either done_when or result")
        if call.result and call.result not in self._paths:
            raise ContractError(f"result: no such message, {call.result}")
        if call.choice and call.choice.enum not in self._area.choices:
            raise ContractError(f"no choices.{call.choice.enum}")
        if call.wizard and call.wizard.message not in self._messages:
            raise ContractError(f"wizard: no such message in this area, {call.wizard.message}")

    def _check_state(self, message, what, state):
        field = next((entry for entry in message.fields if entry.name == state.field), None)
        if field is None:
            raise ContractError(f"{what}: no field {state.field} in {message.name}")
        selections = [
            occurrence.about["selection"]
            for occurrence in self._odoo.occurrences(message.model, field.odoo)
            if "selection" in occurrence.about
        ]
        keys = {key for selection in selections for key, _ in selection}
        unknown = [key for key in state.one_of if selections and key not in keys]
        if unknown:
            raise ContractError(f"{what}: {state.field} has no key {', '.join(unknown)} in any version")


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


def _writable(entry, odoo_type, occurrences):
    if entry.writable is None:
        expressible = odoo_type != "one2many" or entry.rows
        return bool(expressible and not any(occurrence.about["readonly"] for occurrence in occurrences))
    if entry.writable and odoo_type == "one2many" and not entry.rows:
        raise ContractError("writable: a one2many is written as rows")
    return entry.writable


def _groups(about):
    groups = [group for group in about.get("groups", "").split(",") if group]
    return () if "base.group_user" in groups else tuple(groups)

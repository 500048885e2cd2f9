"""What the contracts list, read from the descriptors of the stubs and their options."""

import functools
import importlib
import json
import pathlib

from odoo.contract.v1 import options_pb2 as options

KINDS = options.MessageRule.Kind
OPERATIONS = options.Operation
# The fields that Odoo keeps itself: it drops what others write.
MAGIC = frozenset(("id", "create_uid", "create_date", "write_uid", "write_date", "parent_path"))


def _rule(descriptor, extension):
    return descriptor.GetOptions().Extensions[extension]


# A key that the database has in addition to those of Odoo.
OWN_KEY = "own_key"


class Field:
    """A field of a record message."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.name = descriptor.name
        self.number = descriptor.number
        self.rule = _rule(descriptor, options.field)
        self.type = options.Type.Name(self.rule.type).removeprefix("TYPE_").lower()
        self.enum_keys = None
        if descriptor.enum_type:
            values = descriptor.enum_type.values
            self.enum_keys = {_rule(value, options.enum_value).key: value.number for value in values if value.number}

    def odoo_name(self, major):
        """Its name in that version; None if the version does not have the field."""
        if not self.rule.names:
            return self.name
        for entry in self.rule.names:
            if entry.since <= major <= (entry.until or 999):
                return entry.name
        return None

    def odoo_names(self):
        return {entry.name for entry in self.rule.names} or {self.name}

    @property
    def row_record(self):
        """Descriptor of the record message of its rows; None for all other fields."""
        message = self.descriptor.message_type
        if message is None or _rule(message, options.message).kind != KINDS.Value("KIND_RECORD"):
            return None
        return message


class Record:
    """A record message."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.model = _rule(descriptor, options.message).model
        self.fields = [Field(field) for field in descriptor.fields if field.name != "extra_fields"]
        self.by_name = {field.name: field for field in self.fields}
        self.by_number = {field.number: field for field in self.fields}

    def by_odoo_name(self, name, major):
        return next((field for field in self.fields if field.odoo_name(major) == name), None)


class Values:
    """A values message, or that of rows."""

    def __init__(self, catalog, descriptor):
        self.descriptor = descriptor
        package = descriptor.full_name.rpartition(".")[0]
        self.record = catalog.record(f"{package}.{_rule(descriptor, options.message).record}")
        # Field numbers are those of the record message; its own rows come through a changes message.
        self.fields = {
            self.record.by_number[field.number].name: field
            for field in descriptor.fields
            if field.number in self.record.by_number
        }

    def rows(self, catalog):
        """Name of a field of rows -> their Values."""
        found = {}
        for name, field in self.fields.items():
            message = field.message_type
            if message is not None and _rule(message, options.message).kind == KINDS.Value("KIND_CHANGES"):
                found[name] = catalog.values(message.fields_by_name["rows"].message_type)
        return found


class Method:
    """An RPC of a service."""

    def __init__(self, catalog, service, descriptor):
        self.service = service.full_name
        self.name = descriptor.name
        self.descriptor = descriptor
        self.model = _rule(service, options.service).model
        self.rule = _rule(descriptor, options.method)
        self.operation = OPERATIONS.Name(self.rule.operation).removeprefix("OPERATION_").lower()
        self.request = descriptor.input_type
        self.path = f"/{service.full_name}/{descriptor.name}"
        values = self.request.fields_by_name.get("values")
        self.values = catalog.values(values.message_type) if values is not None else None
        self.wizard = self.rule.HasField("wizard")

    @property
    def answers(self):
        """Descriptor of the record message in its response; None if it has none."""
        fields = self.descriptor.output_type.fields_by_name
        field = fields.get("record") or fields.get("records")
        return field.message_type if field else None

    @property
    def takes_record_answer(self):
        return "record" in self.descriptor.output_type.fields_by_name

    def takes(self, field):
        return field in self.request.fields_by_name


class Catalog:
    """All services of the stubs below `root`."""

    def __init__(self, root="odoo"):
        self._records = {}
        self._values = {}
        self.methods = []
        for file in _files(root):
            for message in file.message_types_by_name.values():
                if _rule(message, options.message).kind == KINDS.Value("KIND_RECORD"):
                    self._records[message.full_name] = Record(message)
        for file in _files(root):
            for service in file.services_by_name.values():
                if _rule(service, options.service).model:
                    self.methods += [Method(self, service, method) for method in service.methods]

    @property
    def records(self):
        return self._records.values()

    def record(self, full_name):
        return self._records[full_name]

    def values(self, descriptor):
        if descriptor.full_name not in self._values:
            self._values[descriptor.full_name] = Values(self, descriptor)
        return self._values[descriptor.full_name]

    def served(self):
        """Model -> the record message of its service."""
        return {method.model: self.record(method.answers.full_name) for method in self.methods if method.operation == "get"}

    @functools.cached_property
    def listed(self):
        """Model -> every name by which any contract lists one of its fields, in any version."""
        names = {}
        for record in self.records:
            for field in record.fields:
                names.setdefault(record.model, set()).update(field.odoo_names())
        return names

    def owners(self, major, lists):
        """Model of rows -> the names by which they point at the record that they belong to."""
        names = {}
        for record in self.records:
            for field in record.fields:
                attributes = lists.get(record.model, {}).get(field.odoo_name(major))
                if field.row_record is not None and attributes and attributes.get("relation_field"):
                    names.setdefault(attributes["relation"], set()).add(attributes["relation_field"])
        return names


@functools.cache
def _files(root):
    """Descriptors of the generated modules below a package, whose folders have no __init__.py."""
    files = []
    for folder in importlib.import_module(root).__path__:
        for path in sorted(pathlib.Path(folder).rglob("*_pb2.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            files.append(importlib.import_module(".".join((root, *parts))).DESCRIPTOR)
    return files


def with_own_keys(catalog, major, lists):
    """The same lists of a database that has a key more in every selection that a contract has an enum for."""
    lists = {model: dict(fields) for model, fields in lists.items()}
    for record in catalog.records:
        for field in record.fields:
            attributes = lists[record.model].get(field.odoo_name(major))
            if field.enum_keys is not None and attributes is not None:
                selection = [*attributes["selection"], [OWN_KEY, "Own"]]
                lists[record.model][field.odoo_name(major)] = {**attributes, "selection": selection}
    return lists


def field_lists(version):
    """Model -> field -> attributes, as real Odoos of that version describe them."""
    folder = pathlib.Path(__file__).resolve().parents[2] / "proto" / "fields" / version
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}

"""What a contract says, resolved: the input of the emitter."""

from dataclasses import dataclass

from operations import NUMBERS


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
    create_only: bool = False
    writable: bool = False
    searchable: bool = False
    enum: str = None
    rows: str = None
    size: int = 0
    groups: tuple = ()
    company_dependent: bool = False


@dataclass(frozen=True)
class EnumValue:
    """A selection key, or a choice with its context; `since` and `until` as in VersionedName."""

    name: str
    number: int
    key: str
    label: str
    doc: str
    since: int = 0
    until: int = 0
    context: tuple = ()


@dataclass(frozen=True)
class Enum:
    """A selection or choice as an enum. `retired` holds (number, name) of values that are gone."""

    name: str
    doc: str
    values: tuple
    retired: tuple
    unspecified: str = "Not stated: a violation."


@dataclass(frozen=True)
class Message:
    """A record message and what belongs to it. `retired` holds (number, name) of fields that are gone."""

    name: str
    plural: str
    model: str
    module: str
    doc: str
    fields: tuple
    retired: tuple
    operations: tuple
    calls: tuple
    is_row: bool
    is_wizard: bool = False

    @property
    def has_values(self):
        """True where the model can be written."""
        return self.is_row or self.is_wizard or self._has_request_field("values")

    @property
    def has_filter(self):
        """True where the model can be searched."""
        return self._has_request_field("filter")

    def _has_request_field(self, name):
        return any(name in NUMBERS[operation].request for operation in self.operations)


@dataclass(frozen=True)
class ProtoFile:
    """One .proto file to write."""

    area: str
    name: str
    source: str
    messages: tuple
    enums: tuple
    imports: tuple = ()

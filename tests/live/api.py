"""A service by what its RPCs do, for tests that treat all services alike."""

from mirror import holds_rows

from odoo.contract.v1 import options_pb2

_PREFIX = "OPERATION_"


class Api:
    """`api.create(values=...)` is CreateLead of the service of leads; actions keep their own names: `api.PostInvoice(id=7)`."""

    def __init__(self, service):
        self._service = service
        self._names = {}
        for method in service.descriptor.methods:
            operation = method.GetOptions().Extensions[options_pb2.method].operation
            self._names.setdefault(options_pb2.Operation.Name(operation).removeprefix(_PREFIX).lower(), method.name)
        self.model = service.descriptor.GetOptions().Extensions[options_pb2.service].model
        self.record = service.descriptor.methods_by_name[self._names["get"]].output_type.fields_by_name["record"].message_type

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._service, self._names.get(name, name))

    @property
    def writable(self):
        return "create" in self._names

    def paths(self):
        """All fields of the record and of its rows, those that are read on request too."""
        return list(_paths(self.record))

    def whole(self, record):
        return self.get(id=record, read_mask={"paths": self.paths()}).record


def _paths(record, before=""):
    for field in record.fields:
        if field.name == "extra_fields":
            continue
        # Rows of the record's own kind would have no end; they come with their usual fields.
        if holds_rows(field) and field.message_type is not record:
            yield from _paths(field.message_type, f"{before}{field.name}.")
        else:
            yield before + field.name

"""Typed calls over generated stubs, with less ado."""

import importlib
import pkgutil

import grpc
from google.protobuf import symbol_database

from harness.errors import Failure

DEFAULT_TIMEOUT = 30.0


def _service_descriptor(name):
    package, _, service = name.rpartition(".")
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if not module.name.endswith("_pb2"):
            continue
        descriptor = importlib.import_module(f"{package}.{module.name}").DESCRIPTOR
        if service in descriptor.services_by_name:
            return descriptor.services_by_name[service]
    raise KeyError(name)


def fill(message, fields):
    """Sets fields of a message: nested messages and maps as dicts, repeated fields as lists; None leaves a field unset."""
    for name, value in fields.items():
        if value is None:
            continue
        field = message.DESCRIPTOR.fields_by_name.get(name)
        if field is None:
            raise ValueError(f"{message.DESCRIPTOR.full_name} has no field {name}")
        member = getattr(message, name)
        if field.message_type is None:
            if field.label == field.LABEL_REPEATED:
                member.extend(value)
            else:
                setattr(message, name, value)
        elif field.message_type.GetOptions().map_entry:
            for key, entry in value.items():
                _fill_or_copy(member[key], entry)
        elif field.label == field.LABEL_REPEATED:
            for entry in value:
                _fill_or_copy(member.add(), entry)
        else:
            member.SetInParent()
            _fill_or_copy(member, value)
    return message


def _fill_or_copy(message, value):
    if isinstance(value, dict):
        fill(message, value)
    else:
        message.CopyFrom(value)


class Service:
    """One service. `service.GetPartner(id=7)` answers the response message or raises Failure.

    A request is given as message or by its fields, nested messages as dicts. `timeout`, `metadata` are those of gRPC."""

    def __init__(self, channel, descriptor, message_class=None):
        self.descriptor = descriptor
        self._channel = channel
        self._message_class = message_class or symbol_database.Default().GetPrototype
        self._methods = {method.name: method for method in descriptor.methods}
        self._path = "/" + descriptor.full_name + "/"
        self._calls = {}

    def method_names(self):
        return list(self._methods)

    def request_class(self, method):
        return self._message_class(self._methods[method].input_type)

    def raw(self, method):
        """gRPC's own callable."""
        if method not in self._calls:
            response = self._message_class(self._methods[method].output_type)
            self._calls[method] = self._channel.unary_unary(
                self._path + method,
                request_serializer=lambda message: message.SerializeToString(),
                response_deserializer=response.FromString,
            )
        return self._calls[method]

    def __getattr__(self, method):
        if method.startswith("_") or method not in self._methods:
            raise AttributeError(method)

        def call(request=None, *, timeout=DEFAULT_TIMEOUT, metadata=None, **fields):
            if request is None:
                request = fill(self.request_class(method)(), fields)
            try:
                return self.raw(method)(request, timeout=timeout, metadata=metadata)
            except grpc.RpcError as error:
                raise Failure(error) from None

        return call


class Caller:
    """A channel to a gateway; `credentials` are those of gRPC, None is plain text."""

    def __init__(self, address, credentials=None):
        self.address = address
        options = [
            ("grpc.max_receive_message_length", -1),
            ("grpc.max_send_message_length", -1),
            ("grpc.enable_retries", 0),
            ("grpc.use_local_subchannel_pool", 1),
        ]
        self.channel = (
            grpc.insecure_channel(address, options) if credentials is None else grpc.secure_channel(address, credentials, options)
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.channel.close()

    def service(self, name):
        """By full name, `odoo.sale.v1.SaleOrderService`."""
        return Service(self.channel, _service_descriptor(name))

    def bytes_call(self, path):
        """A callable that sends and receives bytes as they are."""
        return self.channel.unary_unary(path, request_serializer=bytes, response_deserializer=bytes)

    def bytes_stream(self, path):
        """The same with any number of messages."""
        return self.channel.stream_stream(path, request_serializer=bytes, response_deserializer=bytes)

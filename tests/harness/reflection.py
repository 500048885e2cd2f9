"""A client that knows no contract: everything comes from the gateway's reflection service."""

import queue

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from reflection.v1 import reflection_pb2

from harness.client import Service

_TIMEOUT = 20


class Reflection:
    def __init__(self, caller, version="v1"):
        self._caller = caller
        # v1alpha has the messages of v1 under another service name.
        self._stream = caller.channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )
        self.pool = descriptor_pool.DescriptorPool()
        self._loaded = set()

    def ask(self, *requests):
        """The answers to several requests over one stream."""
        waiting = queue.Queue()
        for request in requests:
            waiting.put(reflection_pb2.ServerReflectionRequest(**request))
        waiting.put(None)
        return list(self._stream(iter(waiting.get, None), timeout=_TIMEOUT))

    def services(self):
        answer = self.ask({"list_services": ""})[0]
        return [service.name for service in answer.list_services_response.service]

    def service(self, name):
        """As harness.Service, of descriptors that the gateway sent."""
        self._load(self.ask({"file_containing_symbol": name})[0])
        return Service(self._caller.channel, self.pool.FindServiceByName(name), self.message_class)

    def message_class(self, descriptor):
        return message_factory.MessageFactory(self.pool).GetPrototype(descriptor)

    def _load(self, answer):
        if answer.HasField("error_response"):
            raise LookupError(answer.error_response.error_message)
        files = [
            descriptor_pb2.FileDescriptorProto.FromString(data) for data in answer.file_descriptor_response.file_descriptor_proto
        ]
        known = {file.name: file for file in files}
        for file in files:
            self._add(file, known)

    def _add(self, file, known):
        if file.name in self._loaded:
            return
        self._loaded.add(file.name)
        for dependency in file.dependency:
            if dependency in self._loaded:
                continue
            if dependency in known:
                self._add(known[dependency], known)
            else:
                self._load(self.ask({"file_by_filename": dependency})[0])
        self.pool.Add(file)

"""Errors of the gateway, taken apart."""

import contextlib

import grpc
from google.rpc import error_details_pb2, status_pb2
from odoo.error.v1 import error_pb2

DETAILS_KEY = "grpc-status-details-bin"
_TYPES = (
    error_details_pb2.ErrorInfo,
    error_details_pb2.RequestInfo,
    error_details_pb2.BadRequest,
    error_details_pb2.PreconditionFailure,
    error_details_pb2.QuotaFailure,
    error_details_pb2.ResourceInfo,
    error_details_pb2.RetryInfo,
    error_details_pb2.LocalizedMessage,
    error_details_pb2.DebugInfo,
    error_pb2.Violations,
)


def _unpack(packed):
    for kind in _TYPES:
        if packed.Is(kind.DESCRIPTOR):
            message = kind()
            packed.Unpack(message)
            return kind.DESCRIPTOR.name, message
    raise AssertionError(f"unexpected error detail {packed.type_url}")


class Failure(Exception):
    """A failed call: gRPC's status and the details in its trailers."""

    def __init__(self, error):
        super().__init__(f"{error.code().name}: {error.details()}")
        self.code = error.code().name
        self.message = error.details() or ""
        self.trailers = {key: value for key, value in error.trailing_metadata() or ()}
        self.raw = self.trailers.get(DETAILS_KEY, b"")
        self.status = status_pb2.Status.FromString(self.raw)
        self.details = {}
        for packed in self.status.details:
            name, message = _unpack(packed)
            assert name not in self.details, f"{name} comes twice"
            self.details[name] = message

    @property
    def info(self):
        return self.details.get("ErrorInfo")

    @property
    def reason(self):
        return self.info.reason if self.info else None

    @property
    def metadata(self):
        return dict(self.info.metadata) if self.info else {}

    @property
    def request_id(self):
        return self.details["RequestInfo"].request_id

    @property
    def violations(self):
        """(path, reason, message) of each."""
        if "Violations" not in self.details:
            return []
        return [
            (v.path, error_pb2.Reason.Name(v.reason).removeprefix("REASON_"), v.message)
            for v in self.details["Violations"].violations
        ]

    @property
    def paths(self):
        return [path for path, _, _ in self.violations]

    def __str__(self):
        text = f"{self.code} {self.reason}: {self.message} {self.metadata or ''}"
        return "\n  ".join([text, *(" ".join(violation) for violation in self.violations)])


class _Expected:
    """Stands for the failure once it is there."""

    failure = None

    def __getattr__(self, name):
        return getattr(self.failure, name)


@contextlib.contextmanager
def failure():
    """`with failure() as failed:` the block must fail by a call; `failed` is then the Failure."""
    expected = _Expected()
    try:
        yield expected
    except Failure as failed:
        expected.failure = failed
        return
    except grpc.RpcError as error:
        expected.failure = Failure(error)
        return
    raise AssertionError("the call succeeded")

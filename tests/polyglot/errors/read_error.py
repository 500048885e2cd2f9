"""Python, as client/ERRORS.md shows it."""

# [snippet]
from google.rpc import error_details_pb2, status_pb2
from odoo.error.v1 import error_pb2

DETAILS = (error_details_pb2.ErrorInfo, error_details_pb2.RetryInfo, error_details_pb2.LocalizedMessage, error_pb2.Violations)


def read_error(error):
    """The details of a grpc.RpcError by the name of their type; empty where the gateway did not answer."""
    status = status_pb2.Status()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status.ParseFromString(value)
    found = {}
    for packed in status.details:
        for detail in DETAILS:
            if packed.Is(detail.DESCRIPTOR):
                found[detail.DESCRIPTOR.name] = detail.FromString(packed.value)
    return found


def report(error):
    details = read_error(error)
    if "ErrorInfo" not in details:
        return [error.code().name]
    lines = [details["ErrorInfo"].reason]
    lines += [f"{field.path}: {field.message}" for field in details.get("Violations", error_pb2.Violations()).violations]
    if "RetryInfo" in details:
        lines.append(f"again in {details['RetryInfo'].retry_delay.ToTimedelta().total_seconds()} s")
    return lines


# [snippet]

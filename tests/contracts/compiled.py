"""The contracts compiled by protoc: their Python modules and descriptors, made once per run in a temporary folder.

Needs protoc and the protobuf runtime of the same interpreter.
"""

import functools
import importlib
import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2

PROTO = Path(__file__).resolve().parents[2] / "proto"
FILES = sorted(str(path.relative_to(PROTO)) for path in PROTO.glob("odoo/*/v1/*.proto"))
SHARED = ("odoo/contract/", "odoo/error/", "odoo/type/")
CONTRACTS = [file for file in FILES if not file.startswith(SHARED)]


@functools.cache
def _folder():
    """Removed when the interpreter ends: modules are imported from it until then."""
    folder = tempfile.TemporaryDirectory()
    subprocess.run(
        [
            "protoc",
            f"-I{PROTO}",
            f"--python_out={folder.name}",
            "--include_source_info",
            f"--descriptor_set_out={folder.name}/contracts.bin",
            *FILES,
        ],
        check=True,
    )
    sys.path.insert(0, folder.name)
    return folder


def module(file):
    """The Python module of a .proto file."""
    _folder()
    return importlib.import_module(file.replace("/", ".").replace(".proto", "_pb2"))


def descriptors():
    """All files with their comments."""
    return descriptor_pb2.FileDescriptorSet.FromString((Path(_folder().name) / "contracts.bin").read_bytes())


def rpcs():
    """(its descriptor, the name of its operation) of every RPC of the contracts."""
    options = module("odoo/contract/v1/options.proto")
    for file in CONTRACTS:
        for service in module(file).DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                yield method, options.Operation.Name(method.GetOptions().Extensions[options.method].operation)

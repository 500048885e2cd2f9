"""Starts gateways and Odoos for tests, calls them, and takes errors, logs and metrics apart.

    with harness.Sandbox("18.0") as sandbox, harness.Gateway(sandbox.odoo("jsonrpc")) as gateway:
        partners = gateway.service("odoo.contacts.v1.PartnerService")
        created = partners.CreatePartner(values={"name": "Ada"})
        with harness.failure() as failed:
            partners.GetPartner(id=0)
        print(failed.reason, failed.violations)

Needs Python's standard library, grpcio, protobuf, and the folders in PYTHONPATH and ODOO_GATEWAY_BUILD that
odoo_gateway_python_test (CMakeLists.txt) sets.
"""

from harness.cells import CELLS, Cell, cell_from_environment
from harness.certificates import Authority, Pair
from harness.client import Caller, Service
from harness.errors import Failure, failure
from harness.figures import keep_figures
from harness.gateway import Gateway
from harness.metrics import Metrics
from harness.odoo import Odoo
from harness.process import Program, binary, wait_until
from harness.proxy import Gate, Proxy
from harness.sandbox import Sandbox

__all__ = [
    "Authority",
    "CELLS",
    "Caller",
    "Cell",
    "Failure",
    "Gate",
    "Gateway",
    "Metrics",
    "Odoo",
    "Pair",
    "Program",
    "Proxy",
    "Sandbox",
    "Service",
    "binary",
    "cell_from_environment",
    "failure",
    "keep_figures",
    "wait_until",
]

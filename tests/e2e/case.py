"""What the end-to-end tests share: an emulated Odoo and a gateway before it, per class of tests."""

import contextlib
import unittest

import harness

# Of the reasons, as the design fixes them; OUTCOME_UNKNOWN has two.
CODES = {
    "REQUIRED_FIELD_MISSING": "INVALID_ARGUMENT",
    "INVALID_REFERENCE": "INVALID_ARGUMENT",
    "INVALID_FIELD_VALUE": "INVALID_ARGUMENT",
    "UNKNOWN_FIELD": "INVALID_ARGUMENT",
    "INVALID_DOMAIN": "INVALID_ARGUMENT",
    "CHECK_VIOLATION": "INVALID_ARGUMENT",
    "VALIDATION_FAILED": "INVALID_ARGUMENT",
    "METHOD_SIGNATURE_MISMATCH": "INVALID_ARGUMENT",
    "MALFORMED_REQUEST": "INVALID_ARGUMENT",
    "UNIQUE_VIOLATION": "ALREADY_EXISTS",
    "RECORD_NOT_FOUND": "NOT_FOUND",
    "MODEL_ACCESS_DENIED": "PERMISSION_DENIED",
    "RECORD_ACCESS_DENIED": "PERMISSION_DENIED",
    "FIELD_ACCESS_DENIED": "PERMISSION_DENIED",
    "METHOD_NOT_ALLOWED": "PERMISSION_DENIED",
    "BUSINESS_RULE": "FAILED_PRECONDITION",
    "RECORD_IN_USE": "FAILED_PRECONDITION",
    "ACTION_NOT_DONE": "FAILED_PRECONDITION",
    "INTEGRATION_USER_REJECTED": "FAILED_PRECONDITION",
    "DATABASE_NOT_FOUND": "FAILED_PRECONDITION",
    "ENDPOINT_NOT_FOUND": "FAILED_PRECONDITION",
    "MODEL_NOT_FOUND": "UNIMPLEMENTED",
    "METHOD_NOT_FOUND": "UNIMPLEMENTED",
    "CONCURRENT_UPDATE": "ABORTED",
    "OUTCOME_UNKNOWN": "UNKNOWN",
    "TIMEOUT": "DEADLINE_EXCEEDED",
    "UPSTREAM_UNAVAILABLE": "UNAVAILABLE",
    "SESSION_EXPIRED": "UNAVAILABLE",
    "RATE_LIMITED": "RESOURCE_EXHAUSTED",
    "OVERLOADED": "RESOURCE_EXHAUSTED",
    "PAYLOAD_TOO_LARGE": "RESOURCE_EXHAUSTED",
    "MALFORMED_RESPONSE": "INTERNAL",
    "SERVER_ERROR": "INTERNAL",
    "CANCELLED": "CANCELLED",
    "CALLER_NOT_AUTHENTICATED": "UNAUTHENTICATED",
    "CALLER_NOT_ALLOWED": "PERMISSION_DENIED",
}
MAX_TRAILER_BYTES = 8192


class _Pair:
    """An Odoo and a gateway before it, perhaps with a proxy between them."""

    def __init__(self, cell, flags, proxied, contracts):
        with contextlib.ExitStack() as started:
            self.sandbox = started.enter_context(harness.Sandbox(cell.version))
            odoo = self.sandbox.odoo(cell.protocol)
            self.proxy = started.enter_context(harness.Proxy(odoo.url)) if proxied else None
            if proxied:
                odoo = self.sandbox.odoo(cell.protocol, url=self.proxy.url)
            self.gateway = started.enter_context(harness.Gateway(odoo, *flags, contracts=contracts))
            self._started = started.pop_all()

    def stop(self):
        """Whatever the tests did, both must have lived through it."""
        with self._started:
            alive = self.gateway.alive()
            code = self.gateway.stop()
            mistakes = self.sandbox.mistakes()
        assert alive and code == 0, f"odoo-gateway ended with {code}:\n{self.gateway.log_text()[-4000:]}"
        assert not mistakes, "\n".join(mistakes)


_pairs = {}


def _pair(*configuration):
    """The pair of this configuration; it serves all tests of a module."""
    if configuration not in _pairs:
        _pairs[configuration] = _Pair(*configuration)
        unittest.addModuleCleanup(lambda: _pairs.pop(configuration).stop())
    return _pairs[configuration]


class GatewayCase(unittest.TestCase):
    """Tests before one Odoo and one gateway; each begins with the shop as it was seeded."""

    maxDiff = None
    # Flags of the gateway.
    flags = ()
    # True: `proxy` stands between both.
    proxied = False

    @classmethod
    def setUpClass(cls):
        cls.cell = harness.cell_from_environment()
        pair = _pair(cls.cell, cls.flags, cls.proxied, tuple(cls.contracts()))
        cls.sandbox, cls.proxy, cls.gateway = pair.sandbox, pair.proxy, pair.gateway
        cls.partners = cls.gateway.service("odoo.contacts.v1.PartnerService")
        cls.categories = cls.gateway.service("odoo.contacts.v1.PartnerCategoryService")
        cls.countries = cls.gateway.service("odoo.contacts.v1.CountryService")
        cls.states = cls.gateway.service("odoo.contacts.v1.StateService")
        cls.orders = cls.gateway.service("odoo.sale.v1.SaleOrderService")

    @classmethod
    def contracts(cls):
        """Descriptor sets beside the built-in ones."""
        return ()

    def setUp(self):
        self.sandbox.reset()
        if self.proxied:
            self.proxy.reset()

    # -- failures

    @contextlib.contextmanager
    def fails(self, reason, paths=None, code=None):
        """The block fails by a call with this reason, its status code and a complete status; `paths`: of violations."""
        with harness.failure() as failed:
            yield failed
        self.check(failed.failure)
        self.assertEqual(failed.reason, reason, str(failed.failure))
        self.assertEqual(failed.code, code or CODES[reason], str(failed.failure))
        if paths is not None:
            self.assertEqual(failed.paths, list(paths), str(failed.failure))

    def check(self, failed):
        """What holds for every failure."""
        self.assertIsNotNone(failed.info, f"no ErrorInfo in {failed}")
        self.assertEqual(failed.info.domain, "odoo-gateway")
        self.assertIn(failed.reason, CODES)
        self.assertTrue(failed.request_id)
        self.assertTrue(failed.message)
        self.assertEqual(failed.status.message, failed.message)
        self.assertLess(len(failed.raw), MAX_TRAILER_BYTES)
        if "Violations" in failed.details:
            fields = [violation.field for violation in failed.details["BadRequest"].field_violations]
            self.assertEqual(fields, failed.paths)
            self.assertTrue(all(message for _, _, message in failed.violations))

    def reasons(self, failed):
        """Path -> reason of the violations."""
        return {path: reason for path, reason, _ in failed.violations}

    # -- the shop

    def customer(self, **values):
        return self.partners.CreatePartner(values={"name": "Customer", **values}).record.id

    def order(self, *rows, **values):
        """Id of a new quotation; rows sell desks unless they say otherwise."""
        rows = [{"product_id": {"external_id": "sandbox.product_desk"}, **row} for row in rows]
        values.setdefault("partner_id", {"external_id": "sandbox.customer_alder"})
        if rows:
            values["order_line"] = {"rows": rows}
        return self.orders.CreateSaleOrder(values=values).record.id

    def get_order(self, order_id, *paths):
        mask = {"paths": paths} if paths else None
        return self.orders.GetSaleOrder(id=order_id, read_mask=mask).record

    def get_partner(self, partner_id, *paths):
        mask = {"paths": paths} if paths else None
        return self.partners.GetPartner(id=partner_id, read_mask=mask).record

    def written(self, model):
        """Values of the last create or write that Odoo received."""
        writes = [c for c in self.sandbox.calls(model) if c["method"] in ("create", "write", "web_save")]
        return values_of(writes[-1])


def values_of(call):
    """What a create, write or web_save brought."""
    for name in ("vals", "vals_list"):
        if name in call["kwargs"]:
            values = call["kwargs"][name]
            break
    else:
        values = call["args"][0 if call["method"] == "create" else 1]
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def main():
    unittest.main(module="__main__", verbosity=1)

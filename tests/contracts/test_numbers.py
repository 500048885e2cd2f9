"""Field numbers of requests and responses, as released. A change here breaks every caller that was built before it.

    python3 -m unittest discover -s tests/contracts

The tables are not those of contractgen, so that a number changes only in two places at once.
"""

import sys
import unittest

from compiled import PROTO, rpcs

sys.path.insert(0, str(PROTO / "contractgen"))
import operations  # noqa: E402
from errors import ContractError  # noqa: E402

# Number 5 of create requests stays free for `idempotency_key`.
STANDARD = {
    "OPERATION_CREATE": ({"values": 1, "read_mask": 2, "options": 3, "validate_only": 4}, {"record": 1, "info": 2}),
    "OPERATION_GET": ({"id": 1, "read_mask": 2, "options": 3}, {"record": 1, "info": 2}),
    "OPERATION_SEARCH": (
        {
            "filter": 1,
            "conditions": 2,
            "order_by": 3,
            "page_size": 4,
            "page_token": 5,
            "count_total": 6,
            "read_mask": 7,
            "options": 8,
        },
        {"records": 1, "next_page_token": 2, "total_size": 3, "info": 4},
    ),
    "OPERATION_COUNT": ({"filter": 1, "conditions": 2, "options": 3}, {"count": 1, "info": 2}),
    "OPERATION_UPDATE": ({"id": 1, "values": 2, "read_mask": 3, "options": 4, "validate_only": 5}, {"record": 1, "info": 2}),
    "OPERATION_DELETE": ({"id": 1, "options": 2, "validate_only": 3}, {"info": 1}),
    "OPERATION_BATCH_CREATE": ({"values": 1, "options": 2, "validate_only": 3}, {"ids": 1, "info": 2}),
}
READS = {"OPERATION_GET", "OPERATION_SEARCH", "OPERATION_COUNT"}

ONE = {"id": 1, "read_mask": 2, "options": 3}
ONE_THROUGH_WIZARD = {"id": 1, "values": 2, "read_mask": 3, "options": 4}
SEVERAL = {"ids": 1, "read_mask": 2, "options": 3}
SEVERAL_THROUGH_WIZARD = {"ids": 1, "values": 2, "read_mask": 3, "options": 4}
ACTED_ON = {"record": 1, "info": 2}
CREATED = {"records": 1, "info": 2}
ACTIONS = {
    "odoo.account.v1.InvoiceService.CancelInvoice": (ONE, ACTED_ON),
    "odoo.account.v1.InvoiceService.CreateCreditNote": (SEVERAL_THROUGH_WIZARD, CREATED),
    "odoo.account.v1.InvoiceService.PostInvoice": (ONE, ACTED_ON),
    "odoo.account.v1.InvoiceService.RegisterPayment": (SEVERAL_THROUGH_WIZARD, CREATED),
    "odoo.account.v1.InvoiceService.ResetInvoiceToDraft": (ONE, ACTED_ON),
    "odoo.crm.v1.LeadService.ConvertLead": (ONE_THROUGH_WIZARD, ACTED_ON),
    "odoo.crm.v1.LeadService.MarkLeadLost": (ONE_THROUGH_WIZARD, ACTED_ON),
    "odoo.crm.v1.LeadService.MarkLeadWon": (ONE, ACTED_ON),
    "odoo.purchase.v1.PurchaseOrderService.CancelPurchaseOrder": (ONE, ACTED_ON),
    "odoo.purchase.v1.PurchaseOrderService.ConfirmPurchaseOrder": (ONE, ACTED_ON),
    "odoo.purchase.v1.PurchaseOrderService.CreateBills": (SEVERAL, CREATED),
    "odoo.sale.v1.SaleOrderService.CancelSaleOrder": (ONE, ACTED_ON),
    "odoo.sale.v1.SaleOrderService.ConfirmSaleOrder": (ONE, ACTED_ON),
    "odoo.sale.v1.SaleOrderService.CreateInvoices": (SEVERAL_THROUGH_WIZARD, CREATED),
    "odoo.stock.v1.PickingService.CancelPicking": (ONE, ACTED_ON),
    "odoo.stock.v1.PickingService.ConfirmPicking": (ONE, ACTED_ON),
    "odoo.stock.v1.PickingService.ReservePicking": (ONE, ACTED_ON),
    "odoo.stock.v1.PickingService.ValidatePicking": ({**ONE, "backorder": 4}, ACTED_ON),
}


def numbers(method):
    """{name: number} of the request and of the response."""
    return tuple({field.name: field.number for field in message.fields} for message in (method.input_type, method.output_type))


class Released(unittest.TestCase):
    maxDiff = None

    def test_standard_operations_have_the_same_numbers_in_every_service(self):
        found = set()
        for method, operation in rpcs():
            if operation != "OPERATION_CALL":
                found.add(operation)
                with self.subTest(method.full_name):
                    self.assertEqual(numbers(method), STANDARD.get(operation))
        self.assertEqual(found, set(STANDARD))

    def test_actions(self):
        self.assertEqual(
            {method.full_name: numbers(method) for method, operation in rpcs() if operation == "OPERATION_CALL"}, ACTIONS
        )

    def test_only_what_only_reads_is_marked_so(self):
        for method, operation in rpcs():
            options = method.GetOptions()
            with self.subTest(method.full_name):
                self.assertEqual(options.idempotency_level == options.NO_SIDE_EFFECTS, operation in READS)


class Table(unittest.TestCase):
    """Mistakes in contractgen's own table."""

    CALL_OPTIONS = (("odoo.type.v1.CallOptions", "options", ""),)

    def refused(self, request, numbers):
        with self.assertRaises(ContractError) as caught:
            operations.Rpc("Archive{name}", "OPERATION_ARCHIVE", "", request, (), numbers)
        return str(caught.exception)

    def test_field_without_a_number(self):
        self.assertEqual(
            self.refused(self.CALL_OPTIONS, operations.Numbers({}, {"options": 1})),
            "operations.py: Archive{name}: request field `options` has no number; add one to NUMBERS",
        )

    def test_number_of_another_field(self):
        request = (*self.CALL_OPTIONS, ("int64", "id", ""))
        self.assertEqual(
            self.refused(request, operations.Numbers({"options": 1, "id": 1}, {})),
            "operations.py: Archive{name}: request field `id` has number 1, which belongs to `options`;"
            " choose another in NUMBERS",
        )

    def test_number_that_is_kept_free(self):
        kept = operations.Numbers({"options": 5}, {}, kept_free={"idempotency_key": 5})
        self.assertEqual(
            self.refused(self.CALL_OPTIONS, kept),
            "operations.py: Archive{name}: request field `options` has number 5, which belongs to `idempotency_key`;"
            " choose another in NUMBERS",
        )

    def test_create_keeps_the_number_of_its_key(self):
        self.assertEqual(operations.NUMBERS["create"].kept_free, {"idempotency_key": 5})


if __name__ == "__main__":
    unittest.main()

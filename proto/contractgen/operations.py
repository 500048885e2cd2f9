"""RPCs of a service with their requests and responses.

To add an operation: its value of `Operation` in odoo/contract/v1/options.proto, its field numbers in NUMBERS, its RPC in STANDARD, and
its numbers in tests/contracts/test_numbers.py. To add a field: the next number in NUMBERS that is neither used nor kept free, the field
in the request or response of the RPC, and the same test.
"""

from dataclasses import dataclass, field, replace

from errors import ContractError


@dataclass(frozen=True)
class Numbers:
    """Field numbers of a request and its response, by name.

    `kept_free` holds numbers of the request for fields that are planned. The contracts do not mark them `reserved`: `buf breaking`
    refuses to remove a reservation.
    """

    request: dict
    response: dict
    kept_free: dict = field(default_factory=dict)


# A released number never changes and is never given to another field; tests/contracts/test_numbers.py pins all of them.
NUMBERS = {
    "create": Numbers(
        {"values": 1, "read_mask": 2, "options": 3, "validate_only": 4},
        {"record": 1, "info": 2},
        # To repeat a create whose answer was lost without creating the record twice. The other writes need no key: after an update, a
        # delete or a call, reading the record shows the outcome; BatchCreate is one transaction and takes no keys.
        kept_free={"idempotency_key": 5},
    ),
    "get": Numbers({"id": 1, "read_mask": 2, "options": 3}, {"record": 1, "info": 2}),
    "search": Numbers(
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
    "count": Numbers({"filter": 1, "conditions": 2, "options": 3}, {"count": 1, "info": 2}),
    "update": Numbers({"id": 1, "values": 2, "read_mask": 3, "options": 4, "validate_only": 5}, {"record": 1, "info": 2}),
    "delete": Numbers({"id": 1, "options": 2, "validate_only": 3}, {"info": 1}),
    "batch_create": Numbers({"values": 1, "options": 2, "validate_only": 3}, {"ids": 1, "info": 2}),
    # A call has either `id` or `ids`, and either `record` or `records`. `choice` stands for the field that the contract names.
    "call": Numbers({"id": 1, "ids": 1, "read_mask": 2, "options": 3, "choice": 4}, {"record": 1, "records": 1, "info": 2}),
    "wizard_call": Numbers(
        {"id": 1, "ids": 1, "values": 2, "read_mask": 3, "options": 4, "choice": 5}, {"record": 1, "records": 1, "info": 2}
    ),
}

FIELD_MASK = "google.protobuf.FieldMask"
OPTIONS = "odoo.type.v1.CallOptions"
INFO = "odoo.type.v1.CallInfo"

RECORD = ("{name}", "record", "`id`, and what read_mask names.")
READ_RECORD = ("{name}", "record", "The {one}.")
ID = ("int64", "id", "Database id of the {one}.")
IDS = ("repeated int64", "ids", "Database ids of the {many}, each once, at most 100.")
VALUES = ("{name}Values", "values", "What to write.")
READ_MASK = (FIELD_MASK, "read_mask", "Fields of `record` to answer with besides `id`. Empty: `id` alone.")
READ_MASK_MADE = (FIELD_MASK, "read_mask", "Fields of `records` to answer with besides `id`. Empty: `id` alone.")
READ_MASK_ALL = (
    FIELD_MASK,
    "read_mask",
    "Fields to answer with. Empty: all but those said to be read only where read_mask names them.",
)
VALIDATE = ("bool", "validate_only", "True: check the request and write nothing.")
FILTER = ("{name}Filter", "filter", "Conditions by field; those set must all hold.")
CONDITIONS = ("repeated odoo.type.v1.Condition", "conditions", "Further conditions, also on related records; all must hold.")
CALL_OPTIONS = (OPTIONS, "options", "How Odoo runs the call.")
CALL_INFO = (INFO, "info", "How the call was run.")


@dataclass(frozen=True)
class Rpc:
    """One RPC. Texts are templates for `name`, `plural`, `one` and `many`; fields are (type, name, comment)."""

    name: str
    operation: str
    doc: str
    request: tuple
    response: tuple
    numbers: Numbers
    only_reads: bool = False

    def __post_init__(self):
        self._check("request", self.request, self.numbers.request, self.numbers.kept_free)
        self._check("response", self.response, self.numbers.response, {})

    def _check(self, what, fields, numbers, kept_free):
        """Every field has a number of its own, and none that is kept for another."""
        owners = {number: name for name, number in kept_free.items()}
        for _, name, _ in fields:
            if name not in numbers:
                raise ContractError(f"operations.py: {self.name}: {what} field `{name}` has no number; add one to NUMBERS")
            if owners.setdefault(numbers[name], name) != name:
                raise ContractError(
                    f"operations.py: {self.name}: {what} field `{name}` has number {numbers[name]}, which belongs to"
                    f" `{owners[numbers[name]]}`; choose another in NUMBERS"
                )


STANDARD = {
    "create": Rpc(
        "Create{name}",
        "OPERATION_CREATE",
        "Creates one {one}. REQUIRED_FIELD_MISSING, INVALID_REFERENCE, INVALID_FIELD_VALUE and UNKNOWN_FIELD name the fields at"
        " fault. VALIDATION_FAILED, CHECK_VIOLATION, UNIQUE_VIOLATION or BUSINESS_RULE: Odoo refuses. OUTCOME_UNKNOWN: it may have"
        " been created.",
        (VALUES, READ_MASK, CALL_OPTIONS, VALIDATE),
        (RECORD, CALL_INFO),
        NUMBERS["create"],
    ),
    "get": Rpc(
        "Get{name}",
        "OPERATION_GET",
        "Reads one {one}. RECORD_NOT_FOUND: there is none with this id.",
        (ID, READ_MASK_ALL, CALL_OPTIONS),
        (READ_RECORD, CALL_INFO),
        NUMBERS["get"],
        only_reads=True,
    ),
    "search": Rpc(
        "Search{plural}",
        "OPERATION_SEARCH",
        "Finds {many}, page by page. INVALID_DOMAIN, INVALID_FIELD_VALUE, INVALID_REFERENCE or UNKNOWN_FIELD: the query is wrong.",
        (
            FILTER,
            CONDITIONS,
            ("repeated odoo.type.v1.OrderBy", "order_by", "Sort order, first key first. Empty: by id."),
            ("int32", "page_size", "At most this many {many}. 0: 50; the largest is 1000."),
            ("string", "page_token", "`next_page_token` of the page before, with the same query. Empty: the first page."),
            ("bool", "count_total", "True: answer with `total_size` too."),
            READ_MASK_ALL,
            CALL_OPTIONS,
        ),
        (
            ("repeated {name}", "records", "The {many} of this page."),
            ("string", "next_page_token", "For the next page. Empty: this is the last one."),
            ("optional int64", "total_size", "How many {many} there are on all pages. Only with `count_total`."),
            CALL_INFO,
        ),
        NUMBERS["search"],
        only_reads=True,
    ),
    "count": Rpc(
        "Count{plural}",
        "OPERATION_COUNT",
        "Counts {many}. INVALID_DOMAIN, INVALID_FIELD_VALUE, INVALID_REFERENCE or UNKNOWN_FIELD: the query is wrong.",
        (FILTER, CONDITIONS, CALL_OPTIONS),
        (("int64", "count", "How many there are."), CALL_INFO),
        NUMBERS["count"],
        only_reads=True,
    ),
    "update": Rpc(
        "Update{name}",
        "OPERATION_UPDATE",
        "Changes the fields that are set in `values`. RECORD_NOT_FOUND: there is no {one} with this id. Otherwise fails as Create{name};"
        " CONCURRENT_UPDATE: try again. OUTCOME_UNKNOWN: it may have been changed.",
        (ID, VALUES, READ_MASK, CALL_OPTIONS, VALIDATE),
        (RECORD, CALL_INFO),
        NUMBERS["update"],
    ),
    "delete": Rpc(
        "Delete{name}",
        "OPERATION_DELETE",
        "Deletes one {one} for good. RECORD_NOT_FOUND: there is none with this id. RECORD_IN_USE or BUSINESS_RULE: Odoo refuses."
        " OUTCOME_UNKNOWN: it may have been deleted.",
        (ID, CALL_OPTIONS, VALIDATE),
        (CALL_INFO,),
        NUMBERS["delete"],
    ),
    "batch_create": Rpc(
        "BatchCreate{plural}",
        "OPERATION_BATCH_CREATE",
        "Creates several {many} in one transaction: all or none. Fails as Create{name}, with the position in the paths.",
        (("repeated {name}Values", "values", "One entry per {one}, at most 1000."), CALL_OPTIONS, VALIDATE),
        (("repeated int64", "ids", "Database ids, in the order of `values`."), CALL_INFO),
        NUMBERS["batch_create"],
    ),
}


def call(curated):
    """The RPC for a public method of the model."""
    request = [IDS if curated.many else ID]
    if curated.wizard:
        request.append((f"{curated.wizard.message}Values", "values", "Choices; Odoo's defaults apply where they are not set."))
    request += [READ_MASK_MADE if curated.result else READ_MASK, CALL_OPTIONS]
    numbers = NUMBERS["wizard_call" if curated.wizard else "call"]
    if curated.choice:
        request.append((curated.choice.enum, curated.choice.field, "What to do; see there."))
        numbers = replace(numbers, request={**numbers.request, curated.choice.field: numbers.request["choice"]})
    made = (f"repeated {curated.result}", "records", "What came of it: `id`, and what read_mask names.")
    response = (made if curated.result else RECORD, CALL_INFO)
    return Rpc(curated.name, "OPERATION_CALL", _call_doc(curated), tuple(request), response, numbers)


def _call_doc(curated):
    doc = [
        curated.doc.replace("{", "{{").replace("}", "}}"),
        "RECORD_NOT_FOUND: there is no {one} with this id. BUSINESS_RULE or VALIDATION_FAILED: Odoo refuses.",
    ]
    if curated.preconditions:
        doc.append(f"BUSINESS_RULE, too: {_states(curated.preconditions, 'is not')}.")
    if curated.result:
        doc.append("OUTCOME_UNKNOWN: look whether it happened before you repeat it.")
    else:
        fields = " and ".join(f"`{state.field}`" for state in curated.done_when)
        doc.append(
            f"ACTION_NOT_DONE: {_states(curated.done_when, 'is not')} afterwards."
            f" OUTCOME_UNKNOWN: read {fields} to learn whether it happened."
        )
    return " ".join(doc)


def _states(states, verb):
    return ", or ".join(f"`{state.field}` {verb} {' or '.join(f'`{value}`' for value in state.one_of)}" for state in states)

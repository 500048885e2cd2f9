"""RPCs of a service with their requests and responses.

Field numbers here are fixed for ever. Number 5 of create requests is kept free.
"""

from dataclasses import dataclass

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
READ_MASK_ALL = (FIELD_MASK, "read_mask", "Fields to answer with. Empty: all but those said to be read only where read_mask names them.")
VALIDATE = ("bool", "validate_only", "True: check the request and write nothing.")
FILTER = ("{name}Filter", "filter", "Conditions by field; those set must all hold.")
CONDITIONS = ("repeated odoo.type.v1.Condition", "conditions", "Further conditions, also on related records; all must hold.")
CALL_OPTIONS = (OPTIONS, "options", "How Odoo runs the call.")
CALL_INFO = (INFO, "info", "How the call was run.")


@dataclass(frozen=True)
class Rpc:
    """One RPC. Texts are templates for `name`, `plural`, `one` and `many`; fields are numbered in order."""

    name: str
    operation: str
    doc: str
    request: tuple
    response: tuple


STANDARD = {
    "create": Rpc(
        "Create{name}", "OPERATION_CREATE",
        "Creates one {one}. REQUIRED_FIELD_MISSING, INVALID_REFERENCE, INVALID_FIELD_VALUE and UNKNOWN_FIELD name the fields at"
        " fault. VALIDATION_FAILED, CHECK_VIOLATION, UNIQUE_VIOLATION or BUSINESS_RULE: Odoo refuses. OUTCOME_UNKNOWN: it may have"
        " been created.",
        (VALUES, READ_MASK, CALL_OPTIONS, VALIDATE), (RECORD, CALL_INFO)),
    "get": Rpc(
        "Get{name}", "OPERATION_GET",
        "Reads one {one}. RECORD_NOT_FOUND: there is none with this id.",
        (ID, READ_MASK_ALL, CALL_OPTIONS), (READ_RECORD, CALL_INFO)),
    "search": Rpc(
        "Search{plural}", "OPERATION_SEARCH",
        "Finds {many}, page by page. INVALID_DOMAIN, INVALID_FIELD_VALUE, INVALID_REFERENCE or UNKNOWN_FIELD: the query is wrong.",
        (FILTER, CONDITIONS,
         ("repeated odoo.type.v1.OrderBy", "order_by", "Sort order, first key first. Empty: by id."),
         ("int32", "page_size", "At most this many {many}. 0: 50; the largest is 1000."),
         ("string", "page_token", "`next_page_token` of the page before, with the same query. Empty: the first page."),
         ("bool", "count_total", "True: answer with `total_size` too."),
         READ_MASK_ALL, CALL_OPTIONS),
        (("repeated {name}", "records", "The {many} of this page."),
         ("string", "next_page_token", "For the next page. Empty: this is the last one."),
         ("optional int64", "total_size", "How many {many} there are on all pages. Only with `count_total`."),
         CALL_INFO)),
    "count": Rpc(
        "Count{plural}", "OPERATION_COUNT",
        "Counts {many}. INVALID_DOMAIN, INVALID_FIELD_VALUE, INVALID_REFERENCE or UNKNOWN_FIELD: the query is wrong.",
        (FILTER, CONDITIONS, CALL_OPTIONS), (("int64", "count", "How many there are."), CALL_INFO)),
    "update": Rpc(
        "Update{name}", "OPERATION_UPDATE",
        "Changes the fields that are set in `values`. RECORD_NOT_FOUND: there is no {one} with this id. Otherwise fails as Create{name};"
        " CONCURRENT_UPDATE: try again. OUTCOME_UNKNOWN: it may have been changed.",
        (ID, VALUES, READ_MASK, CALL_OPTIONS, VALIDATE), (RECORD, CALL_INFO)),
    "delete": Rpc(
        "Delete{name}", "OPERATION_DELETE",
        "Deletes one {one} for good. RECORD_NOT_FOUND: there is none with this id. RECORD_IN_USE or BUSINESS_RULE: Odoo refuses."
        " OUTCOME_UNKNOWN: it may have been deleted.",
        (ID, CALL_OPTIONS, VALIDATE), (CALL_INFO,)),
    "batch_create": Rpc(
        "BatchCreate{plural}", "OPERATION_BATCH_CREATE",
        "Creates several {many} in one transaction: all or none. Fails as Create{name}, with the position in the paths.",
        (("repeated {name}Values", "values", "One entry per {one}, at most 1000."), CALL_OPTIONS, VALIDATE),
        (("repeated int64", "ids", "Database ids, in the order of `values`."), CALL_INFO)),
}


def call(curated):
    """The RPC for a public method of the model."""
    request = [IDS if curated.many else ID]
    if curated.wizard:
        request.append((f"{curated.wizard.message}Values", "values", "Choices; Odoo's defaults apply where they are not set."))
    request += [READ_MASK_MADE if curated.result else READ_MASK, CALL_OPTIONS]
    if curated.choice:
        request.append((curated.choice.enum, curated.choice.field, "What to do; see there."))
    made = (f"repeated {curated.result}", "records", "What came of it: `id`, and what read_mask names.")
    return Rpc(curated.name, "OPERATION_CALL", _call_doc(curated), tuple(request), (made if curated.result else RECORD, CALL_INFO))


def _call_doc(curated):
    doc = [curated.doc.replace("{", "{{").replace("}", "}}"),
           "RECORD_NOT_FOUND: there is no {one} with this id. BUSINESS_RULE or VALIDATION_FAILED: Odoo refuses."]
    if curated.preconditions:
        doc.append(f"BUSINESS_RULE, too: {_states(curated.preconditions, 'is not')}.")
    if curated.result:
        doc.append("OUTCOME_UNKNOWN: look whether it happened before you repeat it.")
    else:
        fields = " and ".join(f"`{state.field}`" for state in curated.done_when)
        doc.append(f"ACTION_NOT_DONE: {_states(curated.done_when, 'is not')} afterwards."
                   f" OUTCOME_UNKNOWN: read {fields} to learn whether it happened.")
    return " ".join(doc)


def _states(states, verb):
    return ", or ".join(f"`{state.field}` {verb} {' or '.join(f'`{value}`' for value in state.one_of)}" for state in states)

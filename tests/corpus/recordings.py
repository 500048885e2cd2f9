"""Requests of the corpus, made again from what it kept of them: the form that `odoo-gateway explain --jsonl` reads."""

import re

STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
QUERIES = ("search", "search_count", "search_read", "web_search_read", "name_search", "read_group", "formatted_read_group")


def value_of(comodel, text):
    if text == "":
        return False
    return int(text) if comodel and text.lstrip("-").isdigit() else text


def commands(rows, ids):
    """Rows of a one2many field as Odoo's commands; `ids` are those of records that were linked."""
    return [[0, 0, values(row)] if row else [4, ids.get(index, 0)] for index, row in sorted(rows.items())]


def values(tree):
    """What a tree of paths writes: names lead to leaves (a list of values), or to rows by number."""
    written = {}
    for name, (leaves, rows) in tree.items():
        if rows:
            written[name] = commands(
                {index: row for index, (_, row) in rows.items()},
                {index: (linked or [0])[-1] for index, (linked, _) in rows.items()},
            )
        else:
            written[name] = leaves[0] if len(leaves) == 1 else [[6, 0, leaves]]
    return written


def tree_of(record):
    """{name: (leaves, {number: (leaves, tree)})}; a batch stands under the name ''."""
    root = {}
    for path, _, comodel, text in record.get("values", ()):
        at, leaves = root, None
        if path.startswith("["):
            path = "\0" + path
        for number, name in STEP.findall(path):
            if name:
                leaves, rows = at.setdefault(name.strip("\0"), ([], {}))
            else:
                leaves, at = rows.setdefault(int(number), ([], {}))
        leaves.append(value_of(comodel, text))
    return root


def arguments_of(record):
    """`args` and `kwargs`."""
    method, ids = record.get("method", ""), record.get("ids", [])
    tree = tree_of(record)
    context = {"context": {"lang": record["lang"]}} if record.get("lang") else {}
    if method in QUERIES:
        domain = [[path, "=", value_of(comodel, text)] for path, _, comodel, text in record.get("values", ())]
        filtered = {path for path, *_ in record.get("values", ())}
        return [domain], {"fields": [path for path in record.get("fields", ()) if path not in filtered], **context}
    if method == "load":
        rows = [values(row) for _, (_, row) in sorted(tree[""][1].items())] if "" in tree else [values(tree)]
        flat = [name for name in rows[0] if not isinstance(rows[0][name], list)]
        nested = {f"default_{name}": value for name, value in rows[0].items() if isinstance(value, list)}
        return [], {
            "fields": flat,
            "data": [[str(row.get(name) or "") for name in flat] for row in rows],
            "context": {**context.get("context", {}), **nested},
        }
    if method == "create":
        return [[values(row) for _, (_, row) in sorted(tree[""][1].items())] if "" in tree else values(tree)], context
    if method in ("write", "web_save"):
        return [ids, values(tree)], context
    return [ids], {"fields": record.get("fields", []), **context}


def recorded(record, transport):
    """The whole recording."""
    args, kwargs = arguments_of(record)
    return {
        "id": record["id"],
        "transport": transport,
        "http_status": record["status"],
        "content_type": record.get("type", ""),
        "headers": {"Retry-After": record["retry_after"]} if record.get("retry_after") else {},
        "body": record.get("body", ""),
        "request": {"model": record.get("model", ""), "method": record.get("method", ""), "args": args, "kwargs": kwargs},
    }

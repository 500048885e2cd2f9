#!/usr/bin/env python3
"""Condenses recorded faults of Odoo into the corpus of fault_test.

    condense.py RECORDINGS FIELDS OUT

RECORDINGS holds <version>.jsonl, one answer of Odoo a line with its request and its label. FIELDS holds
<version>/<model>.json, answers of fields_get. Of a request only what the gateway knows of its own call remains: the paths of
its fields, their values, ids and language. Tracebacks lose the rows that PostgreSQL prints.
"""

import json
import pathlib
import re
import sys

TRANSPORTS = ("jsonrpc", "json2", "xmlrpc", "web")
# Names of positional arguments; JSON-2 names them itself. `ids` comes first for methods that are not listed.
ARGUMENTS = {
    "create": ("vals_list",),
    "load": ("fields", "data"),
    "name_search": ("name", "domain"),
    "search": ("domain", "offset", "limit", "order"),
    "search_count": ("domain", "limit"),
    "search_read": ("domain", "fields", "offset", "limit", "order"),
    "web_search_read": ("domain", "specification", "offset", "limit", "order"),
    "read_group": ("domain", "fields", "groupby"),
    "formatted_read_group": ("domain", "groupby", "aggregates"),
    "write": ("ids", "vals"),
    "web_save": ("ids", "vals", "specification"),
    "read": ("ids", "fields"),
    "web_read": ("ids", "specification"),
    "copy": ("ids", "default"),
}
KEPT_LABELS = ("reason", "fields", "fields_in_request", "model", "constraint", "also_accept", "code")
MAX_BODY = 4000


class Request:
    """What FaultContext tells of a request."""

    def __init__(self, fields_of, arguments):
        self.fields_of = fields_of
        self.fields = []
        self.values = []
        self.arguments = arguments

    def add(self, path, model, comodel, value):
        if path not in self.fields:
            self.fields.append(path)
        self.values.append([path, model, comodel, text_of(value)])

    def record(self, model, values, prefix=""):
        if not isinstance(values, dict):
            return
        known = self.fields_of(model)
        for name, value in values.items():
            field = known.get(name, {})
            path, comodel = prefix + name, field.get("relation", "")
            if isinstance(value, list) and value and field.get("type") != "json":
                self.commands(path, model, comodel, field.get("type"), value)
            else:
                self.add(path, model, comodel, value)

    def commands(self, path, model, comodel, kind, commands):
        for index, command in enumerate(commands):
            if not isinstance(command, (list, tuple)) or not command:
                self.add(path, model, comodel, command)
                continue
            row = f"{path}[{index}]"
            if command[0] in (0, 1) and len(command) > 2:
                self.record(comodel, command[2], row + ".")
            if command[0] in (1, 2, 3, 4) and len(command) > 1:
                nested = kind == "one2many"
                self.add(row if nested else path, comodel if nested else model, comodel, command[1])
            if command[0] == 6 and len(command) > 2 and isinstance(command[2], list):
                for identity in command[2]:
                    self.add(path, model, comodel, identity)

    def batch(self, model, rows):
        if not isinstance(rows, list):
            self.record(model, rows)
            return
        for index, row in enumerate(rows):
            self.record(model, row, f"[{index}].")

    def domain(self, model, terms):
        for term in terms if isinstance(terms, list) else []:
            if isinstance(term, list) and len(term) == 3 and isinstance(term[0], str):
                comodel = self.fields_of(model).get(term[0], {}).get("relation", "")
                self.add(term[0], model, comodel, term[2])

    def names(self, model, names):
        for name in names if isinstance(names, list) else []:
            if isinstance(name, str) and name.split(":")[0] not in self.fields:
                self.fields.append(name.split(":")[0])

    def order(self, text):
        for term in text.split(",") if isinstance(text, str) else []:
            if re.fullmatch(r"\s*[\w.]+(\s+(asc|desc))?\s*", term, re.I):
                self.names("", [term.split()[0]])

    def specification(self, specification, prefix=""):
        for name, nested in specification.items() if isinstance(specification, dict) else []:
            self.fields.append(prefix + name)
            if isinstance(nested, dict):
                self.specification(nested.get("fields"), prefix + name + ".")

    def loaded(self, model, columns, rows, context):
        """A typed create that travels through `load`: cells under `field` or `field/.id`, nested rows as context defaults."""
        if not isinstance(columns, list) or not isinstance(rows, list):
            return
        for index, row in enumerate(rows):
            prefix = f"[{index}]." if len(rows) > 1 else ""
            for column, cell in zip(columns, row if isinstance(row, list) else []):
                if isinstance(column, str) and column != "id":
                    self.cell(model, prefix, column, cell)
        for name, value in context.items():
            if name.startswith("default_"):
                self.record(model, {name.removeprefix("default_"): value})

    def cell(self, model, prefix, column, cell):
        name = re.sub(r"/\.?id$", "", column)
        path = prefix + name.replace("/", ".")
        comodel = self.fields_of(model).get(name, {}).get("relation", "")
        for part in str(cell).split(",") if column.endswith("/.id") else [cell]:
            self.add(path, model, comodel, part)


def text_of(value):
    if value is None or value is False or value == "":
        return ""
    if isinstance(value, (dict, list, bool)):
        return json.dumps(value)
    return str(value)[:100]


def arguments_of(request):
    names = ARGUMENTS.get(request.get("method"), ("ids",))
    return {**dict(zip(names, request.get("args") or [])), **(request.get("kwargs") or {})}


def context_of(request, fields_of):
    model, method = request.get("model") or "", request.get("method") or ""
    arguments = arguments_of(request) if model else {}
    known = Request(fields_of, arguments)
    odoo_context = arguments.get("context") if isinstance(arguments.get("context"), dict) else {}
    if method == "load":
        known.loaded(model, arguments.get("fields"), arguments.get("data"), odoo_context)
    else:
        known.batch(model, arguments.get("vals_list"))
        known.record(model, arguments.get("vals"))
        known.domain(model, arguments.get("domain"))
        for key in ("fields", "groupby", "aggregates"):
            known.names(model, arguments.get(key))
        known.specification(arguments.get("specification"))
        known.order(arguments.get("order"))
    ids = arguments.get("ids")
    ids = [i for i in (ids if isinstance(ids, list) else [ids]) if type(i) is int]
    return {"fields": known.fields, "values": known.values, "ids": ids, "lang": odoo_context.get("lang", "")}


def shorten(body):
    """Without the rows in tracebacks; other long texts are cut."""
    body = re.sub(r"Failing row contains \((?:[^\\]|\\(?!n))*?\)\.(?=\\n)", "Failing row contains (...).", body)
    return body


def condensed(record, fields_of):
    request, label = record["request"], record["expect"]
    out = {"id": record["id"], "model": request.get("model") or "", "method": request.get("method") or ""}
    out.update(context_of(request, fields_of))
    out["status"] = record["http_status"]
    out["type"] = record["content_type"]
    if "Retry-After" in record.get("headers", {}):
        out["retry_after"] = record["headers"]["Retry-After"]
    out["body"] = shorten(record["body"])
    out["expect"] = {key: label[key] for key in KEPT_LABELS if label.get(key)}
    if label["code"] != "OK":
        out["expect"].pop("code")
    return {key: value for key, value in out.items() if value not in ("", [], None)}


def main(recordings, fields, out):
    cache = {}

    def reader(version):
        def fields_of(model):
            path = pathlib.Path(fields, version, f"{model}.json")
            if path not in cache:
                cache[path] = json.loads(path.read_text()) if model and path.exists() else {}
            return cache[path]

        return fields_of

    for transport in TRANSPORTS:
        with open(pathlib.Path(out, f"{transport}.jsonl"), "w", encoding="utf-8") as file:
            for path in sorted(pathlib.Path(recordings).glob("*.jsonl")):
                for line in path.open(encoding="utf-8"):
                    record = json.loads(line)
                    if record["transport"] != transport or len(record["body"]) > MAX_BODY * 4:
                        continue
                    if record["expect"]["code"] == "OK" and len(record["body"]) > MAX_BODY:
                        continue
                    condensed_record = condensed(record, reader(record["odoo"]))
                    file.write(json.dumps(condensed_record, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

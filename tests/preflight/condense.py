#!/usr/bin/env python3
"""Condenses recorded calls that Odoo carried out into the calls of preflight_test.

    condense.py EXCHANGES FAULTS FIELDS OUT

EXCHANGES and FAULTS hold <version>.jsonl, one call a line; of the faults only those labelled OK count. FIELDS holds
<version>/<model>.json, answers of fields_get. The same call over several transports is kept once, with their number. What `load` takes as text
becomes the values that a create has; references by external id become {"external_id": ...}.
"""

import json
import pathlib
import re
import sys
import xmlrpc.client

POSITIONAL = {
    "create": ("vals_list",),
    "load": ("fields", "data"),
    "search": ("domain", "offset", "limit", "order"),
    "search_count": ("domain", "limit"),
    "search_read": ("domain", "fields", "offset", "limit", "order"),
    "web_search_read": ("domain", "specification", "offset", "limit", "order"),
    "write": ("ids", "vals"),
    "web_save": ("ids", "vals", "specification"),
    "read": ("ids", "fields"),
    "web_read": ("ids", "specification"),
}
KEPT = ("ids", "vals", "vals_list", "domain", "fields", "specification", "limit", "order")
# Digits and letters that differ between transports and runs.
RANDOM = re.compile(r"[0-9a-f]{10,}|(?:jsonrpc|xmlrpc|json2|web)[0-9]+")
NUMBERS = {"integer": int, "float": float, "monetary": float}


class Skipped(Exception):
    """The call is no success, or too malformed to be told as one."""


def arguments_of(request):
    """Named arguments, whatever the transport."""
    named = dict(request.get("kwargs") or {})
    positional = POSITIONAL.get(request["method"], ("ids",))
    named.update(zip(positional, request.get("args") or []))
    return named


def result_of(record):
    """What Odoo answered."""
    if record["transport"] == "xmlrpc":
        return xmlrpc.client.loads(record["body"])[0][0]
    body = json.loads(record["body"])
    return body if record["transport"] == "json2" else body.get("result")


class LoadRows:
    """Rows of `load` as values of creates."""

    def __init__(self, fields_of, model, arguments):
        self._fields_of = fields_of
        self._model = model
        self._columns = [column.split("/") for column in arguments["fields"]]
        self._rows = arguments["data"]
        context = arguments.get("context") or {}
        self._defaults = {name[8:]: value for name, value in context.items() if name.startswith("default_")}

    def values(self):
        if not isinstance(self._rows, list):
            raise Skipped
        records = []
        for row in self._rows:
            own = {path[0] for path, cell in zip(self._columns, row) if cell and not self._is_row(path)}
            if own or not records:
                records.append(dict(self._defaults))
            self._add(records[-1], row)
        return records

    def _is_row(self, path):
        return self._fields_of(self._model).get(path[0], {}).get("type") == "one2many"

    def _add(self, values, row):
        rows = {}
        for path, cell in zip(self._columns, row):
            if cell == "" or path == ["id"]:
                continue
            if self._is_row(path):
                comodel = self._fields_of(self._model)[path[0]]["relation"]
                rows.setdefault(path[0], {})[path[1]] = self._cell(comodel, path[1:], cell)
            else:
                values[path[0]] = self._cell(self._model, path, cell)
        for name, nested in rows.items():
            values.setdefault(name, []).append([0, 0, nested])

    def _cell(self, model, path, cell):
        field = self._fields_of(model)[path[0]]
        if path[1:] and field["type"] == "many2many":
            return [[6, 0, [self._reference(path[1], part) for part in cell.split(",")]]]
        if path[1:]:
            return self._reference(path[1], cell)
        if field["type"] == "boolean":
            return cell not in ("no", "0", "false", "False")
        if field["type"] == "selection":
            keys = {label: key for key, label in field["selection"]}
            return keys.get(cell, cell)
        return NUMBERS.get(field["type"], str)(cell)

    @staticmethod
    def _reference(column, cell):
        # Id 0 leaves the field empty.
        return {"external_id": cell} if column == "id" else int(cell) or False


def condensed(record, fields_of):
    """One call, or Skipped."""
    request = record["request"]
    if not request.get("model") or "body" in record["id"] or record["id"].startswith(("auth", "model", "size")):
        raise Skipped  # About the transport.
    method, arguments = request["method"], arguments_of(request)
    if method == "load":
        if not result_of(record).get("ids"):
            raise Skipped
        arguments = {"vals_list": LoadRows(fields_of, request["model"], arguments).values()}
        method = "create"
    kept = {name: arguments[name] for name in KEPT if name in arguments}
    return {
        "situation": record["id"].split(".")[0],
        "odoo": int(float(record["odoo"])),
        "model": request["model"],
        "method": method,
        **kept,
    }


def shape_of(call):
    """Equal for calls that differ in ids and made-up names alone."""
    return re.sub(r"\d+", "0", RANDOM.sub("", json.dumps(call, sort_keys=True)))


def main():
    exchanges, faults, fields, out = map(pathlib.Path, sys.argv[1:])
    known = {}

    def fields_of(model):
        path = fields / version / f"{model}.json"
        if path not in known:
            known[path] = json.loads(path.read_text()) if path.exists() else {}
        return known[path]

    calls = {}
    for version in ("18.0", "19.0"):
        for folder in (exchanges, faults):
            for line in (folder / f"{version}.jsonl").open():
                record = json.loads(line)
                if record.get("expect", {"code": "OK"}).get("code") != "OK":
                    continue
                try:
                    call = condensed(record, fields_of)
                except Skipped:
                    continue
                # NaN is no JSON.
                call = json.loads(json.dumps(call), parse_constant=str)
                first = calls.setdefault(version + shape_of(call), call)
                first["recordings"] = first.get("recordings", 0) + 1
    out.write_text("".join(json.dumps(call) + "\n" for call in calls.values()))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes the corpus again with other names, as another customer's models and fields would have them: `rename.py OUT`.

Rules must not know the recordings' models by heart. Every model gets another name everywhere (`sale.order`, its table, the files of its
code, its constraints), and so does every field whose name is no word of prose. `_id` and `_ids` stay, as Odoo's conventions do. What the gateway
knows of Odoo's own declared constraints is lost with their names: that is the difference that remains.
"""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
TRANSPORTS = ("jsonrpc", "json2", "xmlrpc", "web")
# Models whose names mean something to the gateway itself: its user, and external ids.
KEPT_MODELS = {"res.users", "ir.model.data"}
# Arguments of calls, named as fields are.
KEPT_FIELDS = {"context.lang", "create_date", "write_date"}
# Where nothing but the name of a declared constraint says what is missing.
LEFT_OUT = re.compile(r"(load-)?req-user-login\.")
STEP = re.compile(r"[a-z0-9_]+")


def models_of(record):
    yield record.get("model", "")
    yield record["expect"].get("model", "")
    for _, model, comodel, _ in record.get("values", ()):
        yield from (model, comodel)


def fields_of(record):
    for path in record.get("fields", []) + record["expect"].get("fields", []):
        for step in STEP.findall(path):
            if "_" in step.strip("_") and path not in KEPT_FIELDS and step not in KEPT_FIELDS:
                yield step


def new_field(number, name):
    ending = next((ending for ending in ("_ids", "_id") if name.endswith(ending)), "")
    return f"acme_{'abcdefghij'[number % 10]}{'abcdefghij'[number // 10 % 10]}{'klmno'[number // 100]}{ending}"


def new_model(number):
    return f"acme.{'abcdefghij'[number % 10]}{'abcdefghij'[number // 10 % 10]}{'klmno'[number // 100]}"


class Names:
    def __init__(self, records):
        models = sorted({model for record in records for model in models_of(record) if "." in model} - KEPT_MODELS)
        fields = sorted({field for record in records for field in fields_of(record)})
        self.fields = {name: new_field(number, name) for number, name in enumerate(fields)}
        self.models = {}
        for number, model in enumerate(models):
            self.models[model] = new_model(number)
            self.models[model.replace(".", "_")] = new_model(number).replace(".", "_")
        # `sale_order_line` before `sale_order`.
        longest = sorted(self.models, key=len, reverse=True)
        self.model = re.compile("(?<![a-z0-9])(" + "|".join(map(re.escape, longest)) + ")(?![a-z0-9])")
        field = "(" + "|".join(sorted(self.fields, key=len, reverse=True)) + ")"
        # Alone, or in the name of a foreign key: `sale_order_partner_id_fkey`.
        self.field = re.compile(f"(?<![a-z0-9_]){field}(?![a-z0-9_])|(?<=_){field}(?=_fkey)")

    def renamed(self, text):
        """Fields first: `partner_id` is no part of a table's name."""
        text = self.field.sub(lambda match: self.fields[match[1] or match[2]], text)
        return self.model.sub(lambda match: self.models[match[1]], text)


def main(out):
    lines = {transport: (HERE / f"{transport}.jsonl").read_text(encoding="utf-8").split("\n")[:-1] for transport in TRANSPORTS}
    names = Names([json.loads(line) for some in lines.values() for line in some])
    out.mkdir(parents=True, exist_ok=True)
    for transport, some in lines.items():
        renamed = []
        for line in some:
            if LEFT_OUT.match(json.loads(line)["id"]):
                continue
            head, body = re.match(r'(\{"id":"[^"]*")(.*)', line, flags=re.S).groups()
            renamed.append(head + names.renamed(body))
        (out / f"{transport}.jsonl").write_text("\n".join(renamed) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

#!/usr/bin/env python3
"""The table of values in the chart's README, made of the comments in values.yaml: rewritten, or with --check compared."""

import json
import pathlib
import re
import sys

import yaml

CHART = pathlib.Path(__file__).resolve().parent / "odoo-gateway"
_TABLE = re.compile(r"(<!-- Values: .*? -->\n).*?(<!-- End of values -->)", re.DOTALL)
_KEY = re.compile(r"(?P<indent> *)(?P<item>- )?(?P<key>[A-Za-z_]+):")
_INDENT = 2


def with_examples(text):
    """values.yaml with its examples as values."""
    text = re.sub(r"^(.*): \{\}\n(?=#  )", r"\1:\n", text, flags=re.MULTILINE)
    return re.sub(r"^#(?=  )", "", text, flags=re.MULTILINE)


def documented(text):
    """(path, documentation) of every key that has a comment above it; `[]` stands for the items of a list."""
    path, comment = [], []
    for line in with_examples(text).splitlines():
        key = _KEY.match(line)
        if key:
            depth = len(key["indent"]) // _INDENT
            path = [*path[:depth], *(["[]"] if key["item"] else []), key["key"]]
            if comment:
                yield tuple(path), " ".join(comment)
        stripped = line.strip()
        comment = [*comment, stripped.removeprefix("# ")] if stripped.startswith("# ") else []


def _value(values, path):
    for key in path:
        values = values[0] if key == "[]" else values[key]
    return values


def _code(value):
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def table(text):
    """The rows of the README."""
    defaults, examples = yaml.safe_load(text), yaml.safe_load(with_examples(text))
    rows = ["| value | default | |", "|---|---|---|"]
    for path, documentation in documented(text):
        try:
            shown = _code(_value(defaults, path))
        except KeyError:
            example = _value(examples, path)
            shown = "" if isinstance(example, dict) else f"for example {_code(example)}"
        rows.append(f"| `{'.'.join(path).replace('.[]', '[]')}` | {shown} | {documentation} |".replace("|  |", "| |"))
    return "\n".join(rows) + "\n"


def main(arguments):
    readme = CHART / "README.md"
    before = readme.read_text(encoding="utf-8")
    rows = table((CHART / "values.yaml").read_text(encoding="utf-8"))
    after, count = _TABLE.subn(lambda found: found[1] + rows + found[2], before)
    if count != 1:
        return f"{readme} has no place for the table"
    if arguments == ["--check"]:
        return 0 if after == before else f"{readme} does not follow values.yaml: run helm/values_table.py"
    readme.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

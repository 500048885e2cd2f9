"""The table of all metrics in deploy/METRICS.md, made from a scrape."""

import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "METRICS.md"
_BEGIN, _END = "<!-- Metrics: from a scrape, UPDATE_GOLDEN=1 -->\n", "<!-- End of metrics -->\n"
# What a histogram or summary makes of its name, and its label for that.
_SUFFIX = re.compile(r"_(bucket|sum|count)$")
_PARTS = {"le", "quantile"}


def labels_by_metric(metrics):
    """Name -> names of its labels, of a harness.Metrics."""
    found = {name: set() for name in metrics.types}
    for sample, labels, _ in metrics.samples:
        name = sample if sample in found else _SUFFIX.sub("", sample)
        found[name].update(set(labels) - _PARTS)
    return found


def table(metrics):
    helps = dict(re.findall(r"^# HELP (\S+) (.*)$", metrics.text, re.MULTILINE))
    lines = ["| metric | type | labels | is |", "|---|---|---|---|"]
    for name, labels in sorted(labels_by_metric(metrics).items()):
        listed = ", ".join(f"`{label}`" for label in sorted(labels))
        lines.append(f"| `{name}` | {metrics.types[name]} | {listed} | {helps[name]} |")
    return "\n".join(lines) + "\n"


def documented():
    """The table as the page has it."""
    return PAGE.read_text(encoding="utf-8").split(_BEGIN, 1)[1].split(_END, 1)[0]


def document(text):
    page = PAGE.read_text(encoding="utf-8")
    head, tail = page.split(_BEGIN, 1)[0], page.split(_END, 1)[1]
    PAGE.write_text(head + _BEGIN + text + _END + tail, encoding="utf-8")


def documented_labels():
    return {label for row in documented().splitlines() for label in re.findall(r"`(\w+)`", row.split("|")[3])}


def explained_labels():
    """Labels whose values the page lists, below the table."""
    rows = PAGE.read_text(encoding="utf-8").split(_END, 1)[1].splitlines()
    return {label for row in rows if row.startswith("| `") for label in re.findall(r"`(\w+)`", row.split("|")[1])}

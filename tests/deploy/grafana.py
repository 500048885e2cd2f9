"""Dashboards as Grafana reads them: what it asks of Prometheus for each panel and variable."""

import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "grafana"
DASHBOARDS = sorted((FOLDER / "dashboards").glob("*.json"))
_LABEL_VALUES = re.compile(r"label_values\((.*), *(\w+)\)$")
_VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)\}")
# What Grafana escapes in a value that stands in a regular expression.
_SPECIAL = re.compile(r"[$^*{}\[\]'+?.()|\\]")


def _choice(values):
    """As Grafana writes chosen values of a variable into PromQL: backslashes twice, for a regular expression in a string."""
    escaped = [_SPECIAL.sub(lambda match: "\\\\" + match.group(), value) for value in values]
    return escaped[0] if len(escaped) == 1 else "(" + "|".join(escaped) + ")"


class Dashboard:
    """`chosen`: values of variables; the others are All. `seconds`: the time shown, `pace`: of scrapes."""

    def __init__(self, path, seconds, pace, chosen=None):
        self.document = json.loads(path.read_text(encoding="utf-8"))
        self.title = self.document["title"]
        window = max(4 * pace, 2 * pace)
        self._values = {"__rate_interval": f"{window}s", "__range": f"{seconds}s", "__interval": f"{pace}s"}
        for variable in self.variables():
            values = (chosen or {}).get(variable["name"])
            self._values[variable["name"]] = _choice(values) if values else variable["allValue"]

    def variables(self):
        return [each for each in self.document["templating"]["list"] if each["type"] == "query"]

    def variable_queries(self):
        """(variable, selector, label) of each."""
        for variable in self.variables():
            selector, label = _LABEL_VALUES.match(variable["query"]["query"]).groups()
            yield variable["name"], self.filled(selector), label

    def panels(self):
        return [panel for panel in self.document["panels"] if panel["type"] != "row"]

    def queries(self):
        """(panel, query) of each target."""
        for panel in self.panels():
            for target in panel["targets"]:
                yield panel, self.filled(target["expr"])

    def filled(self, text):
        """KeyError where a variable is not defined."""
        return _VARIABLE.sub(lambda match: self._values[match.group(1) or match.group(2)], text)

"""Prometheus' text format."""

import re

_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Metrics:
    """Samples at one moment."""

    def __init__(self, text):
        self.text = text
        self.samples = []
        self.types = {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ", 3)
                self.types[name] = kind
            elif line and not line.startswith("#"):
                name, labels, value = _SAMPLE.match(line).groups()
                self.samples.append((name, dict(_LABEL.findall(labels or "")), float(value)))

    def value(self, name, **labels):
        """Sum of the samples that have these labels."""
        return sum(self.all(name, **labels))

    def all(self, name, **labels):
        return [
            value
            for sample, has, value in self.samples
            if sample == name and all(has.get(key) == wanted for key, wanted in labels.items())
        ]

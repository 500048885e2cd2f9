"""The matrix of Odoo versions and protocols."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    version: str
    protocol: str

    @property
    def name(self):
        return f"{self.version}-{self.protocol}"

    @property
    def major(self):
        return int(self.version.split(".")[0])


CELLS = (Cell("18.0", "jsonrpc"), Cell("18.0", "xmlrpc"), Cell("19.0", "jsonrpc"), Cell("19.0", "json2"))


def cell_from_environment():
    """The cell named by E2E_CELL, for example `19.0-json2`; the first one without it."""
    name = os.environ.get("E2E_CELL", CELLS[0].name)
    for cell in CELLS:
        if cell.name == name:
            return cell
    raise ValueError(f"E2E_CELL is {name!r}; one of {', '.join(cell.name for cell in CELLS)} is needed")

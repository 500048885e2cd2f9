"""Figures that tests leave for whoever reads the end of `make test`."""

import os
import pathlib


def keep_figures(name, text):
    """NAME.txt in $ODOO_GATEWAY_FIGURES; printed where that is not set."""
    folder = os.environ.get("ODOO_GATEWAY_FIGURES")
    if not folder:
        print(text, end="")
        return
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    (pathlib.Path(folder) / f"{name}.txt").write_text(text, encoding="utf-8")

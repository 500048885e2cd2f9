"""Runs the live tests once per protocol of the connected Odoo."""

import os
import pathlib
import sys
import time
import unittest

import case
import harness
from direct import Direct

HERE = pathlib.Path(__file__).resolve().parent


def protocols(odoo, major):
    wanted = os.environ.get("LIVE_PROTOCOL")
    if wanted:
        return [wanted]
    if major < 19:
        return ["jsonrpc", "xmlrpc"]
    if odoo.api_key:
        return ["jsonrpc", "xmlrpc", "json2"]
    print("SKIPPED: JSON-2, which needs ODOO_API_KEY", flush=True)
    return ["jsonrpc", "xmlrpc"]


def tests(names):
    loader = unittest.TestLoader()
    if names:
        return loader.loadTestsFromNames(names)
    return loader.discover(str(HERE), "*_test.py", top_level_dir=str(HERE))


def run(protocol, names):
    """Whether all is well."""
    case.run = case.Run(protocol)
    print(f"\n=== Odoo {case.run.direct.version} over {protocol}", flush=True)
    well = True
    try:
        result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(tests(names))
        for test, why in result.skipped:
            print(f"SKIPPED: {test.id()}: {why}")
        well = result.wasSuccessful()
        tidy = case.run.tidy
        tidy.finish()
        for model, ids in tidy.remaining():
            print(f"FAILED: left behind: {model} {ids}")
            well = False
            tidy.discard(model, ids)
        for model, count in tidy.kept().items():
            print(f"Kept by Odoo, archived where it can be: {count} of {model}")
        remaining = tidy.remaining()
        if remaining:
            print(f"FAILED: cannot be deleted: {remaining}")
            well = False
    finally:
        case.run.stop()
    return well


def main(names):
    started = time.monotonic()
    odoo = harness.Odoo.from_environment()
    major = Direct(odoo).major
    outcomes = {protocol: run(protocol, names) for protocol in protocols(odoo, major)}
    summary = ", ".join(f"{protocol} {'passed' if well else 'FAILED'}" for protocol, well in outcomes.items())
    print(f"\nlive suite before Odoo {major}: {summary}, {time.monotonic() - started:.0f} s")
    return 0 if all(outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

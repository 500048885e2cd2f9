#!/usr/bin/env python3
"""Writes the contracts `proto/odoo/<area>/v1/*.proto`, the list of their operations in
README.md, and client/service_config.json.

Sources: the curated files in `contracts/`, Odoo's field descriptions in `proto/fields/`, and `numbers.lock`, which it extends.

    contractgen.py           write the contracts and the lock
    contractgen.py --check   write nothing; fail and name the files that would change
"""

import argparse
import sys
from pathlib import Path

import curated
import emit
import readme
import service_config
from errors import ContractError
from lock import Lock
from odoofields import OdooFields
from resolve import resolve


def generate(root):
    """{path: text} of all contracts and the lock, for the proto folder `root`."""
    lock_path = root / "contractgen" / "numbers.lock"
    lock = Lock(lock_path.read_text(encoding="utf-8") if lock_path.exists() else "")
    odoo = OdooFields(root / "fields")
    areas = _collect(curated.read, sorted((root / "contractgen" / "contracts").glob("*.toml")))
    paths = {name: path for area in areas for name, path in area.paths.items()}
    files = [file for area in _collect(lambda area: resolve(area, odoo, lock, paths), areas) for file in area]
    texts = {root / "odoo" / file.area / "v1" / f"{file.name}.proto": emit.proto_file(file) for file in files}
    readme_path = root.parent / "README.md"
    listing = readme.with_operations(readme_path.read_text(encoding="utf-8"), files)
    config_path = root.parent / "client" / "service_config.json"
    return {**texts, lock_path: lock.text(), readme_path: listing, config_path: service_config.service_config(files)}


def _collect(function, items):
    """Results of `function` for all items; raises everything that is wrong at once."""
    results, problems = [], []
    for item in items:
        try:
            results.append(function(item))
        except ContractError as error:
            problems += error.problems
    if problems:
        raise ContractError(*problems)
    return results


def differences(root, texts):
    """Paths whose text is not the generated one, and generated contracts that nothing asks for any more."""
    changed = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    return sorted(changed), sorted(path for path in _generated(root) if path not in texts)


def _generated(root):
    return [path for path in (root / "odoo").glob("*/v1/*.proto") if emit.MARK in path.read_text(encoding="utf-8")]


def _relative(path, root):
    return path.relative_to(root if root in path.parents else root.parent)


def _write(texts, changed, stale):
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], encoding="utf-8")
    for path in stale:
        path.unlink()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where something would change")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent, help="the proto folder")
    options = parser.parse_args(arguments)
    try:
        texts = generate(options.root)
    except ContractError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 1
    changed, stale = differences(options.root, texts)
    verb = "differs from what contractgen writes" if options.check else "written"
    for path in changed:
        print(f"{_relative(path, options.root)}: {verb}")
    for path in stale:
        print(f"{_relative(path, options.root)}: {'no longer generated' if options.check else 'removed'}")
    if options.check:
        return 1 if changed or stale else 0
    _write(texts, changed, stale)
    return 0


if __name__ == "__main__":
    sys.exit(main())

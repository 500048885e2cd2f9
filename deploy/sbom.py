#!/usr/bin/env python3
"""Writes what a program is made of as CycloneDX 1.5: the shared libraries that it loads, as Debian packages.

The same program on the same machine gives the same bytes. The hash is that of the program as packages have it: stripped.
"""

import argparse
import hashlib
import json
import pathlib
import re
import subprocess
import tempfile
import uuid

_LIBRARY = re.compile(r"=> (/\S+)|^\s*(/\S+)", re.MULTILINE)


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def libraries(program):
    """Paths of the shared libraries that the loader would load."""
    output = run("ldd", program)
    if "not found" in output:
        raise SystemExit(f"{program} lacks libraries; install them first:\n{output}")
    return sorted({pathlib.Path(first or second) for first, second in _LIBRARY.findall(output)})


def spellings(library):
    """dpkg knows files by the path they were installed to, which may be from before /lib became a link."""
    paths = (library, library.resolve())
    return {*map(str, paths), *(str(path).removeprefix("/usr") for path in paths)}


def owners(paths):
    """Library -> name of the package that it belongs to."""
    wanted = {path: spellings(path) for path in paths}
    # Fails for the spellings that it does not know.
    found = subprocess.run(["dpkg", "-S", *set().union(*wanted.values())], capture_output=True, text=True, check=False)
    packages = dict(reversed(line.split(": ", 1)) for line in found.stdout.splitlines())
    known = {path: next((packages[name] for name in names if name in packages), None) for path, names in wanted.items()}
    orphans = [str(path) for path, package in known.items() if package is None]
    if orphans:
        raise SystemExit(f"No Debian package has {', '.join(orphans)}: the list would be incomplete.")
    return known


def facts(packages):
    """(name, version, architecture, source package, homepage) of each."""
    form = "${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${Homepage}\\n"
    return [line.split("\t") for line in run("dpkg-query", "-W", "-f", form, *packages).splitlines()]


def component(name, version, architecture, source, homepage, files):
    purl = f"pkg:deb/debian/{name.replace('+', '%2B')}@{version.replace('+', '%2B')}?arch={architecture}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "properties": [
            {"name": "debian:source", "value": source},
            *({"name": "debian:file", "value": str(path)} for path in files),
        ],
        **({"externalReferences": [{"type": "website", "url": homepage}]} if homepage else {}),
    }


def stripped(program):
    """Its bytes, as CPack leaves them."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, program.name)
        run("strip", "-o", copy, program)
        return copy.read_bytes()


def document(program, version):
    files = {}
    for library, package in owners(libraries(program)).items():
        files.setdefault(package.split(":")[0], []).append(library)
    components = sorted((component(*each, files[each[0]]) for each in facts(files)), key=lambda each: each["purl"])
    root = f"pkg:generic/{program.name}@{version}"
    digest = hashlib.sha256(stripped(program)).hexdigest()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": program.name,
                "version": version,
                "purl": root,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
        },
        "components": components,
        "dependencies": [{"ref": root, "dependsOn": [each["bom-ref"] for each in components]}],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--version", required=True, help="of the program")
    parser.add_argument("--output", type=pathlib.Path, required=True)
    given = parser.parse_args()
    text = json.dumps(document(given.program.resolve(), given.version), indent=2) + "\n"
    given.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

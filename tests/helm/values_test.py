"""Which values the chart refuses, and in which words."""

import re
import unittest

import chart
import yaml

_INSTANCE = chart.LEAST["instances"]["default"]

_HASH = "sha256:" + "0" * 64
_PASSWORD = {"existingSecret": "s", "kind": "password"}


def instance(**settings):
    return {"instances": {"default": {**_INSTANCE, **settings}}}


def without(key):
    return {"instances": {"default": {k: v for k, v in _INSTANCE.items() if k != key}}}


def least_and(**values):
    return chart.merged(chart.LEAST, values)


# What the schema refuses: (values, what the message holds).
_REFUSED = [
    (least_and(nonsense=1), "additional properties 'nonsense' not allowed"),
    (least_and(image={"tagg": "1"}), "additional properties 'tagg' not allowed"),
    (least_and(image={"digest": "sha256:12"}), "/image/digest"),
    (least_and(image={"pullPolicy": "always"}), "/image/pullPolicy"),
    (least_and(replicaCount="two"), "/replicaCount': got string, want integer"),
    (least_and(config={"log_level": "verbose"}), "/config/log_level"),
    (least_and(config={"timeout": "60s"}), "additional properties 'timeout' not allowed"),
    (least_and(config={"default_timeout": 60}), "/config/default_timeout': got number, want string"),
    (least_and(config={"max_request_bytes": "16MB"}), "/config/max_request_bytes"),
    (instance(password="secret"), "additional properties 'password' not allowed"),
    (instance(api_key="secret"), "additional properties 'api_key' not allowed"),
    (instance(protocol="soap"), "/instances/default/protocol"),
    (instance(max_in_flight=0), "/instances/default/max_in_flight"),
    (instance(ca={}), "/instances/default/ca': missing property 'existingConfigMap'"),
    (instance(credentials={"existingSecret": "No_Secret"}), "/instances/default/credentials/existingSecret"),
    (instance(contractsConfigMaps=["a", "a"]), "/instances/default/contractsConfigMaps"),
    (instance(protocol="json2", credentials=_PASSWORD), "/instances/default/credentials/kind"),
    (without("url"), "missing property 'url'"),
    (without("database"), "missing property 'database'"),
    (without("username"), "missing property 'username'"),
    ({"instances": {"Shop": _INSTANCE}}, "invalid propertyName 'Shop'"),
    (least_and(callers={"Shop": {}}), "invalid propertyName 'Shop'"),
    (least_and(callers={"shop": {"certificates": ["shop.internal"]}}), "/callers/shop/certificates/0"),
    (least_and(callers={"shop": {"rate": "50"}}), "/callers/shop/rate"),
    (least_and(callers={"shop": {"rate": "1000001/s"}}), "/callers/shop/rate"),
    (least_and(callers={"shop": {"allow": [{"read_fields": ["order_line."]}]}}), "/callers/shop/allow/0/read_fields/0"),
    (least_and(callers={"shop": {"tokens": []}}), "/callers/shop/tokens"),
    (least_and(callers={"shop": {"rate": "5/s", "allow": [{"models": ["*"]}]}}), "/callers/shop': missing property 'tokens'"),
    (least_and(callers={"shop": {"tokens": ["sha256:" + "0" * 64]}}), "missing property 'allow'"),
    (least_and(callers={"shop": {"allow": [{"models": []}]}}), "/callers/shop/allow/0/models"),
    (least_and(callers={"shop": {"allow": [{"model": "sale.order"}]}}), "additional properties 'model' not allowed"),
    (least_and(callers={"shop": {"companies": ["1"]}}), "/callers/shop/companies/0"),
    (least_and(tls={"clientAuth": {"mode": "yes"}}), "/tls/clientAuth/mode"),
    (least_and(service={"port": 0}), "/service/port"),
    (least_and(containerPort=443), "/containerPort"),
    (least_and(metrics={"port": 80}), "/metrics/port"),
    (least_and(listenAddress="::"), "/listenAddress"),
    (least_and(nameOverride="Odoo_gateway"), "/nameOverride"),
    (least_and(fullnameOverride="a.b.C_"), "/fullnameOverride"),
    (least_and(fullnameOverride="1shop"), "/fullnameOverride"),
    (least_and(priorityClassName="High!"), "/priorityClassName"),
    (least_and(commonLabels={"team": "a b"}), "/commonLabels/team"),
    (least_and(podLabels={"te am": "a"}), "invalid propertyName 'te am'"),
    (least_and(strategy={"type": "Replace"}), "/strategy/type"),
    (least_and(strategy={"maxSurge": 1}), "additional properties 'maxSurge' not allowed"),
    (least_and(networkPolicy={"odooPorts": ["http"]}), "/networkPolicy/odooPorts/0"),
    (least_and(networkPolicy={"dnsPorts": []}), "/networkPolicy/dnsPorts"),
    (least_and(metrics={"prometheusRule": {"runbookUrl": "runbooks: here"}}), "/metrics/prometheusRule/runbookUrl"),
    (least_and(service={"type": "ExternalName"}), "/service/type"),
    (least_and(service={"appProtocol": "grpc!"}), "/service/appProtocol"),
    (least_and(image={"tag": "0.1+dirty"}), "/image/tag"),
    (least_and(podDisruptionBudget={"minAvailable": "101%"}), "/podDisruptionBudget/minAvailable"),
    (least_and(metrics={"serviceMonitor": {"interval": "often"}}), "/metrics/serviceMonitor/interval"),
    (least_and(podDisruptionBudget={"maxUnavailable": "some"}), "/podDisruptionBudget/maxUnavailable"),
    (least_and(terminationGracePeriodSeconds=20), "/terminationGracePeriodSeconds"),
    (least_and(probes={"port": 1023}), "/probes/port"),
    (least_and(extraEnv=[{"value": "x"}]), "/extraEnv/0': missing property 'name'"),
    (least_and(imagePullSecrets=["registry"]), "/imagePullSecrets/0"),
]

_ALL = [{"models": ["*"]}]
_ANOTHER = "sha256:" + "a" * 64
_URL = "instances.default.url: must "


def token(*tokens):
    return {"tokens": list(tokens), "allow": _ALL}


def disruption(**settings):
    return least_and(podDisruptionBudget=settings)


_CERTIFICATES = {"shop": {"certificates": ["cn:shop"], "allow": _ALL}}
_ISSUER = {"enabled": True, "issuerRef": {"name": "x"}}
_TLS = {"enabled": True, "existingSecret": "x"}
_NO_SECRET = "instances.default.credentials.existingSecret: name the Secret"
# What the templates refuse: (values, the line of the message).
_MISTAKES = [
    ({}, "instances: name at least one Odoo"),
    (without("credentials"), _NO_SECRET),
    (chart.merged(without("credentials"), {"secret": {"create": True}}), _NO_SECRET),
    (least_and(secret={"create": True, "data": {"shop": "x"}}), "secret.data.shop: there is no such instance"),
    (
        least_and(callers={"shop": {"tokens": [_HASH], "instances": ["shop"], "allow": _ALL}}),
        "callers.shop.instances: there is no instance shop",
    ),
    (least_and(callers=_CERTIFICATES), "callers.shop.certificates: set tls.enabled"),
    (least_and(callers=_CERTIFICATES, tls=_TLS), "callers.shop.certificates: set tls.enabled"),
    (least_and(tls={"enabled": True}), "tls.existingSecret: name the Secret"),
    (least_and(tls={**_TLS, "certManager": _ISSUER}), "tls.existingSecret: leave it empty"),
    (least_and(tls={"certManager": _ISSUER}), "tls.certManager.enabled: set tls.enabled"),
    (least_and(tls={"enabled": True, "certManager": {"enabled": True}}), "tls.certManager.issuerRef.name: name the issuer"),
    (least_and(tls={"clientAuth": {"mode": "require"}}), "tls.clientAuth.mode: set tls.enabled"),
    (instance(url="erp.example.com"), _URL + "be http:// or https://, a host"),
    (instance(url="https://"), _URL + "be http:// or https://, a host"),
    (instance(url="http://ex ample"), _URL + "be http:// or https://, a host"),
    (instance(url="http://::1"), _URL + "be http:// or https://, a host"),
    (instance(url="https://u:a-password@erp"), _URL + "not hold a user or password"),
    (instance(url="https://erp/web/login/"), _URL + "end before"),
    (instance(url="https://erp/?db=prod"), _URL + "end before"),
    (instance(url="https://erp:65536"), "instances.default.url: has no valid port"),
    (least_and(extraEnv=[{"name": "ODOO_API_KEY_FILE", "value": "x"}]), "extraEnv: ODOO_API_KEY_FILE: the gateway refuses"),
    (least_and(callers={"shop": token("a-token-in-clear-text")}), "callers.shop.tokens: each is sha256: and"),
    (
        least_and(callers={"a": token(_ANOTHER), "b": token(_ANOTHER.replace("a" * 64, "A" * 64))}),
        "callers.b: has a token or certificate of the caller a",
    ),
    (least_and(callers={"a": token(_ANOTHER, _ANOTHER)}), "callers.a: has a token or certificate of the caller a"),
    (least_and(config={"default_timeout": "0s"}), "config.default_timeout: has to be between 1ms and 24h"),
    (least_and(config={"max_connection_age": "25h"}), "config.max_connection_age: has to be between 1ms and 24h"),
    (least_and(tls={"reload_interval": "86400001ms"}), "tls.reload_interval: has to be between 1ms and 24h"),
    (least_and(config={"max_answer_bytes": "0"}), "config.max_answer_bytes: has to be between 1KiB and 1GiB"),
    (least_and(config={"max_request_bytes": "1025MiB"}), "config.max_request_bytes: has to be between 1KiB and 1GiB"),
    (least_and(config={"max_pending_bytes": "999999999999999GiB"}), "config.max_pending_bytes: has to be between 1MiB and 64GiB"),
    (least_and(config={"max_pending_bytes": "15MiB"}), "config.max_pending_bytes: at least max_request_bytes"),
    (least_and(commonLabels={"app.kubernetes.io/name": "x"}), "commonLabels.app.kubernetes.io/name: the chart sets this"),
    (least_and(podLabels={"app.kubernetes.io/component": "x"}), "podLabels.app.kubernetes.io/component: the chart sets this"),
    (disruption(maxUnavailable=""), "podDisruptionBudget: set maxUnavailable or minAvailable"),
    (disruption(maxUnavailable=None, minAvailable=None), "podDisruptionBudget: set maxUnavailable or minAvailable"),
    (disruption(maxUnavailable=0), "podDisruptionBudget.maxUnavailable: lets none of 2 pods go"),
    (disruption(minAvailable=2), "podDisruptionBudget.minAvailable: lets none of 2 pods go"),
    (disruption(minAvailable="51%"), "podDisruptionBudget.minAvailable: lets none of 2 pods go"),
    (
        least_and(tls={"certManager": {"duration": "1h30m", "renewBefore": "90m"}}),
        "tls.certManager.renewBefore: has to be shorter",
    ),
    (least_and(autoscaling={"enabled": True, "targetInFlight": 8}), "autoscaling.targetInFlight: a pod never has more than 8"),
    (least_and(probes={"port": 9464}), "probes.port: has to differ from containerPort and metrics.port"),
    (least_and(preStopSleepSeconds=15), "terminationGracePeriodSeconds: at least 36"),
    (least_and(autoscaling={"enabled": True, "targetCPUUtilizationPercentage": 0}), "autoscaling: set targetCPU"),
    (
        least_and(autoscaling={"enabled": True}, resources={"requests": {"cpu": None}}),
        "autoscaling.targetCPUUtilizationPercentage: set resources",
    ),
    (least_and(tls={"certManager": {"duration": "59m", "renewBefore": "5m"}}), "tls.certManager.duration: at least 1h"),
    (least_and(extraVolumes=[{"name": "config", "emptyDir": {}}]), "extraVolumes: config: the chart has a volume"),
    (least_and(strategy={"rollingUpdate": {"maxSurge": "0%"}}), "strategy.rollingUpdate: set maxSurge or maxUnavailable"),
    (least_and(autoscaling={"minReplicas": 9}), "autoscaling.maxReplicas: at least"),
    (least_and(metrics={"enabled": False, "serviceMonitor": {"enabled": True}}), "metrics.serviceMonitor.enabled: set metrics"),
    (least_and(metrics={"port": 50051}), "metrics.port: has to differ"),
]


_EVERYTHING = least_and(
    networkPolicy={"enabled": True},
    autoscaling={"enabled": True},
    metrics={"serviceMonitor": {"enabled": True}, "prometheusRule": {"enabled": True}, "dashboards": {"enabled": True}},
)


def without_one(values):
    """(path, values that take away what stands there) of every value, as `--set PATH=null` does."""
    for key, inner in values.items():
        yield key, {key: None}
        if isinstance(inner, dict):
            yield from ((f"{key}.{path}", {key: less}) for path, less in without_one(inner))


class Values(unittest.TestCase):
    def test_the_schema_refuses(self):
        for values, message in _REFUSED:
            with self.subTest(message):
                refusal = chart.refusal(values)
                self.assertIn("values don't meet the specifications of the schema", refusal)
                self.assertIn(message, refusal)

    def test_the_templates_refuse(self):
        for values, message in _MISTAKES:
            with self.subTest(message):
                refusal = chart.refusal(values)
                self.assertIn("values need correction:\n", refusal)
                self.assertIn("\n" + message, refusal)

    def test_secrets_are_not_repeated(self):
        refusal = chart.refusal(
            chart.merged(instance(url="https://u:a-password@erp"), {"callers": {"shop": token("clear-text")}})
        )
        self.assertIn("values need correction", refusal)
        self.assertNotIn("a-password", refusal)
        self.assertNotIn("clear-text", refusal)

    def test_bounds_themselves_pass(self):
        timeouts = {"default_timeout": "24h", "max_connection_age": "1ms"}
        sizes = {"max_request_bytes": "1024", "max_answer_bytes": "1048576KiB", "max_pending_bytes": "1MiB"}
        self.assertEqual(chart.refusal(least_and(config={**timeouts, **sizes})), "")
        self.assertEqual(chart.refusal(disruption(minAvailable="50%")), "")
        self.assertEqual(chart.refusal(chart.merged(disruption(minAvailable=2), {"replicaCount": 0})), "")
        self.assertEqual(chart.refusal(least_and(autoscaling={"enabled": True, "targetInFlight": 7})), "")

    def test_a_release_that_no_service_can_be_called_after_needs_a_name(self):
        for release in ("my.release", "1shop"):
            with self.subTest(release):
                self.assertIn(f'\nfullnameOverride: "{release}-odoo-gateway"', chart.refusal(chart.LEAST, release=release))
                self.assertEqual(chart.refusal(least_and(fullnameOverride="shop"), release=release), "")

    def test_what_is_taken_away_is_not_needed_or_told(self):
        defaults = yaml.safe_load((chart.CHART / "values.yaml").read_text(encoding="utf-8"))
        told = re.compile("missing property|values need correction")
        needed = set()
        for path, less in without_one(defaults):
            refusal = chart.refusal(chart.merged(_EVERYTHING, less))
            with self.subTest(path):
                self.assertTrue(not refusal or told.search(refusal), refusal)
            if refusal:
                needed.add(path)
        self.assertTrue({"tls", "service.port", "probes.liveness"} <= needed)
        self.assertFalse({"podSecurityContext", "nodeSelector", "service.annotations"} & needed)

    def test_all_mistakes_are_told_at_once(self):
        refusal = chart.refusal({"tls": {"enabled": True}, "metrics": {"port": 50051}})
        for message in ("\ninstances: ", "\ntls.existingSecret: ", "\nmetrics.port: "):
            self.assertIn(message, refusal)

    def test_values_of_an_umbrella_chart_pass(self):
        self.assertEqual(chart.refusal(least_and(**{"global": {"anything": 1}})), "")

    def test_older_clusters_are_refused(self):
        result = chart.helm("template", "erp", str(chart.CHART), "--kube-version", "1.29.9", values=chart.LEAST)
        self.assertIn("chart requires kubeVersion: >=1.30.0-0", result.stderr)


if __name__ == "__main__":
    unittest.main()

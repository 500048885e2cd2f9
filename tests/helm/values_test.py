"""Which values the chart refuses, and in which words."""

import unittest

import chart

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
    (instance(url="erp.example.com"), "/instances/default/url"),
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
    (least_and(callers={"shop": {"tokens": ["a-token-in-clear-text"]}}), "/callers/shop/tokens/0"),
    (least_and(callers={"shop": {"certificates": ["shop.internal"]}}), "/callers/shop/certificates/0"),
    (least_and(callers={"shop": {"rate": "50"}}), "/callers/shop/rate"),
    (least_and(callers={"shop": {"tokens": []}}), "/callers/shop/tokens"),
    (least_and(callers={"shop": {"rate": "5/s", "allow": [{"models": ["*"]}]}}), "/callers/shop': missing property 'tokens'"),
    (least_and(callers={"shop": {"tokens": ["sha256:" + "0" * 64]}}), "missing property 'allow'"),
    (least_and(callers={"shop": {"allow": [{"models": []}]}}), "/callers/shop/allow/0/models"),
    (least_and(callers={"shop": {"allow": [{"model": "sale.order"}]}}), "additional properties 'model' not allowed"),
    (least_and(callers={"shop": {"companies": ["1"]}}), "/callers/shop/companies/0"),
    (least_and(tls={"clientAuth": {"mode": "yes"}}), "/tls/clientAuth/mode"),
    (least_and(service={"port": 0}), "/service/port"),
    (least_and(service={"type": "ExternalName"}), "/service/type"),
    (least_and(metrics={"serviceMonitor": {"interval": "often"}}), "/metrics/serviceMonitor/interval"),
    (least_and(podDisruptionBudget={"maxUnavailable": "some"}), "/podDisruptionBudget/maxUnavailable"),
    (least_and(terminationGracePeriodSeconds=20), "/terminationGracePeriodSeconds"),
    (least_and(probes={"port": 0}), "/probes/port"),
    (least_and(extraEnv=[{"value": "x"}]), "/extraEnv/0': missing property 'name'"),
    (least_and(imagePullSecrets=["registry"]), "/imagePullSecrets/0"),
]

_ALL = [{"models": ["*"]}]
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
    (least_and(callers={"shop": {"tokens": [_HASH], "instances": ["shop"], "allow": _ALL}}), "callers.shop.instances: there is no instance shop"),
    (least_and(callers=_CERTIFICATES), "callers.shop.certificates: set tls.enabled"),
    (least_and(callers=_CERTIFICATES, tls=_TLS), "callers.shop.certificates: set tls.enabled"),
    (least_and(tls={"enabled": True}), "tls.existingSecret: name the Secret"),
    (least_and(tls={**_TLS, "certManager": _ISSUER}), "tls.existingSecret: leave it empty"),
    (least_and(tls={"certManager": _ISSUER}), "tls.certManager.enabled: set tls.enabled"),
    (least_and(tls={"enabled": True, "certManager": {"enabled": True}}), "tls.certManager.issuerRef.name: name the issuer"),
    (least_and(tls={"clientAuth": {"mode": "require"}}), "tls.clientAuth.mode: set tls.enabled"),
    (least_and(probes={"port": 9464}), "probes.port: has to differ from service.port and metrics.port"),
    (least_and(preStopSleepSeconds=15), "terminationGracePeriodSeconds: at least 36"),
    (least_and(autoscaling={"enabled": True, "targetCPUUtilizationPercentage": 0}), "autoscaling: set targetCPU"),
    (least_and(autoscaling={"minReplicas": 9}), "autoscaling.maxReplicas: at least"),
    (least_and(metrics={"enabled": False, "serviceMonitor": {"enabled": True}}), "metrics.serviceMonitor.enabled: set metrics"),
    (least_and(metrics={"port": 50051}), "metrics.port: has to differ"),
]


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

"""Every option of the chart on and off, in combinations: pairs of any two choices occur."""

import functools

import chart
import pairwise

_HASH = "sha256:" + "0" * 64
_SHOP = {
    "url": "http://odoo:8069",
    "database": "shop",
    "username": "shop",
    "credentials": {"existingSecret": "shop", "kind": "password"},
}
_MONITORING = {
    "serviceMonitor": {"enabled": True},
    "prometheusRule": {"enabled": True, "runbookUrl": "https://runbooks.example.com/odoo"},
}
# The credential comes from values, not from the Secret of the least values.
_IN_VALUES = {
    "secret": {"create": True, "data": {"default": "a-credential"}},
    "instances": {"default": {"credentials": {"existingSecret": ""}}},
}
_CERTIFICATE = {"enabled": True, "issuerRef": {"name": "x"}}
# The first choice of each is the default.
OPTIONS = {
    "affinity": [{}, {"nodeSelector": {"a": "b"}, "tolerations": [{"operator": "Exists"}], "priorityClassName": "high"}],
    "autoscaling": [
        {},
        {"autoscaling": {"enabled": True}},
        {"autoscaling": {"enabled": True, "targetInFlight": 5, "targetCPUUtilizationPercentage": 0}},
    ],
    "ca": [{}, {"instances": {"default": {"ca": {"existingConfigMap": "ca"}}}}],
    "callers": [{}, {"callers": {"shop": {"tokens": [_HASH], "instances": ["default"], "allow": [{"models": ["*"]}]}}}],
    "contracts": [{}, {"contractsConfigMaps": ["a", "b.c"]}, {"instances": {"default": {"contractsConfigMaps": ["a"]}}}],
    "dashboards": [{}, {"metrics": {"dashboards": {"enabled": True, "annotations": {"folder": "Odoo"}}}}],
    "disruption": [{}, {"podDisruptionBudget": {"enabled": False}}, {"podDisruptionBudget": {"minAvailable": 1}}],
    "extra": [
        {},
        {
            "extraEnv": [{"name": "A", "value": "b"}],
            "extraVolumes": [{"name": "x", "emptyDir": {}}],
            "extraVolumeMounts": [{"name": "x", "mountPath": "/x"}],
        },
    ],
    "image": [{}, {"image": {"registry": "registry.example.com:5000", "digest": _HASH}}, {"image": {"tag": "0.2"}}],
    # A bare `null` would be no name to the gateway.
    "instances": [{}, {"instances": {"shop_eu": _SHOP}}, {"instances": {"null": _SHOP}}],
    "listen": [{}, {"listenAddress": "[::]"}],
    "metrics": [{}, {"metrics": _MONITORING}],
    "names": [
        {},
        {"nameOverride": "odoo", "commonLabels": {"team": "a"}},
        {"fullnameOverride": "g" * 63},
        {"fullnameOverride": "true"},
    ],
    "network": [{}, {"networkPolicy": {"enabled": True}}, {"networkPolicy": {"enabled": True, "metricsFrom": []}}],
    "ports": [{}, {"service": {"port": 443}, "containerPort": 8443, "metrics": {"port": 8080}}],
    "probes": [{}, {"probes": {"port": 8081, "liveness": {"failureThreshold": 5}}}],
    "resources": [{}, {"resources": {"requests": {"cpu": "1"}}}],
    "secret": [{}, _IN_VALUES],
    "service": [{}, {"service": {"headless": False, "type": "NodePort", "appProtocol": "grpc"}}],
    "serviceAccount": [{}, {"serviceAccount": {"create": False}}, {"serviceAccount": {"name": "x"}}],
    "spread": [{}, {"topologySpreadConstraints": []}],
    "stopping": [{}, {"preStopSleepSeconds": 0, "terminationGracePeriodSeconds": 21}],
    "tls": [
        {},
        {"tls": {"enabled": True, "existingSecret": "tls", "clientAuth": {"mode": "optional", "existingSecret": "ca"}}},
        {"tls": {"enabled": True, "certManager": _CERTIFICATE, "clientAuth": {"mode": "require"}}},
    ],
    "update": [{}, {"strategy": {"type": "Recreate"}}],
}


def _values(row):
    return functools.reduce(chart.merged, (OPTIONS[option][choice] for option, choice in row.items()), chart.LEAST)


@functools.cache
def renders():
    """(name, values, objects): the named values, then the matrix."""
    every = list(chart.named_values())
    every += [
        ("matrix " + " ".join(f"{option}={choice}" for option, choice in row.items() if choice), _values(row))
        for row in pairwise.rows({option: len(choices) for option, choices in OPTIONS.items()})
    ]
    return [(name, values, chart.documents(chart.render(values))) for name, values in every]

"""What holds for the chart whatever its values: security, and parts that fit each other."""

import functools
import re
import unittest

import chart
import matrix
import yaml

# Volumes that the Pod Security Standard `restricted` allows and a gateway may have use of.
_VOLUMES = {"configMap", "secret", "projected", "emptyDir"}
# Kinds whose names become labels of DNS, and what such a label is.
_DNS_LABELS = {"Service", "Deployment", "Pod"}
_DNS_LABEL = re.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_GATEWAY = chart.ROOT / "server" / "main" / "gateway.cc"


def gateway_grace():
    """Seconds in which the gateway finishes its calls."""
    return int(re.search(r"kStopGrace\{(\d+)\}", _GATEWAY.read_text(encoding="utf-8"))[1]) // 1000


def selects(selector, labels):
    return selector.items() <= labels.items()


def selectors(objects):
    """(what selects, its labels) of everything that is for the server's pods alone."""
    for item in objects:
        spec = item.get("spec", {})
        if item["kind"] == "Service":
            yield item["metadata"]["name"], spec["selector"]
        if item["kind"] in ("Deployment", "PodDisruptionBudget"):
            yield item["kind"], spec["selector"]["matchLabels"]


def each_render(check):
    """A test of `check(self, values, objects)` that runs it for every render."""

    @functools.wraps(check)
    def test(self):
        for name, values, objects in matrix.renders():
            with self.subTest(name):
                check(self, values, objects)

    return test


def each_pod(check):
    """A test of `check(self, spec)` that runs it for every pod of every render."""

    def pods(self, _, objects):
        for name, _, spec in chart.pod_specs(objects):
            with self.subTest(pod=name):
                check(self, spec)

    return each_render(functools.wraps(check)(pods))


class Invariants(unittest.TestCase):
    @each_pod
    def test_pods_are_restricted(self, spec):
        self.assertIs(spec["automountServiceAccountToken"], False)
        self.assertIs(spec["enableServiceLinks"], False)
        self.assertFalse({"hostNetwork", "hostPID", "hostIPC", "initContainers"} & set(spec))
        context = spec["securityContext"]
        self.assertIs(context["runAsNonRoot"], True)
        self.assertGreater(context["runAsUser"], 0)
        self.assertEqual(context["seccompProfile"], {"type": "RuntimeDefault"})
        for volume in spec["volumes"]:
            self.assertTrue(set(volume) - {"name"} <= _VOLUMES, volume)

    @each_pod
    def test_containers_are_restricted(self, spec):
        for container in spec["containers"]:
            self.assertEqual(
                container["securityContext"],
                {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}},
            )

    @each_render
    def test_tokens_are_not_mounted_into_whatever_uses_the_account(self, _, objects):
        for account in chart.of_kind(objects, "ServiceAccount"):
            self.assertIs(account["automountServiceAccountToken"], False)

    @each_pod
    def test_volumes_and_their_mounts_belong_together(self, spec):
        for container in spec["containers"]:
            mounts = container["volumeMounts"]
            self.assertEqual({mount["name"] for mount in mounts}, {volume["name"] for volume in spec["volumes"]})
            self.assertEqual(len({mount["mountPath"] for mount in mounts}), len(mounts))
            self.assertFalse([mount for mount in mounts if "subPath" in mount])
            own = [mount for mount in mounts if mount["mountPath"].startswith("/etc/odoo-gateway/")]
            self.assertTrue(all(mount["readOnly"] for mount in own))

    @each_pod
    def test_secrets_are_read_by_the_group_alone(self, spec):
        for volume in spec["volumes"]:
            for source in ("secret", "projected"):
                if source in volume:
                    self.assertEqual(volume[source]["defaultMode"], 0o440)

    @each_render
    def test_credentials_are_in_secrets_alone(self, values, objects):
        credentials = values.get("secret", {}).get("data", {}).values()
        leaks = [item["kind"] for item in objects if item["kind"] != "Secret" and any(c in str(item) for c in credentials)]
        self.assertEqual(leaks, [])

    @each_render
    def test_selectors_find_the_server_and_not_the_test(self, _, objects):
        pods = [(name, labels) for name, labels, _ in chart.pod_specs(objects)]
        server = [labels for name, labels in pods if not name.endswith("-check")]
        test = [labels for name, labels in pods if name.endswith("-check")]
        self.assertEqual((len(server), len(test)), (1, 1))
        for what, selector in selectors(objects):
            self.assertTrue(selects(selector, server[0]), what)
            self.assertFalse(selects(selector, test[0]), what)
        for policy in chart.of_kind(objects, "NetworkPolicy"):
            for labels in (*server, *test):
                self.assertTrue(selects(policy["spec"]["podSelector"]["matchLabels"], labels))

    @each_render
    def test_the_tests_log_can_be_read_after_it(self, _, objects):
        (test,) = chart.of_kind(objects, "Pod")
        self.assertEqual(test["metadata"]["annotations"]["helm.sh/hook-delete-policy"], "before-hook-creation")

    @each_render
    def test_the_monitor_finds_one_service(self, _, objects):
        for monitor in chart.of_kind(objects, "ServiceMonitor"):
            selector = monitor["spec"]["selector"]["matchLabels"]
            found = [item for item in chart.of_kind(objects, "Service") if selects(selector, item["metadata"]["labels"])]
            self.assertEqual(len(found), 1)
            self.assertEqual([port["name"] for port in found[0]["spec"]["ports"]], [monitor["spec"]["endpoints"][0]["port"]])
            # The alerts select their job by this name.
            self.assertEqual(found[0]["metadata"]["labels"][monitor["spec"]["jobLabel"]], "odoo-gateway")

    @each_render
    def test_pods_have_time_to_finish_their_calls(self, values, objects):
        pod = chart.of_kind(objects, "Deployment")[0]["spec"]["template"]["spec"]
        sleep = values.get("preStopSleepSeconds", 5)
        lifecycle = pod["containers"][0].get("lifecycle", {"preStop": {"sleep": {"seconds": 0}}})
        self.assertEqual(lifecycle["preStop"]["sleep"]["seconds"], sleep)
        self.assertGreater(pod["terminationGracePeriodSeconds"], sleep + gateway_grace())

    @each_render
    def test_probes_ask_a_port_without_tls(self, values, objects):
        container = chart.of_kind(objects, "Deployment")[0]["spec"]["template"]["spec"]["containers"][0]
        config = yaml.safe_load(chart.of_kind(objects, "ConfigMap")[0]["data"]["gateway.yaml"])
        listen = config["health_listen" if values.get("tls", {}).get("enabled") else "listen"]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            # A service's health follows Odoo, which no restart mends.
            self.assertEqual(container[probe]["grpc"], {"port": int(listen.rsplit(":", 1)[1])})

    @each_render
    def test_calls_arrive_where_the_gateway_listens(self, values, objects):
        config = yaml.safe_load(chart.of_kind(objects, "ConfigMap")[0]["data"]["gateway.yaml"])
        port = int(config["listen"].rsplit(":", 1)[1])
        container = chart.of_kind(objects, "Deployment")[0]["spec"]["template"]["spec"]["containers"][0]
        self.assertIn({"name": "grpc", "containerPort": port}, container["ports"])
        for service in chart.of_kind(objects, "Service"):
            for offered in service["spec"]["ports"]:
                if offered["targetPort"] != "grpc":
                    continue
                headless = service["spec"].get("clusterIP") == "None"
                self.assertEqual(offered["port"], port if headless else values.get("service", {}).get("port", 50051))
        for policy in chart.of_kind(objects, "NetworkPolicy"):
            self.assertEqual(policy["spec"]["ingress"][0]["ports"], [{"port": port}])

    @each_pod
    def test_no_port_needs_a_right(self, spec):
        for container in spec["containers"]:
            for port in container.get("ports", []):
                self.assertGreaterEqual(port["containerPort"], 1024)

    @each_render
    def test_only_rolling_updates_have_settings(self, _, objects):
        strategy = chart.of_kind(objects, "Deployment")[0]["spec"]["strategy"]
        self.assertEqual("rollingUpdate" in strategy, strategy["type"] == "RollingUpdate")

    @each_render
    def test_objects_are_labelled_and_have_short_names(self, values, objects):
        extra = len(values.get("extraObjects", []))
        mine = [item for item in objects if "labels" in item["metadata"]]
        self.assertEqual(len(mine), len(objects) - extra)
        for item in mine:
            name = item["metadata"]["name"]
            self.assertTrue(_DNS_LABEL.fullmatch(name) if item["kind"] in _DNS_LABELS else len(name) <= 253, name)
            self.assertTrue(selects(values.get("commonLabels", {}), item["metadata"]["labels"]))
            self.assertIn("namespace", item["metadata"])

    @each_render
    def test_replicas_are_the_autoscalers_where_there_is_one(self, _, objects):
        spec = chart.of_kind(objects, "Deployment")[0]["spec"]
        self.assertNotEqual("replicas" in spec, bool(chart.of_kind(objects, "HorizontalPodAutoscaler")))

    def test_a_change_of_the_configuration_replaces_pods(self):
        def template(values):
            return chart.of_kind(chart.documents(chart.render(values)), "Deployment")[0]["spec"]["template"]

        before = template(chart.LEAST)
        self.assertEqual(template(chart.merged(chart.LEAST, {"service": {"annotations": {"a": "b"}}})), before)
        token = {"callers": {"shop": {"tokens": ["sha256:" + "0" * 64], "allow": [{"models": ["*"]}]}}}
        for change in ({"config": {"log_level": "debug"}}, token, {"instances": {"default": {"database": "x"}}}):
            with self.subTest(change):
                self.assertNotEqual(template(chart.merged(chart.LEAST, change)), before)

    def test_out_to_odoo_go_the_ports_of_its_addresses(self):
        def instance(url):
            return {"url": url, "database": "d", "username": "u", "credentials": {"existingSecret": "s"}}

        urls = ("https://a.example.com", "http://b", "http://c:8069/erp", "https://[::1]:8443", "https://d")
        instances = {f"i{index}": instance(url) for index, url in enumerate(urls)}
        objects = chart.documents(chart.render({"instances": instances, "networkPolicy": {"enabled": True}}))
        egress = chart.of_kind(objects, "NetworkPolicy")[0]["spec"]["egress"]
        self.assertEqual([rule["ports"] for rule in egress if "to" not in rule], [[{"port": p} for p in (443, 80, 8069, 8443)]])

    def egress(self, **policy):
        values = chart.merged(chart.LEAST, {"instances": {"default": {"url": "http://odoo.erp.svc"}}})
        objects = chart.documents(chart.render({**values, "networkPolicy": {"enabled": True, **policy}}))
        dns, odoo = chart.of_kind(objects, "NetworkPolicy")[0]["spec"]["egress"]
        return dns["ports"], odoo["ports"]

    def test_policies_see_the_ports_behind_services(self):
        dns, odoo = self.egress()
        self.assertIn({"port": 8069}, odoo)
        self.assertTrue({(53, "UDP"), (53, "TCP"), (5353, "UDP")} <= {(rule["port"], rule["protocol"]) for rule in dns})
        dns, odoo = self.egress(odooPorts=[], dnsPorts=[1053])
        self.assertEqual(dns, [{"port": 1053, "protocol": "UDP"}, {"port": 1053, "protocol": "TCP"}])
        self.assertEqual(odoo, [{"port": 80}])


if __name__ == "__main__":
    unittest.main()

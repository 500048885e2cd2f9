"""The Dockerfile and the compose file, without a Docker: what can be told by reading them."""

import fnmatch
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import harness
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose"
DOCKERFILE = DEPLOY / "docker" / "Dockerfile"


def instructions(path):
    """(name, arguments) of each, continued lines joined."""
    text = re.sub(r"\\\n", " ", path.read_text(encoding="utf-8"))
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name.upper(), arguments) for name, arguments in lines]


def stages(path):
    """Instructions of each stage, beginning with its FROM."""
    parts = []
    for name, arguments in instructions(path):
        if name == "FROM":
            parts.append([])
        if parts:
            parts[-1].append((name, arguments))
    return parts


class Dockerfile(unittest.TestCase):
    def setUp(self):
        self.all = instructions(DOCKERFILE)
        self.build, self.final = stages(DOCKERFILE)

    def arguments(self, name, stage=None):
        return [arguments for given, arguments in (self.all if stage is None else stage) if given == name]

    def test_base_images_have_a_version(self):
        defaults = {}

        def filled(text):
            return re.sub(r"\$\{(\w+)\}", lambda match: defaults[match.group(1)], text)

        for name, default in (each.split("=", 1) for each in self.arguments("ARG") if "=" in each):
            defaults[name] = filled(default)
        for base in self.arguments("FROM"):
            image = filled(base.split()[0])
            self.assertRegex(image, r"^docker\.io/[\w./-]+:\d[\w.-]*$")

    def test_it_runs_without_a_name_or_rights(self):
        (user,) = self.arguments("USER", self.final)
        self.assertRegex(user, r"^[1-9]\d{3,}:[1-9]\d{3,}$")
        after = self.final[self.final.index(("USER", user)) :]
        self.assertEqual([name for name, _ in after if name in ("RUN", "COPY", "ADD")], [])

    def test_signals_reach_the_gateway(self):
        self.assertEqual(self.arguments("ENTRYPOINT", self.final), ['["/usr/bin/odoo-gateway"]'])

    def test_only_the_package_gets_into_the_image(self):
        self.assertEqual(self.arguments("ADD"), [])
        # Of that version: so the label tells the truth, or there is no image.
        self.assertEqual(self.arguments("COPY", self.final), ["--from=build /build/odoo-gateway_${VERSION}_*.deb /tmp/"])
        self.assertNotIn("sandbox", " ".join(self.arguments("RUN", self.final)).lower())
        self.assertIn("-DODOO_GATEWAY_SANDBOX=OFF", self.arguments("RUN", self.build)[-1])

    def test_no_secret_is_an_argument_or_a_variable(self):
        for given in self.arguments("ARG") + self.arguments("ENV"):
            self.assertNotRegex(given.lower(), "password|secret|token|key")

    def test_package_lists_are_fresh_and_do_not_stay(self):
        for command in self.arguments("RUN", self.final):
            if "apt-get install" in command:
                self.assertRegex(command, "apt-get update .*apt-get install -y --no-install-recommends .*rm -rf .*/apt/lists")

    def test_nothing_in_it_raises_rights(self):
        self.assertIn("find / -xdev -type f -perm /6000 -exec chmod a-s {} +", self.arguments("RUN", self.final)[-1])

    def test_it_lists_what_it_is_made_of_though_the_base_leaves_documents_out(self):
        packaging = (DEPLOY / "package.cmake").read_text(encoding="utf-8")
        (folder,) = re.findall(r"odoo_gateway_system_files\((/usr/share/doc/\S+)\n[^)]*\$\{sbom\}\)", packaging)
        self.assertIn(f"--path-include={folder}/*", " ".join(self.arguments("RUN", self.final)))

    def test_labels(self):
        (labels,) = self.arguments("LABEL", self.final)
        for name in ("title", "description", "version", "licenses"):
            self.assertIn(f"org.opencontainers.image.{name}=", labels)
        version = re.search(r"project\(odoo-gateway VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))
        self.assertIn(f"VERSION={version.group(1)}", self.arguments("ARG", self.final))

    def test_the_context_has_what_the_build_reads_and_no_secrets(self):
        # At the root, where every builder looks: Dockerfile.dockerignore is BuildKit's and Buildah's alone.
        rules = [
            line
            for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")
        ]
        self.assertEqual(rules[0], "*")
        let_in = {rule[1:] for rule in rules if rule.startswith("!")}
        for name in let_in:
            self.assertTrue((ROOT / name).exists(), name)
        listing = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
        for folder in re.findall(r"^(?:add_subdirectory|include)\((\w+)", listing, re.MULTILINE):
            self.assertIn(folder, let_in)
        # Secrets, and what would build everything anew at each change.
        for folder in ("deploy/compose", "deploy/docker"):
            self.assertIn(folder, rules)
        self.assertFalse(any(fnmatch.fnmatch("tests", rule) for rule in let_in))


class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8"))
        cls.services = cls.document["services"]

    def test_it_is_valid(self):
        command = ["docker-compose", "--file", COMPOSE / "compose.yaml", "config", "--quiet"]
        environment = {"PATH": os.environ["PATH"]}
        result = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=environment
        )
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def test_ports_are_open_on_loopback_alone(self):
        ports = [port for service in self.services.values() for port in service.get("ports", [])]
        self.assertGreater(len(ports), 4)
        for port in ports:
            self.assertRegex(port, r"^127\.0\.0\.1:\d+:\d+$")
        self.assertFalse([name for name, service in self.services.items() if "network_mode" in service])

    def test_images_have_versions_and_all_that_stay_a_health_check(self):
        for name, service in self.services.items():
            with self.subTest(name):
                # With their registry: Podman asks none by itself.
                self.assertRegex(service["image"], r"^(docker\.io/[\w./-]+|odoo-gateway):v?\d+(\.\d+)*$")
                if "profiles" not in service:
                    self.assertIn("test", service["healthcheck"])
                    self.assertEqual(service["security_opt"], ["no-new-privileges:true"])

    def test_odoo_gets_no_demo_data(self):
        """From 19 on by itself, where the flag takes no `all` any more; before, by the flag."""
        images = {name: self.services[name]["image"] for name in ("odoo", "odoo-init")}
        self.assertEqual(len(set(images.values())), 1)
        version = int(images["odoo"].rpartition(":")[2].split(".")[0])
        flags = [flag for flag in self.services["odoo-init"]["command"] if "demo" in flag]
        self.assertEqual(flags, [] if version >= 19 else ["--without-demo=all"])

    def test_what_is_mounted_exists(self):
        mounts = [mount.split(":") for service in self.services.values() for mount in service.get("volumes", [])]
        for source, target, *mode in mounts:
            with self.subTest(source):
                if source.startswith("."):
                    self.assertTrue((COMPOSE / source).exists())
                    self.assertEqual(mode, ["ro"])
                else:
                    self.assertIn(source, self.document["volumes"])
                self.assertTrue(target.startswith("/"))
        build = self.services["gateway"]["build"]
        self.assertTrue((COMPOSE / build["context"] / build["dockerfile"]).is_file())

    def test_secrets_are_files_that_the_script_makes(self):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder, "secrets.sh")
            script.write_bytes((COMPOSE / "secrets.sh").read_bytes())

            def make():
                subprocess.run(["sh", script], check=True)
                return {path.name: path.read_text(encoding="utf-8") for path in pathlib.Path(folder, "secrets").iterdir()}

            made = make()
            self.assertEqual(make(), made, "it should not overwrite")
            self.assertEqual(
                {f"./secrets/{name}" for name in made}, {secret["file"] for secret in self.document["secrets"].values()}
            )
            self.assertRegex(made["postgres_password"], "^[0-9a-f]{48}$")
            self.assertNotEqual(made["postgres_password"], made["grafana_password"])
        for name, service in self.services.items():
            for key, value in service.get("environment", {}).items():
                if "PASSWORD" in key or "KEY" in key:
                    self.assertTrue(value.startswith("/run/secrets/"), f"{name}: {key}")
                    self.assertIn(value.rpartition("/")[2], service["secrets"])

    def test_the_gateway_takes_its_configuration(self):
        mounted = dict(mount.split(":")[:2] for mount in self.services["gateway"]["volumes"])
        self.assertEqual(self.services["gateway"]["command"], ["--config", mounted["./gateway.yaml"]])
        text = (COMPOSE / "gateway.yaml").read_text(encoding="utf-8")
        (secret,) = re.findall(r"/run/secrets/(\w+)", text)
        self.assertIn(secret, self.services["gateway"]["secrets"])
        with tempfile.TemporaryDirectory() as folder:
            key, config = pathlib.Path(folder, "key"), pathlib.Path(folder, "gateway.yaml")
            key.write_text("key", encoding="utf-8")
            config.write_text(text.replace(f"/run/secrets/{secret}", str(key)), encoding="utf-8")
            printed = subprocess.run(
                [harness.binary("odoo-gateway"), "config", "print", "--config", config],
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertEqual((printed.returncode, printed.stderr), (0, ""))

    def test_the_gateway_may_finish_its_calls(self):
        gateway = (ROOT / "server" / "main" / "gateway.cc").read_text(encoding="utf-8")
        (milliseconds,) = re.findall(r"kStopGrace\{(\d+)\}", gateway)
        (seconds,) = re.findall(r"^(\d+)s$", self.services["gateway"]["stop_grace_period"])
        self.assertGreater(int(seconds) * 1000, int(milliseconds))

    def test_prometheus_and_grafana_find_each_other_and_the_gateway(self):
        scraped = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text(encoding="utf-8"))
        (target,) = scraped["scrape_configs"][0]["static_configs"][0]["targets"]
        self.assertEqual(target, "gateway:9464")
        self.assertIn(target.split(":")[0], self.services)
        grafana = self.services["grafana"]
        self.assertEqual(grafana["environment"]["PROMETHEUS_URL"], "http://prometheus:9090")
        provider = DEPLOY / "grafana" / "provisioning" / "dashboards" / "odoo-gateway.yaml"
        (provided,) = yaml.safe_load(provider.read_text(encoding="utf-8"))["providers"]
        self.assertIn(f"../grafana/dashboards:{provided['options']['path']}:ro", grafana["volumes"])


if __name__ == "__main__":
    unittest.main()

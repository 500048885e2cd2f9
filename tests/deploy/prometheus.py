"""Debian's Prometheus as a process on loopback, and its HTTP API."""

import json
import os
import pathlib
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import harness
from harness.sandbox import free_port

SCRAPE_SECONDS = 1


def tool(name):
    """Path of `prometheus` or `promtool`."""
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is missing: run deploy/dependencies.sh test")
    return found


class Prometheus:
    """Scrapes `targets` as job odoo-gateway each second and evaluates the rules of the file `rules`; its data go into `folder`."""

    def __init__(self, folder, targets, rules):
        self.address = f"127.0.0.1:{free_port()}"
        config = pathlib.Path(folder, "prometheus.json")
        # YAML, too.
        config.write_text(json.dumps(self._config(targets, rules)), encoding="utf-8")
        self._log = pathlib.Path(folder, "prometheus.log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [
                tool("prometheus"),
                f"--config.file={config}",
                f"--web.listen-address={self.address}",
                f"--storage.tsdb.path={folder}/data",
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env={"PATH": os.environ["PATH"]},
        )
        harness.wait_until(self._ready, "Prometheus to start", 30)

    @staticmethod
    def _config(targets, rules):
        pace = f"{SCRAPE_SECONDS}s"
        return {
            "global": {"scrape_interval": pace, "scrape_timeout": pace, "evaluation_interval": pace},
            "rule_files": [str(rules)],
            "scrape_configs": [{"job_name": "odoo-gateway", "static_configs": [{"targets": list(targets)}]}],
        }

    def _ready(self):
        if self._process.poll() is not None:
            self._log.seek(0)
            raise RuntimeError("Prometheus ended: " + self._log.read()[-4000:])
        try:
            with urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def api(self, path, **parameters):
        """What /api/v1/`path` answers as `data`; ValueError with Prometheus' words where it refuses."""
        query = urllib.parse.urlencode(parameters, doseq=True)
        try:
            with urllib.request.urlopen(f"http://{self.address}/api/v1/{path}?{query}", timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]) from None

    def query(self, expression, **at):
        """Samples at one moment: now, or `time`."""
        return self.api("query", query=expression, **at)["result"]

    def query_range(self, expression, start, end, step=SCRAPE_SECONDS):
        return self.api("query_range", query=expression, start=start, end=end, step=step)["result"]

    def label_values(self, label, selector):
        return self.api(f"label/{label}/values", **{"match[]": selector})

"""odoo-sandbox, and its test hooks."""

import json
import re
import socket
import urllib.request

from harness.odoo import Odoo
from harness.process import Program


def free_port():
    """A port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sandbox:
    """A running odoo-sandbox. `port` 0: any free one."""

    database = "sandbox"

    def __init__(self, version="18.0", *flags, port=0):
        self.version = version
        self._program = Program("odoo-sandbox", ["--odoo-version", version, "--listen", f"127.0.0.1:{port}", *flags])
        self.url = self._program.stdout.wait(self._url_in, timeout=15)
        if self.url is None:
            self._program.stop()
            raise RuntimeError("odoo-sandbox did not start: " + self._program.output())

    @staticmethod
    def _url_in(line):
        found = re.search(r"listening on (\S+)", line)
        return found and found.group(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        return self._program.stop()

    def odoo(self, protocol="auto", user="integration", **changes):
        """How a gateway reaches it as `user`."""
        given = {"username": user, "password": user, "api_key": "", **changes}
        if protocol == "json2":
            given = {**given, "password": "", "api_key": changes.get("api_key", user)}
        given.setdefault("url", self.url)
        given.setdefault("database", self.database)
        return Odoo(protocol=protocol, **given)

    def _hook(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def fault(self, kind="", **members):
        """Queues misbehaviour for the next model calls, see src/rpc/control.h of the sandbox."""
        self._hook("POST", "/sandbox/fault", {"kind": kind, **members})

    def down(self, down=True):
        self._hook("POST", "/sandbox/down", {"down": down})

    def reset(self, seed=None):
        self._hook("POST", "/sandbox/reset", seed or {})

    def calls(self, model=None, method=None):
        """The model calls that arrived since `forget_calls`, oldest first; perhaps those of a model and method alone."""
        calls = self._hook("GET", "/sandbox/calls")["calls"]
        return [
            call for call in calls if (model is None or call["model"] == model) and (method is None or call["method"] == method)
        ]

    def forget_calls(self):
        self._hook("DELETE", "/sandbox/calls")

    def mistakes(self):
        """What it could not do, in its own words."""
        return [line for line in self._program.stderr.all() if " at /" in line]

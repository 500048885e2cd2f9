"""odoo-gateway as a process."""

import json
import urllib.request

from harness.client import Caller
from harness.metrics import Metrics
from harness.process import Program
from harness.sandbox import free_port

_START_SECONDS = 30


class Gateway(Caller):
    """A running gateway before `odoo`. It is connected when the constructor returns, unless `wait` is "started"."""

    def __init__(self, odoo, *flags, contracts=(), environment=None, wait="connected", credentials=None):
        self.metrics_address = f"127.0.0.1:{free_port()}"
        arguments = ["--listen", "127.0.0.1:0", "--metrics-listen", self.metrics_address]
        for path in contracts:
            arguments += ["--contracts", str(path)]
        self._program = Program("odoo-gateway", [*arguments, *flags], {**odoo.environment(), **(environment or {})})
        started = self.wait_log(event="started", timeout=_START_SECONDS)
        if started is None:
            self._program.stop()
            raise RuntimeError("odoo-gateway did not start: " + self._program.output())
        super().__init__(started["listen"], credentials)
        if wait == "connected" and not self.wait_log(event="instance", state="connected"):
            self.stop()
            raise RuntimeError("odoo-gateway did not connect: " + self._program.output())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return self._program.pid

    def alive(self):
        return self._program.alive()

    def terminate(self):
        """Asks it to end: calls under way may finish."""
        self._program.terminate()

    def stop(self):
        """Ends it in an orderly way; its exit code."""
        if hasattr(self, "channel"):
            self.close()
        return self._program.stop()

    def log_text(self):
        return self._program.output()

    def log(self, **wanted):
        """Log lines so far as dicts; perhaps those alone that have these members."""
        lines = (_parsed(line) for line in self._program.stderr.all())
        return [line for line in lines if line is not None and _has(line, wanted)]

    def log_length(self):
        return len(self._program.stderr.all())

    def wait_log(self, timeout=_START_SECONDS, start=0, **wanted):
        """The first log line with these members, waiting for it; None where none comes. `start`: a log_length()."""

        def pick(line):
            parsed = _parsed(line)
            return parsed if parsed is not None and _has(parsed, wanted) else None

        return self._program.stderr.wait(pick, timeout, start)

    def metrics(self):
        with urllib.request.urlopen(f"http://{self.metrics_address}/metrics", timeout=10) as answer:
            return Metrics(answer.read().decode())


def _parsed(line):
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _has(line, wanted):
    return all(line.get(key) == value for key, value in wanted.items())

"""Child processes: started, read line by line, always stopped."""

import atexit
import os
import pathlib
import subprocess
import threading
import time

_BINARIES = {
    "odoo-gateway": "server/odoo-gateway",
    "odoo-sandbox": "tests/sandbox/odoo-sandbox",
    "odoogw": "client/odoogw",
    "bench-upstream": "tests/bench/bench-upstream",
    "bench-floor": "tests/bench/bench-floor",
    "bench-load": "tests/bench/bench-load",
    "bench-codec": "tests/bench/bench-codec",
}
# The gateway lets calls end for up to 20 seconds.
_STOP_SECONDS = 30


def binary(name):
    """Path of one of the project's programs in ODOO_GATEWAY_BUILD."""
    build = pathlib.Path(os.environ["ODOO_GATEWAY_BUILD"])
    path = build / _BINARIES[name]
    if path.exists():
        return str(path)
    found = [p for p in build.rglob(name) if p.is_file() and os.access(p, os.X_OK)]
    if not found:
        raise FileNotFoundError(f"{name} is not in {build}; build it first")
    return str(found[0])


def wait_until(condition, what, timeout=15.0):
    """Returns the first true value of `condition()`; raises TimeoutError where none comes."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout:g} s in vain for {what}")
        time.sleep(0.01)


class Lines:
    """Lines of a stream, collected by a thread; others wait for them."""

    def __init__(self, stream):
        self._lines = []
        self._changed = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream):
        with stream:
            for line in stream:
                with self._changed:
                    self._lines.append(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def all(self):
        with self._changed:
            return list(self._lines)

    def join(self, timeout=5):
        self._thread.join(timeout)

    def wait(self, pick, timeout, start=0):
        """The first `pick(line)` that is not None, of lines from `start` on, past or to come; None where none comes."""
        end = time.monotonic() + timeout
        seen = start
        with self._changed:
            while True:
                for line in self._lines[seen:]:
                    value = pick(line)
                    if value is not None:
                        return value
                seen = len(self._lines)
                left = end - time.monotonic()
                if self._ended or left <= 0:
                    return None
                self._changed.wait(left)


class Program:
    """A running program."""

    _running = set()

    def __init__(self, name, arguments=(), environment=None):
        self.name = name
        clean = {key: value for key, value in os.environ.items() if not key.startswith("ODOO_")}
        self._process = subprocess.Popen(
            [binary(name), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**clean, **(environment or {})},
            encoding="utf-8",
            errors="replace",
        )
        Program._running.add(self)
        self.stdout = Lines(self._process.stdout)
        self.stderr = Lines(self._process.stderr)

    @property
    def pid(self):
        return self._process.pid

    def alive(self):
        return self._process.poll() is None

    def wait(self, timeout=_STOP_SECONDS):
        """Exit code, once it ends by itself."""
        code = self._process.wait(timeout)
        self.stdout.join()
        self.stderr.join()
        Program._running.discard(self)
        return code

    def terminate(self):
        """Asks it to end."""
        self._process.terminate()

    def stop(self):
        """Ends it and returns its exit code. May be called again."""
        if self.alive():
            self._process.terminate()
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self._process.kill()
            self.wait()
            raise

    def output(self):
        return "\n".join(self.stdout.all() + self.stderr.all())


@atexit.register
def _stop_all():
    for program in list(Program._running):
        program._process.kill()
        program._process.wait()

"""Measures the gateway: ratios that are taken side by side in one run, and instructions counted by callgrind.

bench.py [--smoke] [--output FILE]: a table on stdout, and FILE with the same figures as {"name": number}.
"""

import argparse
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

from harness.process import Program, binary

_HERE = pathlib.Path(__file__).parent
_FIELDS = _HERE.parents[1] / "proto/fields/18.0"
_METHOD = "/odoo.contacts.v1.PartnerService/GetPartner"
_REQUEST = b"\x08\x07"  # id: 7
_IN_FLIGHT = (1, 16, 64)
_START_SECONDS = 60


class Effort:
    """How much is measured."""

    def __init__(self, smoke):
        self.rounds = 2 if smoke else 31
        self.calls = {1: 20, 16: 100, 64: 100} if smoke else {1: 500, 16: 2000, 64: 2000}
        self.repetitions = 3 if smoke else 201
        self.callgrind = not smoke


class Figure:
    """A measured number; `spread` says more about its rounds, where there were any."""

    def __init__(self, name, value, spread=""):
        self.name = name
        self.value = value
        self.spread = spread


def _result(value):
    """bench-upstream replaces the id."""
    return json.dumps({"jsonrpc": "2.0", "id": "{id}", "result": value})


def _partner():
    text = (_HERE / "partner.json").read_text().replace("{row}", "7")
    # The one that _REQUEST asks for.
    return {**json.loads(text), "id": 7}


def _rules(folder):
    """What the upstream answers: the partner, and what the gateway wants to know when it connects."""
    user = {"id": 2, "lang": "en_US", "company_id": [1, "My Company"], "company_ids": [1]}
    version = [18, 0, 0, "final", 0, ""]
    answers = [
        ('"web_read"', _result([_partner()])),
        ('"method":"version"', _result({"server_version": "18.0", "server_version_info": version})),
        ('"method":"authenticate"', _result(2)),
        ('"context_get"', _result({"lang": "en_US", "tz": "UTC", "uid": 2})),
        ('"res.users","read"', _result([user])),
    ]
    for path in sorted(_FIELDS.glob("*.json")):
        answers.append((f'"{path.stem}","fields_get"', _result(json.loads(path.read_text()))))
    rules = []
    for number, (contains, answer) in enumerate(answers):
        path = folder / f"answer-{number}.json"
        path.write_text(answer)
        rules.append({"contains": contains, "answer": str(path)})
    rules[0]["capture"] = str(folder / "body")
    (folder / "rules.json").write_text(json.dumps(rules))
    return folder / "rules.json"


def _port(program):
    port = program.stdout.wait(lambda line: line if line.isdigit() else None, _START_SECONDS)
    if port is None:
        raise RuntimeError(f"{program.name} did not start: {program.output()}")
    return port


def _start_gateway(url):
    """With its log and metrics, as in production; the log is read by the harness."""
    program = Program(
        "odoo-gateway",
        ["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--odoo-url", url]
        + ["--odoo-database", "bench", "--odoo-username", "integration", "--odoo-protocol", "jsonrpc"]
        + ["--max-in-flight", str(max(_IN_FLIGHT))],
        {"ODOO_PASSWORD": "integration-secret"},
    )
    address = program.stderr.wait(_member("listen"), _START_SECONDS)
    connected = program.stderr.wait(lambda line: '"state":"connected"' in line or None, _START_SECONDS)
    if not address or not connected:
        raise RuntimeError("odoo-gateway did not connect: " + program.output())
    return program, address


def _member(name):
    return lambda line: json.loads(line).get(name) if line.startswith("{") else None


def _load(folder, *arguments, text=True):
    command = [binary("bench-load"), _METHOD, str(folder / "request"), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=text, timeout=600).stdout


def _over_floor(folder, in_flight, effort, gateway, floor):
    """CPU time per call of the gateway over that of the floor, round by round."""
    arguments = [str(effort.rounds), str(effort.calls[in_flight]), str(in_flight), gateway, floor]
    lines = _load(folder, "rounds", *arguments).splitlines()
    rounds = [[float(cost) for cost in line.split()] for line in lines]
    low, median, high = statistics.quantiles((ours / least for ours, least in rounds), n=4)
    medians = [statistics.median(costs) for costs in zip(*rounds)]
    spread = f"half of the rounds {low:.2f} to {high:.2f}; {medians[0]:.0f} and {medians[1]:.0f} us a call"
    return Figure(f"gateway_over_floor_c{in_flight}", median, spread)


def measure_gateway(effort, folder):
    """The gateway and the floor before the same upstream, in turn."""
    (folder / "request").write_bytes(_REQUEST)
    upstream = Program("bench-upstream", [str(_rules(folder))])
    programs = [upstream]
    try:
        url = "http://127.0.0.1:" + _port(upstream)
        gateway, address = _start_gateway(url)
        programs.append(gateway)
        # What the gateway sends and answers once is what the floor sends and answers always.
        (folder / "answer").write_bytes(_load(folder, "answer", address, text=False))
        floor = Program("bench-floor", [url + "/jsonrpc", str(folder / "body"), str(folder / "answer")])
        programs.append(floor)
        targets = f"{gateway.pid}@{address}", f"{floor.pid}@127.0.0.1:{_port(floor)}"
        return [_over_floor(folder, count, effort, *targets) for count in _IN_FLIGHT]
    finally:
        for program in reversed(programs):
            program.stop()


def measure_codec(effort):
    command = [binary("bench-codec"), "ratios", str(effort.repetitions)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=600)
    ratios = json.loads(done.stdout)
    return [Figure(name, value) for name, value in ratios.items()]


def _instructions(command, times):
    tool = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    program = [binary("bench-codec"), command, str(times)]
    done = subprocess.run([*tool, *program], check=True, stderr=subprocess.PIPE, text=True, timeout=600)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def count_instructions():
    """From two runs of different length, so that what happens at the start cancels out."""
    read = (_instructions("read", 12) - _instructions("read", 2)) / 10_000
    request = (_instructions("request", 210) - _instructions("request", 10)) / 200
    return [
        Figure("instructions_per_row_read", round(read)),
        Figure("instructions_per_request", round(request)),
    ]


def measure(effort):
    with tempfile.TemporaryDirectory(prefix="odoo-gateway-bench-") as folder:
        figures = measure_gateway(effort, pathlib.Path(folder))
    figures += measure_codec(effort)
    if not effort.callgrind:
        print("not measured: instructions (smoke run)")
    elif shutil.which("valgrind") is None:
        print("not measured: valgrind is not installed")
    else:
        figures += count_instructions()
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few calls: whether it works, not how fast")
    parser.add_argument("--output", type=pathlib.Path, help="JSON file for the figures")
    arguments = parser.parse_args()
    figures = measure(Effort(arguments.smoke))
    for figure in figures:
        print(f"{figure.name:<34}{figure.value:>12,.2f}  {figure.spread}")
    if arguments.output:
        numbers = {figure.name: round(figure.value, 3) for figure in figures}
        arguments.output.write_text(json.dumps(numbers, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Replays recorded answers of real Odoo servers against odoo-sandbox.

usage: conformance.py <odoo-sandbox> <18.0|19.0> [-v] [pattern]

The recordings are the specification. Every one must be answered alike: HTTP status, envelope,
exception class, message and arguments; for successes all values that the request determines.
Recordings that the sandbox does not meet are listed by name in EXCEPTIONS.md with the reason; one
that is listed and met fails the test, too.
"""

import fnmatch
import http.client
import json
import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
DATABASE = "sandbox"
# When the recordings were made; Odoo's answers hold dates that count from it.
RECORDED = "2026-11-22"

# Texts whose details no request determines: sequence numbers, moments, quoted SQL and rows.
NOISE = [
    (re.compile(r"\bS\d{5}\b"), "S#"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?"), "<moment>"),
    (re.compile(r"LINE 1: .*\n *\^"), "LINE 1: #"),
    (re.compile(r"Failing row contains \((?:[^()]|\([^()]*\))*\)?"), "Failing row contains (#)"),
]


class Sandbox:
    """A running odoo-sandbox."""

    def __init__(self, binary, version):
        self.version = version
        self.process = subprocess.Popen(
            [binary, "--listen", "127.0.0.1:0", "--odoo-version", version, "--database", DATABASE, "--today", RECORDED],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.base = self.process.stdout.readline().split()[-1]

    def send(self, method, path, headers, body):
        request = urllib.request.Request(self.base + path, body, headers, method=method)
        if "Content-Type" not in headers and body is not None:
            request.add_unredirected_header("Content-Type", "")  # urllib would invent one
        opener = urllib.request.build_opener(KeepRedirects)
        try:
            with opener.open(request, timeout=20) as answer:
                return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        except http.client.RemoteDisconnected:
            return 0, "", b""
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Content-Type", ""), error.read()

    def reset(self, world):
        status, _, text = self.send("POST", "/sandbox/reset", {}, world)
        assert status == 200, text

    def close(self):
        self.process.terminate()
        assert self.process.wait(10) == 0, "the sandbox must stop cleanly"


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Replay:
    """Turns one recorded request into the sandbox's, and both answers into comparable ones."""

    def __init__(self, sandbox, users):
        self.sandbox = sandbox
        self.users = users
        self.ids = {}  # recorded id -> id in the sandbox, for records made by earlier requests

    def send(self, recording):
        request = recording["request"]
        if "http" in request:
            return self.send_http(recording, request["http"])
        if request.get("service") == "common":
            return self.send_jsonrpc("common", request["method"], self.login(recording))
        if recording["transport"] == "json2":
            return self.send_json2(recording)
        uid, secret = self.credentials(recording)
        args = [
            self.database(request),
            uid,
            secret,
            request["model"],
            request["method"],
            self.mapped(request["args"]),
            self.mapped(request["kwargs"]),
        ]
        return self.send_jsonrpc("object", "execute_kw", args)

    def send_jsonrpc(self, service, method, args):
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": {"service": service, "method": method, "args": args}}
        return self.sandbox.send("POST", "/jsonrpc", {"Content-Type": "application/json"}, json.dumps(body).encode())

    def send_json2(self, recording):
        request = recording["request"]
        headers = {
            "Content-Type": "application/json",
            "X-Odoo-Database": DATABASE,
            "Authorization": "bearer " + self.secret(recording),
        }
        return self.sandbox.send(
            "POST",
            f"/json/2/{request['model']}/{request['method']}",
            headers,
            json.dumps(self.mapped(request["kwargs"])).encode(),
        )

    def send_http(self, recording, http):
        headers = dict(http["headers"])
        if headers.get("X-Odoo-Database", "").startswith("odoo"):
            headers["X-Odoo-Database"] = DATABASE
        if "Authorization" in headers:
            scheme = {"auth-bearer-uppercase": "BEARER ", "auth-token-without-scheme": ""}
            headers["Authorization"] = scheme.get(situation(recording), "bearer ") + self.secret(recording)
        body = None if http["body"] in ("", "(0 bytes)") else http["body"].encode()
        if body is None and http["method"] == "POST":
            body = b""
        return self.sandbox.send(http["method"], http["path"], headers, body)

    def database(self, request):
        name = request.get("db", DATABASE)
        return DATABASE if name.startswith("odoo") else name

    def secret(self, recording):
        wrong = re.match(r"auth-(key|password)", situation(recording))
        return "wrong" if wrong else recording["user"]

    def credentials(self, recording):
        uid = recording["request"].get("uid")
        uid = uid if uid is not None else self.users[recording["user"]]
        if situation(recording) == "auth-password-int":
            return uid, 12345
        return uid, self.secret(recording)

    def login(self, recording):
        args = list(recording["request"]["args"])
        return [DATABASE, args[1], "wrong", args[3]]

    def mapped(self, value):
        """Recorded ids of records that were made here as the sandbox's ids."""
        if isinstance(value, dict):
            return {self.mapped(key): self.mapped(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.mapped(item) for item in value]
        if isinstance(value, int) and not isinstance(value, bool):
            return self.ids.get(value, value)
        if isinstance(value, str) and value.isdigit():
            return str(self.ids.get(int(value), value))
        return value

    def learn(self, recorded, actual):
        """Pairs the ids of two alike results."""
        if isinstance(recorded, list) and isinstance(actual, list):
            for one, other in zip(recorded, actual):
                self.learn(one, other)
        elif isinstance(recorded, dict) and isinstance(actual, dict):
            for key in recorded.keys() & actual.keys():
                if key in ("id", "ids", "order_line"):
                    self.learn(recorded[key], actual[key])
        elif type(recorded) is int and type(actual) is int and recorded != actual:
            self.ids.setdefault(recorded, actual)


def situation(recording):
    return recording["id"].split(".1")[0]


def quiet(text):
    for pattern, replacement in NOISE:
        text = pattern.sub(replacement, text)
    return text


def settled(value):
    """A value without what no request determines."""
    if isinstance(value, str):
        return quiet(value)
    if isinstance(value, list):
        return [settled(item) for item in value]
    if isinstance(value, dict):
        return {key: settled(item) for key, item in value.items()}
    return value


def differences(recorded, actual, path=""):
    """Where two results differ, as texts."""
    if isinstance(recorded, dict) and isinstance(actual, dict):
        found = [f"{path}.{key} is missing" for key in recorded.keys() - actual.keys()]
        found += [f"{path}.{key} is too much" for key in actual.keys() - recorded.keys()]
        for key in recorded.keys() & actual.keys():
            found += differences(recorded[key], actual[key], f"{path}.{key}")
        return found
    if isinstance(recorded, list) and isinstance(actual, list) and len(recorded) == len(actual):
        return [text for index, pair in enumerate(zip(recorded, actual)) for text in differences(*pair, f"{path}[{index}]")]
    same = recorded == actual and isinstance(recorded, bool) == isinstance(actual, bool)
    same = same and isinstance(recorded, float) == isinstance(actual, float)
    return [] if same else [f"{path}: {actual!r} instead of {recorded!r}"]


def depends_on_contents(recording):
    """Searches over everything answer what happened to be in the recorded database."""
    request = recording["request"]
    if "http" in request and "search_count" in request["http"]["path"]:
        return True
    domain = (request["args"] or [request["kwargs"].get("domain")])[0]
    return request["method"] in ("search", "search_count", "search_read") and (
        domain == [] or situation(recording) == "dom-not-searchable"
    )


def creates(recording):
    return recording["request"].get("method") in ("create", "copy", "load", "name_create", "web_save")


def shape(value):
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return type(value).__name__


def compare_success(replay, recording, actual):
    recorded = recording.get("result")
    if depends_on_contents(recording):
        return differences(shape(recorded), shape(actual))
    if creates(recording) or "read" in recording["request"]["method"]:
        replay.learn(recorded, actual)
    return differences(settled(replay.mapped(recorded)), settled(actual))


def last_lines(debug):
    """The exception lines of the final traceback."""
    final = debug.split("Traceback (most recent call last):\n")[-1]
    return re.sub(r"^(  File .*\n)+", "", final)


def compare_debug(recorded, actual):
    found = []
    if quiet(last_lines(actual)).strip() != quiet(recorded[-1]).strip():
        found.append(f"debug ends {last_lines(actual)!r} instead of {recorded[-1]!r}")
    for earlier in recorded[:-1]:
        kind = earlier.split(":")[0]
        if kind not in actual:
            found.append(f"debug lacks {kind}")
        if "DETAIL:" in earlier and "DETAIL:" not in actual:
            found.append("debug lacks PostgreSQL's DETAIL")
    return found


def compare_fault(recording, actual):
    recorded = recording["fault"]
    arguments = recorded.get("arguments", [recorded["message"]])
    found = differences(
        settled({"name": recorded["name"], "message": recorded["message"], "arguments": arguments, "context": {}}),
        settled({key: value for key, value in actual.items() if key != "debug"}),
    )
    return found + compare_debug(recorded["debug"], actual.get("debug", ""))


def compare_text(recording, text):
    """Pages of the web server: the title counts."""
    title = re.compile(r"<title>.*?</title>")
    recorded = title.findall(recording["text"]) or recording["text"]
    actual = title.findall(text) or text
    return [] if recorded == actual else [f"{actual!r} instead of {recorded!r}"]


def compare_body(replay, recording, text):
    if "text" in recording:
        return compare_text(recording, text)
    body = json.loads(text)
    if recording["transport"] == "json2":
        if "fault" in recording:
            return compare_fault(recording, body)
        return compare_success(replay, recording, body)
    if "fault" in recording:
        error = body.get("error")
        if not error:
            return [f"a success instead of a fault: {body}"]
        envelope = {"code": error["code"], "message": error["message"]}
        return differences({"code": recording["code"], "message": "Odoo Server Error"}, envelope) + compare_fault(
            recording, error["data"]
        )
    if "error" in body:
        return [f"a fault instead of a success: {body['error']['data']['message']!r}"]
    if ("result" in body) != ("result" in recording):
        return [f"the member result: {body}"]
    return compare_success(replay, recording, body.get("result"))


def check(replay, recording):
    status, content_type, text = replay.send(recording)
    found = []
    if status != recording["status"]:
        found.append(f"HTTP {status} instead of {recording['status']}")
    expected_type = recording.get("type", "application/json")
    if content_type.split(";")[0] != expected_type:
        found.append(f"content type {content_type} instead of {expected_type}")
    try:
        return found + compare_body(replay, recording, text.decode())
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        return found + [f"{type(error).__name__}: {error}; answer: {text[:300]!r}"]


def read_recordings(version, kind):
    with open(HERE / "recordings" / f"{version}.{kind}.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_exceptions():
    """{pattern: reason} from the table of EXCEPTIONS.md."""
    text = (HERE / "EXCEPTIONS.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([^`]+)` \| (.+?) \|$", text, re.M))


def disturb(sandbox, recording):
    """What time and other transactions did to a recorded call, the hooks do."""
    if recording["status"] == 0:
        sandbox.send("POST", "/sandbox/fault", {}, b'{"kind": "close_before_answer"}')
    if not re.match(r"(load-)?conc-", recording["id"]):
        return
    exception = {
        "name": "psycopg2.errors.SerializationFailure",
        "message": "could not serialize access due to concurrent update\n",
    }
    if "fault" in recording:
        exception = {key: recording["fault"][key] for key in ("name", "message")}
    sandbox.send("POST", "/sandbox/fault", {}, json.dumps({"kind": "exception", **exception}).encode())


def run_all(sandbox, world, wanted):
    """{recording id: differences} of all recordings that match."""
    results = {}
    users = {
        record["values"]["login"].split("@")[0]: record["id"]
        for record in json.loads(world)["records"]
        if record["model"] == "res.users"
    }
    users["doomed"] = 0
    # The exchanges of one transport build on each other.
    exchanges = read_recordings(sandbox.version, "exchanges")
    for transport in ("jsonrpc", "json2"):
        sandbox.reset(world)
        replay = Replay(sandbox, users)
        for recording in exchanges:
            if recording["transport"] == transport:
                results[recording["id"]] = check(replay, recording)
    for recording in read_recordings(sandbox.version, "faults"):
        if wanted and not fnmatch.fnmatch(recording["id"], wanted):
            continue
        sandbox.reset(world)
        disturb(sandbox, recording)
        results[recording["id"]] = check(Replay(sandbox, users), recording)
    return {name: found for name, found in results.items() if not wanted or fnmatch.fnmatch(name, wanted)}


def unused(exceptions):
    """Patterns that match no recording of any version."""
    names = [
        recording["id"]
        for version in ("18.0", "19.0")
        for kind in ("exchanges", "faults")
        for recording in read_recordings(version, kind)
    ]
    return [pattern for pattern in exceptions if not fnmatch.filter(names, pattern)]


def judge(results, exceptions, verbose):
    """Prints what is wrong and returns how many recordings are."""
    wrong = 0
    for name, found in results.items():
        excepted = any(fnmatch.fnmatch(name, pattern) for pattern in exceptions)
        if bool(found) == excepted:
            continue
        wrong += 1
        print(f"FAIL {name}")
        for text in found if verbose else found[:2]:
            print(f"     {text[:600]}")
        if excepted:
            print("     is listed in EXCEPTIONS.md, but the sandbox meets it: strike it out")
    return wrong


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "-v"]
    binary, version = arguments[:2]
    wanted = arguments[2] if len(arguments) > 2 else None
    world = (HERE / "recordings" / f"{version}.world.json").read_bytes()
    sandbox = Sandbox(binary, version)
    try:
        results = run_all(sandbox, world, wanted)
    finally:
        sandbox.close()
    exceptions = read_exceptions()
    wrong = judge(results, exceptions, "-v" in sys.argv)
    for pattern in unused(exceptions):
        print(f"FAIL EXCEPTIONS.md names {pattern}, which no recording matches")
        wrong += 1
    excepted = sum(any(fnmatch.fnmatch(name, pattern) for pattern in exceptions) for name in results)
    print(f"{version}: {len(results)} recordings, {excepted} excepted, {wrong} wrong")
    return 1 if wrong or not results else 0


if __name__ == "__main__":
    sys.exit(main())

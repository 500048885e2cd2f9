"""Odoo without the gateway: what its answers are compared with, and what tidies up. Standard library alone."""

import http.client
import http.cookiejar
import json
import urllib.parse
import urllib.request


class Fault(Exception):
    """Odoo refused; `name` is the class of its exception."""

    def __init__(self, name, message):
        super().__init__(f"{name}: {message}")
        self.name = name


class Direct:
    """Calls over JSON-RPC as one user."""

    def __init__(self, odoo):
        self.url = urllib.parse.urlsplit(odoo.url)
        self.database = odoo.database
        self.secret = odoo.api_key or odoo.password
        self.key = odoo.api_key
        self.version = self._ask("common", "version")["server_version"]
        self.uid = self._ask("common", "authenticate", self.database, odoo.username, self.secret, {})
        if not self.uid:
            raise Fault("AccessDenied", f"Odoo does not let {odoo.username} in")

    @property
    def major(self):
        return int(self.version.split(".")[0].split("~")[-1])

    def _post(self, path, body, headers):
        kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        connection = kind(self.url.netloc, timeout=60)
        try:
            connection.request(
                "POST",
                self.url.path.rstrip("/") + path,
                json.dumps(body).encode(),
                {"Content-Type": "application/json", **headers},
            )
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def _ask(self, service, method, *args):
        params = {"service": service, "method": method, "args": args}
        _, answer = self._post("/jsonrpc", {"jsonrpc": "2.0", "method": "call", "params": params, "id": 1}, {})
        if "error" in answer:
            data = answer["error"].get("data", {})
            raise Fault(data.get("name", "?"), data.get("message", answer["error"].get("message")))
        return answer.get("result")

    def call(self, model, method, *args, **kwargs):
        """`execute_kw`. Times are UTC, and nothing else is set."""
        return self._ask("object", "execute_kw", self.database, self.uid, self.secret, model, method, args, kwargs)

    def call_json2(self, model, method, **arguments):
        """The same over JSON-2, where `key` is set."""
        headers = {"Authorization": "bearer " + self.key, "X-Odoo-Database": self.database}
        status, answer = self._post(f"/json/2/{model}/{method}", arguments, headers)
        if status != 200:
            raise Fault(answer.get("name", "?"), answer.get("message"))
        return answer

    def ids(self, model, domain, order="id", archived=False, **context):
        if archived:
            context["active_test"] = False
        return self.call(model, "search", domain, order=order, context=context)

    def count(self, model, domain, **context):
        return self.call(model, "search_count", domain, context=context)

    def read(self, model, record, *fields, **context):
        """Fields of one record as a dict; None where there is no such record."""
        found = self.call(model, "search_read", [["id", "=", record]], list(fields), context={"active_test": False, **context})
        return found[0] if found else None

    def external(self, external_id):
        """(model, id) behind an external id, of archived records too."""
        module, name = external_id.split(".")
        return tuple(self.call("ir.model.data", "check_object_reference", module, name, context={"active_test": False}))

    def languages(self):
        return [code for code, _ in self.call("res.lang", "get_installed")]


class Session:
    """A web session: what Odoo does for a person alone, such as making a key."""

    def __init__(self, odoo, password):
        self._url = odoo.url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.uid = self._ask("/web/session/authenticate", {"db": odoo.database, "login": odoo.username, "password": password})[
            "uid"
        ]

    def _ask(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params, "id": 1}).encode()
        request = urllib.request.Request(self._url.rstrip("/") + path, body, {"Content-Type": "application/json"})
        with self._opener.open(request, timeout=60) as answer:
            answer = json.load(answer)
        if "error" in answer:
            data = answer["error"].get("data", {})
            raise Fault(data.get("name", "?"), data.get("message", ""))
        return answer.get("result")

    def call(self, model, method, *args, **kwargs):
        return self._ask(
            f"/web/dataset/call_kw/{model}/{method}", {"model": model, "method": method, "args": args, "kwargs": kwargs}
        )

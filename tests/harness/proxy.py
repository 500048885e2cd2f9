"""A proxy before an Odoo that records what arrives and misbehaves on request."""

import json
import select
import socket
import threading
from http.client import responses
from urllib.parse import urlsplit

from harness import xmlrpc

_WAIT_SECONDS = 30


class Exchange:
    """A request as it arrived."""

    def __init__(self, connection, turn, head, body):
        self.connection = connection
        # How many requests came over this connection before.
        self.turn = turn
        self.head = head
        self.body = body
        self.method, self.path, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
        # Of a model call; None for anything else.
        self.model, self.odoo_method = self._called()

    def _called(self):
        if self.path.startswith("/json/2/"):
            return tuple(self.path.removeprefix("/json/2/").split("/", 1))
        if self.path == "/jsonrpc":
            params = json.loads(self.body)["params"]
            if params["service"] == "object":
                return params["args"][3], params["args"][4]
        return xmlrpc.model_call(self.path, self.body)

    def client_gone(self, timeout=0):
        """Whether the other side closed the connection."""
        readable, _, _ = select.select([self.connection], [], [], timeout)
        if not readable:
            return False
        try:
            return self.connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True


class Gate:
    """Holds exchanges until it is opened or the client goes."""

    def __init__(self):
        self._open = threading.Event()
        self._changed = threading.Condition()
        self.held = 0
        self.most = 0
        self.total = 0
        self.gone = 0

    def open(self):
        self._open.set()

    def wait(self, exchange):
        """False where the client went."""
        self._count(1)
        try:
            for _ in range(_WAIT_SECONDS * 100):
                if self._open.wait(0.01):
                    return True
                if exchange.client_gone():
                    self.gone += 1
                    return False
            return True
        finally:
            self._count(-1)

    def _count(self, step):
        with self._changed:
            self.held += step
            self.total += step > 0
            self.most = max(self.most, self.held)
            self._changed.notify_all()

    def wait_held(self, count, timeout=10):
        with self._changed:
            if not self._changed.wait_for(lambda: self.held == count, timeout):
                raise TimeoutError(f"{self.held} exchanges are held, not {count}")


def answer(status=200, body=b"", content_type="application/json", keep_alive=False, headers=None):
    """An HTTP answer in bytes."""
    lines = [
        f"HTTP/1.1 {status} {responses.get(status, 'Unknown')}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        f"Connection: {'keep-alive' if keep_alive else 'close'}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def body_of(response):
    return response.split(b"\r\n\r\n", 1)[1]


class Proxy:
    """Passes everything on to `url`, unless `behave(exchange, forward)` is set: it answers bytes, or None to close the
    connection without an answer. `forward()` answers the Odoo's bytes."""

    def __init__(self, url):
        self.lead_to(url)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = "http://127.0.0.1:%d" % self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._exchanges = []
        self.behave = None
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        # Wakes accept().
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()

    def lead_to(self, url):
        """New connections go to another Odoo."""
        target = urlsplit(url)
        self._target = (target.hostname, target.port)

    def reset(self):
        self.behave = None
        with self._lock:
            self._exchanges.clear()

    def arrivals(self, model=None, method=None):
        """Model calls that arrived, oldest first."""
        with self._lock:
            return [
                exchange
                for exchange in self._exchanges
                if exchange.model is not None
                and (model is None or exchange.model == model)
                and (method is None or exchange.odoo_method == method)
            ]

    def only(self, model, method, behave):
        """Sets `behave` for the calls of one method."""

        def chosen(exchange, forward):
            hit = exchange.model == model and exchange.odoo_method == method
            return behave(exchange, forward) if hit else forward()

        self.behave = chosen

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            try:
                turn = 0
                while (request := _read_request(connection)) is not None:
                    if not self._answer(connection, turn, *request):
                        return
                    turn += 1
            except OSError:
                return

    def _answer(self, connection, turn, head, body):
        exchange = Exchange(connection, turn, head, body)
        with self._lock:
            self._exchanges.append(exchange)
        behave = self.behave or (lambda _, forward: forward())
        response = behave(exchange, lambda: self.forward(head, body))
        if response is None:
            return False
        connection.sendall(response)
        return b"\r\nconnection: keep-alive" in response.split(b"\r\n\r\n", 1)[0].lower()

    def forward(self, head, body):
        """Odoo's answer in bytes."""
        with socket.create_connection(self._target, timeout=_WAIT_SECONDS) as upstream:
            upstream.sendall(head + b"\r\n\r\n" + body)
            parts = []
            while part := upstream.recv(1 << 16):
                parts.append(part)
        return b"".join(parts) or None


def _read_request(connection):
    """(head, body), or None where the client closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(1 << 16)
        if not part:
            return None
        data += part
    head, body = data.split(b"\r\n\r\n", 1)
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
        if name.strip().lower() == b"expect":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    while len(body) < length:
        part = connection.recv(1 << 16)
        if not part:
            return None
        body += part
    return head, body

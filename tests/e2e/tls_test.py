"""TLS at the gateway's port: who gets in, and that certificates are rotated under load without a failed call."""

import contextlib
import json
import os
import pathlib
import socket
import ssl
import tempfile
import threading
import time
import unittest

import grpc
import harness

INTERVAL = 0.1
# How long a rotation stays half done: many looks at the files.
HALF_DONE = 1.0
HEALTH = "/grpc.health.v1.Health/Check"
SERVING = b"\x08\x01"


class Files:
    """A gateway's certificate and key in a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.certificate = self.folder / "tls.crt"
        self.key = self.folder / "tls.key"

    def write(self, path, text):
        fresh = path.with_suffix(".new")
        fresh.write_text(text)
        os.replace(fresh, path)

    def put(self, pair):
        self.write(self.certificate, pair.certificate)
        self.write(self.key, pair.key)

    def settings(self, **more):
        lines = {"certificate_file": self.certificate, "key_file": self.key, "reload_interval": f"{int(INTERVAL * 1000)}ms"}
        return "tls:\n" + "".join(f"  {name}: {value}\n" for name, value in {**lines, **more}.items())


class TlsCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.authority = harness.Authority(cls.folder)
        cls.sandbox = cls.enterClassContext(harness.Sandbox("18.0"))

    def files(self):
        files = Files(tempfile.mkdtemp(dir=self.folder))
        self.first = self.authority.server()
        files.put(self.first)
        return files

    def start(self, settings, **options):
        path = self.folder / "gateway.yaml"
        path.write_text(settings)
        gateway = harness.Gateway(self.sandbox.odoo("jsonrpc"), "--config", str(path), **options)
        return self.enterContext(gateway)

    def healthy(self, gateway, credentials, timeout=5):
        """Whether a new connection is served."""
        with harness.Caller(gateway.address, credentials) as caller:
            try:
                return caller.bytes_call(HEALTH)(b"", timeout=timeout) == SERVING
            except grpc.RpcError:
                return False

    def served(self, gateway):
        """The certificate that a new connection sees."""
        host, port = gateway.address.rsplit(":", 1)
        return ssl.get_server_certificate((host, int(port))).strip()


class Connecting(TlsCase):
    def test_only_over_tls(self):
        gateway = self.start(self.files().settings(), credentials=self.authority.credentials())
        partners = gateway.service("odoo.contacts.v1.PartnerService")
        self.assertEqual(partners.GetPartner(id=1).record.id, 1)
        self.assertFalse(self.healthy(gateway, None, timeout=1))
        stranger = harness.Authority(self.folder, "stranger")
        self.assertFalse(self.healthy(gateway, stranger.credentials(), timeout=1))

    def test_nothing_older_than_tls_1_2(self):
        gateway = self.start(self.files().settings(), credentials=self.authority.credentials())
        host, port = gateway.address.rsplit(":", 1)
        for version, accepted in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)):
            context = ssl.create_default_context(cafile=self.authority.path)
            # So that it is the gateway who refuses.
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
            context.set_alpn_protocols(["h2"])
            with self.subTest(version.name), socket.create_connection((host, int(port))) as raw:
                try:
                    context.wrap_socket(raw, server_hostname=host).close()
                    self.assertTrue(accepted)
                except ssl.SSLError:
                    self.assertFalse(accepted)

    def test_client_certificates(self):
        known = self.authority.issue("shop", "DNS:shop.internal")
        unknown = harness.Authority(self.folder, "other").issue("shop", "DNS:shop.internal")
        trust = self.authority.credentials
        files = self.files()
        for policy, without in (("require", False), ("optional", True)):
            with self.subTest(policy):
                settings = files.settings(client_ca_file=self.authority.path, client_certificate=policy)
                gateway = self.start(settings, credentials=trust(known))
                self.assertTrue(self.healthy(gateway, trust(known)))
                self.assertEqual(self.healthy(gateway, trust(), timeout=1), without)
                # Where one is sent, it has to be right.
                self.assertFalse(self.healthy(gateway, trust(unknown), timeout=1))

    def test_files_that_do_not_fit_do_not_start(self):
        files = self.files()
        files.write(files.key, self.authority.server().key)
        with self.assertRaisesRegex(RuntimeError, "is not the key of"):
            self.start(files.settings())


class PlainClients(TlsCase):
    """Clients that do not speak TLS to the TLS port. gRPC logs each of them."""

    CLIENTS = 200
    MESSAGES = "odoo_gateway_grpc_log_messages_total"

    def speak_http(self, gateway):
        host, port = gateway.address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=5) as client:
            client.sendall(b"GET / HTTP/1.1\r\nAuthorization: Bearer a-secret\r\n\r\n")
            # Until the gateway hangs up.
            with contextlib.suppress(OSError):
                while client.recv(1 << 12):
                    pass

    def suppressed(self, gateway):
        return sum(line.get("suppressed", 0) for line in gateway.log(event="grpc"))

    def test_are_counted_and_do_not_fill_the_log(self):
        gateway = self.start(self.files().settings(), credentials=self.authority.credentials())
        begun = time.monotonic()
        for _ in range(self.CLIENTS):
            self.speak_http(gateway)
        seconds = time.monotonic() - begun
        harness.wait_until(
            lambda: gateway.metrics().value(self.MESSAGES, severity="error") >= self.CLIENTS, "gRPC's messages to be counted"
        )
        time.sleep(1.1)
        self.speak_http(gateway)
        harness.wait_until(lambda: self.suppressed(gateway) > self.CLIENTS / 2, "a line that counts the others")
        lines = gateway.log(event="grpc")
        # One a second, for each of the few places in gRPC that see such a client.
        self.assertLessEqual(len(lines), 4 * (seconds + 2))
        self.assertIn("andshak", lines[0]["message"])
        self.assertRegex(lines[0]["source"], r"^\w+\.cc:\d+$")
        gateway.stop()
        for line in gateway.log_text().splitlines():
            self.assertIsInstance(json.loads(line), dict)
        self.assertNotIn("a-secret", gateway.log_text())

    def test_traces_of_grpc_stay_out_of_the_log(self):
        """They hold tokens. An operator who sets these variables gets the counter."""
        traces = {"GRPC_VERBOSITY": "debug", "GRPC_TRACE": "http,api,tcp"}
        gateway = self.start(self.files().settings(), credentials=self.authority.credentials(), environment=traces)
        gateway.bytes_call(HEALTH)(b"", timeout=5, metadata=[("authorization", "Bearer a-secret-token")])
        metrics = gateway.metrics()
        self.assertGreater(metrics.value(self.MESSAGES, severity="debug") + metrics.value(self.MESSAGES, severity="info"), 0)
        gateway.stop()
        for line in gateway.log_text().splitlines():
            self.assertIsInstance(json.loads(line), dict)
        self.assertNotIn("a-secret-token", gateway.log_text())


class Load:
    """New connections and calls on old ones, without a pause, until it is stopped; `failures` has those that failed."""

    def __init__(self, gateway, credentials, connectors=2):
        self.calls = 0
        self.failures = []
        self._gateway = gateway
        self._credentials = credentials
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._connect) for _ in range(connectors)]
        self._threads.append(threading.Thread(target=self._keep))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _call(self, caller):
        try:
            caller.service("odoo.contacts.v1.PartnerService").GetPartner(id=1, timeout=20)
            with self._lock:
                self.calls += 1
        except harness.Failure as failure:
            with self._lock:
                self.failures.append(str(failure))

    def _connect(self):
        while not self._stopping.is_set():
            with harness.Caller(self._gateway.address, self._credentials) as caller:
                self._call(caller)

    def _keep(self):
        with harness.Caller(self._gateway.address, self._credentials) as caller:
            while not self._stopping.is_set():
                self._call(caller)
                time.sleep(0.01)


class Rotation(TlsCase):
    def wait_served(self, gateway, pair):
        harness.wait_until(lambda: self.served(gateway) == pair.certificate.strip(), "the new certificate")

    def test_no_call_fails_whatever_comes_first(self):
        files = self.files()
        credentials = self.authority.credentials()
        gateway = self.start(files.settings(), credentials=credentials)
        self.assertEqual(self.served(gateway), self.first.certificate.strip())
        with Load(gateway, credentials) as load:
            for key_first in (True, False):
                fresh = self.authority.server()
                before = self.served(gateway)
                steps = [(files.key, fresh.key), (files.certificate, fresh.certificate)]
                for step, (path, text) in enumerate(steps if key_first else reversed(steps)):
                    files.write(path, text)
                    if step == 0:
                        calls = load.calls
                        time.sleep(HALF_DONE)
                        self.assertGreater(load.calls, calls)
                        self.assertEqual(self.served(gateway), before)
                self.wait_served(gateway, fresh)
            for garbage in ("", "garbage", fresh.certificate[:200]):
                files.write(files.certificate, garbage)
                time.sleep(3 * INTERVAL)
                self.assertEqual(self.served(gateway), fresh.certificate.strip())
            files.certificate.unlink()
            time.sleep(3 * INTERVAL)
            self.assertEqual(self.served(gateway), fresh.certificate.strip())
        self.assertEqual(load.failures, [])
        self.assertGreater(load.calls, 100)
        states = [line["state"] for line in gateway.log(event="certificate")]
        self.assertEqual(states[:5], ["taken", "refused", "taken", "refused", "taken"])
        self.assertIn("refused", states[5:])
        self.assertNotIn("PRIVATE KEY", gateway.log_text())
        metrics = gateway.metrics()
        self.assertEqual(metrics.value("odoo_gateway_tls_certificate_loads_total", result="taken"), 3)
        expiry = metrics.value("odoo_gateway_tls_certificate_expiry_timestamp_seconds")
        self.assertAlmostEqual(expiry, time.time() + 86400, delta=3600)

    def test_links_as_in_kubernetes(self):
        """Both files are links through `..data`, which is replaced at once."""
        files = self.files()

        def mount(version, pair):
            data = files.folder / version
            data.mkdir()
            (data / "tls.crt").write_text(pair.certificate)
            (data / "tls.key").write_text(pair.key)
            (files.folder / "..data_tmp").symlink_to(version)
            os.replace(files.folder / "..data_tmp", files.folder / "..data")

        mount("..1", self.first)
        for path in (files.certificate, files.key):
            path.unlink()
            path.symlink_to(pathlib.Path("..data") / path.name)
        credentials = self.authority.credentials()
        gateway = self.start(files.settings(), credentials=credentials)
        with Load(gateway, credentials) as load:
            for version in range(2, 6):
                fresh = self.authority.server()
                mount(f"..{version}", fresh)
                self.wait_served(gateway, fresh)
        self.assertEqual(load.failures, [])
        self.assertGreater(load.calls, 20)

    def test_the_clients_ca_is_rotated_too(self):
        files = self.files()
        new_authority = harness.Authority(self.folder, "new")
        shop = new_authority.issue("shop")
        credentials = grpc.ssl_channel_credentials(self.authority.path.read_bytes(), shop.key.encode(), shop.certificate.encode())
        trusted = files.folder / "clients.crt"
        files.write(trusted, self.authority.path.read_text())
        settings = files.settings(client_ca_file=trusted, client_certificate="require")
        gateway = self.start(settings, credentials=credentials)
        self.assertFalse(self.healthy(gateway, credentials, timeout=1))
        files.write(trusted, self.authority.path.read_text() + new_authority.path.read_text())
        harness.wait_until(lambda: self.healthy(gateway, credentials, timeout=1), "the new CA")


if __name__ == "__main__":
    unittest.main(verbosity=1)

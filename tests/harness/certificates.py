"""Certificates for tests, made by openssl."""

import pathlib
import subprocess

import grpc


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Pair:
    """A certificate and its key, as texts in PEM."""

    def __init__(self, certificate, key):
        self.certificate = certificate
        self.key = key


class Authority:
    """A CA in a folder of its own."""

    def __init__(self, folder, name="ca"):
        self._folder = pathlib.Path(folder) / name
        self._folder.mkdir()
        self.path = self._folder / "ca.crt"
        self._key = self._folder / "ca.key"
        self._count = 0
        _openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2,
            "-subj", f"/CN={name}", "-keyout", self._key, "-out", self.path,
        )  # fmt: skip

    def issue(self, common_name, *alternative_names):
        """A Pair. `alternative_names`: as openssl writes them, `DNS:shop.internal`, `URI:spiffe://prod/shop`."""
        self._count += 1
        stem = self._folder / str(self._count)
        key, request, certificate = (stem.with_suffix(suffix) for suffix in (".key", ".csr", ".crt"))
        extensions = stem.with_suffix(".ext")
        extensions.write_text(
            f"subjectAltName={','.join(alternative_names)}\n" if alternative_names else "basicConstraints=CA:FALSE\n"
        )
        _openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={common_name}", "-keyout", key, "-out", request,
        )  # fmt: skip
        _openssl(
            "x509", "-req", "-in", request, "-CA", self.path, "-CAkey", self._key, "-days", 1,
            "-set_serial", self._count, "-extfile", extensions, "-out", certificate,
        )  # fmt: skip
        return Pair(certificate.read_text(), key.read_text())

    def server(self):
        """For a gateway on loopback."""
        return self.issue("gateway", "IP:127.0.0.1", "DNS:localhost")

    def credentials(self, pair=None):
        """Of a client that trusts this CA, perhaps with a certificate of its own."""
        roots = self.path.read_bytes()
        if pair is None:
            return grpc.ssl_channel_credentials(roots)
        return grpc.ssl_channel_credentials(roots, pair.key.encode(), pair.certificate.encode())

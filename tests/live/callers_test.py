"""TLS, callers and their policies, an audit log: the gateway as a security review wants it, before a real Odoo."""

import hashlib
import json
import pathlib
import tempfile
import unittest

import harness
from case import LiveCase

TOKEN = "ogw_live_0123456789abcdef0123456789abcdef"
CONFIG = """\
tls: {{certificate_file: {folder}/tls.crt, key_file: {folder}/tls.key, client_ca_file: {ca}, client_certificate: optional}}
audit_log: {folder}/audit.log
callers:
  writer:
    certificates: ["uri:spiffe://live/writer"]
    allow:
      - models: [res.partner]
  reader:
    tokens: ["sha256:{hash}"]
    allow:
      - models: [res.partner]
        operations: [get, search]
        read_fields: [name]
"""
BEARER = (("authorization", f"Bearer {TOKEN}"),)


class Callers(LiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        authority = harness.Authority(cls.folder)
        pair = authority.server()
        (cls.folder / "tls.crt").write_text(pair.certificate, encoding="utf-8")
        (cls.folder / "tls.key").write_text(pair.key, encoding="utf-8")
        path = cls.folder / "gateway.yaml"
        hashed = hashlib.sha256(TOKEN.encode()).hexdigest()
        path.write_text(CONFIG.format(folder=cls.folder, ca=authority.path, hash=hashed), encoding="utf-8")
        writer = authority.credentials(authority.issue("writer", "URI:spiffe://live/writer"))
        cls.secured = cls.enterClassContext(harness.Gateway(cls.run_.account(), "--config", str(path), credentials=writer))
        cls.reader = cls.enterClassContext(harness.Caller(cls.secured.address, authority.credentials()))
        cls.theirs = cls.reader.service("odoo.contacts.v1.PartnerService")
        cls.ours = cls.secured.service("odoo.contacts.v1.PartnerService")

    def audited(self):
        lines = (self.folder / "audit.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def created(self):
        partner = self.ours.CreatePartner(values={"name": "Live", "ref": self.mark, "vat": "BE0477472701"}).record.id
        self.addCleanup(self.ours.DeletePartner, id=partner)
        return partner

    def test_a_certificate_writes_and_it_is_told(self):
        partner = self.created()
        self.assertEqual(self.direct.read("res.partner", partner, "name")["name"], "Live")

        def told():
            return [line for line in self.audited() if line["ids"] == [partner]]

        harness.wait_until(told, "the line of the audit log")
        (line,) = told()
        self.assertEqual((line["caller"], line["outcome"], line["operation"]), ("writer", "done", "create"))

    def test_a_token_reads_what_it_may(self):
        partner = self.created()
        record = self.theirs.GetPartner(id=partner, read_mask={"paths": ["name"]}, metadata=BEARER).record
        self.assertEqual(record.name, "Live")
        refused = {
            "field": lambda: self.theirs.GetPartner(id=partner, read_mask={"paths": ["vat"]}, metadata=BEARER),
            "filter": lambda: self.theirs.SearchPartners(filter={"vat": {"equals": "BE0477472701"}}, metadata=BEARER),
            "operation": lambda: self.theirs.DeletePartner(id=partner, metadata=BEARER),
            "model": lambda: self.reader.service("odoo.sale.v1.SaleOrderService").CountSaleOrders(metadata=BEARER),
        }
        for name, call in refused.items():
            with self.subTest(name), self.fails("CALLER_NOT_ALLOWED"):
                call()

    def test_nobody_else_is_let_in(self):
        for metadata in ((), (("authorization", "Bearer wrong"),)):
            with self.subTest(metadata), self.fails("CALLER_NOT_AUTHENTICATED"):
                self.theirs.CountPartners(metadata=metadata)


if __name__ == "__main__":
    unittest.main()

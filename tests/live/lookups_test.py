"""Every model that is only read: what the gateway finds and reads is what Odoo has."""

import datetime

from case import LiveCase
from mirror import Mirror
from samples import SAMPLES

# The service, with a text field to search by.
LOOKUPS = (
    ("base.Company", "name"),
    ("base.Currency", "name"),
    ("base.User", "login"),
    ("contacts.Country", "code"),
    ("contacts.State", "code"),
    ("product.Pricelist", "name"),
    ("product.UnitOfMeasure", "name"),
    ("crm.LeadStage", "name"),
    ("crm.LeadTag", "name"),
    ("crm.LostReason", "name"),
    ("crm.SalesTeam", "name"),
    ("account.Tax", "name"),
    ("account.FiscalPosition", "name"),
    ("account.PaymentTerm", "name"),
    ("account.Journal", "code"),
    ("account.Account", "code"),
    ("account.Payment", "memo"),
    ("stock.Warehouse", "code"),
    ("stock.Location", "name"),
    ("stock.OperationType", "sequence_code"),
    ("stock.Quant", None),
)
ARCHIVED = {"include_archived": True}


class Lookups(LiveCase):
    """One test method for each of LOOKUPS; see the end of the file."""

    def assertSame(self, api, domain, archived=False, order="id", **request):
        """The gateway and Odoo find the same, on however many pages; their ids."""
        options = ARCHIVED if archived else None
        expected = self.direct.ids(api.model, domain, order=order, archived=archived)
        order_by = [{"field": "id", "descending": True}] if order == "id desc" else []
        found, token, size = [], "", max(1, min(1000, len(expected) // 2))
        while not found or token:
            page = api.search(
                page_size=size, page_token=token, order_by=order_by, options=options, read_mask={"paths": ["id"]}, **request
            )
            found += [record.id for record in page.records]
            token = page.next_page_token
            if not page.records:
                break
        self.assertEqual((found, token), (expected, ""))
        self.assertEqual(api.count(options=options, **request).count, len(expected))
        return expected

    def finds_and_reads(self, service, text):
        api = self.api(service)
        if api.model == "crm.tag":
            self.tag()
        self.assertSame(api, [], order="id desc")
        everything = self.assertSame(api, [], archived=True)
        if not everything:
            self.skipTest(f"the database has no {api.model}: nothing to get")
        mirror = Mirror(self.direct)
        for record in {everything[0], everything[-1], everything[len(everything) // 2]}:
            self.assertEqual(mirror.differences(api.whole(record)), [])
        self.assertEqual(mirror.differences(api.get(id=everything[0]).record, whole=False), [])
        first = api.whole(everything[0])
        if text and getattr(first, text):
            self.assertIn(
                first.id,
                self.assertSame(
                    api, [[text, "=", getattr(first, text)]], archived=True, filter={text: {"equals": getattr(first, text)}}
                ),
            )
            begin = getattr(first, text)[:3]
            # Odoo reads wildcards there, the gateway takes what the caller says.
            literally = "".join("\\" + letter if letter in "%_\\" else letter for letter in begin)
            self.assertSame(api, [[text, "ilike", literally]], archived=True, filter={text: {"contains": begin}})
        made = datetime.datetime.fromtimestamp(first.create_date.seconds, datetime.timezone.utc)
        self.assertSame(
            api,
            [["create_date", "<", f"{made:%Y-%m-%d %H:%M:%S}"]],
            archived=True,
            filter={"create_date": {"before": first.create_date}},
        )
        with self.fails("RECORD_NOT_FOUND"):
            api.get(id=self.missing(api.model))

    def test_no_service_is_forgotten(self):
        served = {name for name in self.run_.reflection.services() if name.startswith("odoo.")}
        tried = [service for service, _ in LOOKUPS] + [sample.service for sample in SAMPLES]
        self.assertEqual({"odoo.{}.v1.{}Service".format(*service.split(".")) for service in tried}, served)
        for service, _ in LOOKUPS:
            self.assertFalse(self.api(service).writable, f"{service} can be written: it belongs to samples.py")


def _test(service, text):
    return lambda self: self.finds_and_reads(service, text)


for _service, _text in LOOKUPS:
    setattr(Lookups, "test_" + _service.replace(".", "_"), _test(_service, _text))

"""Every model that can be written: what the gateway writes is what Odoo has, in all operations."""

import decimal

from case import LiveCase
from mirror import Mirror, as_odoo, holds_rows, rule
from samples import SAMPLES

from odoo.contract.v1 import options_pb2

_DECIMALS = (options_pb2.TYPE_FLOAT, options_pb2.TYPE_MONETARY)
BATCH, PAGE = 5, 2


class Models(LiveCase):
    """One test method for each of SAMPLES; see the end of the file."""

    def values(self, sample, number=0):
        values = {**sample.values(self), sample.mark: f"{self.mark} {number}"}
        return {**values, sample.order: sample.ranks[number]} if sample.ranks else values

    # -- what was written is there

    def assertWritten(self, values, record):
        """`record`, read back, says what `values` asked for."""
        for name, value in values.items():
            if name == "clear_fields":
                for cleared in value:
                    self.assertIn(self.read(record, cleared), (False, []), cleared)
                continue
            field = record.DESCRIPTOR.fields_by_name[name]
            with self.subTest(field=name):
                if holds_rows(field):
                    self.assertRows(value, getattr(record, name))
                else:
                    self.assertValue(field, value, record)

    def read(self, record, name):
        return as_odoo(record, record.DESCRIPTOR.fields_by_name[name])

    def assertRows(self, changes, rows):
        by_id = {row.id: row for row in rows}
        known = [asked["id"] for asked in changes["rows"] if "id" in asked]
        new = [row for row in sorted(rows, key=lambda row: row.id) if row.id not in known]
        created = [asked for asked in changes["rows"] if "id" not in asked]
        self.assertEqual([record for record in changes.get("delete_ids", ()) if record in by_id], [])
        for asked, row in zip(created, new[-len(created) :], strict=True):
            self.assertWritten(asked, row)
        for asked in changes["rows"]:
            if "id" in asked:
                self.assertWritten(asked, by_id[asked["id"]])

    def assertValue(self, field, asked, record):
        kind = rule(field).type
        has = getattr(record, field.name)
        if kind == options_pb2.TYPE_MANY2ONE:
            self.assertEqual(has.id, asked.get("id") or self.direct.external(asked["external_id"])[1])
        elif kind == options_pb2.TYPE_MANY2MANY:
            refs = {ref.id for ref in has}
            wanted = {ref["id"] for ref in asked.get("set", asked.get("delta")).get("refs" if "set" in asked else "add", ())}
            self.assertTrue(refs == wanted if "set" in asked else refs > wanted, f"{refs}, asked for: {asked}")
        elif kind in _DECIMALS:
            self.assertEqual(decimal.Decimal(has), decimal.Decimal(asked))
        elif kind == options_pb2.TYPE_DATE:
            self.assertEqual({"year": has.year, "month": has.month, "day": has.day}, asked)
        else:
            self.assertEqual(has, asked)

    # -- the operations

    def lives(self, sample):
        """One record from its making to its end."""
        api = self.api(sample.service)
        values = self.values(sample)
        record = self.discarded(api.model, api.create(values=values).record.id)
        made = api.whole(record)
        self.assertWritten(values, made)
        self.assertEqual(Mirror(self.direct).differences(made), [])

        change = sample.change(self, made)
        api.update(id=record, values=change)
        changed = api.whole(record)
        self.assertWritten(change, changed)
        self.assertEqual(Mirror(self.direct).differences(changed), [])

        if sample.ending:
            with self.fails("BUSINESS_RULE"):
                api.delete(id=record)
            getattr(api, sample.ending)(id=record)
        api.delete(id=record)
        self.assertIsNone(self.direct.read(api.model, record, "id"))
        for call in (api.get, api.delete, lambda id: api.update(id=id, values={sample.mark: self.mark})):
            with self.fails("RECORD_NOT_FOUND"):
                call(id=record)

    def is_found(self, sample):
        """Several, made at once, found by filter, in order, page by page."""
        api = self.api(sample.service)
        common = sample.values(self)
        values = [{**common, sample.mark: f"{self.mark} {n}"} for n in range(BATCH)]
        for asked, rank in zip(values, sample.ranks):
            asked[sample.order] = rank
        ids = self.discarded(api.model, *api.batch_create(values=values).ids)
        self.assertEqual(len(ids), BATCH)
        marks = [self.direct.read(api.model, record, sample.mark)[sample.mark] for record in ids]
        self.assertEqual(marks, [asked[sample.mark] for asked in values])

        filter = {sample.mark: {"starts_with": self.mark}, "id": {"at_least": min(ids)}, "none_of": [{"id": {"equals": ids[2]}}]}
        name = Mirror(self.direct).odoo_name(api.model, api.record.fields_by_name[sample.order])
        expected = self.direct.ids(api.model, [["id", "in", ids], ["id", "!=", ids[2]]], order=f"{name} desc, id")
        self.assertEqual(api.count(filter=filter).count, len(expected))
        request = {"filter": filter, "order_by": [{"field": sample.order, "descending": True}], "page_size": PAGE}
        found, token = [], ""
        for _ in range(0, len(expected), PAGE):
            page = api.search(page_token=token, count_total=True, **request)
            self.assertEqual((page.total_size, len(page.records)), (len(expected), PAGE))
            found += [record.id for record in page.records]
            token = page.next_page_token
        self.assertEqual((found, token), (expected, ""))

    def test_a_mirror_notices(self):
        """What all of these tests rely on."""
        api = self.api("sale.SaleOrder")
        order = api.whole(self.order({"price_unit": "5"}))
        order.origin, order.order_line[0].price_unit, order.state = "elsewhere", "5.01", 0
        self.assertEqual(
            Mirror(self.direct).differences(order),
            [
                "sale.order.state: '', in Odoo 'draft'",
                "sale.order.origin: 'elsewhere', in Odoo False",
                "sale.order.line.price_unit: 5.01, in Odoo 5.0",
            ],
        )


def _test(step, sample):
    return lambda self: step(self, sample)


for _sample in SAMPLES:
    for _step in (Models.lives, Models.is_found):
        setattr(Models, "_".join(("test", *_sample.service.split("."), _step.__name__)), _test(_step, _sample))

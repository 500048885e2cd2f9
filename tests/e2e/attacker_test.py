"""What callers cannot do through extra_fields, masks, conditions and orders: every name, everywhere, under every policy."""

import collections
import contextlib
import functools
import os
import random
import time
import unittest

import harness
from e2e.attacker_contracts import Catalog, field_lists, with_own_keys
from e2e.attacker_judge import Judge, fire, mutating
from e2e.attacker_policies import callers
from e2e.attacker_rules import Rules
from e2e.attacker_sweep import Sweep, some_policies
from e2e.attacker_world import HIDDEN, SECRET, World, visible_fields

# Enough to see a pattern: where a rule is missing, there are thousands.
_SHOWN = 60
_LONGEST = 1000


class Figures:
    def __init__(self, cell):
        self.cell, self.begun = cell, time.monotonic()
        self.names = set()
        self.counts = collections.Counter()

    def add(self, shot, changing):
        self.counts["requests"] += 1
        self.counts["refused"] += shot.failure is not None and not changing
        if shot.name:
            self.names.add((shot.method.model, shot.path.partition("extra_fields.")[0], shot.name))
        if shot.place is not None:
            self.counts["writes"] += 1
            self.counts["accepted writes"] += shot.failure is None
            self.counts["changed records"] += sum(len(call.changes) for call in changing)

    def keep(self):
        seconds = time.monotonic() - self.begun
        rows = {"names at their places": len(self.names), **self.counts, "seconds": round(seconds)}
        text = "".join(f"  {name:24}{value:>8}\n" for name, value in rows.items())
        harness.keep_figures(f"attacker-{self.cell.name}", f"attacker {self.cell.name}\n{text}")


class AttackerCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cell = harness.cell_from_environment()
        cls.seed = int(os.environ.get("ATTACKER_SEED") or random.randrange(10**6))
        cls.random = random.Random(cls.seed)
        cls.catalog = Catalog()
        lists = with_own_keys(cls.catalog, cls.cell.major, field_lists(cls.cell.version))
        cls.rules = Rules(cls.catalog, cls.cell.major, visible_fields(cls.cell.version, lists))
        cls.policies = some_policies(cls.catalog, cls.rules, cls.random)
        cls.world = World(cls.cell, lists, callers(cls.policies.values()))
        cls.addClassCleanup(cls.world.stop)
        cls.judge = Judge(cls.world, cls.catalog, cls.rules)
        cls.sweep = Sweep(cls.world, cls.catalog, cls.rules, cls.policies, cls.random)


def report(seed, findings):
    """One whole example per kind, then which names of what."""
    lines, examples, names = [f"{len(findings)} findings; ATTACKER_SEED={seed}"], {}, {}
    for finding in findings:
        shot = finding.shot
        examples.setdefault(finding.kind, finding)
        where = shot.method.model if shot.place is None else str(shot.place)
        names.setdefault((finding.kind, where), {}).setdefault(shot.name, set()).add(shot.policy.name)
    lines += [str(example)[:_LONGEST] for example in examples.values()]
    for (kind, where), those in names.items():
        which = [f"{name} ({', '.join(sorted(policies))})" for name, policies in sorted(those.items())]
        lines.append(f"{kind}: {where}: {len(which)} names: {', '.join(which)}"[:_LONGEST])
    return "\n".join(lines[:_SHOWN])


class EveryName(AttackerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.figures = Figures(cls.cell)
        cls.addClassCleanup(cls.figures.keep)

    def setUp(self):
        self.world.reset()
        self.findings = []

    def tearDown(self):
        if self.findings:
            self.fail(report(self.seed, self.findings))

    def judged(self, shots, judge):
        for shot, calls in fire(self.world, shots):
            self.figures.add(shot, mutating(calls))
            self.findings += judge(shot, calls)
            yield calls

    def all_judged(self, shots, judge):
        collections.deque(self.judged(shots, judge), maxlen=0)

    # -- writes

    def test_values(self):
        for place in self.sweep.write_places():
            for policy in self.policies.values():
                if policy.may_call(place.method):
                    target = self.target(place)
                    self.judge.control(place, target)
                    self.all_judged(self.sweep.shots(place, policy, target), self.judge.write)
            self.judge.forget(place)

    def target(self, place):
        """A record that no other test has changed."""
        return self.world.make(place.method.model) if place.method.operation == "update" else None

    def test_wizards(self):
        """One after the other: what was accepted has used its record up."""
        for place in self.sweep.wizard_places():
            for policy in self.policies.values():
                if policy.may_call(place.method):
                    self.one_by_one(place, policy)

    def one_by_one(self, place, policy):
        target = self.anew(place)
        for name in self.sweep.names(place.values):
            # After a reset, the records of the request and those of its control have the same ids.
            target = target or self.anew(place)
            shot = self.sweep.extra(place, policy, target, name)
            for calls in self.judged([shot], self.judge.write):
                target = None if mutating(calls) else target
        target = target or self.anew(place)
        self.all_judged(self.sweep.own(place, policy, target), self.judge.write)

    def anew(self, place):
        self.world.reset()
        self.judge.control(place, self.world.make(place.method.model, place.method.name))
        self.world.reset()
        return self.world.make(place.method.model, place.method.name)

    def test_answers_of_writes(self):
        for place in self.sweep.write_places():
            if place.method.answers is None or place.way:
                continue
            target = self.target(place)
            for policy in self.policies.values():
                if policy.may_call(place.method):
                    self.all_judged(self.sweep.answers(place, policy, target), self.judge.write)

    def test_methods(self):
        self.all_judged(self.sweep.forbidden_calls(), self.judge.write)
        for policy in self.policies.values():
            self.all_judged(self.sweep.masked_actions(policy), self.judge.write)

    def test_records_of_another_company(self):
        self.all_judged(self.sweep.hidden_records(self.policies["bound"]), self.judge.untouched)

    # -- reads

    def test_masks(self):
        self.reads(self.sweep.masks)

    def test_conditions(self):
        self.reads(self.sweep.conditions, "search", "count")

    def test_orders(self):
        self.reads(self.sweep.orders, "search")

    def reads(self, shots, *operations):
        for method in self.sweep.read_methods(*operations):
            for policy in self.policies.values():
                self.all_judged(shots(method, policy), self.judge.read)


class KnownHoles(AttackerCase):
    """Inputs that did harm once, each by a caller of one company who may do everything but delete."""

    def setUp(self):
        self.world.reset()
        self.bound = self.policies["bound"]

    def call(self, service, method, **fields):
        stub = self.world.gateways["callers"].service(f"odoo.{service}Service")
        return getattr(stub, method)(metadata=self.bound.metadata, **fields)

    def extra(self, **values):
        return {"extra_fields": values}

    @contextlib.contextmanager
    def refused(self, *paths, reasons=("UNKNOWN_FIELD",)):
        """Nothing of it reaches Odoo but look-ups, and exactly these places are at fault."""
        self.world.sandbox.forget_calls()
        with harness.failure() as failed:
            yield failed
        # Entries of a map come in any order.
        self.assertEqual(sorted(failed.paths), sorted(paths), str(failed.failure))
        self.assertIn(failed.reason, reasons, str(failed.failure))
        changing = [call for calls in self.world.received().values() for call in mutating(calls)]
        self.assertEqual(changing, [], "\n".join(map(str, changing)))
        self.assertNotIn(HIDDEN, str(failed.failure))

    def value(self, model, record, field):
        return self.world.direct(model, "read", [record], [field])[0][field]

    def test_a_conversion_merges_no_leads(self):
        leads = [self.world.make("crm.lead", "ConvertLead").id for _ in range(2)]
        merged = self.extra(
            name={"text_value": "merge"}, duplicated_lead_ids={"refs_value": {"refs": [{"id": lead} for lead in leads]}}
        )
        with self.refused("values.extra_fields.name", "values.extra_fields.duplicated_lead_ids"):
            self.call("crm.v1.Lead", "ConvertLead", id=leads[0], values=merged)
        self.assertEqual(self.world.direct("crm.lead", "search_count", [["id", "in", leads]]), 2)

    def test_a_payment_pays_no_other_invoice(self):
        named, other = (self.world.make("account.move", "RegisterPayment").id for _ in range(2))
        (line,) = self.world.direct(
            "account.move.line", "search", [["move_id", "=", other], ["display_type", "=", "payment_term"]]
        )
        for name, value in (
            ("line_ids", {"refs_value": {"refs": [{"id": line}]}}),
            ("can_edit_wizard", {"bool_value": True}),
            ("custom_user_amount", {"decimal_value": "1"}),
        ):
            with self.subTest(name), self.refused(f"values.extra_fields.{name}"):
                self.call("account.v1.Invoice", "RegisterPayment", ids=[named], values=self.extra(**{name: value}))
        self.assertEqual(self.value("account.move", other, "payment_state"), "not_paid")

    def test_invoices_are_of_the_orders_that_are_named(self):
        named = self.world.make("sale.order", "CreateInvoices").id
        draft = self.world.make("sale.order").id
        others = self.extra(sale_order_ids={"refs_value": {"refs": [{"id": draft}]}})
        with self.refused("values.extra_fields.sale_order_ids"):
            self.call("sale.v1.SaleOrder", "CreateInvoices", ids=[named], values=others)
        self.assertEqual(self.value("sale.order", draft, "invoice_ids"), [])

    def test_a_credit_note_is_of_the_invoices_that_are_named(self):
        named, other = (self.world.make("account.move", "CreateCreditNote").id for _ in range(2))
        journal = {"id": self.world.references["sandbox.journal_sale"]}
        others = {"journal_id": journal, **self.extra(move_ids={"refs_value": {"refs": [{"id": other}]}})}
        with self.refused("values.extra_fields.move_ids"):
            self.call("account.v1.Invoice", "CreateCreditNote", ids=[named], values=others)
        self.assertEqual(self.value("account.move", other, "reversal_move_ids"), [])

    def test_a_lost_lead_is_the_one_that_is_named(self):
        named, other = (self.world.make("crm.lead").id for _ in range(2))
        with self.refused("values.extra_fields.lead_ids"):
            others = self.extra(lead_ids={"refs_value": {"refs": [{"id": other}]}})
            self.call("crm.v1.Lead", "MarkLeadLost", id=named, values=others)
        self.assertTrue(self.value("crm.lead", other, "active"))

    def test_states_are_changed_by_actions_only(self):
        for service, method, model, state in (
            ("account.v1.Invoice", "UpdateInvoice", "account.move", "posted"),
            ("sale.v1.SaleOrder", "UpdateSaleOrder", "sale.order", "cancel"),
            ("purchase.v1.PurchaseOrder", "UpdatePurchaseOrder", "purchase.order", "purchase"),
            ("stock.v1.Picking", "UpdatePicking", "stock.picking", "done"),
        ):
            record = self.world.make(model).id
            before = self.value(model, record, "state")
            with self.subTest(model), self.refused("values.extra_fields.state"):
                self.call(service, method, id=record, values=self.extra(state={"text_value": state}))
            self.assertEqual(self.value(model, record, "state"), before)

    def test_what_is_listed_is_written_in_its_own_place_only(self):
        """Also at the bottom of a batch, and where the other version of Odoo has the name."""
        order = {"partner_id": {"id": self.world.references["sandbox.customer_alder"]}}
        for row in ({"tax_id": {"refs_value": {}}}, {"tax_ids": {"refs_value": {}}}, {"qty_invoiced": {"decimal_value": "1"}}):
            (name,) = row
            line = {"product_id": {"id": self.world.references["sandbox.product_desk"]}, **self.extra(**row)}
            batch = [order, {**order, "order_line": {"rows": [line]}}]
            with self.subTest(name), self.refused(f"values[1].order_line.rows[0].extra_fields.{name}"):
                self.call("sale.v1.SaleOrder", "BatchCreateSaleOrders", values=batch)

    def test_rows_stay_with_their_record(self):
        order, other = (self.world.make("sale.order") for _ in range(2))
        line = order.row(("order_line",))
        moved = {"order_line": {"rows": [{"id": line, **self.extra(order_id={"ref_value": {"id": other.id}})}]}}
        with self.refused("values.order_line.rows[0].extra_fields.order_id"):
            self.call("sale.v1.SaleOrder", "UpdateSaleOrder", id=order.id, values=moved)
        taken = {"order_line": {"rows": [{"id": other.row(("order_line",)), "name": "mine"}]}}
        with self.refused("values.order_line.rows[0].id", reasons=("INVALID_REFERENCE",)):
            self.call("sale.v1.SaleOrder", "UpdateSaleOrder", id=order.id, values=taken)
        self.assertEqual(self.value("sale.order", order.id, "order_line"), [line])

    def test_secrets_have_no_door(self):
        order = self.world.make("sale.order").id
        condition = [{"path": "access_token", "op": 10, "value": {"text_value": "S"}}]
        search = functools.partial(self.call, "sale.v1.SaleOrder", "SearchSaleOrders")
        with self.refused("read_mask.paths[0]"):
            self.call("sale.v1.SaleOrder", "GetSaleOrder", id=order, read_mask={"paths": ["extra_fields.access_token"]})
        with self.refused("conditions[0].path", reasons=("UNKNOWN_FIELD", "INVALID_DOMAIN")):
            search(conditions=condition)
        with self.refused("order_by[0].field", reasons=("INVALID_DOMAIN",)):
            search(order_by=[{"field": "access_token"}])
        with self.refused("values.extra_fields.access_token"):
            chosen = self.extra(access_token={"text_value": "chosen"})
            self.call("sale.v1.SaleOrder", "UpdateSaleOrder", id=order, values=chosen)
        self.assertIn(SECRET, self.value("sale.order", order, "access_token"))

    def test_references_lead_to_what_the_caller_may_see(self):
        theirs = {"id": self.world.references["other.res_partner"]}
        product = {"id": self.world.hidden_ids["product.product"][0]}
        ours = {"id": self.world.references["sandbox.customer_alder"]}
        unseen = ("INVALID_REFERENCE",)
        for reference in (theirs, {"external_id": "other.res_partner"}):
            with self.subTest(str(reference)), self.refused("values.parent_id", reasons=unseen):
                self.call("contacts.v1.Partner", "CreatePartner", values={"name": "kid", "parent_id": reference})
            with self.subTest(str(reference)), self.refused("values.partner_id", reasons=unseen):
                self.call("sale.v1.SaleOrder", "CreateSaleOrder", values={"partner_id": reference})
        with self.refused("values.order_line.rows[0].product_id", reasons=unseen):
            rows = {"rows": [{"product_id": product}]}
            self.call("sale.v1.SaleOrder", "CreateSaleOrder", values={"partner_id": ours, "order_line": rows})

    def test_external_ids_of_other_models_reveal_nothing(self):
        def asked(path, external_id):
            refs = {"refs_value": {"refs": [{"external_id": external_id}]}}
            with harness.failure() as failed:
                self.call("contacts.v1.Partner", "SearchPartners", conditions=[{"path": path, "op": 7, "value": refs}])
            return failed.failure

        other, none = (asked("id", name) for name in ("sandbox.product_desk", "sandbox.no_such"))
        self.assertEqual((other.reason, other.paths), ("INVALID_REFERENCE", ["conditions[0].value.refs[0]"]), str(other))
        self.assertEqual(other.message.replace("product_desk", "no_such"), none.message)
        self.assertEqual((other.reason, other.paths, other.metadata), (none.reason, none.paths, none.metadata))
        self.assertEqual(asked("name", "sandbox.customer_alder").reason, "INVALID_DOMAIN")

    def test_records_stay_in_the_callers_companies(self):
        partner = self.call("contacts.v1.Partner", "CreatePartner", values={"name": "Ours", "company_id": {"id": 1}}).record.id
        not_allowed = ("CALLER_NOT_ALLOWED",)
        update = functools.partial(self.call, "contacts.v1.Partner", "UpdatePartner", id=partner)
        with self.refused("values.clear_fields[0]", reasons=not_allowed):
            update(values={"clear_fields": ["company_id"]})
        with self.refused("values.company_id", reasons=not_allowed):
            update(values={"company_id": {"id": 2}})
        with self.refused("values.extra_fields.x_company_id", reasons=not_allowed):
            update(values=self.extra(x_company_id={"empty_value": True}))
        with self.refused("values.extra_fields.x_company_ids", reasons=not_allowed):
            update(values=self.extra(x_company_ids={"refs_value": {}}))
        self.assertEqual(self.value("res.partner", partner, "company_id")[0], 1)

    def test_fields_added_to_a_wizard_are_written(self):
        """The rules must not forbid everything."""
        named = self.world.make("sale.order", "CreateInvoices").id
        self.call("sale.v1.SaleOrder", "CreateInvoices", ids=[named], values=self.extra(x_size={"text_value": "L"}))
        (made,) = self.world.direct("sale.advance.payment.inv", "search_read", [["x_size", "=", "L"]], ["sale_order_ids"])
        self.assertEqual(made["sale_order_ids"], [named])


if __name__ == "__main__":
    unittest.main(verbosity=1)

"""All requests that the attacker sends: every place, every name, under every policy."""

from e2e import attacker_values
from e2e.attacker_judge import Shot
from e2e.attacker_policies import READS, Policy, Rule
from e2e.attacker_requests import SAMPLES, places, sample_names, ways
from e2e.attacker_rules import is_secret
from google.protobuf import symbol_database

from odoo.type.v1 import type_pb2

# Neither Odoo nor a contract has such names; what they hide in must not be taken apart.
ODD_NAMES = (
    *("", "no_such_field", "x_no_such_field", "NAME", "name ", "name\u0000"),
    *("name.x", "order_line/name", "partner_id.name", ".id", "__class__"),
)
WRITES = ("create", "update", "batch_create")
OPERATORS = range(1, len(type_pb2.Operator.keys()))


def some_policies(catalog, rules, random):
    """The five: no callers at all; all rights; reads only; a few names; one company and no deleting."""
    actions = tuple(method.name for method in catalog.methods if method.operation == "call")
    return {
        policy.name: policy
        for policy in (
            Policy("open"),
            Policy("all", (Rule(),)),
            Policy("reader", (Rule(operations=READS),)),
            Policy("few", tuple(_few(catalog, rules, random, actions))),
            Policy("bound", (Rule(operations=(*READS, *WRITES, *actions)),), companies=(1,)),
        )
    }


def _few(catalog, rules, random, actions):
    """A rule per model: the samples' own names, and a few others, of those that extra_fields may name too."""
    for method in catalog.methods:
        if method.operation != "create":
            continue
        record = method.values.record
        own = random.sample(sorted(record.by_name), 3)
        read = {*own, *_readable(rules, record, random)}
        written = set(sample_names(method.model))
        for way, values in ways(catalog, method.values):
            written.update(".".join((*way, name)) for name in _writable(rules, values, random))
        performed = tuple(name for name in actions if name in SAMPLES[method.model].get("wizards", ()))
        yield Rule((method.model,), (*READS, *WRITES, *performed), tuple(sorted(read)), tuple(sorted(written)))


def _readable(rules, record, random):
    names = [name for name in rules.names(record.model) if rules.may_read(record, name)]
    return random.sample(sorted(names), 2)


def _writable(rules, values, random):
    listed = rules.catalog.listed[values.record.model]
    names = [name for name in rules.names(values.record.model) if name not in listed and rules.writable(values, name)]
    return random.sample(sorted(names), min(3, len(names)))


def _shown(name):
    """As violations show it."""
    return name.replace("\u0000", " ")


class Sweep:
    def __init__(self, world, catalog, rules, policies, random):
        self.world, self.catalog, self.rules, self.policies, self.random = world, catalog, rules, policies, random
        self.values = attacker_values.Generator(random, world.records())

    # -- writes

    def write_places(self):
        return [place for place in places(self.catalog) if not place.method.wizard]

    def wizard_places(self):
        return [place for place in places(self.catalog) if place.method.wizard]

    def extra(self, place, policy, target, name):
        """The sample's request with one extra field; twice in three times with a value that fits."""
        attributes = self.rules.attributes(place.values.record.model, name) or {"type": "char"}
        make = self.values.fitting if self.random.random() < 0.67 else self.values.any
        kind, payload = make(attributes)
        request, values = place.request(self.world.references, target)
        expected = self._may_write(place, policy, name, kind, payload, attributes)
        own = place.values.record.by_odoo_name(name, self.rules.major)
        if own is not None and any(field.name == own.name for field, _ in values.ListFields()):
            expected = False
        elif own is not None and expected and place.is_update:
            # A key that Odoo knows nothing of might leave the record in a state that refuses what comes next.
            request.validate_only, expected = True, None
        values.extra_fields[name].CopyFrom(attacker_values.message(kind, payload))
        if expected is False and place.method.takes("validate_only") and self.random.random() < 0.2:
            request.validate_only = True
        return Shot(policy, place.method, request, expected, name, f"{place.path}.extra_fields.{_shown(name)}", place, target)

    def _may_write(self, place, policy, name, kind, payload, attributes):
        method = place.method
        expected = self.rules.may_write(place.values, name, kind, payload, wizard=method.wizard, update=place.is_update)
        path = place.rule_path(self.rules.rule_name(place.values.record, name))
        if not policy.may_call(method) or not policy.may_write(method, path):
            return False
        listed = name in self.catalog.listed.get(place.values.record.model, ())
        if not listed and not name.startswith("x_") and not policy.names(method, path):
            return False
        if expected is not False and policy.companies:
            return self._within_companies(policy, attributes, kind, payload, expected)
        return expected

    def _within_companies(self, policy, attributes, kind, payload, expected):
        """A caller bound to companies names no record of another one, and leaves no record without a company."""
        relation = attributes.get("relation")
        refs = payload["refs"] if kind == "refs_value" else [payload] if kind == "ref_value" else ()
        named = [ref.get("id") or self.world.references[ref["external_id"]] for ref in refs]
        if relation == "res.company":
            return expected if named and set(named) <= set(policy.companies) else False
        return False if set(named) & set(self.world.hidden_ids.get(relation, ())) else expected

    def shots(self, place, policy, target):
        for name in self.names(place.values):
            yield self.extra(place, policy, target, name)
        yield from self.own(place, policy, target)
        yield from self.clears(place, policy, target)

    def clears(self, place, policy, target):
        """`clear_fields` takes the contract's names of fields that may be written, and no others."""
        names = self._some([*self.rules.names(place.values.record.model), *ODD_NAMES], policy.name == "open" and not place.way)
        for name in names:
            if name in place.values.fields and policy.may_write(place.method, place.rule_path(name)):
                continue
            request, values = place.request(self.world.references, target)
            values.clear_fields.append(name)
            yield Shot(policy, place.method, request, False, name, f"{place.path}.clear_fields[0]", place, target)

    def names(self, values):
        return [*self.rules.names(values.record.model), *ODD_NAMES]

    def own(self, place, policy, target):
        """Fields of the contract that the caller may not write, or references that it may not name."""
        for field in place.values.fields.values():
            listed = place.values.record.by_name[field.name]
            permitted = policy.may_write(place.method, place.rule_path(field.name))
            hidden = self.world.hidden_ids.get(listed.rule.relation) if policy.companies else None
            if permitted and not hidden or field.name in place.values.rows(self.catalog):
                continue
            request, values = place.request(self.world.references, target)
            values.ClearField(field.name)
            self._set(values, field, hidden[0] if hidden else 1)
            self._rename_reference(values, field, listed.rule.relation)
            path = f"{place.path}.{field.name}"
            yield Shot(policy, place.method, request, False, field.name, path, place, target)
            if permitted and listed.rule.relation == "res.company":
                request, values = place.request(self.world.references, target)
                values.clear_fields.append(field.name)
                yield Shot(policy, place.method, request, False, field.name, f"{place.path}.clear_fields[0]", place, target)

    def _rename_reference(self, values, field, model):
        """Every second one by its external id, if it has one."""
        member = getattr(values, field.name)
        refs = [member] if hasattr(member, "external_id") else member.set.refs if hasattr(member, "set") else ()
        for ref in refs:
            external_id = self.world.external_id(model, ref.id)
            if external_id and self.random.random() < 0.5:
                ref.external_id = external_id

    def _set(self, values, field, record):
        member = getattr(values, field.name)
        name = field.message_type.full_name if field.message_type else None
        if name == "odoo.type.v1.Ref":
            member.id = record
        elif name == "odoo.type.v1.RefChange":
            member.set.refs.add().id = record
        elif name == "odoo.type.v1.Date":
            member.year, member.month, member.day = 2026, 3, 4
        elif name == "google.protobuf.Timestamp":
            member.seconds = 1767225600
        elif field.enum_type:
            setattr(values, field.name, field.enum_type.values[1].number)
        else:
            text = {field.CPPTYPE_STRING: "7", field.CPPTYPE_BOOL: True}
            setattr(values, field.name, b"7" if field.type == field.TYPE_BYTES else text.get(field.cpp_type, 7))

    def masked_actions(self, policy):
        """What an action answers is reading, too: none of these may be carried out."""
        for method in self.catalog.methods:
            if method.operation != "call" or method.answers is None or not policy.may_call(method):
                continue
            record = self.catalog.record(method.answers.full_name)
            for name in ["x_portal_token", "access_token", *self.random.sample(sorted(self.rules.names(record.model)), 4)]:
                if not self.rules.may_read(record, name):
                    request = self._about(method, self.world.shown(method.model))
                    request.read_mask.paths.append(f"extra_fields.{name}")
                    yield Shot(policy, method, request, False, name, "read_mask.paths[0]")

    def hidden_records(self, policy):
        """Every method that is about records, of those of another company."""
        for method in self.catalog.methods:
            for record in self.world.hidden_ids.get(method.model, ()):
                if policy.may_call(method) and (method.takes("id") or method.takes("ids")):
                    yield Shot(policy, method, self._about(method, record), None)

    def _about(self, method, record):
        request = symbol_database.Default().GetPrototype(method.request)()
        if method.takes("ids"):
            request.ids.append(record or attacker_values.NO_SUCH_ID)
        elif method.takes("id"):
            request.id = record or attacker_values.NO_SUCH_ID
        return request

    def forbidden_calls(self):
        """Methods that a policy does not list, each with a request that is fine otherwise."""
        for policy in self.policies.values():
            for method in self.catalog.methods:
                if policy.may_call(method):
                    continue
                yield Shot(policy, method, self._about(method, self.world.shown(method.model)), False)

    def answers(self, place, policy, target):
        """What a write answers is reading: nothing is written where the mask names what may not be read."""
        method = place.method
        record = self.catalog.record(method.answers.full_name)
        names = [*self.random.sample(sorted(record.by_name), 3), *self.random.sample(sorted(self.rules.names(record.model)), 3)]
        paths = [f"extra_fields.{name}" for name in [*names, "x_portal_token", "access_token"]] + names[:3]
        for path in paths:
            extra, _, name = path.rpartition("extra_fields.")
            rule_name = self.rules.rule_name(record, name)
            readable = (
                policy.may_read(method, rule_name)
                if record.model == method.model
                else policy.may_read_model(record.model, rule_name)
            )
            permitted = readable and (not path.startswith("extra_fields.") or self.rules.may_read(record, name))
            if permitted:
                continue
            request, _ = place.request(self.world.references, target)
            request.read_mask.paths.append(path)
            yield Shot(policy, method, request, False, path, "read_mask.paths[0]", place, target)

    # -- reads

    def read_methods(self, *operations):
        """Those that answer records, or those of these operations."""
        return [method for method in self.catalog.methods if method.operation in (operations or ("get", "search"))]

    def _some(self, names, whole):
        """All of them, or the secrets and a few others: enough for policies that treat all names alike."""
        if whole:
            return list(names)
        return [*filter(is_secret, names), *self.random.sample(sorted(names), min(4, len(names)))]

    def masks(self, method, policy):
        """`extra_fields.NAME` of the record and of its rows, and names without extra_fields."""
        record = self.catalog.record(method.answers.full_name)
        whole = (policy.name, method.operation) in (("open", "get"), ("few", "search"))
        for prefix, at in self._row_records(record):
            for name in self._some([*self.rules.names(at.model), "x_no_such_field"], whole):
                permitted = self.rules.may_read(at, name) and policy.may_read(method, prefix + self.rules.rule_name(at, name))
                yield self._mask(method, policy, f"{prefix}extra_fields.{name}", permitted)
            for name in self._some(at.by_name, whole):
                yield self._mask(method, policy, prefix + name, policy.may_read(method, prefix + name) and None)
        for field in record.fields:
            if field.rule.relation and field.row_record is None:
                for path in (f"{field.name}.x_pin", f"{field.name}.extra_fields.x_pin", f"extra_fields.{field.name}.x_pin"):
                    yield self._mask(method, policy, path, False)

    def _row_records(self, record):
        yield "", record
        for field in record.fields:
            if field.row_record is not None:
                yield f"{field.name}.", self.catalog.record(field.row_record.full_name)

    def _mask(self, method, policy, path, permitted):
        request = symbol_database.Default().GetPrototype(method.request)()
        request.read_mask.paths.append(path)
        if method.operation == "get":
            request.id = self.world.shown(method.model) or attacker_values.NO_SUCH_ID
        else:
            request.page_size = 5
        return Shot(policy, method, request, permitted if policy.may_call(method) else False, path, asked=(path,))

    def _all_names(self, record):
        """Odoo's and the contract's."""
        return dict.fromkeys([*self.rules.names(record.model), *record.by_name])

    def conditions(self, method, policy):
        """Each name by itself, and behind each reference, with any operator and any value."""
        record = self.catalog.served()[method.model]
        whole = (policy.name, method.operation) in (("open", "search"), ("few", "count"))
        for name in self._some(self._all_names(record), whole):
            permitted = self.rules.may_compare(record, name) and policy.may_read(method, self.rules.rule_name(record, name))
            yield self._condition(method, policy, name, record, name, permitted)
        for name in (
            "",
            "NAME",
            "name ",
            "name.x",
            "extra_fields.name",
            "create_uid..name",
            "message_ids.body",
            "create_uid.x_pin.x_pin",
        ):
            yield self._condition(method, policy, name, record, name, False)
        for field in record.fields:
            if field.type == "many2one" and field.rule.relation in self.catalog.served() and field.odoo_name(self.rules.major):
                yield from self._behind(method, policy, field)

    def _behind(self, method, policy, field):
        other = self.catalog.served()[field.rule.relation]
        secrets = [name for name in self.rules.names(other.model) if is_secret(name)]
        others = self.random.sample(sorted(self.rules.names(other.model)), 2)
        for name in [self.random.choice(secrets), *others]:
            permitted = (
                self.rules.may_compare(other, name)
                and policy.may_read(method, field.name)
                and policy.may_read_model(other.model, self.rules.rule_name(other, name))
            )
            yield self._condition(method, policy, f"{field.name}.{name}", other, name, permitted)

    def _condition(self, method, policy, path, record, name, permitted):
        request = symbol_database.Default().GetPrototype(method.request)()
        condition = request.conditions.add(path=path, op=self.random.choice(OPERATORS))
        field = record.by_name.get(name)
        attributes = self.rules.attributes(record.model, field.odoo_name(self.rules.major) if field else name) or {"type": "char"}
        if condition.op < type_pb2.OPERATOR_IS_SET:
            kind, payload = self._operand(attributes, condition.op)
            condition.value.CopyFrom(attacker_values.message(kind, payload))
            names_records = kind in ("ref_value", "refs_value")
            if names_records and not attributes.get("relation") and name != "id":
                permitted = False
        return Shot(policy, method, request, None if permitted and policy.may_call(method) else False, path)

    def _operand(self, attributes, operator):
        if operator in (type_pb2.OPERATOR_ONE_OF, type_pb2.OPERATOR_NONE_OF):
            kind = self.random.choice(("refs_value", "list_value"))
            return kind, self.values.payload(kind, attributes)
        return self.values.fitting(attributes) if self.random.random() < 0.7 else self.values.any(attributes)

    def orders(self, method, policy):
        record = self.catalog.served()[method.model]
        odd = (*ODD_NAMES, "name, x_pin", "id desc, x_pin", "create_uid.x_pin", "extra_fields.x_pin", "name desc nulls last")
        for name in [*self._some(self._all_names(record), policy.name in ("open", "few")), *odd]:
            request = symbol_database.Default().GetPrototype(method.request)()
            request.order_by.add(field=name, descending=self.random.random() < 0.5)
            permitted = self.rules.may_order(record, name) and policy.may_read(method, name) and policy.may_call(method)
            yield Shot(policy, method, request, None if permitted else False, name)

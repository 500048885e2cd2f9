"""Requests with what is expected of them, sent many at a time, and what is wrong with the outcome of each."""

import copy
import itertools
from dataclasses import dataclass

import grpc
import harness
from e2e.attacker_contracts import KINDS, Record
from e2e.attacker_policies import Policy
from e2e.attacker_world import HIDDEN, SECRET
from google.protobuf import symbol_database, text_format

from odoo.contract.v1 import options_pb2 as options

_AT_A_TIME = 12
# The sandbox remembers 1,000 calls; a request makes a few.
_PER_CHUNK = 120
_TIMEOUT = 30
_numbers = itertools.count()


@dataclass
class Shot:
    """One request."""

    policy: object
    method: object
    request: object
    # True: it must reach Odoo; False: it must be refused before; None: either.
    expected: object
    # What it names, and where violations say that it stands.
    name: str = ""
    path: str = ""
    # Of writes: where, and the record that it is about.
    place: object = None
    target: object = None
    # Of reads: what the mask names of extra_fields.
    asked: tuple = ()
    request_id: str = ""
    failure: object = None
    answer: object = None

    def __post_init__(self):
        self.request_id = f"a-{next(_numbers)}"

    def __str__(self):
        text = text_format.MessageToString(self.request, as_one_line=True)
        outcome = f"{self.failure.code} {self.failure.reason} {self.failure.paths}" if self.failure else "OK"
        return f"{self.method.name} {{{text}}} as `{self.policy.name}` -> {outcome}"


@dataclass(frozen=True)
class Finding:
    kind: str
    shot: object
    detail: str = ""

    def __str__(self):
        return f"[{self.kind}] {self.shot}" + (f"\n    {self.detail}" if self.detail else "")


def fire(world, shots):
    """Sends them; each then has its failure or answer. Yields (shot, the calls that it led to) after each chunk."""
    shots = iter(shots)
    while chunk := list(itertools.islice(shots, _PER_CHUNK)):
        world.sandbox.forget_calls()
        waiting = []
        for shot in chunk:
            waiting.append((shot, _begin(world, shot)))
            if len(waiting) >= _AT_A_TIME:
                _end(*waiting.pop(0))
        for pair in waiting:
            _end(*pair)
        received = world.received()
        for shot in chunk:
            yield shot, received.get(shot.request_id, [])


def _begin(world, shot):
    gateway = world.gateways["callers" if shot.policy.rules else "open"]
    metadata = (*shot.policy.metadata, ("x-request-id", shot.request_id))
    call = gateway.bytes_call(shot.method.path)
    return call.future(shot.request.SerializeToString(), timeout=_TIMEOUT, metadata=metadata)


def _end(shot, future):
    try:
        shot.answer = future.result()
    except grpc.RpcError as error:
        shot.failure = harness.Failure(error)


def mutating(calls):
    return [call for call in calls if call.changes_something]


class Judge:
    def __init__(self, world, catalog, rules):
        self._world, self._catalog, self._rules = world, catalog, rules
        self._controls = {}

    def control(self, place, target):
        """The calls of the request at this place without any extra field. It must succeed: else nothing would be tested."""
        key = place, target
        if key not in self._controls:
            request, _ = place.request(self._world.references, target)
            shot = Shot(Policy("open"), place.method, request, True, place=place, target=target)
            ((_, calls),) = fire(self._world, [shot])
            if shot.failure is not None:
                raise AssertionError(f"what is tried is wrong: {shot}: {shot.failure}")
            self._controls[key] = calls
        return self._controls[key]

    def forget(self, place):
        """Its controls count no more."""
        self._controls = {key: calls for key, calls in self._controls.items() if key[0] != place}

    # -- of any request

    def leaks(self, shot):
        """Secrets, and for callers bound to companies what is another company's, in answers and in errors."""
        said = shot.answer if shot.failure is None else shot.failure.raw + shot.failure.message.encode()
        if SECRET.encode() in said:
            yield Finding("a secret is answered", shot)
        if shot.policy.companies and HIDDEN.encode() in said:
            yield Finding("another company's data is answered", shot)
        if shot.failure is None:
            yield from self._unpermitted(shot)

    def _unpermitted(self, shot):
        """Fields of the answer that the caller may not read, or did not ask for."""
        message = symbol_database.Default().GetPrototype(shot.method.descriptor.output_type).FromString(shot.answer)
        records = [message.record] if shot.method.takes_record_answer else getattr(message, "records", ())
        for record in records:
            yield from self._fields_of(shot, record, "")

    def _fields_of(self, shot, message, prefix):
        record = self._catalog.record(message.DESCRIPTOR.full_name)
        for field, value in message.ListFields():
            if field.name == "extra_fields":
                for name in value:
                    path = prefix + self._rules.rule_name(record, name)
                    if f"{prefix}extra_fields.{name}" not in shot.asked or not self._may_read(shot, path):
                        yield Finding("a field is answered that must not be", shot, f"{prefix}extra_fields.{name}")
            elif not self._may_read(shot, prefix + field.name):
                yield Finding("a field is answered that must not be", shot, prefix + field.name)
            elif field.message_type and field.message_type.GetOptions().Extensions[options.message].kind == KINDS.Value(
                "KIND_RECORD"
            ):
                for row in value:
                    yield from self._fields_of(shot, row, f"{prefix}{field.name}.")

    def _may_read(self, shot, path):
        answered = Record(shot.method.answers).model
        if answered != shot.method.model:
            return shot.policy.may_read_model(answered, path)
        states = [state.field for state in shot.method.rule.done_when]
        return path in states or shot.policy.may_read(shot.method, path)

    # -- of writes

    def write(self, shot, calls):
        """Findings about one write."""
        changing = mutating(calls)
        yield from self.leaks(shot)
        if not shot.policy.may_call(shot.method) and calls:
            yield Finding("a refused call reached Odoo", shot, str(calls[0]))
        if shot.expected is False:
            yield from self._must_be_refused(shot, changing)
        elif not changing and shot.expected:
            yield Finding("refused, though permitted", shot, str(shot.failure))
        if changing and shot.name and not shot.policy.may_call(shot.method):
            return
        if changing and shot.place is not None:
            yield from self._not_as_control(shot, changing)
            yield from self._unaudited(shot, changing)

    def _must_be_refused(self, shot, changing):
        if changing:
            yield Finding("written, though not permitted", shot, "; ".join(map(str, changing)))
        elif shot.failure is None:
            yield Finding("accepted, though not permitted", shot)
        elif shot.path and not any(path == shot.path or path.startswith(shot.path + ".") for path in shot.failure.paths):
            yield Finding("refused for another reason", shot, f"no violation at {shot.path}: {shot.failure}")

    def _not_as_control(self, shot, changing):
        """What is written must be what the request without the extra field writes, and the extra field at its place."""
        expected = mutating(self.control(shot.place, shot.target))
        if [(call.model, call.method) for call in changing] != [(call.model, call.method) for call in expected[: len(changing)]]:
            yield Finding("other calls than without the extra field", shot, "; ".join(map(str, changing)))
            return
        made = {call.model for call in expected if call.method == "create"}
        for call, control in zip(changing, expected):
            if call.model not in made and call.ids != control.ids:
                yield Finding("other records than without the extra field", shot, str(call))
            companies = {"allowed_company_ids": list(shot.policy.companies)} if shot.policy.companies else {}
            if call.context != {**control.context, **companies}:
                yield Finding("another context than without the extra field", shot, str(call.context))
            if control.written is not None and self._without(shot, call) != control.written:
                yield Finding("written in another place", shot, f"{call}\n    instead of {control}")

    def _without(self, shot, call):
        """What was written, without the extra field at its place."""
        written = copy.deepcopy(call.written)
        if call.model != self._catalog.record(shot.place.method.values.record.descriptor.full_name).model:
            return written
        values = written[1 if shot.method.operation == "batch_create" else 0]
        record = shot.place.method.values.record
        for field in shot.place.way:
            commands = values[record.by_name[field].odoo_name(self._rules.major)]
            record = self._catalog.record(record.by_name[field].row_record.full_name)
            values = commands[0][2]
        values.pop(shot.name, None)
        return written

    def _unaudited(self, shot, changing):
        """Every record that changed is in the audit log, rows with the record that they belong to."""
        changes = [change for call in changing for change in call.changes]
        if not changes:
            return
        audit = self._world.audits["callers" if shot.policy.rules else "open"].line(shot.request_id, wait=True)
        if audit is None:
            yield Finding("changed without an audit line", shot)
            return
        audited = {*audit.get("ids", ()), *audit.get("result_ids", ())}
        usual = {change["model"] for call in self.control(shot.place, shot.target) for change in call.changes}
        for change in changes:
            if not self._accounted(shot, change, audited, usual):
                detail = f"{change['model']} {change['id']}, audited {sorted(audited)}"
                yield Finding("changed without its id in the audit log", shot, detail)

    def _accounted(self, shot, change, audited, usual):
        """Of the service's model: named itself, or through the record that it is a row of. Of others: as without the extra field."""
        model = change["model"]
        owners = self._rules.owner_fields(model)
        if model != shot.method.model and not owners:
            return model in usual
        sides = [side for side in (change["before"], change["after"]) if side]
        if model == shot.method.model and change["id"] in audited and not owners:
            return True
        return all(self._belongs(shot.method.model, model, change["id"], side, audited) for side in sides)

    def _belongs(self, top, model, record, values, audited):
        """`values` of a record: it is audited, or what it is a row of is."""
        if model == top and record in audited:
            return True
        for field in self._rules.owner_fields(model):
            parent = values.get(field)
            if not parent:
                continue
            above = self._rules.attributes(model, field)["relation"]
            if above != model:
                return above != top or parent in audited
            known = self._world.direct(model, "read", [parent], [field])
            outer = {field: known[0][field] and known[0][field][0]} if known else {}
            return self._belongs(top, model, parent, outer, audited)
        # Something else's, as the journal items of an order's invoice.
        return model != top

    def untouched(self, shot, calls):
        """Whatever reached Odoo, it revealed nothing and changed nothing except a wizard, which Odoo deletes soon."""
        yield from self.leaks(shot)
        wizard = shot.method.values.record.model if shot.method.wizard else None
        changes = [change for call in calls for change in call.changes if change["model"] != wizard]
        if changes or shot.failure is None:
            yield Finding("another company's record is reached", shot, str(changes)[:300])

    # -- of reads

    def read(self, shot, calls):
        yield from self.leaks(shot)
        reading = [
            call for call in calls if call.method in ("web_read", "web_search_read", "search_count", "read", "search_read")
        ]
        if shot.expected is False and reading:
            yield Finding("asked of Odoo, though not permitted", shot, str(reading[0].kwargs or reading[0].args)[:400])
        elif shot.expected is False and shot.failure is None:
            yield Finding("accepted, though not permitted", shot)
        elif shot.expected and not reading:
            yield Finding("refused, though permitted", shot, str(shot.failure))
        if mutating(calls):
            yield Finding("a read writes", shot, str(mutating(calls)[0]))

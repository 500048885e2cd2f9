"""Callers' policies as README describes them: what one may call, read and write. An independent reading of those rules."""

import hashlib
from dataclasses import dataclass, field

READS = ("get", "search", "count")


@dataclass(frozen=True)
class Rule:
    """One rule of `allow`; empty lists do not restrict."""

    models: tuple = ("*",)
    operations: tuple = ()
    read_fields: tuple = ()
    write_fields: tuple = ()

    def about(self, model):
        return "*" in self.models or model in self.models

    def lists(self, *names):
        return not self.operations or any(name in self.operations for name in names)

    def allows(self, method):
        return self.about(method.model) and self.lists(method.operation, method.name)

    def allows_reading(self, model):
        return self.about(model) and self.lists(*READS)

    def yaml(self):
        parts = {
            "models": [f'"{model}"' for model in self.models],
            "operations": self.operations,
            "read_fields": self.read_fields,
            "write_fields": self.write_fields,
        }
        return "{" + ", ".join(f"{name}: [{', '.join(names)}]" for name, names in parts.items() if names) + "}"


def _has(names, path):
    """Whether a path is listed, or something above or below it, or is the id of a record that is."""
    if not names or path == "id" or path.endswith(".id"):
        return True
    return any(path == name or path.startswith(name + ".") or name.startswith(path + ".") for name in names)


@dataclass(frozen=True)
class Policy:
    """One caller. Without rules: the gateway has no callers, and all requests may do everything."""

    name: str
    rules: tuple = ()
    companies: tuple = field(default=())

    @property
    def token(self):
        return f"ogw_{self.name}_{'0123456789abcdef' * 2}"

    @property
    def metadata(self):
        return (("authorization", f"Bearer {self.token}"),) if self.rules else ()

    def yaml(self):
        digest = hashlib.sha256(self.token.encode()).hexdigest()
        lines = [f"  {self.name}:", f'    tokens: ["sha256:{digest}"]']
        if self.companies:
            lines.append(f"    companies: {list(self.companies)}")
        return "\n".join([*lines, "    allow:", *(f"      - {rule.yaml()}" for rule in self.rules)]) + "\n"

    def may_call(self, method):
        return not self.rules or any(rule.allows(method) for rule in self.rules)

    def may_write(self, method, path):
        """`path` in the contract's names, rows with their field before them: `order_line.name`."""
        return not self.rules or any(rule.allows(method) and _has(rule.write_fields, path) for rule in self.rules)

    def names(self, method, path):
        """Whether a rule names the path itself: what no contract lists and is not `x_...` takes that."""
        return not self.rules or any(rule.allows(method) and path in rule.write_fields for rule in self.rules)

    def may_read(self, method, path):
        """Of the record that the method answers, or searches for."""
        if not self.rules:
            return True
        if method.operation in READS:
            return any(rule.allows(method) and _has(rule.read_fields, path) for rule in self.rules)
        answered = [rule for rule in self.rules if rule.allows_reading(method.model)]
        answered += [rule for rule in self.rules if rule.allows(method) and rule.read_fields]
        return path == "id" or any(_has(rule.read_fields, path) for rule in answered)

    def may_read_model(self, model, path):
        """Of another model, which a path leads to. Its id is part of the reference."""
        return (
            not self.rules
            or path == "id"
            or any(rule.allows_reading(model) and _has(rule.read_fields, path) for rule in self.rules)
        )


def callers(policies):
    """The section `callers` of a configuration."""
    return "callers:\n" + "".join(policy.yaml() for policy in policies if policy.rules)

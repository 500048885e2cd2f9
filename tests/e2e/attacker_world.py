"""A shop of two companies in the sandbox, a gateway without callers and one with them before it, and what reached Odoo."""

import contextlib
import json
import pathlib
import tempfile
import urllib.request

import harness
from e2e.attacker_contracts import OWN_KEY
from e2e.attacker_requests import SAMPLES, Target
from e2e.attacker_rules import is_secret

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
# In every secret of every record, and in every name of company 2.
SECRET = "S3CR3T"
HIDDEN = "H1DDEN"
# Methods of Odoo that change nothing.
_READING = frozenset(
    "fields_get has_access read search search_read search_count web_read web_search_read check_object_reference name_search"
    " context_get get_installed check_access_rights".split()
)
_OTHER_COMPANY = 2
# Fields that every model has in addition. The secrets among them must be as closed as Odoo's own, and so must what ties a record to others.
ADDED = {
    "x_size": {"type": "char"},
    "x_keyboard": {"type": "char"},
    "x_shipping_pins": {"type": "integer"},
    "x_checked": {"type": "boolean"},
    "x_partner_id": {"type": "many2one", "relation": "res.partner"},
    "x_company_id": {"type": "many2one", "relation": "res.company"},
    "x_company_ids": {"type": "many2many", "relation": "res.company"},
    "x_tag_ids": {"type": "many2many", "relation": "res.partner.category"},
    "x_locked": {"type": "char", "readonly": True},
    **{
        name: {"type": "char"}
        for name in (
            "x_portal_token",
            "x_api_key",
            "x_api_keys",
            "x_private_key",
            "x_pin",
            "x_user_password",
            "x_signup_mail",
            "x_otp",
        )
    },
    "res_model": {"type": "char"},
    "res_id": {"type": "integer"},
    "res_model_id": {"type": "many2one", "relation": "res.country"},
}


def added_fields(lists):
    """For the sandbox: fields that its own lists lack, or describe differently."""
    common = {"readonly": False, "store": True, "searchable": True, "sortable": True, "required": False}
    fields = {name: {"string": name, **common, **attributes} for name, attributes in ADDED.items()}

    def changed(attributes):
        return any(key == OWN_KEY for key, _ in attributes.get("selection", ()))

    return {
        model: {**fields, **{name: attributes for name, attributes in own.items() if changed(attributes)}}
        for model, own in lists.items()
    }


def visible_fields(version, lists):
    """Model -> field -> attributes, of those that the integration user is shown."""
    access = json.loads((REPOSITORY / "tests/sandbox/data" / version / "access.json").read_text(encoding="utf-8"))
    groups = set(access["profiles"]["integration"]["groups"])

    def shown(attributes):
        return "groups" not in attributes or groups & set(attributes["groups"].split(","))

    extra = added_fields(lists)
    return {
        model: {name: attributes for name, attributes in {**fields, **extra[model]}.items() if shown(attributes)}
        for model, fields in lists.items()
    }


class Call:
    """A model call that reached Odoo, whatever the protocol."""

    def __init__(self, logged):
        self.model, self.method = logged["model"], logged["method"]
        self.request_id, self.changes = logged["request_id"], logged["changes"]
        self.args, kwargs = list(logged["args"]), dict(logged["kwargs"])
        self.context = kwargs.pop("context", {})
        self.kwargs = kwargs
        created = self.method == "create"
        self.ids = [] if created else kwargs.pop("ids", None) or (self.args.pop(0) if self.args else [])
        written = kwargs.pop("vals_list", None) or kwargs.pop("vals", None)
        if written is None and self.method in ("create", "write", "web_save") and self.args:
            written = self.args.pop(0)
        self.written = written if written is None or isinstance(written, list) else [written]

    @property
    def changes_something(self):
        return self.method not in _READING

    def __str__(self):
        return f"{self.model}.{self.method} {self.ids} {json.dumps(self.written)[:300]}"


class AuditLog:
    """The lines of a file by request id, as they come."""

    def __init__(self, path):
        self.path, self._at, self._lines = path, 0, {}

    def line(self, request_id, wait):
        """None if there is none, after a while if `wait`."""
        if request_id not in self._lines:
            self._read()
        if wait and request_id not in self._lines:
            with contextlib.suppress(TimeoutError):
                harness.wait_until(lambda: self._read() or request_id in self._lines, "an audit line", timeout=3)
        return self._lines.get(request_id)

    def _read(self):
        with open(self.path, encoding="utf-8") as file:
            file.seek(self._at)
            while (text := file.readline()).endswith("\n"):
                line = json.loads(text)
                self._lines[line["request_id"]] = line
                self._at = file.tell()


class World:
    def __init__(self, cell, lists, configuration):
        self.cell = cell
        self._lists = lists
        with contextlib.ExitStack() as started:
            folder = pathlib.Path(started.enter_context(tempfile.TemporaryDirectory()))
            (folder / "fields.json").write_text(json.dumps(added_fields(lists)), encoding="utf-8")
            (folder / "callers.yaml").write_text(configuration, encoding="utf-8")
            self.sandbox = started.enter_context(harness.Sandbox(cell.version, "--fields", str(folder / "fields.json")))
            odoo = self.sandbox.odoo(cell.protocol)
            self.reset()
            self.gateways, self.audits = {}, {}
            for name, flags in (("open", ()), ("callers", ("--config", str(folder / "callers.yaml")))):
                audit = folder / f"{name}.log"
                audit.touch()
                gateway = harness.Gateway(odoo, "--audit-log", str(audit), *flags)
                self.gateways[name] = started.enter_context(gateway)
                self.audits[name] = AuditLog(audit)
            self._started = started.pop_all()

    def stop(self):
        with self._started:
            alive = all(gateway.alive() for gateway in self.gateways.values())
            codes = [gateway.stop() for gateway in self.gateways.values()]
            mistakes = self.sandbox.mistakes()
        assert alive and codes == [0, 0], f"a gateway ended: {codes}"
        assert not mistakes, "\n".join(mistakes)

    # -- Odoo without the gateway

    def direct(self, model, method, *args, **kwargs):
        """As the administrator."""
        params = {"service": "object", "method": "execute_kw", "args": ["sandbox", 2, "admin", model, method, args, kwargs]}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "params": params}).encode()
        request = urllib.request.Request(self.sandbox.url + "/jsonrpc", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer = json.load(answer)
        if "error" in answer:
            raise RuntimeError(f"{model}.{method} {args}: {answer['error']['data']['message']}")
        return answer["result"]

    def reset(self):
        """The shop, a record of company 2 per model that has companies, documents in all states, secrets in all of them."""
        shop = json.loads((REPOSITORY / "tests/sandbox/data/shop.json").read_text(encoding="utf-8"))
        for record in shop["records"]:
            if record.get("xmlid") == "sandbox.user_integration":
                record["values"]["company_ids"] = ["@base.main_company", "@sandbox.company_second"]
            if record["model"] in self._lists:
                record["values"].update(self._secrets(record["model"]))
        shop["records"] += self._other_company()
        self.sandbox.reset(shop)
        names = self.direct("ir.model.data", "search_read", [], ["module", "name", "model", "res_id"])
        self.references = {f"{row['module']}.{row['name']}": row["res_id"] for row in names}
        self._external = {(row["model"], row["res_id"]): f"{row['module']}.{row['name']}" for row in names}
        self._documents()
        self._learn_ids()
        self.sandbox.forget_calls()

    def _other_company(self):
        """Raw records, as their models would not all make them alike."""
        records = []
        for model, fields in self._lists.items():
            if "company_id" in fields and fields["company_id"].get("store") and model != "res.users":
                values = {"name": f"{HIDDEN} {model}", "company_id": _OTHER_COMPANY, **self._secrets(model)}
                records.append({"model": model, "xmlid": f"other.{model.replace('.', '_')}", "values": values})
        return records

    def _documents(self):
        """Two of each that wizards are about."""
        for _ in range(2):
            self.make("crm.lead")
            self.make("sale.order")
            self.make("account.move")

    def make(self, model, wizard=None):
        """A new Target, ready for a wizard if one is named."""
        record = self.direct(model, "create", {**self._odoo_values(model, SAMPLES[model]["values"]), **self._secrets(model)})
        if wizard in ("RegisterPayment", "CreateCreditNote"):
            self.direct(model, "action_post", [record])
        elif wizard == "CreateInvoices":
            self.direct(model, "action_confirm", [record])
        elif wizard == "ConvertLead":
            self.direct(model, "write", [record], {"type": "lead"})
        return Target(record, tuple(self._rows(model, record, SAMPLES[model]["values"], ())))

    def _rows(self, model, record, values, way):
        for field, value in values.items():
            if isinstance(value, dict):
                (row,) = self.direct(model, "read", [record], [field])[0][field][:1]
                inner = (*way, field)
                yield inner, row
                yield from self._rows(self._lists[model][field]["relation"], row, value["rows"][0], inner)

    def _odoo_values(self, model, values):
        """A sample in Odoo's form; its names are the same in both versions."""
        found = {}
        for name, value in values.items():
            if isinstance(value, dict):
                relation = self._lists[model][name]["relation"]
                value = [[0, 0, self._odoo_values(relation, row)] for row in value["rows"]]
            elif isinstance(value, str) and value.startswith("@"):
                value = self.references[value[1:]]
            elif name == "move_type":
                value = "out_invoice"
            elif self._lists[model][name]["type"] in ("float", "monetary"):
                value = float(value)
            found[name] = value
        return found

    def shown(self, model):
        """A record that every caller may see; of some models the shop has none."""
        shown = set(self.ids[model]) - set(self.hidden_ids.get(model, ()))
        return min(shown, default=None)

    def external_id(self, model, record):
        return self._external.get((model, record))

    def records(self):
        """Model -> (id, external id or None) of each record."""
        return {model: [(one, self._external.get((model, one))) for one in ids] for model, ids in self.ids.items()}

    def _learn_ids(self):
        """Ids by model, and of each those of company 2."""
        self.ids, self.hidden_ids = {}, {}
        for model, fields in self._lists.items():
            self.ids[model] = self.direct(model, "search", [], context={"active_test": False})
            if "company_id" in fields:
                hidden = self.references.get(f"other.{model.replace('.', '_')}")
                self.hidden_ids[model] = [hidden] if hidden else []
        variants = [["product_tmpl_id", "in", self.hidden_ids["product.template"]]]
        self.hidden_ids["product.product"] = self.direct("product.product", "search", variants)
        self.hidden_ids["res.company"] = [_OTHER_COMPANY]

    def _secrets(self, model):
        if model == "res.users":
            return {}
        fields = {**self._lists[model], **ADDED}
        names = [name for name, attributes in fields.items() if is_secret(name) and attributes["type"] == "char"]
        return {name: f"{SECRET}-{model}-{name}" for name in names}

    # -- what reached Odoo

    def received(self):
        """Request id -> its calls, since the last time that this was asked."""
        found = {}
        for logged in self.sandbox.calls():
            found.setdefault(logged["request_id"], []).append(Call(logged))
        self.sandbox.forget_calls()
        return found

"""Who may call what: tokens, certificates, and each caller's policy. Whatever is refused never reaches Odoo."""

import contextlib
import hashlib
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

import grpc
import harness
from case import GatewayCase, main

REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
# ServerReflectionRequest { list_services = "" }
LIST_SERVICES = b"\x3a\x00"

FOLDER = tempfile.TemporaryDirectory()
unittest.addModuleCleanup(FOLDER.cleanup)
NAMES = ("admin", "shop", "reader", "slow", "clerk", "writer")
TOKENS = {name: f"ogw_{name}_{'0123456789abcdef' * 2}" for name in NAMES}
CERTIFIED = harness.Authority(FOLDER.name)


def heard(sandbox):
    """What came of calls; the gateway's own questions may come at any time."""
    return [
        call
        for call in sandbox.calls()
        if call["method"] not in ("fields_get", "has_access") and not call["model"].startswith(("ir.", "res.users"))
    ]


def bearer(name):
    return (("authorization", f"Bearer {TOKENS[name]}"),)


def hashed(name):
    return "sha256:" + hashlib.sha256(TOKENS[name].encode()).hexdigest()


POLICY = f"""
callers:
  admin:
    tokens: ["{hashed('admin')}"]
    certificates: ["uri:spiffe://prod/admin"]
    allow:
      - models: ["*"]
  shop:
    tokens: ["{hashed('shop')}"]
    certificates: ["dns:shop.internal", "cn:shop"]
    allow:
      - models: [sale.order]
        operations: [get, search, count, create, update, ConfirmSaleOrder]
        read_fields: [name, partner_id, order_line.product_id]
        write_fields: [partner_id, order_line.product_id, order_line.product_uom_qty]
      - models: [res.country]
        operations: [search]
        read_fields: [code]
  reader:
    tokens: ["{hashed('reader')}"]
    companies: [1]
    allow:
      - models: [res.partner]
        operations: [get, search, count]
        read_fields: [name, email]
  clerk:
    tokens: ["{hashed('clerk')}"]
    allow:
      - models: [res.partner]
        write_fields: [email]
  writer:
    tokens: ["{hashed('writer')}"]
    allow:
      - models: [res.partner]
        operations: [create, update]
        write_fields: [name, comment]
  slow:
    tokens: ["{hashed('slow')}"]
    rate: 2/s
    allow:
      - models: ["res.*"]
        operations: [get]
"""


def configuration(name, text):
    path = pathlib.Path(FOLDER.name) / f"{name}.yaml"
    path.write_text(text)
    return str(path)


class AccessCase(GatewayCase):
    flags = ("--config", configuration("policy", re.sub(r"    certificates: .*\n", "", POLICY)))

    def setUp(self):
        super().setUp()
        self.sandbox.forget_calls()

    @contextlib.contextmanager
    def refused(self, paths=None, reason="CALLER_NOT_ALLOWED"):
        """The block is refused, and Odoo heard nothing of it."""
        before = len(heard(self.sandbox))
        with self.fails(reason, paths) as failed:
            yield failed
        self.assertEqual(len(heard(self.sandbox)), before)


class Identity(AccessCase):
    def get(self, *metadata):
        return self.partners.GetPartner(id=1, metadata=metadata)

    def test_a_token_is_enough(self):
        for scheme in ("Bearer", "bearer", "BEARER"):
            self.assertEqual(self.get(("authorization", f"{scheme} {TOKENS['admin']}")).record.id, 1)

    def test_anything_else_is_nobody(self):
        token = TOKENS["admin"]
        for value in (
            None, "", "Bearer", "Bearer ", token, f"Basic {token}", f"Bearer {token}x", f"Bearer {token[:-1]}",
            f"Bearer {token} ", f"Bearer  {token}", "Bearer " + hashed("admin"), "Bearer " + hashed("admin")[7:], "Bearer " + "x" * 4000,
        ):  # fmt: skip
            with self.subTest(value), self.refused(reason="CALLER_NOT_AUTHENTICATED") as failed:
                self.get(*(() if value is None else (("authorization", value),)))
            self.assertIn("authorization: Bearer", failed.message)

    def test_strangers_are_not_told_what_is_served(self):
        with self.fails("CALLER_NOT_AUTHENTICATED"):
            self.gateway.bytes_call("/odoo.contacts.v1.PartnerService/BurnPartner")(b"", timeout=5)
        with self.fails("CALLER_NOT_AUTHENTICATED"):
            list(self.gateway.bytes_stream(REFLECTION)(iter([LIST_SERVICES]), timeout=5))
        known = list(self.gateway.bytes_stream(REFLECTION)(iter([LIST_SERVICES]), timeout=5, metadata=bearer("clerk")))
        self.assertIn(b"odoo.sale.v1.SaleOrderService", known[0])

    def test_health_is_everybodys(self):
        self.assertEqual(self.gateway.bytes_call("/grpc.health.v1.Health/Check")(b"", timeout=5), b"\x08\x01")

    def test_no_secret_is_seen_anywhere(self):
        self.get(*bearer("admin"))
        with self.fails("CALLER_NOT_AUTHENTICATED"):
            self.get(("authorization", "Bearer wrong-secret"))
        with self.fails("CALLER_NOT_ALLOWED") as failed:
            self.get(*bearer("shop"))
        seen = self.gateway.log_text() + str(failed) + repr(failed.raw)
        # The text as Prometheus gets it.
        seen += "\n".join(map(str, self.gateway.metrics().all("odoo_gateway_caller_calls_total")))
        command = pathlib.Path(f"/proc/{self.gateway.pid}/cmdline").read_bytes().decode()
        for secret in [*TOKENS.values(), "wrong-secret", *map(hashed, TOKENS)]:
            self.assertNotIn(secret, seen)
            self.assertNotIn(secret, command)

    def test_guesses_are_counted_and_do_not_fill_the_log(self):
        def counted():
            return self.gateway.metrics().value("odoo_gateway_refused_total", reason="CALLER_NOT_AUTHENTICATED")

        def guess(i):
            with self.fails("CALLER_NOT_AUTHENTICATED"):
                self.get(("authorization", f"Bearer guess{i}"), ("x-request-id", f"guess-{i}"))

        before = counted()
        begun = time.monotonic()
        for i in range(50):
            guess(i)
        seconds = time.monotonic() - begun
        self.assertEqual(counted() - before, 50)
        time.sleep(1.1)
        guess(50)
        last = self.gateway.wait_log(request_id="guess-50")
        logged = [line for line in self.gateway.log(code="UNAUTHENTICATED") if line["request_id"].startswith("guess-")]
        self.assertLessEqual(len(logged), seconds + 3)
        self.assertGreater(last["held_back"], 0)

    def test_the_caller_is_named(self):
        name = {"caller": "shop", "grpc_code": "PermissionDenied"}
        before = self.gateway.metrics().value("odoo_gateway_caller_calls_total", **name)
        with self.fails("CALLER_NOT_ALLOWED") as failed:
            self.get(*bearer("shop"), ("x-request-id", "named-1"))
        line = self.gateway.wait_log(request_id="named-1")
        self.assertEqual((line["caller"], line["peer"], line["model"]), ("shop", "ipv4:127.0.0.1", "res.partner"))
        told = {"caller": "shop", "model": "res.partner", "operation": "get"}
        self.assertLessEqual(told.items(), failed.metadata.items())
        self.assertEqual(self.gateway.metrics().value("odoo_gateway_caller_calls_total", **name), before + 1)


class Methods(AccessCase):
    def test_only_listed_ones(self):
        order = self.orders.CreateSaleOrder(values={"partner_id": {"id": 1}}, metadata=bearer("shop")).record.id
        for call in (
            lambda: self.orders.DeleteSaleOrder(id=order, metadata=bearer("shop")),
            lambda: self.orders.CancelSaleOrder(id=order, metadata=bearer("shop")),
            lambda: self.orders.BatchCreateSaleOrders(values=[{"partner_id": {"id": 1}}], metadata=bearer("shop")),
            lambda: self.partners.GetPartner(id=1, metadata=bearer("shop")),
            lambda: self.partners.DeletePartner(id=1, metadata=bearer("reader")),
            lambda: self.partners.UpdatePartner(id=1, values={"name": "x"}, metadata=bearer("reader")),
            lambda: self.orders.GetSaleOrder(id=order, metadata=bearer("clerk")),
        ):
            with self.refused():
                call()
        self.assertEqual(self.orders.GetSaleOrder(id=order, metadata=bearer("admin")).record.id, order)

    def test_no_private_method_of_odoo(self):
        """Only what contracts declare has a path; a contract cannot declare what is private in Odoo."""
        for path in (
            "/res.partner/unlink", "/odoo.contacts.v1.PartnerService/_write", "/odoo.contacts.v1.PartnerService/sudo",
            "/odoo.contacts.v1.PartnerService/execute_kw", "/odoo.contacts.v1.PartnerService/../common", "/common/login",
        ):  # fmt: skip
            with self.subTest(path), self.refused(reason="METHOD_NOT_FOUND"):
                self.gateway.bytes_call(path)(b"", timeout=5, metadata=bearer("admin"))


class Fields(AccessCase):
    def read(self, **request):
        return self.partners.GetPartner(id=1, metadata=bearer("reader"), **request).record

    def search(self, who="reader", **request):
        return self.partners.SearchPartners(metadata=bearer(who), **request)

    def condition(self, path, op, **value):
        return [{"path": path, "op": op, **({"value": value} if value else {})}]

    def test_what_is_read_by_default_is_narrowed(self):
        everything = self.partners.GetPartner(id=1, metadata=bearer("admin")).record
        self.assertGreater(len(everything.ListFields()), 5)
        self.assertLessEqual({field.name for field, _ in self.read().ListFields()}, {"id", "name", "email"})
        self.assertEqual(self.read().name, everything.name)
        for record in self.search().records:
            self.assertLessEqual({field.name for field, _ in record.ListFields()}, {"id", "name", "email"})
        asked = set(heard(self.sandbox)[-1]["kwargs"]["specification"])
        self.assertEqual(asked, {"name", "email"})

    def test_masks(self):
        self.assertTrue(self.read(read_mask={"paths": ["name"]}).name)
        for paths, wrong in (
            (["name", "phone"], ["read_mask.paths[1]"]),
            (["country_id.display_name"], ["read_mask.paths[0]"]),
            (["extra_fields.sale_warn_msg"], ["read_mask.paths[0]"]),
            (["extra_fields.message_bounce"], ["read_mask.paths[0]"]),
        ):
            with self.subTest(paths), self.refused(wrong):
                self.read(read_mask={"paths": paths})

    def test_nothing_else_reveals_them(self):
        self.assertTrue(self.search(filter={"name": {"contains": "a"}}).records)
        for request, path in (
            ({"filter": {"phone": {"is_set": True}}}, "filter.phone"),
            ({"filter": {"any_of": [{"none_of": [{"phone": {"is_set": True}}]}]}}, "filter.any_of[0].none_of[0].phone"),
            ({"conditions": self.condition("phone", 14)}, "conditions[0].path"),
            ({"conditions": self.condition("country_id.code", 1, text_value="BE")}, "conditions[0].path"),
            ({"conditions": self.condition("parent_id.name", 1, text_value="x")}, "conditions[0].path"),
            ({"conditions": self.condition("create_date", 14)}, "conditions[0].path"),
            ({"order_by": [{"field": "phone"}]}, "order_by[0].field"),
        ):
            with self.subTest(str(request)), self.refused([path]):
                self.search(**request)
            with self.subTest("count"), contextlib.suppress(AttributeError):
                if "order_by" not in request:
                    with self.refused([path]):
                        self.partners.CountPartners(metadata=bearer("reader"), **request)

    def test_paths_pass_models_by_their_own_rules(self):
        def orders(path, **value):
            return self.orders.SearchSaleOrders(conditions=self.condition(path, 1, **value), metadata=bearer("shop"))

        orders("name", text_value="S1")
        for path in ("partner_id.name", "partner_id.country_id.code", "order_line.name", "order_line.order_id.note"):
            with self.subTest(path), self.refused(["conditions[0].path"]):
                orders(path, text_value="x")

    def test_external_ids_tell_nothing_of_other_models(self):
        with self.fails("INVALID_REFERENCE", ["values.partner_id"]) as failed:
            self.orders.CreateSaleOrder(values={"partner_id": {"external_id": "base.main_company"}}, metadata=bearer("shop"))
        self.assertNotIn("res.company", str(failed.failure))

    def test_rows(self):
        product = {"external_id": "sandbox.product_desk"}
        line = {"product_id": product, "product_uom_qty": "2"}
        order = self.orders.CreateSaleOrder(
            values={"partner_id": {"id": 1}, "order_line": {"rows": [line]}},
            read_mask={"paths": ["order_line"]},
            metadata=bearer("shop"),
        ).record
        self.assertEqual({field.name for field, _ in order.order_line[0].ListFields()}, {"id", "product_id"})
        row = order.order_line[0].id
        for values, path in (
            ({"order_line": {"rows": [{"id": row, "price_unit": "0.01"}]}}, "values.order_line.rows[0].price_unit"),
            ({"order_line": {"rows": [line, {**line, "name": "x"}]}}, "values.order_line.rows[1].name"),
            ({"order_line": {"delete_ids": [row]}}, "values.order_line.delete_ids[0]"),
            ({"note": "x"}, "values.note"),
            ({"clear_fields": ["note"]}, "values.clear_fields[0]"),
        ):
            with self.subTest(path), self.refused() as failed:
                self.orders.UpdateSaleOrder(id=order.id, values=values, metadata=bearer("shop"))
            self.assertEqual(len(failed.paths), 1)
            self.assertTrue(failed.paths[0].startswith(path.split("[")[0]), failed.paths)
        with self.refused(["read_mask.paths[0]"]):
            self.orders.GetSaleOrder(id=order.id, read_mask={"paths": ["order_line.price_unit"]}, metadata=bearer("shop"))

    def test_writes(self):
        def update(**values):
            return self.partners.UpdatePartner(id=1, values=values, metadata=bearer("clerk"))

        update(email="a@example.com")
        with self.refused(["values.name", "values.phone"]) as failed:
            update(phone="1", name="x", email="b@example.com")
        self.assertIn("write_fields", failed.violations[0][2])
        with self.refused(["values.extra_fields.sale_warn_msg"]):
            update(extra_fields={"sale_warn_msg": {"text_value": "1"}})
        with self.refused():
            self.partners.CreatePartner(values={"name": "x"}, metadata=bearer("clerk"))
        self.assertEqual(self.partners.GetPartner(id=1, metadata=bearer("admin")).record.email, "a@example.com")

    def test_validating_alone_tells_nothing_more(self):
        with self.refused(["values.phone"]):
            self.partners.UpdatePartner(id=1, values={"phone": "1"}, validate_only=True, metadata=bearer("clerk"))

    def test_a_record_that_is_not_there_shows(self):
        """Also where nothing but the id may be read."""
        with self.fails("RECORD_NOT_FOUND"):
            self.partners.GetPartner(id=999999, metadata=bearer("reader"))

    def test_names_are_no_way_to_other_fields(self):
        """Odoo finds a partner's name in its VAT number and e-mail address, too."""
        order = self.orders.CreateSaleOrder(values={"partner_id": {"id": 1}}, metadata=bearer("shop")).record
        name = self.partners.GetPartner(id=1, metadata=bearer("admin")).record.name

        def found(who, path, op=9):
            conditions = self.condition(path, op, text_value=name)
            records = self.orders.SearchSaleOrders(conditions=conditions, metadata=bearer(who)).records
            return order.id in [record.id for record in records]

        self.assertTrue(found("admin", "partner_id"))
        self.assertTrue(found("admin", "partner_id.name"))
        for path, op in (("partner_id", 9), ("partner_id", 10), ("order_line", 9), ("order_line.product_id", 9)):
            with self.subTest(path, op=op), self.refused(["conditions[0].path"]):
                found("shop", path, op)
        for path in ("display_name", "parent_id"):
            with self.subTest(path), self.refused(["conditions[0].path"]):
                self.search(conditions=self.condition(path, 9, text_value=name))
            self.search("admin", conditions=self.condition(path, 9, text_value=name))

    def test_a_hierarchy_is_read(self):
        with self.refused() as failed:
            self.search(conditions=self.condition("id", 12, integer_value=1))
        self.assertIn("`parent_id` of res.partner", failed.violations[0][2])
        with self.refused(["filter.partner_id.child_of"]):
            self.orders.SearchSaleOrders(filter={"partner_id": {"child_of": [{"id": 1}]}}, metadata=bearer("shop"))

    def test_who_only_writes_reads_nothing(self):
        made = self.partners.CreatePartner(values={"name": "New"}, metadata=bearer("writer")).record
        self.assertEqual({field.name for field, _ in made.ListFields()}, {"id"})
        for values in ({}, {"comment": "x"}):
            with self.refused(["read_mask.paths[0]"]):
                self.partners.UpdatePartner(id=made.id, values=values, read_mask={"paths": ["email"]}, metadata=bearer("writer"))
        self.partners.UpdatePartner(id=made.id, values={"comment": "x"}, metadata=bearer("writer"))


class Companies(AccessCase):
    def test_every_call_runs_in_one_of_them(self):
        self.partners.GetPartner(id=1, metadata=bearer("reader"))
        self.assertEqual(heard(self.sandbox)[-1]["kwargs"]["context"]["allowed_company_ids"], [1])
        with self.refused(["options.company_id"]):
            self.partners.GetPartner(id=1, options={"company_id": 2}, metadata=bearer("reader"))


class Rates(AccessCase):
    def test_more_is_refused_with_a_delay(self):
        calls = 0
        with harness.failure() as failed:
            for calls in range(100):
                self.partners.GetPartner(id=1, metadata=bearer("slow"))
        self.assertEqual((failed.reason, failed.code), ("RATE_LIMITED", "RESOURCE_EXHAUSTED"))
        self.assertGreaterEqual(calls, 1)
        self.assertEqual(failed.details["QuotaFailure"].violations[0].subject, "caller:slow")
        delay = failed.details["RetryInfo"].retry_delay
        self.assertLessEqual(delay.seconds + delay.nanos / 1e9, 0.501)
        self.assertEqual(self.partners.GetPartner(id=1, metadata=bearer("admin")).record.id, 1)
        time.sleep(delay.seconds + delay.nanos / 1e9 + 0.01)
        self.assertEqual(self.partners.GetPartner(id=1, metadata=bearer("slow")).record.id, 1)


class Certificates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cell = harness.cell_from_environment()
        folder = pathlib.Path(tempfile.mkdtemp(dir=FOLDER.name))
        server = CERTIFIED.server()
        (folder / "tls.crt").write_text(server.certificate)
        (folder / "tls.key").write_text(server.key)
        tls = (
            f"tls:\n  certificate_file: {folder}/tls.crt\n  key_file: {folder}/tls.key\n"
            f"  client_ca_file: {CERTIFIED.path}\n  client_certificate: optional\n"
        )
        sandbox = cls.enterClassContext(harness.Sandbox(cell.version))
        cls.gateway = cls.enterClassContext(
            harness.Gateway(
                sandbox.odoo(cell.protocol),
                "--config",
                configuration("tls", tls + POLICY),
                credentials=CERTIFIED.credentials(),
            )
        )

    def who(self, pair=None, metadata=()):
        """The caller that a call is taken for; None for nobody."""
        request_id = f"r-{time.monotonic_ns()}"
        with harness.Caller(self.gateway.address, CERTIFIED.credentials(pair)) as caller:
            partners = caller.service("odoo.contacts.v1.PartnerService")
            with contextlib.suppress(harness.Failure):
                partners.GetPartner(id=1, metadata=(*metadata, ("x-request-id", request_id)))
        line = self.gateway.wait_log(request_id=request_id, timeout=2)
        return line.get("caller") if line else None

    def test_names(self):
        for pair, caller in (
            (CERTIFIED.issue("x", "URI:spiffe://prod/admin"), "admin"),
            (CERTIFIED.issue("x", "DNS:other", "DNS:shop.internal"), "shop"),
            (CERTIFIED.issue("shop"), "shop"),
            (CERTIFIED.issue("x", "DNS:spiffe.prod.admin", "DNS:admin"), None),
            (CERTIFIED.issue("shop.internal", "DNS:x"), None),
            (None, None),
        ):
            with self.subTest(caller):
                self.assertEqual(self.who(pair), caller)

    def test_a_token_comes_first(self):
        shop = CERTIFIED.issue("shop")
        self.assertEqual(self.who(shop, bearer("reader")), "reader")
        self.assertIsNone(self.who(shop, (("authorization", "Bearer wrong"),)))
        self.assertEqual(self.who(None, bearer("reader")), "reader")


class Starting(unittest.TestCase):
    def run_gateway(self, text, *arguments):
        command = [harness.binary("odoo-gateway"), *arguments]
        if text is not None:
            command += ["--config", configuration("wrong", text)]
        environment = {"ODOO_URL": "http://127.0.0.1:1", "ODOO_DATABASE": "x", "ODOO_USERNAME": "x", "ODOO_PASSWORD": "x"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)

    def test_rules_that_mean_nothing(self):
        token = hashed("shop")
        for rules, problem in (
            ("[{models: [sale.ordr]}]", "no contract serves the model `sale.ordr`"),
            ("[{models: [sale.order], operations: [burn]}]", "`burn` is no operation"),
            ("[{models: [sale.order], read_fields: [partner_id.name]}]", "`partner_id` are no rows"),
            ("[{models: [res.partner], write_fields: [function]}]", "the contract calls `function` `job_position`"),
        ):
            for command in ((), ("check",), ("config", "print")):
                ended = self.run_gateway(f'callers: {{shop: {{tokens: ["{token}"], allow: {rules}}}}}', *command)
                self.assertEqual(ended.returncode, 2, ended.stderr)
                self.assertIn(problem, ended.stderr)
                self.assertIn(".yaml:1: callers.shop.allow[0]", ended.stderr)
        ended = self.run_gateway(f'callers: {{shop: {{tokens: ["{token}"]}}}}')
        self.assertEqual(ended.returncode, 2, ended.stderr)
        self.assertIn("no rule", ended.stderr)

    def test_an_empty_list_is_not_everything(self):
        for name in ("models", "operations", "read_fields", "write_fields"):
            rule = {"models": "[sale.order]", name: "[]"}
            rule = ", ".join(f"{key}: {value}" for key, value in rule.items())
            ended = self.run_gateway(f'callers: {{shop: {{tokens: ["{hashed("shop")}"], allow: [{{{rule}}}]}}}}')
            self.assertEqual(ended.returncode, 2, f"{name}: {ended.stderr}")

    def test_a_new_token(self):
        ended = self.run_gateway(None, "token")
        token, hash_line = ended.stdout.splitlines()
        text = token.removeprefix("token: ")
        self.assertEqual(hash_line, "hash: sha256:" + hashlib.sha256(text.encode()).hexdigest())


class ReflectionOff(unittest.TestCase):
    def test_it_is_no_method_then(self):
        cell = harness.cell_from_environment()
        with harness.Sandbox(cell.version) as sandbox, harness.Gateway(
            sandbox.odoo(cell.protocol), "--reflection=false"
        ) as gateway:
            for path in (REFLECTION, REFLECTION.replace(".v1.", ".v1alpha.")):
                with self.assertRaises(grpc.RpcError) as failed:
                    list(gateway.bytes_stream(path)(iter([LIST_SERVICES]), timeout=5))
                self.assertEqual(failed.exception.code(), grpc.StatusCode.UNIMPLEMENTED)


if __name__ == "__main__":
    main()

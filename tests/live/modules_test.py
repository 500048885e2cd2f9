"""A database without one of the apps: exactly its services are gone, all others work."""

import os
import unittest

import harness
from api import Api
from case import LiveCase
from health.v1 import health_pb2, health_pb2_grpc
from lookups_test import LOOKUPS
from samples import SAMPLES

# Tags and teams belong to Sales, too.
OF_CRM = ("crm.Lead", "crm.LeadStage", "crm.LostReason")
SERVICES = [service for service, _ in LOOKUPS] + [sample.service for sample in SAMPLES]


class WithoutCrm(LiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        database = os.environ.get("ODOO_DATABASE_WITHOUT_CRM")
        if not database:
            raise unittest.SkipTest("ODOO_DATABASE_WITHOUT_CRM is not set: what a missing app leaves is not tried")
        cls.without = harness.Gateway(cls.run_.account(database=database))
        cls.addClassCleanup(cls.without.stop)

    def there(self, service):
        area, _, entity = service.partition(".")
        return Api(self.without.service(f"odoo.{area}.v1.{entity}Service"))

    def test_its_services_say_what_is_missing(self):
        for service in OF_CRM:
            api = self.there(service)
            calls = {"get": lambda: api.get(id=1), "search": lambda: api.search(), "count": lambda: api.count()}
            if api.writable:
                calls |= {
                    "create": lambda: api.create(values={"name": self.mark}),
                    "batch": lambda: api.batch_create(values=[{"name": self.mark}]),
                    "update": lambda: api.update(id=1, values={"name": self.mark}),
                    "delete": lambda: api.delete(id=1),
                    "only checked": lambda: api.create(values={"name": self.mark}, validate_only=True),
                }
            for name, call in calls.items():
                with self.subTest(f"{service} {name}"):
                    with self.fails("MODEL_NOT_FOUND") as failed:
                        call()
                    self.assertEqual(failed.metadata["model"], api.model)

    def test_all_others_work(self):
        for service in SERVICES:
            if service in OF_CRM:
                continue
            with self.subTest(service):
                api = self.there(service)
                page = api.search(page_size=1, options={"include_archived": True})
                self.assertGreaterEqual(api.count(options={"include_archived": True}).count, len(page.records))
                for record in page.records:
                    self.assertEqual(api.whole(record.id).id, record.id)

    def test_health(self):
        """Of exactly its services."""
        stub = health_pb2_grpc.HealthStub(self.without.channel)
        serving = health_pb2.HealthCheckResponse.SERVING
        for service in SERVICES:
            area, _, entity = service.partition(".")
            asked = health_pb2.HealthCheckRequest(service=f"odoo.{area}.v1.{entity}Service")
            with self.subTest(service):
                self.assertEqual(stub.Check(asked, timeout=10).status == serving, service not in OF_CRM)
        self.assertEqual(stub.Check(health_pb2.HealthCheckRequest(), timeout=10).status, serving)

    def test_a_record_comes_and_goes(self):
        partners = self.there("contacts.Partner")
        partner = partners.create(values={"name": "Ada", "ref": self.mark}).record.id
        self.assertEqual(partners.get(id=partner).record.name, "Ada")
        partners.delete(id=partner)
        with self.fails("RECORD_NOT_FOUND"):
            partners.get(id=partner)

    def test_fields_that_it_adds_elsewhere(self):
        orders = self.there("sale.SaleOrder")
        order = orders.search(page_size=1).records[0]
        self.assertFalse(
            orders.get(id=order.id, read_mask={"paths": ["opportunity_id", "name"]}).record.HasField("opportunity_id")
        )
        with self.fails("UNKNOWN_FIELD", ["values.opportunity_id"]):
            orders.update(id=order.id, values={"opportunity_id": {"id": 1}}, validate_only=True)

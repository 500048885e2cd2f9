"""What a call costs through the gateway, beside the same call made directly by the same process."""

import statistics
import time

from case import LiveCase

CALLS = 200
PATHS = ("name", "email", "city", "active", "country_id")


def seconds(call):
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


class Latency(LiveCase):
    def test_get(self):
        """Each round does every call once, so that all see the same Odoo."""
        partner = self.partner(email="ada@example.com", city="Brussels", country_id={"external_id": "base.be"})
        fields = {name: {} for name in PATHS}
        fields["country_id"] = {"fields": {"display_name": {}}}
        context = {"lang": "en_US", "tz": "UTC"}
        request = self.partners.request_class("GetPartner")(id=partner)
        request.read_mask.paths.extend(PATHS)
        get = self.partners.raw("GetPartner")
        calls = {
            "through the gateway": lambda: get(request, timeout=30),
            "directly, JSON-RPC": lambda: self.direct.call(
                "res.partner", "web_read", [partner], specification=fields, context=context
            ),
        }
        if self.run_.protocol == "json2":
            calls["directly, JSON-2"] = lambda: self.direct.call_json2(
                "res.partner", "web_read", ids=[partner], specification=fields, context=context
            )
        self.assertEqual(
            calls["through the gateway"]().record.country_id.display_name,
            calls["directly, JSON-RPC"]()[0]["country_id"]["display_name"],
        )
        for call in calls.values():
            for _ in range(10):
                call()
        times = {name: [] for name in calls}
        for _ in range(CALLS):
            for name, call in calls.items():
                times[name].append(seconds(call))
        medians = {name: statistics.median(of) * 1000 for name, of in times.items()}
        gateway = medians.pop("through the gateway")
        print(
            f"\nlatency over {self.run_.protocol}: median of {CALLS} Gets of {len(PATHS)} fields {gateway:.2f} ms through the gateway"
        )
        for name, direct in medians.items():
            print(f"  {direct:.2f} ms {name}: the gateway adds {gateway - direct:+.2f} ms, x{gateway / direct:.2f}")
        # Not a benchmark: only that nothing is wildly wrong.
        same = medians.get("directly, JSON-2", medians["directly, JSON-RPC"])
        self.assertLess(gateway, same * 2 + 5)

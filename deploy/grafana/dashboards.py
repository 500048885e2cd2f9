#!/usr/bin/env python3
"""Writes dashboards/*.json for Grafana 9 and later: `dashboards.py`; `dashboards.py --check` fails where a file is out of date.

The metric label `odoo_instance` names an Odoo; `instance` is Prometheus' own name of the gateway's process.
"""

import argparse
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent / "dashboards"
COLUMNS = 24
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}

PROCESS = 'job=~"$job",instance=~"$instance"'
CALLS = PROCESS + ',grpc_service=~"$service",grpc_method=~"$method"'
ODOO = PROCESS + ',odoo_instance=~"$odoo_instance"'
# Who can do something about a failed call, by its code; deploy/prometheus/alerts.yaml has the same classes by reason.
CODES = {
    "gateway or Odoo": "Unknown|DeadlineExceeded|Aborted|Internal|Unavailable|DataLoss",
    "rates, room and sizes": "ResourceExhausted",
    "settings, rights or state": "PermissionDenied|FailedPrecondition|Unimplemented|Unauthenticated",
    "caller": "Canceled|InvalidArgument|NotFound|AlreadyExists|OutOfRange",
}
SERVER_ERRORS = CODES["gateway or Odoo"]


def rate(metric, labels):
    return f"rate({metric}{{{labels}}}[$__rate_interval])"


def increase(metric, labels):
    return f"increase({metric}{{{labels}}}[$__range])"


def handled(codes=".*"):
    return rate("grpc_server_handled_total", f'{CALLS},grpc_code=~"{codes}"')


def quantile(of, metric, labels, *by):
    return f"histogram_quantile({of}, sum by ({', '.join(['le', *by])}) ({rate(metric + '_bucket', labels)}))"


def panel(kind, title, width, height, targets, description="", options=None, **field):
    """`targets`: (query, legend) pairs; `field`: of Grafana's fieldConfig.defaults."""
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": DATASOURCE,
        "gridPos": {"w": width, "h": height},
        "fieldConfig": {"defaults": field, "overrides": []},
        "options": options or {},
        "targets": [
            {"refId": chr(ord("A") + n), "datasource": DATASOURCE, "expr": query, "legendFormat": legend}
            for n, (query, legend) in enumerate(targets)
        ],
    }


def graph(title, targets, description="", width=12, stack=False, **field):
    custom = {"fillOpacity": 30 if stack else 10, "showPoints": "never"}
    if stack:
        custom["stacking"] = {"mode": "normal", "group": "A"}
    options = {
        "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["mean", "max"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return panel("timeseries", title, width, 8, targets, description, options, custom=custom, min=0, **field)


def stat(title, query, description="", thresholds=(), legend="", width=4, **field):
    """`thresholds`: (from, colour) pairs above green."""
    steps = [{"color": "green", "value": None}, *({"color": colour, "value": value} for value, colour in thresholds)]
    options = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "value",
        "textMode": "auto",
    }
    return panel(
        "stat", title, width, 4, [(query, legend)], description, options, thresholds={"mode": "absolute", "steps": steps}, **field
    )


def table(title, columns, key, description=""):
    """One row per value of the labels `key`; `columns`: (heading, query, unit)."""
    shown = panel("table", title, COLUMNS, 9, [(query, "") for _, query, _ in columns], description)
    headings = {}
    for target, (heading, _, unit) in zip(shown["targets"], columns):
        target |= {"format": "table", "instant": True}
        value = f"Value #{target['refId']}"
        headings[value] = heading
        shown["fieldConfig"]["overrides"].append(
            {"matcher": {"id": "byName", "options": heading}, "properties": [{"id": "unit", "value": unit}]}
        )
    shown["transformations"] = [
        {"id": "merge", "options": {}},
        {
            "id": "organize",
            "options": {
                "excludeByName": {"Time": True},
                "renameByName": headings,
                "indexByName": {name: n for n, name in enumerate([*key, *headings])},
            },
        },
    ]
    return shown


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "gridPos": {"w": COLUMNS, "h": 1}, "panels": []}


def laid_out(panels):
    """Left to right, then down; each row as high as its highest panel."""
    x = y = height = 0
    for number, each in enumerate(panels, 1):
        place = each["gridPos"]
        if x + place["w"] > COLUMNS:
            x, y, height = 0, y + height, 0
        place |= {"x": x, "y": y}
        x, height = x + place["w"], max(height, place["h"])
        each["id"] = number
    return panels


def datasource_variable():
    return {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
        "hide": 0,
        "refresh": 1,
        "regex": "",
    }


def variable(name, label, query):
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": DATASOURCE,
        "query": {"query": query, "refId": name},
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "refresh": 2,
        "sort": 1,
        "hide": 0,
    }


PROCESS_VARIABLES = [
    datasource_variable(),
    variable("job", "Job", "label_values(odoo_gateway_build_info, job)"),
    variable("instance", "Gateway", 'label_values(odoo_gateway_build_info{job=~"$job"}, instance)'),
]


def dashboard(uid, title, description, variables, panels):
    return {
        "uid": uid,
        "title": title,
        "description": description,
        "tags": ["odoo-gateway"],
        "schemaVersion": 37,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "browser",
        "annotations": {"list": []},
        "links": [
            {
                "type": "dashboards",
                "title": "odoo-gateway",
                "tags": ["odoo-gateway"],
                "asDropdown": False,
                "includeVars": True,
                "keepTime": True,
                "targetBlank": False,
                "icon": "external link",
                "url": "",
                "tooltip": "",
            }
        ],
        "templating": {"list": variables},
        "panels": laid_out(panels),
    }


def calls_dashboard():
    ratio = f"sum({handled(SERVER_ERRORS)}) / sum({handled()})"
    per_method = f"sum by (grpc_service, grpc_method) ({handled()})"
    method_errors = f"sum by (grpc_service, grpc_method) ({handled(SERVER_ERRORS)})"
    seconds = "grpc_server_handling_seconds"
    return dashboard(
        "odoo-gateway-calls",
        "odoo-gateway / Calls",
        "Rate, errors and duration of the calls that the gateway answers.",
        [
            *PROCESS_VARIABLES,
            variable("service", "Service", 'label_values(grpc_server_started_total{job=~"$job"}, grpc_service)'),
            variable(
                "method", "Method", 'label_values(grpc_server_started_total{job=~"$job",grpc_service=~"$service"}, grpc_method)'
            ),
        ],
        [
            stat("Calls", f"sum({handled()})", unit="reqps"),
            stat(
                "Errors of gateway or Odoo",
                ratio,
                "Share of all calls; what callers did wrong does not count.",
                [(0.01, "orange"), (0.05, "red")],
                unit="percentunit",
            ),
            stat("p95", quantile(0.95, seconds, CALLS), thresholds=[(2.5, "orange"), (10, "red")], unit="s"),
            stat(
                "Odoo reachable",
                f"min(odoo_gateway_upstream_up{{{PROCESS}}})",
                "0: a gateway has lost an Odoo.",
                mappings=[{"type": "value", "options": {"0": {"text": "no", "color": "red"}, "1": {"text": "yes"}}}],
            ),
            stat(
                "Log lines dropped",
                f"sum({increase('odoo_gateway_log_lines_dropped_total', PROCESS)})",
                "In the time shown.",
                [(1, "orange")],
                unit="short",
                decimals=0,
            ),
            stat(
                "Gateways",
                f"count by (version) (odoo_gateway_build_info{{{PROCESS}}})",
                "Running, by version.",
                legend="{{version}}",
            ),
            row("Rate"),
            graph(
                "Calls by service", [(f"sum by (grpc_service) ({handled()}) > 0", "{{grpc_service}}")], stack=True, unit="reqps"
            ),
            graph(
                "Calls by method",
                [(f"topk(15, {per_method} > 0)", "{{grpc_method}}")],
                "The 15 busiest.",
                stack=True,
                unit="reqps",
            ),
            graph(
                "Arrived and not yet answered",
                [(f"sum(grpc_server_started_total{{{CALLS}}}) - sum(grpc_server_handled_total{{{CALLS}}})", "under way")],
                "Grows without end where calls hang.",
                width=24,
            ),
            row("Errors"),
            graph(
                "Share of failed calls, by who can do something about it",
                [(f"sum({handled(codes)}) / sum({handled()})", who) for who, codes in CODES.items()],
                "What stands behind rates, room and sizes, the reasons tell.",
                stack=True,
                unit="percentunit",
            ),
            graph(
                "Failed calls by code",
                [(f"sum by (grpc_code) ({handled('|'.join(CODES.values()))}) > 0", "{{grpc_code}}")],
                "Codes are gRPC's; README.md lists which reasons stand behind each.",
                stack=True,
                unit="reqps",
            ),
            graph(
                "Failed calls by reason",
                [(f"sum by (reason) ({rate('odoo_gateway_errors_total', PROCESS)}) > 0", "{{reason}}")],
                "What callers were told, of all services.",
                stack=True,
                unit="reqps",
            ),
            graph(
                "Outcome unknown",
                [
                    (
                        "sum by (odoo_instance) (increase(odoo_gateway_errors_total"
                        f'{{{PROCESS},reason="OUTCOME_UNKNOWN"}}[$__rate_interval])) > 0',
                        "{{odoo_instance}}",
                    )
                ],
                "Writes whose answer was lost: look in Odoo whether they happened. The log names method and request.",
            ),
            row("Duration"),
            graph("Duration of calls", [(quantile(q, seconds, CALLS), f"p{q * 100:g}") for q in (0.5, 0.95, 0.99)], unit="s"),
            graph(
                "p95 by service",
                [(f"topk(15, {quantile(0.95, seconds, CALLS, 'grpc_service')} > 0)", "{{grpc_service}}")],
                unit="s",
            ),
            table(
                "Methods",
                [
                    ("calls", f"{per_method} > 0", "reqps"),
                    ("errors of gateway or Odoo", f"{method_errors} / ({per_method} > 0)", "percentunit"),
                    ("p95", f"{quantile(0.95, seconds, CALLS, 'grpc_service', 'grpc_method')} > 0", "s"),
                ],
                ("grpc_service", "grpc_method"),
                "Those that were called.",
            ),
        ],
    )


def odoo_dashboard():
    calls = "odoo_gateway_upstream_calls_total"
    seconds = "odoo_gateway_upstream_call_seconds"
    models = ODOO + ',model=~"$model"'
    operations = models + ',operation=~"$operation"'
    lost = rate(calls, operations + ',outcome="lost"')
    return dashboard(
        "odoo-gateway-odoo",
        "odoo-gateway / Odoo",
        "What the gateway asks of Odoo, how Odoo answers, and what the gateway refuses without asking.",
        [
            *PROCESS_VARIABLES,
            variable("odoo_instance", "Odoo", 'label_values(odoo_gateway_upstream_up{job=~"$job"}, odoo_instance)'),
            variable("model", "Model", f'label_values({calls}{{job=~"$job"}}, model)'),
            variable("operation", "Operation", f'label_values({calls}{{job=~"$job"}}, operation)'),
        ],
        [
            stat(
                "Reachable",
                f"min by (odoo_instance) (odoo_gateway_upstream_up{{{ODOO}}})",
                legend="{{odoo_instance}}",
                width=3,
                mappings=[{"type": "value", "options": {"0": {"text": "no", "color": "red"}, "1": {"text": "yes"}}}],
            ),
            stat("Calls to Odoo", f"sum({rate(calls, operations)})", width=3, unit="reqps"),
            stat(
                "Lost",
                f"sum({lost}) / sum({rate(calls, operations)})",
                "Share of calls without an answer of Odoo.",
                [(0.001, "orange"), (0.01, "red")],
                width=3,
                unit="percentunit",
            ),
            stat("p95", quantile(0.95, seconds, operations), thresholds=[(2.5, "orange"), (10, "red")], width=3, unit="s"),
            stat(
                "Waiting",
                f"sum(odoo_gateway_upstream_waiting{{{ODOO}}})",
                "Calls that wait for their turn at Odoo.",
                [(1, "orange"), (64, "red")],
                width=3,
            ),
            stat(
                "API key expires in",
                f"min by (odoo_instance) (odoo_gateway_credential_expiry_timestamp_seconds{{{ODOO}}}) - time()",
                "No data: no key expires, or Odoo does not tell.",
                legend="{{odoo_instance}}",
                width=5,
                unit="s",
            ),
            stat(
                "Certificate expires in",
                f"min(odoo_gateway_tls_certificate_expiry_timestamp_seconds{{{PROCESS}}}) - time()",
                "The gateway's own, of the first to expire. No data: no TLS.",
                unit="s",
            ),
            row("Load"),
            graph(
                "Calls in flight and waiting",
                [
                    (f"sum by (odoo_instance) (odoo_gateway_upstream_in_flight{{{ODOO}}})", "in flight {{odoo_instance}}"),
                    (f"sum by (odoo_instance) (odoo_gateway_upstream_waiting{{{ODOO}}})", "waiting {{odoo_instance}}"),
                    (
                        f"sum by (odoo_instance) (odoo_gateway_upstream_in_flight_limit{{{ODOO}}})",
                        "max_in_flight {{odoo_instance}}",
                    ),
                    (f"sum by (odoo_instance) (odoo_gateway_upstream_waiting_limit{{{ODOO}}})", "max_waiting {{odoo_instance}}"),
                ],
                "What waits longer than it has time fails with TIMEOUT, what is more than max_waiting with OVERLOADED.",
            ),
            graph(
                "Connected",
                [(f"odoo_gateway_upstream_up{{{ODOO}}}", "{{instance}} {{odoo_instance}}")],
                "By gateway and Odoo.",
                max=1,
            ),
            row("Calls to Odoo"),
            graph(
                "By outcome",
                [(f"sum by (outcome) ({rate(calls, operations)})", "{{outcome}}")],
                "fault: Odoo answered an error. lost: no answer.",
                stack=True,
                unit="reqps",
            ),
            graph(
                "By operation",
                [(f"sum by (operation) ({rate(calls, operations)}) > 0", "{{operation}}")],
                "lookup and connect are the gateway's own needs.",
                stack=True,
                unit="reqps",
            ),
            graph(
                "By model",
                [(f"topk(15, sum by (model) ({rate(calls, operations)}) > 0)", "{{model}}")],
                "The 15 busiest.",
                stack=True,
                unit="reqps",
            ),
            graph(
                "Lost calls",
                [(f"sum by (model, operation) ({lost}) > 0", "{{model}} {{operation}}")],
                "A lost create, update, delete or call leaves open whether it happened.",
                unit="reqps",
            ),
            graph("Duration", [(quantile(q, seconds, operations), f"p{q * 100:g}") for q in (0.5, 0.95, 0.99)], unit="s"),
            graph("p95 by operation", [(f"{quantile(0.95, seconds, operations, 'operation')} > 0", "{{operation}}")], unit="s"),
            row("Faults and refusals"),
            graph(
                "Faults by reason",
                [(f"sum by (reason) ({rate('odoo_gateway_faults_total', models)}) > 0", "{{reason}}")],
                "Errors that Odoo answered.",
                stack=True,
                unit="reqps",
            ),
            graph(
                "Faults by model",
                [(f"sum by (model, reason) ({rate('odoo_gateway_faults_total', models)}) > 0", "{{model}} {{reason}}")],
                stack=True,
                unit="reqps",
            ),
            graph(
                "Refused without asking Odoo, by reason",
                [(f"sum by (reason) ({rate('odoo_gateway_refused_total', PROCESS)}) > 0", "{{reason}}")],
                "The caller's request does not fit the contract.",
                width=24,
                stack=True,
                unit="reqps",
            ),
            row("What the connected Odoo has and grants"),
            graph(
                "Models that Odoo lacks",
                [(f"odoo_gateway_model_available{{{models}}} == 0", "{{odoo_instance}} {{model}}")],
                "Their app is not installed.",
                width=8,
                max=1,
            ),
            graph(
                "Fields that contracts expect and Odoo lacks or hides",
                [(f"odoo_gateway_contract_fields_missing{{{models}}} > 0", "{{odoo_instance}} {{model}}")],
                width=8,
            ),
            graph(
                "Rights that the integration user lacks",
                [(f"odoo_gateway_model_access{{{models}}} == 0", "{{odoo_instance}} {{model}} {{operation}}")],
                width=8,
                max=1,
            ),
        ],
    )


def texts():
    """File name -> what belongs into it."""
    return {
        f"{each['uid']}.json": json.dumps(each, indent=2, ensure_ascii=False) + "\n"
        for each in (calls_dashboard(), odoo_dashboard())
    }


def stale():
    return [
        name
        for name, text in texts().items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is out of date")
    if parser.parse_args().check:
        old = stale()
        if old:
            sys.exit(f"Out of date: {', '.join(old)}. Run deploy/grafana/dashboards.py.")
        return
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

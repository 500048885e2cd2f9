"""The gRPC service config for clients of all languages: what may be retried.

A write whose answer was lost may have happened, so only what surely did not run is repeated: after CONCURRENT_UPDATE (ABORTED) Odoo
rolled back. Reads are repeated where the gateway or Odoo cannot be reached, too. There is no `timeout`: gRPC would cut longer deadlines
of callers to it, and the gateway has one of its own for calls without.
"""

import json

import operations

BACKOFF = {"maxAttempts": 4, "initialBackoff": "0.2s", "maxBackoff": "5s", "backoffMultiplier": 3}


def service_config(files):
    """The text of client/service_config.json."""
    config = {
        "loadBalancingConfig": [{"round_robin": {}}],
        "methodConfig": [
            {"name": [{}], "retryPolicy": {**BACKOFF, "retryableStatusCodes": ["ABORTED"]}},
            {"name": _reads(files), "retryPolicy": {**BACKOFF, "retryableStatusCodes": ["ABORTED", "UNAVAILABLE"]}},
        ],
    }
    return _short(json.dumps(config, indent=1))


def _reads(files):
    """{service, method} of every method that only reads."""
    return [
        {
            "service": f"odoo.{file.area}.v1.{message.name}Service",
            "method": operations.STANDARD[name].name.format(name=message.name, plural=message.plural),
        }
        for file in sorted(files, key=lambda file: (file.area, file.name))
        for message in file.messages
        for name in message.operations
        if operations.STANDARD[name].only_reads
    ]


def _short(text):
    """One method per line."""
    return (
        text.replace('{\n     "service"', '{"service"').replace(',\n     "method"', ', "method"').replace('"\n    }', '"}') + "\n"
    )

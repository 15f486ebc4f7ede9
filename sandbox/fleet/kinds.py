"""The bodies of the fleet: what each has, and the ways in which it can fail."""

from typing import Literal

Part = Literal["health", "tls", "service", "list", "document"]

PARTS: dict[str, Part] = {
    "refused": "health",
    "time_out": "health",
    "http_500": "health",
    "wrong_body": "health",
    "slow_answers": "health",
    "certificate": "tls",
    "failing_share": "service",
    "failing_all": "service",
    "slow_exchanges": "service",
    "hidden_fault": "service",
    "no_volume": "service",
    "much_volume": "service",
    "clock_skew": "service",
    "duplicate_ids": "service",
    "yesterday": "list",
    "one_status": "list",
    "repeated_batch": "list",
    "frozen_results": "list",
    "bad_rows": "list",
    "list_fails": "list",
    "drifted_document": "document",
    "vanished_field": "list",
}
"""Each kind of failure, and the part of a body that fails so."""

SHARES = {"failing_share": 0.3, "hidden_fault": 0.4, "duplicate_ids": 0.1, "bad_rows": 0.3}
"""The share of requests or rows that fail so, unless an order says another; of others all."""

QUIET: dict[str, tuple[Part, ...]] = {
    "noisy": ("health", "service"),
    "maintained": ("health",),
}
"""Bodies with no kind of their own: one loses single probes, one is away by announcement."""

BODIES: dict[str, tuple[Part, ...]] = {kind: (part,) for kind, part in PARTS.items()} | QUIET
"""Every body by name, with its parts; a body that is named like a kind is told to fail so."""


def bodies_with(part: Part) -> list[str]:
    """The names of the bodies that have this part."""
    return [name for name, parts in BODIES.items() if part in parts]

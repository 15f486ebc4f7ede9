"""What a round of chaos did and found, for people and as JSON."""

from collections.abc import Mapping
from typing import Any

from benchmarks.chaos.round import Outcome

SHOWN = 20
"""So many violations are listed."""


def as_json(outcome: Outcome) -> dict[str, Any]:
    """One line for machines."""
    checked = outcome.checked
    return {
        "name": "chaos",
        "met": outcome.good,
        "applications": sum(checked.applications.values()),
        "by_state": dict(checked.applications),
        "steps": checked.steps,
        "kills": outcome.worker_kills + outcome.database_kills,
        "worker_kills": outcome.worker_kills,
        "database_kills": outcome.database_kills,
        "cancelled": outcome.cancelled,
        "deeds": checked.deeds,
        "undone": checked.undone,
        "chains_in_order": checked.chains,
        "trail_entries": checked.trail,
        "at_rest": outcome.at_rest,
        "violations": len(checked.violations),
        "seconds": round(outcome.seconds),
        "seed": outcome.plan.seed,
    }


def as_markdown(outcome: Outcome) -> str:
    """A page: what was done to it, how all stands, and what was violated."""
    checked, plan = outcome.checked, outcome.plan
    rows = [
        ("applications", sum(checked.applications.values())),
        *((f"… {state}", count) for state, count in checked.applications.items()),
        ("steps", checked.steps),
        ("workers killed with -9", outcome.worker_kills),
        ("database killed with -9", outcome.database_kills),
        ("workers that ended by themselves", outcome.workers_ended),
        ("cancelled on the way", outcome.cancelled),
        ("deeds in the ledgers", checked.deeds),
        ("… of these undone", checked.undone),
        ("chains of several undone steps", checked.chains),
        ("entries of the audit trail, verified", checked.trail),
        ("orders of faults", _counts(outcome.faults)),
        ("cases resolved by staff", _counts(outcome.resolved) or "none"),
        ("came to rest in time", "yes" if outcome.at_rest else "no"),
        ("violations", len(checked.violations)),
    ]
    lines = [
        "# Chaos",
        "",
        f"Seed {plan.seed}, {outcome.seconds / 60:.1f} minutes, {plan.workers} workers.",
        "",
        "| what | how many |",
        "|---|---|",
        *(f"| {what} | {count:,} |" if isinstance(count, int) else f"| {what} | {count} |"
          for what, count in rows),
        "",
        "| step | how they ended |",
        "|---|---|",
        *(f"| {step} | {_counts(states)} |" for step, states in checked.by_step.items()),
        "",
        f"Attempts: {_counts(checked.attempts)}.",
        "",
        *(f"- {each}" for each in checked.violations[:SHOWN]),
    ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counted.items())

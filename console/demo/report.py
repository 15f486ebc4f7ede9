"""What a round found and where to look, for a person or as JSON."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import requests
from rich.console import Group
from sqlalchemy import Engine, text

from console.demo.round import Round
from console.demo.sandbox import Sandbox
from console.printing import out, table

_QUARANTINE = """
    SELECT source, code, count(*) AS rows FROM quarantine, unnest(codes) AS code
    WHERE state = 'held' GROUP BY source, code ORDER BY source, code
"""
_OURS = """
    SELECT system, count(*) AS received, count(completed_at) AS completed,
           count(*) FILTER (WHERE timeliness = 'late') AS late,
           count(*) FILTER (WHERE timeliness = 'overdue') AS overdue
    FROM applications GROUP BY system ORDER BY system
"""
_COUNTS = """
    SELECT (SELECT count(*) FROM applications) AS applications,
           (SELECT count(*) FROM application_events) AS events,
           (SELECT count(*) FROM breaches WHERE state <> 'withdrawn') AS breaches,
           (SELECT count(*) FROM alerts WHERE state <> 'resolved') AS alerts,
           (SELECT count(*) FROM notices WHERE state = 'sent') AS notices
"""


def findings(engine: Engine, made: Round, sandbox: Sandbox) -> dict[str, Any]:
    """Everything that the round found, as plain data."""
    with engine.connect() as connection:
        held = [dict(row) for row in connection.execute(text(_QUARANTINE)).mappings()]
        ours = [dict(row) for row in connection.execute(text(_OURS)).mappings()]
        counts = dict(connection.execute(text(_COUNTS)).mappings().one())
    return {
        "pulls": [asdict(report) for report in made.pulls],
        "quarantine": held,
        "timeliness": made.check.counts if made.check else {},
        "not_looked_at": made.check.not_looked_at if made.check else [],
        "counts": counts,
        "bodies": [_beside_the_truth(row, sandbox) for row in ours],
    }


def _beside_the_truth(ours: dict[str, Any], sandbox: Sandbox) -> dict[str, Any]:
    """Our numbers with those that the body keeps of itself, where the system has that name."""
    if ours["system"] not in sandbox.control:
        return {**ours, "truth": None}
    try:
        truth = sandbox.truth(ours["system"])
    except requests.RequestException:  # a comparison that cannot be made is left out
        return {**ours, "truth": None}
    names = {"received": "received", "completed": "completed", "late": "completed_late",
             "overdue": "overdue"}  # fmt: skip
    return {**ours, "truth": {name: truth[theirs] for name, theirs in names.items()}}


def show(found: dict[str, Any]) -> None:
    """Print the tables."""
    out.print()
    out.print(_pulls(found["pulls"]))
    if found["quarantine"]:
        rows = [(r["source"], r["code"], r["rows"]) for r in found["quarantine"]]
        out.print(table("\nIn quarantine, by rule", ("source", "rule", "rows"), rows))
    rows = sorted(found["timeliness"].items())
    out.print(table("\nApplications by the standards in force", ("state", "number"), rows))
    for sentence in found["not_looked_at"]:
        out.print(sentence, markup=False)
    if any(body["truth"] for body in found["bodies"]):
        out.print(_bodies(found["bodies"]))
    counts = Counter(found["counts"])
    out.print(
        f"\n{counts['applications']:,} applications and {counts['events']:,} events stored;"
        f" {counts['breaches']:,} breaches, {counts['alerts']:,} alerts,"
        f" {counts['notices']:,} notices sent."
    )


def _pulls(pulls: list[dict[str, Any]]) -> Group:
    columns = (
        "source",
        "state",
        "read",
        "new",
        "changed",
        "unchanged",
        "quarantined",
        "repeated",
        "s",
    )
    keys = (
        "source",
        "state",
        "read",
        "inserted",
        "updated",
        "unchanged",
        "quarantined",
        "repeated",
    )
    rows = [[*(each[key] for key in keys), round(each["seconds"], 1)] for each in pulls]
    return table("Pulled", columns, rows)


def _bodies(bodies: list[dict[str, Any]]) -> Group:
    names = ("received", "completed", "late", "overdue")
    columns = ["system"]
    for name in names:
        columns += [name, "truth"]
    rows = []
    for body in bodies:
        row = [body["system"]]
        for name in names:
            row += [body[name], body["truth"][name] if body["truth"] else None]
        rows.append(row)
    return table("\nBeside what the bodies know of themselves (the sandbox's truth)", columns, rows)


def where_to_look(ui: str | None, home: Path, once: bool) -> None:
    """Print the addresses and commands to go on with."""
    out.print("\n[bold]Where to look[/]")
    if ui is not None and not once:
        out.print(f"  runs and schedules   {ui}")
    here = Path.cwd()
    shown = home.relative_to(here) if home.is_relative_to(here) else home
    out.print(f"  notices              {shown / 'notices.jsonl'}", soft_wrap=True)
    out.print(f"  logs                 {shown / 'logs'}", soft_wrap=True)
    for command, what in (
        ("tereze alerts list", "what needs a person"),
        ("tereze failures list --all", "which systems failed, and how that ended"),
        ("tereze reviews list", "which breaches are to be examined, by whom, until when"),
        ("tereze delays clocks", "whose working time it was"),
        ("tereze diagnose state_corporation", "one system on one page"),
        ("tereze hidden-services list", "functions that may be services"),
        ("tereze quarantine list", "rows that broke a rule"),
        ("tereze delays export --to delays.csv", "every application with its due date"),
        ("tereze audit verify", "that nobody touched the trail"),
    ):
        out.print(f"  .venv/bin/{command:<42} {what}", markup=False)


def one_application(form: Path) -> None:
    """Print how to start an application, and to let a body fail while it is carried."""
    here = Path.cwd()
    shown = form.relative_to(here) if form.is_relative_to(here) else form
    out.print("\n[bold]One application, and an outage in the middle[/]")
    for command in (
        "tereze sandbox off civil_registry",
        f"tereze apply birth_of_child --data {shown} --start",
        'tereze application show NUMBER --basis "trying it out"',
        "tereze sandbox on civil_registry",
    ):
        out.print(f"  .venv/bin/{command}", markup=False, soft_wrap=True)

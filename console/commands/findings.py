"""`tereze failures list|show` and `tereze check failures`: what the watch has found."""

from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out, table
from console.session import current

if TYPE_CHECKING:
    from datetime import datetime

    from flows.failures.reading import Shown
    from flows.failures.state import SystemState
    from flows.failures.tick import Report


def check(
    context: typer.Context,
    as_of: Annotated[
        str | None, typer.Option(help="An ISO time, local to the environment; not the past")
    ] = None,
) -> None:
    """Look at every system from every side; 1 where something is confirmed or was not seen.

    A moment before the last round is wrong use: nobody can look at the past.
    """
    from console.recording import recorded
    from console.session import actor
    from console.times import moment
    from flows.failures.reading import listed
    from flows.failures.state import state_of
    from flows.failures.summary import sentence
    from flows.failures.tick import tick
    from models.errors import ConfigurationError

    session = current(context)
    with session.database() as (engine, environment):
        at = moment(as_of, environment.settings.timezone)
        with recorded(engine, environment, "failures") as run:
            report = tick(engine, environment, as_of=at, actor=actor())
            run.says(sentence(report))
        if report.replay:
            found, step = "a later round has looked already", "`tereze failures list --all` has it"
            raise ConfigurationError(f"Looking as of {as_of}", found, step)
        with engine.connect() as connection:
            states = state_of(connection, environment, report.as_of)
            going_on = listed(connection)
    if session.json:
        as_json({"round": report, "systems": states})
    else:
        _tell(report, states, ZoneInfo(environment.settings.timezone))
    if report.unseen or report.gap or any(each["state"] == "confirmed" for each in going_on):
        raise typer.Exit(NEEDS_A_PERSON)


def _tell(report: "Report", states: "list[SystemState]", zone: ZoneInfo) -> None:
    from flows.failures.summary import sentence

    rows = [
        (each.system, each.state.replace("_", " "), each.kind, _local(each.since, zone),
         each.sentence or ", ".join(f"{name} unseen" for name in sorted(each.unseen)))
        for each in states
    ]  # fmt: skip
    title = f"Systems as of {report.as_of.astimezone(zone).isoformat(sep=' ', timespec='minutes')}"
    out.print(table(title, ("system", "state", "kind", "since", "what"), rows))
    out.print(f"{sentence(report)}.", markup=False)


def _local(moment: "datetime | None", zone: ZoneInfo) -> "datetime | None":
    return moment and moment.astimezone(zone)


def list_(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Those that are over too")] = False,
    system: Annotated[str | None, typer.Option(help="Only of this system")] = None,
) -> None:
    """List findings, the confirmed first; 1 where one is confirmed."""
    from flows.failures.reading import listed

    session = current(context)
    with session.database() as (engine, _), engine.connect() as connection:
        found = listed(connection, every=every, system=system)
    if session.json:
        as_json(found)
    else:
        rows = [
            (f"{row['id']}", row["state"], row["kind"], row["system"], row["began_at"],
             row["ended_at"], row["sentence"])
            for row in found
        ]  # fmt: skip
        columns = ("finding", "state", "kind", "system", "since", "until", "what")
        out.print(table("Findings", columns, rows))
    if any(row["state"] == "confirmed" for row in found):
        raise typer.Exit(NEEDS_A_PERSON)


def show(
    context: typer.Context, finding: Annotated[int, typer.Argument(help="Its number in the list")]
) -> None:
    """Show one finding: since when, how it went, by which evidence, what to do."""
    from flows.failures.reading import shown

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        found = shown(connection, finding, environment.alerts.notices.runbooks)
    if session.json:
        as_json(found)
    else:
        _print(found)


def _print(found: "Shown") -> None:
    from flows.failures.reading import held_back_words

    row = found.finding
    out.print(f"{row['sentence']}.", markup=False, soft_wrap=True)
    told = row["fingerprint"][:12] if row["fingerprint"] and row["alerted_at"] else None
    facts = (
        ("finding", f"{row['id']}"), ("kind", row["kind"]), ("system", row["system"]),
        ("subject", row["subject"]), ("state", row["state"]), ("severity", row["severity"]),
        ("began", row["began_at"]), ("found", row["found_at"]), ("ended", row["ended_at"]),
        ("came back", row["again"] or None), ("looked until", row["looked_until"]),
        ("numbers", row["numbers"] or None),
        ("held back", held_back_words(row["held_back"], row["held_back_by"])),
        ("alert", told and f"{found.alert} {told}"), ("what to do", found.runbook),
    )  # fmt: skip
    out.print(table("", ("what", "is"), [each for each in facts if each[1] is not None]))
    history = [(each["as_of"], each["became"], each["reason"], each["sentence"], each["actor"])
               for each in found.history]  # fmt: skip
    out.print(table("History", ("as of", "became", "reason", "what", "by"), history))
    evidence = [(each["at"], each["origin"], each["reference"], each["sentence"])
                for each in found.evidence]  # fmt: skip
    out.print(table("Evidence", ("at", "from", "row", "what"), evidence))

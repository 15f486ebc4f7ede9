"""`tereze failures exchanges`: how the recorders of exchanges stand."""

from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out, table
from console.session import current

if TYPE_CHECKING:
    from flows.failures.exchanges.standing import Standing


def exchanges(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option(help="An ISO time, local to the environment")] = None,
) -> None:
    """Show recorders, services of nobody, orphans and what was held back; 1 to be looked into."""
    from datetime import UTC, datetime

    from console.times import moment
    from flows.failures.exchanges.standing import standing

    session = current(context)
    with session.database() as (engine, environment):
        at = moment(as_of, environment.settings.timezone) or datetime.now(UTC)
        with engine.connect() as connection:
            found = standing(connection, at)
    if session.json:
        as_json(found)
    else:
        _tell(found, ZoneInfo(environment.settings.timezone))
    if found.needs_somebody:
        raise typer.Exit(NEEDS_A_PERSON)


def _tell(found: "Standing", zone: ZoneInfo) -> None:
    rows = [
        (
            each.source,
            each.system,
            "never" if each.looked_until is None
            else f"{each.looked_until.astimezone(zone):%Y-%m-%d %H:%M}",
            each.stored,
            each.quarantined,
            each.problem or "",
        )
        for each in found.recorders
    ]  # fmt: skip
    columns = ("recorder", "system", "known until", "stored", "held back", "problem")
    out.print(table("Recorders of exchanges", columns, rows))
    if found.strange:
        out.print(table(
            "Services of nobody: name them in `services` of exchanges.yaml",
            ("service", "recorder", "requests"),
            [(each.service, each.source, each.requests) for each in found.strange],
        ))  # fmt: skip
    if found.orphans:
        out.print(table(
            "Orphans of the last day: one side alone was recorded",
            ("recorder", "side", "orphans", "of"),
            [(each.source, each.side, each.orphans, each.exchanges) for each in found.orphans],
        ))  # fmt: skip
    if found.held:
        out.print(table(
            "Held back, by rule",
            ("recorder", "rule", "records"),
            [(each.source, each.code, each.records) for each in found.held],
        ))  # fmt: skip

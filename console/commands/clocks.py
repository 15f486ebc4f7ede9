"""`tereze delays explain|clocks|standards`: whose time it took, and which terms do not fit."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from console.printing import as_json, out, table
from console.session import current

if TYPE_CHECKING:
    from flows.delays.clocks.explain import Explained

PERIOD = timedelta(days=90)
"""What is looked back on where no beginning is given."""

AsOf = Annotated[str | None, typer.Option(help="An ISO time, local to the environment")]
Since = Annotated[str | None, typer.Option(help="Where the period begins; default: 90 days ago")]


def worked(seconds: float) -> str:
    """Working time as hours and minutes: `12:05`."""
    minutes = int(seconds // 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def explain(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The application's number")],
    system: Annotated[str | None, typer.Option(help="Where two systems use the number")] = None,
    as_of: AsOf = None,
) -> None:
    """Show whose time an application took, piece by piece, with the evidence."""
    from console.times import moment
    from flows.delays.clocks.explain import explain as explained

    session = current(context)
    with session.database() as (engine, environment), engine.begin() as connection:
        zone = environment.settings.timezone
        at = moment(as_of, zone) or datetime.now(UTC)
        found = explained(connection, environment, number, system, at)
    if session.json:
        as_json(found)
    else:
        tell(found, ZoneInfo(zone))


def tell(found: "Explained", zone: ZoneInfo) -> None:
    """Print an explained application for a person."""
    row = found.application
    due = "no due date" if row["due_at"] is None else f"due {_local(row['due_at'], zone)}"
    out.print(
        f"{row['number']} of {row['system']}, service {row['service']}: {row['timeliness']}, {due}",
        markup=False, soft_wrap=True,
    )  # fmt: skip
    pieces = [
        (_local(p["since"], zone), _local(p["until"], zone), p["party"],
         p["stage"] or p["event"], worked(p["seconds"]))
        for p in found.pieces
    ]  # fmt: skip
    out.print(table("Timeline", ("from", "to", "whose", "since the event", "worked"), pieces))
    out.print(table("Whose time", ("whose", "worked", "share"), _sums(found.shares, found.whole)))
    for stop in found.stops:
        until = _local(stop["restarted_at"], zone) if stop["restarted_at"] else "now"
        why = f"outage, finding {stop['finding_id']}" if stop["finding_id"] else "stopped"
        out.print(f"Clock stood still {_local(stop['stopped_at'], zone)} to {until} ({why}).")
    for outage in found.outages:
        out.print(f"Evidence: finding {outage['id']}, {outage['system']}: {outage['sentence']}.",
                  markup=False, soft_wrap=True)  # fmt: skip
    for sentence in found.odd:
        out.print(f"{sentence}.", markup=False)


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _sums(shares: Mapping[str, int], whole: int) -> list[tuple[Any, ...]]:
    rows = [
        (name, worked(seconds), f"{seconds / whole:.0%}")
        for name, seconds in sorted(shares.items(), key=lambda each: -each[1])
        if seconds
    ]
    return [*rows, ("all", worked(whole), "100%" if whole else "")]


def clocks(
    context: typer.Context,
    by: Annotated[str, typer.Option(help="body, service, region, channel or month")] = "body",
    since: Since = None,
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option(min=1)] = 30,
) -> None:
    """Sum up whose the working time was, of what was completed in a period and what is open."""
    from console.times import moment
    from flows.delays.clocks.odd import SENTENCES
    from flows.delays.clocks.statistics import BY, odd, parts
    from models.errors import ConfigurationError

    chosen = next((each for each in BY if each == by), None)
    if chosen is None:
        raise ConfigurationError("Reading --by", f"no {by!r}", f"Give one of {', '.join(BY)}")
    session = current(context)
    with session.database() as (engine, environment), engine.begin() as connection:
        zone = environment.settings.timezone
        at = moment(as_of, zone) or datetime.now(UTC)
        begin = moment(since, zone) or at - PERIOD
        found = parts(connection, environment, chosen, at, begin)
        oddities = odd(connection, environment, at, begin)
    if session.json:
        as_json({"since": begin, "until": at, "by": by, "parts": found, "odd": oddities})
        return
    names = list(found[0].shares) if found and by != "body" else []
    rows = [
        (part.name, part.applications, worked(part.whole / max(part.applications, 1)),
         *(f"{part.shares[name] / part.whole:.0%}" if part.whole else "" for name in names))
        for part in found[:limit]
    ]  # fmt: skip
    period = f"{_local(begin, ZoneInfo(zone))} to {_local(at, ZoneInfo(zone))}"
    columns = (by, "applications", "hours each", *names)
    out.print(table(f"Whose working time, {period}", columns, rows))
    for code, count in oddities.items():
        out.print(f"{count:,}: {SENTENCES[code]}.", markup=False)


def standards(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option(help="Where the period begins; default: a year ago")
    ] = None,
    as_of: AsOf = None,
    fewest: Annotated[int, typer.Option(min=1, help="Fewer cases prove nothing")] = 100,
) -> None:
    """Propose other terms where nearly all are done in a third, or half are always late."""
    from console.times import moment
    from flows.delays.fit import proposals

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        zone = environment.settings.timezone
        at = moment(as_of, zone) or datetime.now(UTC)
        begin = moment(since, zone) or at - timedelta(days=365)
        found = proposals(connection, environment, begin, at, fewest)
    if session.json:
        as_json([{**vars(each), "sentence": each.sentence} for each in found])
        return
    rows = [(each.service, each.verdict.replace("_", " "), each.sentence) for each in found]
    period = f"{_local(begin, ZoneInfo(zone))} to {_local(at, ZoneInfo(zone))}"
    title = f"Standards that do not fit, {period}, at least {fewest:,} cases each"
    out.print(table(title, ("service", "term", "proposal"), rows))


VERBS: dict[str, Callable[..., None]] = {
    "explain": explain,
    "clocks": clocks,
    "standards": standards,
}

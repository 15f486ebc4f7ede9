"""`tereze pull SOURCE|--all`."""

from typing import TYPE_CHECKING, Annotated

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out, table
from console.session import actor, current

if TYPE_CHECKING:
    from flows.ingest.report import PullReport


def pull(
    context: typer.Context,
    source: Annotated[str | None, typer.Argument(help="The source's name")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every source, one after another")] = False,
    since: Annotated[
        str | None, typer.Option(help="Backfill: from this value of the cursor field, inclusive")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Backfill: before this value")] = None,
) -> None:
    """Pull what is new from a source, or a range of its past again; 1 where a pull failed."""
    if every == (source is not None):
        raise typer.BadParameter("give the name of one source, or --all")
    if every and (since or until):
        raise typer.BadParameter("--since and --until are values of one source's cursor field")
    from console.pulling import named, pull_one
    from flows.ingest.order import in_order

    session = current(context)
    environment = session.environment()
    everything = [name for rank in in_order(environment.sources.values()) for name in rank]
    sources = everything if source is None else [named(environment, source)]
    with session.database() as (engine, _):
        reports = [
            pull_one(engine, environment, each, actor(), since=since, until=until)
            for each in sources
        ]
    if session.json:
        as_json(reports if every else reports[0])
    else:
        show(reports)
    if any(report.state != "succeeded" for report in reports):
        raise typer.Exit(NEEDS_A_PERSON)


def show(reports: "list[PullReport]") -> None:
    """Print a line for each pull, and below what a person should know."""
    columns = ("source", "state", "read", "new", "changed", "same", "quarantined", "repeated", "s")
    rows = [
        (r.source, r.state, r.read, r.inserted, r.updated, r.unchanged, r.quarantined,
         r.repeated, round(r.seconds, 1))
        for r in reports
    ]  # fmt: skip
    out.print(table("Pulls", columns, rows))
    for report in reports:
        if report.state != "succeeded":
            out.print(f"{report.source} {report.state}: {report.sentence}", markup=False)
        for code, count in sorted(report.broken.items()):
            out.print(f"{report.source}: {count:,} rows broke {code}", markup=False)
        for drift in report.drift:
            out.print(f"{report.source}: {drift}", markup=False)

"""`tereze check hidden-services`, `tereze hidden-services funnel|bundles`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from console.commands.hidden_services_review import Region
from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out, table
from console.session import actor, current

Since = Annotated[str | None, typer.Option(help="An ISO time, local to the environment")]


def check(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option(help="An ISO time, local to the environment")] = None,
) -> None:
    """Look for services that the register lacks; 1 where there are new candidates."""
    from console.recording import recorded
    from console.times import moment
    from flows.hidden_services.run import run as look
    from flows.hidden_services.summary import sentence

    session = current(context)
    with session.database() as (engine, environment):
        at = moment(as_of, environment.settings.timezone)
        with recorded(engine, environment, "hidden_services") as run:
            report = look(engine, environment, actor=actor(), as_of=at)
            run.says(sentence(report))
    if session.json:
        as_json(report)
    else:
        out.print(f"{sentence(report)}.", markup=False)
    if report.new or report.raised_again or report.problems:
        raise typer.Exit(NEEDS_A_PERSON)


def funnel(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option(help="An HTML file with the chart and the table, or a .csv")
    ] = None,
    region: Region = None,
    since: Since = None,
) -> None:
    """Count found, confirmed, proposed and entered services, by body and month."""
    from console.times import moment
    from flows.hidden_services.funnel import STAGES
    from flows.hidden_services.funnel import funnel as count
    from flows.hidden_services.report import write_funnel

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        settings = environment.settings
        begin = moment(since, settings.timezone, "--since")
        steps = count(connection, settings.timezone, region=region, since=begin)
        if to is not None:
            write_funnel(connection, to, steps, settings)
    if session.json:
        as_json(steps)
        return
    rows = [(s.organisation, f"{s.month:%Y-%m}", *(getattr(s, each) for each in STAGES))
            for s in steps]  # fmt: skip
    out.print(table("Funnel", ("body", "month", *STAGES), rows))
    if to is not None:
        out.print(f"Written to {to}", markup=False)


def bundles(
    context: typer.Context,
    since: Since = None,
    until: Since = None,
    to: Annotated[Path | None, typer.Option(help="A CSV file")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 20,
) -> None:
    """Propose services to be one: those that the same people take one after another."""
    from console.times import moment
    from flows.hidden_services.bundles import bundles as find
    from flows.hidden_services.report import bundle_name, write_bundles

    session = current(context)
    with session.database() as (engine, environment), engine.begin() as connection:
        zone = environment.settings.timezone
        begin, end = moment(since, zone, "--since"), moment(until, zone, "--until")
        found = find(connection, environment.hidden_services.bundles, begin, end)
        languages = environment.settings.languages
    if to is not None:
        write_bundles(to, found, languages)
    if session.json:
        as_json(found)
        return
    rows = [
        (bundle_name(b, languages), b.recipients, f"{b.support:.2%}", f"{b.lift:,.0f}",
         f"{b.in_this_order:.0%}", f"{b.days:.1f}", b.visits_saved, b.organisations)
        for b in found.bundles[:limit]
    ]  # fmt: skip
    columns = ("services", "recipients", "support", "lift", "order", "days", "visits", "bodies")
    out.print(table(f"Bundles, of {found.recipients:,} recipients", columns, rows))
    if found.nameless:
        out.print(f"{found.nameless:,} applications name no recipient and were left out.")


VERBS: dict[str, Callable[..., None]] = {"funnel": funnel, "bundles": bundles}

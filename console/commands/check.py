"""`tereze check delays|failures`."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from console.commands import findings
from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out, table
from console.session import actor, current

app = typer.Typer(name="check", help="Look for what needs a person.", no_args_is_help=True)
app.command("failures")(findings.check)
STATES = ("on_time", "late", "open", "at_risk", "overdue", "no_standard")


@app.command()
def delays(
    context: typer.Context,
    as_of: Annotated[
        str | None, typer.Option(help="An ISO time, local to the environment; replays the past")
    ] = None,
) -> None:
    """Judge every application by its standard; 1 where something is overdue or unseen."""
    from console.recording import recorded
    from console.times import moment
    from flows.delays.round import run as run_round
    from flows.delays.summary import sentence

    session = current(context)
    with session.database() as (engine, environment):
        at = moment(as_of, environment.settings.timezone)
        with recorded(engine, environment, "delays") as run:
            report = run_round(engine, environment, as_of=at, actor=actor())
            run.says(sentence(report))
    if session.json:
        as_json(report)
    else:
        rows = [(state, report.counts.get(state, 0)) for state in STATES]
        rows += [(s, n) for s, n in sorted(report.counts.items()) if s not in STATES]
        local = report.as_of.astimezone(ZoneInfo(environment.settings.timezone))
        title = f"Applications as of {local.isoformat(sep=' ', timespec='minutes')}"
        out.print(table(title, ("state", "number"), rows))
        if report.replay:
            out.print("A moment of the past: nothing was written.")
        out.print(f"Breaches opened {report.breaches_opened:,}, closed {report.breaches_closed:,}.")
        for each in report.not_looked_at:
            out.print(each, markup=False)
    if report.counts.get("overdue", 0) or report.not_looked_at:
        raise typer.Exit(NEEDS_A_PERSON)

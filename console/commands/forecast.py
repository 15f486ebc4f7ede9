"""`tereze delays forecast` and `tereze forecast`: what will be late, and how well that was told."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.printing import as_json, out, table, tell_problems
from console.session import actor, current

if TYPE_CHECKING:
    from flows.delays.forecast.quality import Quality
    from flows.delays.forecast.why import Why

app = typer.Typer(
    name="forecast", help="Learn what will be late, and judge that by the past.",
    no_args_is_help=True,
)  # fmt: skip
LIKELIEST = 10


def list_(
    context: typer.Context,
    number: Annotated[
        str | None, typer.Argument(help="One application: what its forecast rests on")
    ] = None,
    service: Annotated[str | None, typer.Option(help="Only of this service")] = None,
    organisation: Annotated[str | None, typer.Option(help="Only of this body")] = None,
    limit: Annotated[int, typer.Option(min=0, help="So many of the likeliest")] = LIKELIEST,
) -> None:
    """Show by body and service how many are expected to be late, and the likeliest."""
    from flows.delays.forecast.listing import ahead, likeliest
    from flows.delays.forecast.why import why

    session = current(context)
    with session.database() as (engine, environment), engine.connect() as connection:
        if number is not None:
            _explain(why(connection, environment, number), session.json)
            return
        groups = ahead(connection, service, organisation)
        cases = likeliest(connection, limit, service, organisation)
    if session.json:
        as_json({"ahead": groups, "likeliest": cases})
        return
    columns = ("body", "service", "open", "forecast", "late", "too few", "stopped", "not scored")
    rows = [(g.body, g.service, g.open, g.forecast, g.expected, g.too_few, g.stopped, g.not_scored)
            for g in groups]  # fmt: skip
    out.print(table("Expected to be late, of the open applications", columns, rows))
    listed = [(c.number, c.service, c.region, f"{c.chance:.0%}", f"{c.late:,} of {c.decided:,}",
               c.due_at) for c in cases]  # fmt: skip
    if listed:
        names = ("number", "service", "region", "chance", "such cases late", "due")
        out.print(table("\nThe likeliest", names, listed))


def _explain(found: "list[Why]", json: bool) -> None:
    if json:
        as_json(found)
        return
    for each in found:
        out.print(f"{each.number} ({each.system}): {each.sentence}.", markup=False, soft_wrap=True)
        if each.nearest:
            listed = ", ".join(f"{number} ({how})" for number, how in each.nearest)
            out.print(f"The last of them: {listed}.", markup=False, soft_wrap=True)
        if each.outcome:
            out.print(f"It was {each.outcome.replace('_', ' ')}.", markup=False)


@app.command()
def learn(context: typer.Context) -> None:
    """Learn now, as the nightly job does; open applications are scored by the next check."""
    from console.recording import recorded
    from flows.delays.forecast.summary import sentence
    from flows.delays.forecast.train import train

    session = current(context)
    with (
        session.database() as (engine, environment),
        recorded(engine, environment, "forecast") as run,
    ):
        model = train(engine, environment, actor=actor())
        run.says(sentence(model))
    if session.json:
        as_json(model)
    else:
        out.print(f"{sentence(model)}.", markup=False, soft_wrap=True)


@app.command()
def judge(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="DELAYS.csv", show_default=False)],
    to: Annotated[Path, typer.Option(help="A CSV file; .gz compresses it")],
    until: Annotated[str, typer.Option(help="Learn from what was decided by then; an ISO time")],
    mark: Annotated[
        float, typer.Option(help="Look at each case when this share of its term was gone")
    ] = 0.5,
) -> None:
    """Learn from one part of a record and judge by the other; needs no database."""
    from console.times import moment
    from flows.delays.forecast.on_files import judge_file

    session = current(context)
    environment = session.environment()
    at = moment(until, environment.settings.timezone)
    assert at is not None, "the option is required"
    report = judge_file(environment, file, to, at, mark)
    judged = report.judged
    if session.json:
        as_json({"rows": report.rows, "forecast": judged.quality, "elapsed": judged.by_elapsed,
                 "service": judged.by_service, "problems": report.problems})  # fmt: skip
        return
    named = (("forecast", judged.quality), ("share of the term gone", judged.by_elapsed),
             ("the service's share of late", judged.by_service))  # fmt: skip
    title = f"{judged.quality.count:,} of {report.rows:,} cases judged, to {to}"
    columns = ("by", "AUC", "Brier score", "knowing only the share", "off by")
    out.print(table(title, columns, [(name, *_figures(each)) for name, each in named]))
    bins = [(f"{n / 10:.1f} to {(n + 1) / 10:.1f}", b.count, f"{b.said:.3f}", f"{b.late:.3f}")
            for n, b in enumerate(judged.quality.bins)]  # fmt: skip
    out.print(table("\nWhat was said, and what came", ("chance", "cases", "said", "late"), bins))
    tell_problems(file, report.problems)


def _figures(quality: "Quality") -> tuple[Any, ...]:
    auc = "" if quality.auc is None else f"{quality.auc:.3f}"
    return auc, f"{quality.brier:.4f}", f"{quality.base:.4f}", f"{quality.off:.3f}"

"""`tereze failures`: what the watch has found, and its rules on recorded data, on files."""

from pathlib import Path
from typing import Annotated

import typer

from console.commands import findings
from console.commands.exchanges import exchanges
from console.printing import as_json, out, table, tell_problems
from console.session import current

app = typer.Typer(
    name="failures", help="What is wrong with which system, since when.", no_args_is_help=True
)
app.command("list")(findings.list_)
app.command()(findings.show)
app.command()(exchanges)
To = Annotated[Path, typer.Option(help="A CSV file; .gz compresses it")]


@app.command()
def outages(
    context: typer.Context,
    probes: Annotated[Path, typer.Argument(metavar="PROBES.csv", show_default=False)],
    to: To,
    confirm: Annotated[int, typer.Option(min=1, help="So many failed probes on end")] = 2,
    flap: Annotated[str, typer.Option(help="Outages closer than this are one, e.g. 5m")] = "0s",
    gap: Annotated[
        str | None,
        typer.Option(help="Longer without a probe is not looked at; default: 4 usual pauses"),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="An endpoint to leave out; may be repeated")
    ] = None,
) -> None:
    """Write when each endpoint failed, and when nobody looked."""
    from console.times import duration
    from flows.failures.on_files import find_outages
    from flows.failures.outages import Rules

    longest = None if gap is None else duration(gap, "--gap")
    rules = Rules(confirm, duration(flap, "--flap", least=0), longest)
    report = find_outages(probes, to, rules, without=frozenset(without or ()))
    if current(context).json:
        as_json(report)
        return
    counts = [("outages", report.outages), ("of them open", report.still_open),
              ("not looked at", report.not_looked_at)]  # fmt: skip
    out.print(table(f"{report.probes:,} probes of {report.endpoints:,} endpoints, to {to}",
                    ("found", "number"), counts))  # fmt: skip
    tell_problems(probes, report.problems)


@app.command()
def scan(
    context: typer.Context,
    series: Annotated[Path, typer.Argument(metavar="SERIES.csv", show_default=False)],
    to: To,
) -> None:
    """Write the rows of a metric with a score between 0 and 1 and a flag."""
    from flows.failures.on_files import scan_series

    report = scan_series(series, to)
    if current(context).json:
        as_json(report)
        return
    out.print(table(f"{report.rows:,} rows in {to}", ("found", "number"),
                    [("flagged", report.flagged), ("not judged", report.not_judged)]))  # fmt: skip
    tell_problems(series, report.problems)

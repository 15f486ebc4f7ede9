"""`tereze hidden-services`: functions that are services in fact; `match` needs no database."""

from pathlib import Path
from typing import Annotated

import typer

from console.printing import as_json, out, table, tell_problems
from console.session import current

app = typer.Typer(
    name="hidden-services",
    help="Find state functions that are services but not in the register.",
    no_args_is_help=True,
)
KINDS = ("hidden", "unsure", "renamed", "present", "not_judged")


@app.callback()
def group() -> None:
    """Keep the group a group while it has one command."""


@app.command()
def match(
    context: typer.Context,
    register: Annotated[Path, typer.Argument(metavar="REGISTER.csv", show_default=False)],
    observed: Annotated[Path, typer.Argument(metavar="OBSERVED.csv", show_default=False)],
    to: Annotated[Path, typer.Option(help="A CSV file; .gz compresses it")],
    base_rate: Annotated[
        float, typer.Option(help="The share of observed functions expected to be absent")
    ] = 0.3,
    embedder: Annotated[
        str | None,
        typer.Option(metavar="PACKAGE.MODULE:FUNCTION", help="Makes a model of sentences"),
    ] = None,
    model: Annotated[Path | None, typer.Option(help="The local model it is given")] = None,
) -> None:
    """Write for each observed function whether the register has it, under which name, and why."""
    from flows.hidden_services.matching.embedding import load
    from flows.hidden_services.matching.on_files import match_files

    meaning = None if embedder is None else load(embedder, model)
    report = match_files(register, observed, to, base_rate=base_rate, embedder=meaning)
    if current(context).json:
        as_json(report)
        return
    counts = [(kind, report.kinds[kind]) for kind in KINDS if kind in report.kinds]
    title = f"{report.observed:,} observed beside {report.entries:,} registered, to {to}"
    out.print(table(title, ("kind", "number"), counts))
    tell_problems(register, report.in_register)
    tell_problems(observed, report.in_observed)

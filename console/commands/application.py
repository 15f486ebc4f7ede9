"""`tereze application show|cancel|resume`."""

from typing import Annotated

import typer

from console.commands import composite_applications
from console.printing import as_json, out, table
from console.session import actor, current

app = typer.Typer(name="application", help="One person's application.", no_args_is_help=True)
app.command()(composite_applications.cancel)
app.command()(composite_applications.resume)
OURS = "tereze"
"""The system that applications for several services belong to."""


@app.command()
def show(
    context: typer.Context,
    number: str,
    basis: Annotated[str, typer.Option(help="Why you read it; kept in the audit trail")],
    system: Annotated[str | None, typer.Option(help="Where two systems use the number")] = None,
    unmasked: Annotated[bool, typer.Option(help="Show who applied; recorded as such")] = False,
    language: Annotated[
        str | None, typer.Option(help="Of an application for several services; else its own")
    ] = None,
) -> None:
    """Show an application: where it stands, what comes next, what was; an audited reading."""
    from console.application import read

    session = current(context)
    with session.database() as (engine, environment), engine.begin() as connection:
        file = None
        if system in (None, OURS):
            file = composite_applications.file(
                connection, environment, number, basis, language, unmasked=unmasked
            )
        ours = file is not None
        if file is None:
            file = read(connection, environment, number, system, actor(), basis, unmasked=unmasked)
    if session.json:
        as_json(file)
        return
    if ours:
        composite_applications.print_file(file)
        return
    facts = list(file["application"].items())
    out.print(table(f"Application {number}", ("field", "value"), facts))
    for name in ("events", "clock_stops", "history", "breaches"):
        if rows := file[name]:
            out.print(table(name.replace("_", " ").capitalize(), list(rows[0]),
                            [list(row.values()) for row in rows]))  # fmt: skip

"""`tereze application show`."""

from typing import Annotated

import typer

from console.printing import as_json, out, table
from console.session import actor, current

app = typer.Typer(name="application", help="One person's application.", no_args_is_help=True)


@app.command()
def show(
    context: typer.Context,
    number: str,
    basis: Annotated[str, typer.Option(help="Why you read it; kept in the audit trail")],
    system: Annotated[str | None, typer.Option(help="Where two systems use the number")] = None,
    unmasked: Annotated[bool, typer.Option(help="Show who applied; recorded as such")] = False,
) -> None:
    """Show an application, its events, stopped clocks and breaches; an audited reading."""
    from console.application import read

    session = current(context)
    with session.database() as (engine, environment), engine.begin() as connection:
        file = read(connection, environment, number, system, actor(), basis, unmasked=unmasked)
    if session.json:
        as_json(file)
        return
    facts = list(file["application"].items())
    out.print(table(f"Application {number}", ("field", "value"), facts))
    for name in ("events", "clock_stops", "history", "breaches"):
        if rows := file[name]:
            out.print(table(name.replace("_", " ").capitalize(), list(rows[0]),
                            [list(row.values()) for row in rows]))  # fmt: skip

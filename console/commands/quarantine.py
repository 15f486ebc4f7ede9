"""`tereze quarantine list|show|release`."""

from typing import Annotated

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json, out, table
from console.session import actor, current

app = typer.Typer(
    name="quarantine", help="Rows that broke a rule, held back.", no_args_is_help=True
)


@app.command("list")
def list_(
    context: typer.Context,
    source: Annotated[str | None, typer.Option(help="Only of this source")] = None,
    code: Annotated[str | None, typer.Option(help="Only those that broke this rule")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50,
) -> None:
    """List the rows that are held, the oldest first, without what they say."""
    from flows.ingest.quarantine import listed

    session = current(context)
    with session.database() as (engine, _), engine.connect() as connection:
        rows = listed(connection, source=source, code=code, limit=limit)
    if session.json:
        as_json(rows)
        return
    columns = ("id", "source", "key", "codes", "reasons", "held_at")
    cells = [[row[name] for name in columns] for row in rows]
    out.print(table("In quarantine", columns, [[str(row[0]), *row[1:]] for row in cells]))


@app.command()
def show(
    context: typer.Context,
    identity: Annotated[int, typer.Argument(metavar="ID")],
    basis: Annotated[str, typer.Option(help="Why you read it; kept in the audit trail")],
) -> None:
    """Show a row as its source sent it; reading it is an entry of the audit trail."""
    from flows.ingest.quarantine import shown

    with current(context).database() as (engine, _), engine.begin() as connection:
        as_json(shown(connection, identity, actor=actor(), basis=basis))


@app.command()
def release(
    context: typer.Context,
    identities: Annotated[list[int] | None, typer.Argument(metavar="ID…")] = None,
    source: Annotated[str | None, typer.Option(help="Every row of this source")] = None,
) -> None:
    """Check held rows anew, after a fix, and store what is right now; 1 where some stay."""
    if bool(identities) == (source is not None):
        raise typer.BadParameter("give the ids of rows, or --source")
    from flows.ingest.release import release as let_go

    session = current(context)
    with session.database() as (engine, environment):
        ids = identities or []
        report = let_go(engine, environment, ids=ids, source=source, actor=actor())
    if session.json:
        as_json(report)
    else:
        out.print(f"Stored {report.stored:,}; still held {report.still_held:,}.")
    if report.still_held:
        raise typer.Exit(NEEDS_A_PERSON)

"""`tereze delays export`."""

from pathlib import Path
from typing import Annotated

import typer

from console.printing import as_json, out, table
from console.session import current

app = typer.Typer(name="delays", help="Due dates and how they were kept.", no_args_is_help=True)


@app.command()
def export(
    context: typer.Context,
    to: Annotated[Path, typer.Option(help="A CSV file; .gz compresses it")],
    as_of: Annotated[str | None, typer.Option(help="An ISO time, local to the environment")] = None,
) -> None:
    """Write every application with its due date and what became of it."""
    from console.pulling import progress
    from console.times import moment
    from flows.delays.export import export as write

    session = current(context)
    with session.database() as (engine, environment), progress(str(to)) as advance:
        at = moment(as_of, environment.settings.timezone)
        counts = write(engine, environment, to, as_of=at, progress=advance)
    if session.json:
        as_json({"file": to, "rows": sum(counts.values()), "counts": counts})
    else:
        out.print(table(f"{sum(counts.values()):,} rows in {to}", ("status", "rows"),
                        sorted(counts.items())))  # fmt: skip

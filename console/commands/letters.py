"""`tereze failures letter ID`: write to the owner of a failing system."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from console.printing import as_json, err, out
from console.session import current


def letter(
    context: typer.Context,
    identity: Annotated[int, typer.Argument(metavar="ID", help="The finding's number")],
    language: Annotated[
        str | None, typer.Option(help="ru, kk or en; else the environment's first")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="A text file; else it is printed")] = None,
    as_of: Annotated[str | None, typer.Option(help="An ISO time, local to the environment")] = None,
) -> None:
    """Write the letter to the system's owner, ready to send; sends nothing."""
    from console.times import moment
    from flows.failures.waiting.letter import letter as write

    session = current(context)
    with session.database() as (engine, environment), engine.begin() as connection:
        at = moment(as_of, environment.settings.timezone) or datetime.now(UTC)
        written = write(connection, environment, identity, at, language)
    for warning in written.warnings:
        err.print(f"{warning}.", markup=False, soft_wrap=True)
    if to is not None:
        to.write_text(written.text, encoding="utf-8")
    if session.json:
        as_json({**vars(written), "file": to})
    elif to is None:
        print(written.text, end="")
    else:
        out.print(f"Written to {to}.", markup=False)

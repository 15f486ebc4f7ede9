"""`tereze up` and `tereze demo`."""

from pathlib import Path
from typing import Annotated

import typer

from console.session import current


def up(context: typer.Context) -> None:
    """Start the database, Prefect and the scheduled jobs here, and keep them running."""
    from console.up.run import run_up

    run_up(current(context))


def demo(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="End after the first round")] = False,
    picture: Annotated[
        Path | None, typer.Option(help="Keep what is printed as an SVG picture", hidden=True)
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(help="Keep pictures of the console in a folder", hidden=True)
    ] = None,
) -> None:
    """Start everything with stand-in state bodies, run every job once, show what was found."""
    from console.demo.run import run_demo

    run_demo(current(context), once=once, picture=picture, pictures=pictures)

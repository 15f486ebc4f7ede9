"""`tereze hidden-services`: functions that are services in fact; `match` needs no database."""

import typer

app = typer.Typer(
    name="hidden-services",
    help="Find state functions that are services but not in the register.",
    no_args_is_help=True,
)


@app.callback()
def group() -> None:
    """Keep the group a group while it has one command."""

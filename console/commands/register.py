"""`tereze register sync`."""

import typer

from console.printing import as_json, out, shown
from console.session import current

app = typer.Typer(name="register", help="The register of services.", no_args_is_help=True)


@app.command()
def sync(context: typer.Context) -> None:
    """Write the environment's register, standards and calendars into the database."""
    from console.recording import recorded
    from console.session import actor
    from flows.register.summary import sentence
    from flows.register.sync import sync as write

    session = current(context)
    # Without the usual synchronisation: that would do the work first and leave nothing to tell.
    with (
        session.database(sync_register=False) as (engine, environment),
        recorded(engine, environment, "register") as run,
        engine.begin() as connection,
    ):
        synced = write(connection, environment, actor())
        run.says(sentence(synced))
    if session.json:
        as_json(synced)
    else:
        out.print(shown(sentence(synced)))

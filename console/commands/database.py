"""`tereze db upgrade`."""

import typer

from console.printing import as_json, out
from console.session import current

app = typer.Typer(name="db", help="The database.", no_args_is_help=True)


@app.command()
def upgrade(context: typer.Context) -> None:
    """Create the environment's schema, or bring it to the newest version."""
    from models.database import locate
    from models.database import upgrade as migrate

    session = current(context)
    database = locate(session.environment().name)
    migrate(database)
    where = database.url.render_as_string(hide_password=True)
    if session.json:
        as_json({"database": where, "schema": database.schema})
    else:
        out.print(f"The schema {database.schema} of {where} is at the newest version.")


@app.command()
def url(context: typer.Context) -> None:
    """Print where the database is, for psql and other programs; a password is hidden."""
    from models.database import locate

    database = locate(current(context).environment().name)
    print(database.url.set(drivername="postgresql").render_as_string(hide_password=True))

"""`tereze users …`: who may use the web console."""

from typing import Annotated

import typer

from console.printing import as_json, out, table
from console.session import actor, current

app = typer.Typer(name="users", help="Who may use the web console.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="What they sign in with")]


@app.command()
def add(
    context: typer.Context,
    name: Name,
    role: Annotated[list[str], typer.Option(help="What they may do; may be given again")],
    shown: Annotated[str | None, typer.Option(help="Their name for people")] = None,
    region: Annotated[str | None, typer.Option(help="The code of the region they see")] = None,
    office: Annotated[str | None, typer.Option(help="The office they work in")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Change one who is there; the password stays")
    ] = False,
) -> None:
    """Make a user, and print a password once; it is to be changed at the first sign-in."""
    from console.web.access.managing import add as make
    from console.web.access.managing import named_roles
    from console.web.access.users import NewUser

    session = current(context)
    user = NewUser(name, shown or name, named_roles(role), region, office)
    with session.database() as (engine, _), engine.begin() as connection:
        password = make(connection, user, replace=replace, actor=actor())
    _tell(session.json, name, password)


@app.command("list")
def list_(context: typer.Context) -> None:
    """List everybody who may sign in, or might once."""
    from datetime import UTC, datetime

    from console.web.access.managing import listed

    session = current(context)
    with session.database() as (engine, _), engine.connect() as connection:
        found = listed(connection, datetime.now(UTC))
    if session.json:
        as_json(found)
        return
    columns = ("name", "shown", "roles", "region", "office", "disabled", "locked", "seen_at")
    out.print(table("Users", columns, [[row[name] for name in columns] for row in found]))


@app.command()
def disable(context: typer.Context, name: Name) -> None:
    """Let somebody in no longer, at once; `add --replace` lets them in again."""
    from console.web.access.managing import disable as switch_off

    session = current(context)
    with session.database() as (engine, _), engine.begin() as connection:
        switch_off(connection, name, actor=actor())
    if session.json:
        as_json({"name": name, "disabled": True})
    else:
        out.print(f"{name} can sign in no longer.", markup=False)


@app.command()
def password(context: typer.Context, name: Name) -> None:
    """Print a new password once, for who forgot theirs or is locked out."""
    from console.web.access.managing import new_password

    session = current(context)
    with session.database() as (engine, _), engine.begin() as connection:
        made = new_password(connection, name, actor=actor())
    _tell(session.json, name, made)


def _tell(json: bool, name: str, password: str | None) -> None:
    if json:
        as_json({"name": name, "password": password})
    elif password is None:
        out.print(f"{name} is changed; the password stays.", markup=False)
    else:
        out.print(f"{name} signs in with the password {password}", markup=False)
        out.print("It is printed once, and to be changed at the first sign-in.")

"""`tereze environment check|schema|list`."""

from pathlib import Path
from typing import Annotated

import typer

from console.printing import as_json, out, table
from console.session import current

app = typer.Typer(name="environment", help="Environments: folders of YAML.", no_args_is_help=True)


@app.command()
def check(context: typer.Context) -> None:
    """Read the environment's files and tell every problem with file, line and key."""
    from models.environment.composite_warnings import warnings

    session = current(context)
    environment = session.environment()
    warned = warnings(environment)
    counts = {
        "sources": len(environment.sources),
        "systems": len(environment.systems),
        "services": len(environment.register.services),
        "standards": len(environment.register.standards),
        "calendars": len(environment.calendars),
        "receivers": len(environment.alerts.receivers),
        "composites": len(environment.composites),
    }
    if session.json:
        about = {"environment": environment.name, "folder": environment.folder}
        as_json({**about, **counts, "warnings": warned})
        return
    out.print(f"{environment.settings.title} ({environment.name}) is in order.")
    shown = {name: count for name, count in counts.items() if count or name != "composites"}
    out.print(", ".join(f"{name} {count:,}" for name, count in shown.items()))
    for warning in warned:
        out.print(f"warning: {warning}", markup=False, soft_wrap=True)


@app.command()
def schema(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option(help="Write one file for each kind into this folder")
    ] = None,
) -> None:
    """Write the JSON Schemas of the files, for editors."""
    from console.schemas import schemas, write

    if to is None:
        as_json(schemas())
        return
    written = write(to)
    if current(context).json:
        as_json([str(path) for path in written])
    else:
        for path in written:
            out.print(str(path), soft_wrap=True)


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the environments that come with this installation."""
    from console.schemas import environments

    found = environments()
    if current(context).json:
        as_json(found)
    else:
        rows = [(each["name"], each["title"], each["folder"]) for each in found]
        out.print(table("Environments", ("name", "title", "folder"), rows))

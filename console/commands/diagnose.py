"""`tereze diagnose SYSTEM|SOURCE`: one page about one system."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from console.failures import NEEDS_A_PERSON
from console.printing import as_json
from console.session import current


def diagnose(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="SYSTEM|SOURCE", show_default=False)],
) -> None:
    """Say how a system is: tries it now, and tells what is known; 1 where it is not healthy."""
    from console.diagnosis import show
    from flows.failures.diagnosis.diagnosis import diagnose as ask

    session = current(context)
    with session.database() as (engine, environment):
        found = ask(engine, environment, name, datetime.now(UTC))
    if session.json:
        as_json(found)
    else:
        show(found, environment.settings.timezone)
    if not found.healthy:
        raise typer.Exit(NEEDS_A_PERSON)

"""`tereze sandbox`: pull the plug of a stand-in body of the demo, put it back, see what it did."""

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.printing import as_json, out, table
from console.session import current

if TYPE_CHECKING:
    import requests

app = typer.Typer(name="sandbox", help="The demo's stand-in bodies: fail and recover on demand.")
PREFIX, ACTING = "SANDBOX_", "acting"
WITHIN = 10  # seconds
Body = Annotated[str, typer.Argument(help="Such as civil_registry")]


@app.command()
def off(
    context: typer.Context,
    body: Body,
    kind: Annotated[str, typer.Option(help="How it fails, as its control endpoint says")] = "down",
) -> None:
    """Pull the plug of a body: from now on it fails."""
    _control(context, body, "POST", json={"kind": kind})
    out.print(f"{body} fails from now on ({kind}); `tereze sandbox on {body}` puts it back.")


@app.command()
def on(context: typer.Context, body: Body) -> None:
    """Put the plug back: the body works again."""
    _control(context, body, "DELETE")
    out.print(f"{body} works again.")


@app.command()
def ledger(context: typer.Context, body: Body) -> None:
    """Show what a body has really done, and undone."""
    entries = _asked(_address(context, body) + "/ledger", "GET").json()
    if current(context).json:
        as_json(entries)
        return
    rows = [[each[name] for name in ("at", "operation", "what", "key")] for each in entries]
    out.print(table(f"What {body} has done", ("at", "operation", "what", "key"), rows))


def _control(context: typer.Context, body: str, method: str, **more: Any) -> None:
    _asked(_address(context, body) + "/control/faults", method, **more)


def _address(context: typer.Context, body: str) -> str:
    """Where the running demo's body is told things: the demo lends its addresses.

    Bodies that act are told by the control of them all, which listens while they do not.
    """
    from models.errors import ConfigurationError

    current(context).environment()
    known = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.startswith(PREFIX) and value.startswith("http")
    }
    control = known.pop(ACTING, None)
    if body not in known:
        raise ConfigurationError(
            f"Looking for the stand-in body {body!r}",
            f"there is none here that is spoken to by HTTP; there are: "
            f"{', '.join(sorted(known)) or 'none'}",
            "Start `tereze demo` in another terminal, and give the name of one of its bodies",
        )
    acts = control is not None and body != "state_corporation"
    return f"{control}/{body}" if acts else known[body]


def _asked(address: str, method: str, **more: Any) -> "requests.Response":
    import requests

    from models.errors import CouldNotRun

    try:
        answer = requests.request(method, address, timeout=WITHIN, **more)
        answer.raise_for_status()
    except requests.RequestException as error:
        raise CouldNotRun(
            f"Telling the stand-in body at {address}",
            str(error),
            "Is `tereze demo` still running?",
        ) from error
    return answer

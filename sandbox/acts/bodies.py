"""The acting bodies there are, and how one or all of them run."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from sandbox.acts.desk import Acting, Desk
from sandbox.acts.serving import Listener, ready_line
from sandbox.acts.serving import run as serve

NAMES = (
    "civil_registry",
    "social_protection",
    "education",
    "business_register",
    "migration_service",
    "sms_gateway",
)
"""Each is a module `sandbox.<name>.body` with a function `build`; also the order of ports."""

ALL = "acting"


class Body(Protocol):
    """A body: its desk and its routes."""

    desk: Desk

    def app(self) -> Starlette:
        """The ASGI application, the desk's routes included."""
        ...


def build(name: str, settings: Acting) -> Body:
    """The body of this name."""
    made: Body = import_module(f"sandbox.{name}.body").build(settings)
    return made


def run_one(name: str, settings: Acting) -> int:
    """Run one body until told to stop."""
    body = build(name, settings)
    listener = Listener(body.app(), settings.host, settings.port)
    _run([body], [listener], [], ready_line(name, listener.url))
    return 0


def run_all(settings: Acting, only: Sequence[str] | None = None) -> int:
    """Run all bodies, or `only` some, in this process until told to stop.

    The given port is for control: `GET /` says where the bodies are, and `/<body>/…` leads to
    ledger and faults also of a body that is down. The bodies have the ports behind it, each its
    own. `ledger` is a folder.

    Raises:
        ValueError: there is no body of a name.
    """
    if unknown := set(only or ()) - set(NAMES):
        raise ValueError(f"no body {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    wanted = [(place, name) for place, name in enumerate(NAMES, 1) if name in (only or NAMES)]
    bodies = [build(name, _own(settings, place, name)) for place, name in wanted]
    listeners = [Listener(body.app(), settings.host, body.desk.settings.port) for body in bodies]
    addresses = {body.desk.name: each.url for body, each in zip(bodies, listeners, strict=True)}
    control = Listener(_control(bodies, addresses), settings.host, settings.port)
    lines = [ready_line(name, url) for name, url in addresses.items()]
    _run(bodies, listeners, [control], "\n".join([ready_line(ALL, control.url), *lines]))
    return 0


def _own(settings: Acting, place: int, name: str) -> Acting:
    folder: Path | None = settings.ledger
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return replace(
        settings,
        port=settings.port + place if settings.port else 0,
        ledger=folder / f"{name}.jsonl" if folder else None,
    )


def _control(bodies: Sequence[Body], addresses: dict[str, str]) -> Starlette:
    async def about(_request: Request) -> Response:
        return JSONResponse({"body": ALL, "bodies": addresses})

    mounts = [Mount(f"/{body.desk.name}", routes=body.desk.routes(True)) for body in bodies]
    return Starlette(routes=[Route("/", about), *mounts])


def _run(
    bodies: Sequence[Body], listeners: Sequence[Listener], control: Sequence[Listener], line: str
) -> None:
    async def tick() -> None:
        for body, listener in zip(bodies, listeners, strict=True):
            await body.desk.tick()
            await listener.listen(body.desk.listens)

    try:
        asyncio.run(serve([*listeners, *control], tick, lambda: print(line, flush=True)))
    finally:
        for body in bodies:
            body.desk.ledger.close()

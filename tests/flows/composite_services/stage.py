"""The stage on which applications are carried: a database, a body, and a way to begin one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from models.database.engine import Database
from tests.flows.composite_services.bodies import running
from tests.flows.composite_services.carried import Scene, definition, environment

Begin = Callable[..., Scene]


@contextmanager
def stage(database: Database, folder: Path, **settings: Any) -> Iterator[Begin]:
    """Answers a function: faults of the body in order, then the steps by name; begins it."""
    with running() as body:
        engine = database.engine()
        made = environment(folder, body, **settings)
        begun: list[Scene] = []

        def begin(*faults: str, **steps: dict[str, Any]) -> Scene:
            body.faults += faults
            number = f"OA-2026-{len(begun) + 1:06d}-1"
            begun.append(Scene(engine, made, body, definition(**steps), number).begin())
            return begun[-1]

        yield begin
        engine.dispose()

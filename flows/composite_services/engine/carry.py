"""Carry one application as far as it goes now, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, text

from flows.composite_services.engine.calls import Callers, Clock
from flows.composite_services.engine.carrier import Carrier
from flows.composite_services.engine.exchanges import Exchanges
from flows.composite_services.engine.worker import Worker
from models.environment.loader import Environment
from models.errors import ConfigurationError

WITHIN = 60.0
"""Seconds after which what is left is left to the workers."""


def now() -> datetime:
    """The moment by the clock of this machine, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Carried:
    """How the application stands: its state, its outcome once it has ended, and a sentence."""

    number: str
    state: str
    outcome: str | None
    sentence: str


@contextmanager
def carrying(engine: Engine, environment: Environment, clock: Clock = now) -> Iterator[Carrier]:
    """A carrier with callers of its own, which are closed at the end."""
    exchanges = Exchanges(clock)
    callers = Callers(environment, exchanges.add)
    try:
        yield Carrier(engine, environment, callers, clock)
    finally:
        callers.close()
        exchanges.keep(engine)


def carry(
    engine: Engine,
    environment: Environment,
    number: str,
    *,
    clock: Clock = now,
    within: float = WITHIN,
) -> Carried:
    """Carry it until nothing can be done for it now, for at most `within` seconds.

    Raises:
        ConfigurationError: there is no such application.
    """
    identity = _found(engine, number)[0]
    with carrying(engine, environment, clock) as carrier, Worker(carrier, identity) as worker:
        worker.until_idle(within)
    return _found(engine, number)[1]


def _found(engine: Engine, number: str) -> tuple[int, Carried]:
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT id, number, state, outcome, sentence FROM composite_applications"
                " WHERE number = :number"
            ),
            {"number": number},
        ).one_or_none()
    if row is None:
        raise ConfigurationError(
            f"Looking for the application {number}",
            "there is none of this number",
            "It looks like OA-2026-000123-3; `tereze apply` prints it",
        )
    return row.id, Carried(row.number, row.state, row.outcome, row.sentence)

"""Carry one application as far as it goes now, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic, sleep

from sqlalchemy import Engine, text

from flows.composite_services.engine.calls import Callers, Clock
from flows.composite_services.engine.carrier import Carrier
from flows.composite_services.engine.exchanges import Exchanges
from flows.composite_services.engine.worker import Worker
from models.environment.loader import Environment
from models.errors import ConfigurationError

AGAIN = 0.1
"""Seconds between two looks at what others are carrying."""
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
    patience: float = 0.0,
) -> Carried:
    """Carry it until nothing can be done for it now, for at most `within` seconds.

    Other workers may be at it as well: what they have taken is awaited for `patience` seconds.

    Raises:
        ConfigurationError: there is no such application.
    """
    identity, patient = _found(engine, number)[0], monotonic() + patience
    with carrying(engine, environment, clock) as carrier, Worker(carrier, identity) as worker:
        worker.until_idle(within)
        while monotonic() < patient and _out(engine, identity):
            sleep(AGAIN)
            worker.until_idle(within)
    return _found(engine, number)[1]


def _out(engine: Engine, identity: int) -> bool:
    """Whether a call for it is out."""
    with engine.connect() as connection:
        sql = "SELECT EXISTS (SELECT FROM composite_steps WHERE application = :id AND lease > 0)"
        return bool(connection.execute(text(sql), {"id": identity}).scalar_one())


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

"""Read the contracts whose time has come, side by side, and write down what was seen."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import Engine, text

from flows.failures.contracts.form import Form
from flows.failures.contracts.read import read
from flows.failures.contracts.store import could_not_read, load, saw
from models.environment.contracts import Contract
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.errors import TerezeError
from models.masking import Masker

ACTOR = "flow:failures"
AT_ONCE = 8


def look(engine: Engine, environment: Environment, moment: datetime) -> None:
    """Read every contract that is due as of a moment, each in a transaction of its own.

    What cannot be read is written down with the reason; it keeps no other from being read.
    """
    due = list(_due(engine, environment, moment))
    if not due:
        return
    with ThreadPoolExecutor(min(AT_ONCE, len(due)), thread_name_prefix="contracts") as threads:
        for done in [
            threads.submit(look_at, engine, environment, system, contract, moment)
            for system, contract in due
        ]:
            done.result()


def declared(environment: Environment) -> Iterator[tuple[str, Contract]]:
    """Every contract with its system."""
    for system, each in environment.systems.items():
        for contract in each.contracts:
            yield system, contract


def _due(
    engine: Engine, environment: Environment, moment: datetime
) -> Iterator[tuple[str, Contract]]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT system, name, tried_at FROM contracts"))
        tried = {(row.system, row.name): row.tried_at for row in rows}
    for system, contract in declared(environment):
        last = tried.get((system, contract.name))
        if last is None or last + contract.every <= moment:
            yield system, contract


def look_at(
    engine: Engine, environment: Environment, system: str, contract: Contract, moment: datetime
) -> None:
    """Read one contract now and write down what was seen, or why it could not be."""
    with engine.connect() as connection:
        known = load(connection, [(system, contract.name)]).get((system, contract.name))
    before: Form | None = known.seen if known and known.kind == contract.kind else None
    try:
        form = read(environment, system, contract, before)
    except TerezeError as error:
        words = Masker(environment.settings.identifiers).mask(redact(str(error)))
        with engine.begin() as connection:
            could_not_read(connection, system, contract, words, moment)
        return
    with engine.begin() as connection:
        saw(connection, system, contract, form, moment, ACTOR)

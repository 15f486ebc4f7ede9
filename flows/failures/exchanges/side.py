"""The exchanges side: what systems ask of each other, as recorders wrote it down."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine

from flows.failures.exchanges.judging.judge import verdicts
from flows.failures.exchanges.keeping import forget
from flows.failures.exchanges.reading import read_all
from flows.failures.side import Side
from flows.failures.verdict import Verdict
from models.environment.loader import Environment


def look(engine: Engine, environment: Environment, moment: datetime) -> None:
    """Read what is new from every source; which could not be read is kept for the judge."""
    read_all(engine, environment, moment)
    forget(engine, moment, environment.settings.failures.keep)


def judge(connection: Connection, environment: Environment, moment: datetime) -> Sequence[Verdict]:
    """What the exchanges known at the moment say."""
    return verdicts(connection, environment, moment)


EXCHANGES = Side("exchanges", look, judge)

"""The side of the probes, as the watch runs it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine

from flows.failures.probing.aims import aims_of
from flows.failures.probing.judge import verdicts
from flows.failures.probing.keep import forget
from flows.failures.probing.round import look_at_all
from flows.failures.probing.store import store
from flows.failures.side import Side
from flows.failures.verdict import Verdict
from models.environment.loader import Environment


def look(engine: Engine, environment: Environment, moment: datetime) -> None:
    """Look at every target once, and store what was seen as of `moment`."""
    looks = look_at_all(environment, aims_of(environment))
    with engine.begin() as connection:
        store(connection, environment, looks, moment)
    forget(engine, moment - environment.settings.failures.keep)


def judge(connection: Connection, environment: Environment, moment: datetime) -> Sequence[Verdict]:
    """What the last looks say."""
    return verdicts(connection, environment, moment)


PROBES = Side("probes", look, judge)

"""The side of the probes, as the watch runs it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine

from flows.failures.probing.aims import aims_of
from flows.failures.probing.judge import verdicts
from flows.failures.probing.keep import forget
from flows.failures.probing.own_network import sift
from flows.failures.probing.round import look_at_all
from flows.failures.probing.store import standings, store
from flows.failures.side import Side
from flows.failures.verdict import Verdict
from models.environment.loader import Environment


def look(engine: Engine, environment: Environment, moment: datetime) -> None:
    """Look at every target once, and store what was seen as of `moment`.

    Raises:
        OwnFault: nearly all that should answer is away at once; the rest is stored.
    """
    looks = look_at_all(environment, aims_of(environment))
    settings = environment.settings.failures
    with engine.begin() as connection:
        found = sift(looks, standings(connection), settings.confirm, settings.own_network)
        store(connection, environment, found.looks, moment)
    forget(engine, moment - settings.keep)
    if found.fault is not None:
        raise found.fault


def judge(connection: Connection, environment: Environment, moment: datetime) -> Sequence[Verdict]:
    """What the last looks say."""
    return verdicts(connection, environment, moment)


PROBES = Side("probes", look, judge)

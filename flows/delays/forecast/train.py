"""Learn anew from what was decided: the daily job."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from flows.delays.forecast import groups, store
from flows.delays.forecast.features import record
from flows.delays.forecast.follow import follow_all
from flows.delays.forecast.learn import MOST, learn
from flows.delays.forecast.points import terms
from flows.delays.forecast.read import read
from flows.delays.forecast.store import Known
from flows.delays.forecast.worked import clocks_of_database
from flows.delays.looking import looks
from models import trail
from models.environment.loader import Environment


def train(
    engine: Engine,
    environment: Environment,
    *,
    as_of: datetime | None = None,
    actor: str,
    most: int = MOST,
) -> Known:
    """Learn from all that was decided by `as_of`, and have every open application scored anew.

    Each system teaches only up to where it was looked at. Where there is too little to learn
    from, that is written down, and what was learned before is used on. `most` is as for `learn`.
    """
    moment = as_of or datetime.now(UTC)
    since = moment - environment.settings.delays.forecast.learn_from
    with engine.connect() as connection:
        found = looks(connection, environment, moment)
        clocks = clocks_of_database(connection)
        cases, _ = read(connection, clocks, found, since)
    term = terms(cases, clocks)
    past = record(term)
    learned = learn(term, past, most)
    counted = groups.groups_as_of(term, past, moment)
    with engine.begin() as connection:
        made = store.keep(connection, learned, since, moment)
        groups.keep(connection, counted, found, moment)
        if learned.trees:
            follow_all(connection)
        trail.record(
            connection,
            actor=actor,
            action="delays.forecast_learned",
            subject=environment.name,
            details={"model": made, "as_of": moment.isoformat(), "cases": learned.cases},
        )
        known = store.newest(connection, moment, ready=False)
    assert known is not None, "it has just been written"
    return known

"""What was learned, in the database: each time a new row, the newest that is ready is used."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.delays.forecast.features import FINGERPRINT
from flows.delays.forecast.learn import Learned
from flows.delays.forecast.trees import Trees, loaded

KEPT = 30
"""So many of the newest keep their trees; of older ones stays what they were and how good."""

_INSERT = """
    INSERT INTO forecast_models (as_of, since, state, reason, features, cases, late, points,
        trees, quality)
    VALUES (:as_of, :since, :state, :reason, :features, :cases, :late, :points, :trees,
        CAST(:quality AS jsonb))
    RETURNING id
"""
_NEWEST = """
    SELECT id, as_of, since, trained_at, state, reason, cases, late, points, quality
    FROM forecast_models WHERE as_of <= :moment {which} ORDER BY as_of DESC, id DESC LIMIT 1
"""
_FORGET = """
    UPDATE forecast_models SET trees = NULL WHERE trees IS NOT NULL AND id NOT IN (
        SELECT id FROM forecast_models WHERE trees IS NOT NULL ORDER BY id DESC LIMIT :kept)
"""


@dataclass(frozen=True)
class Known:
    """A model as it is kept: learned from what was decided from `since` to `as_of`."""

    id: int
    as_of: datetime
    since: datetime
    trained_at: datetime
    state: str
    reason: str
    cases: int
    late: int
    points: int
    quality: dict[str, Any]


def keep(connection: Connection, learned: Learned, since: datetime, as_of: datetime) -> int:
    """Write down what was learned, or that there was too little; answers the model's number."""
    import orjson

    row = {
        "as_of": as_of,
        "since": since,
        "state": "ready" if learned.trees else "too_few",
        "reason": learned.reason,
        "features": FINGERPRINT,
        "cases": learned.cases,
        "late": learned.late,
        "points": learned.points,
        "trees": learned.trees.dumped() if learned.trees else None,
        "quality": orjson.dumps(learned.quality.as_json() if learned.quality else {}).decode(),
    }
    made = int(connection.execute(text(_INSERT), row).scalar_one())
    connection.execute(text(_FORGET), {"kept": KEPT})
    return made


def newest(connection: Connection, moment: datetime, *, ready: bool = True) -> Known | None:
    """The model to use at a moment: the newest that looks at what is counted today.

    With `ready=False` the last try, whether it worked or not.
    """
    which = "AND state = 'ready' AND features = :features" if ready else ""
    values = {"moment": moment, "features": FINGERPRINT} if ready else {"moment": moment}
    row = connection.execute(text(_NEWEST.format(which=which)), values).one_or_none()
    return None if row is None else Known(**row._mapping)


def trees_of(connection: Connection, model: Known) -> Trees:
    """The trees of a model that is ready.

    Raises:
        CouldNotRun: another version of Tereze learned them.
    """
    query = text("SELECT trees FROM forecast_models WHERE id = :id")
    return loaded(bytes(connection.execute(query, {"id": model.id}).scalar_one()))

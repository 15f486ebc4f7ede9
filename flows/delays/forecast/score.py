"""Score what is due: new and changed applications, those at a mark of their term, or all anew.

Costs by what is due, but for the counts of groups, which are counted anew once an hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, Engine, text

from flows.delays.forecast import binary, groups
from flows.delays.forecast.ahead import tell
from flows.delays.forecast.arrays import Floats, Ints
from flows.delays.forecast.cases import GROUPINGS
from flows.delays.forecast.features import DECIDED, LATE, matrix, own
from flows.delays.forecast.points import MARKS, Terms, reached, terms
from flows.delays.forecast.read import id_sql, read
from flows.delays.forecast.store import Known, newest, trees_of
from flows.delays.forecast.worked import clocks_of_database
from flows.delays.looking import Look
from models.environment.loader import Environment

LOCK = 7_391_517

RESTS_ON = tuple(GROUPINGS.index(name) for name in ("service_region", "service_body", "service"))
"""On which cases a chance rests: the nearest of these groups that has enough of them."""

_DUE = f"""
    CREATE TEMP TABLE due_now ON COMMIT DROP AS
    SELECT system, number, {id_sql("forecasts")} AS id
    FROM forecasts WHERE next_at <= :moment AND outcome IS NULL AND system = ANY(:systems)
"""
_NARROWED = "JOIN due_now d ON d.system = a.system AND d.number = a.number"
_SCORED = """
    CREATE TEMP TABLE scored_now (id bigint, chance float8, mark float8, grouping bigint,
        decided float8, late float8, next_at float8, ends bigint) ON COMMIT DROP
"""
_COLUMNS = (
    ("id", ">i8"),
    ("chance", ">f8"),
    ("mark", ">f8"),
    ("grouping", ">i8"),
    ("decided", ">f8"),
    ("late", ">f8"),
    ("next_at", ">f8"),
    ("ends", ">i8"),
)
# A clock that stands still has no due date, and the tick takes it up again when it goes on.
_WRITE = """
    UPDATE forecasts f SET model_id = :model, as_of = :moment, due_at = a.due_at,
        mark = s.mark, decided = s.decided, late = s.late,
        chance = CASE WHEN s.ends = 1 AND s.grouping >= 0 THEN s.chance END,
        grouping = (CAST(:groupings AS text[]))[s.grouping + 1],
        reason = CASE WHEN s.ends IS DISTINCT FROM 1 THEN 'clock_stopped'
                      WHEN s.grouping < 0 THEN 'too_few_cases' ELSE 'forecast' END,
        next_at = CASE WHEN s.next_at < 'infinity' THEN to_timestamp(s.next_at) END
    FROM due_now d JOIN applications a ON a.system = d.system AND a.number = d.number
    LEFT JOIN scored_now s ON s.id = d.id
    WHERE f.system = d.system AND f.number = d.number
"""


@dataclass(frozen=True)
class ScoreReport:
    """How many were scored, and how many groups are warned of; None: nothing is learned yet."""

    model: int | None
    scored: int = 0
    warned: int = 0


def score(
    engine: Engine, environment: Environment, moment: datetime, looks: Sequence[Look]
) -> ScoreReport:
    """Score what is due of the systems that were looked at in time, and warn of what follows.

    In one transaction. Applications of the others keep what was said of them, with its moment.
    """
    with engine.begin() as connection:
        # Another one that is going does the same; two would wait for each other's rows.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        model = newest(connection, moment)
        if model is None:
            return ScoreReport(None)
        scored = _score(connection, environment, model, moment, looks)
        warned = tell(connection, environment, moment, looks)
    return ScoreReport(model.id, scored, warned)


def _score(
    connection: Connection,
    environment: Environment,
    model: Known,
    moment: datetime,
    looks: Sequence[Look],
) -> int:
    fresh = [look for look in looks if look.until is not None and not look.stale]
    bound = {"moment": moment, "systems": [look.system for look in fresh]}
    if not connection.execute(text(_DUE), bound).rowcount:
        return 0
    connection.execute(text("ANALYZE due_now"))
    settings = environment.settings.delays.forecast
    clocks = clocks_of_database(connection)
    cases, ids = read(connection, clocks, fresh, moment, narrowed=_NARROWED, which="")
    term = terms(cases, clocks)
    now = np.full(len(cases), moment.timestamp())
    mark, _ = reached(term, now)
    keys = cases.keys_at(np.arange(len(cases)), now)
    counted = groups.fresh(connection, clocks, looks, moment, settings.learn_from, keys)
    counts = counted.at(mark, keys)
    features = matrix(counts, own(term, np.arange(len(cases)), now, mark))
    ends = np.isfinite(cases.due)
    features[~ends] = 0  # not looked at: they have no due date
    rests, decided, late = _rests_on(counts, settings.enough)
    connection.execute(text(_SCORED))
    values = {
        "id": ids,
        "chance": trees_of(connection, model).chances(features),
        "mark": np.array(MARKS)[mark],
        "grouping": rests,
        "decided": decided,
        "late": late,
        "next_at": _next(term, mark, now),
        "ends": ends,
    }
    binary.store(connection, "scored_now", _COLUMNS, values)
    connection.execute(text("ANALYZE scored_now"))
    named = {"model": model.id, "moment": moment, "groupings": list(GROUPINGS)}
    return connection.execute(text(_WRITE), named).rowcount


def _rests_on(counts: Floats, enough: int) -> tuple[Ints, Floats, Floats]:
    """The grouping each chance rests on (-1: none has enough), with its decided and late cases."""
    rests = np.full(len(counts), -1)
    decided, late = (counts[:, RESTS_ON[-1], name].copy() for name in (DECIDED, LATE))
    for grouping in reversed(RESTS_ON):
        some = counts[:, grouping, DECIDED] >= enough
        rests[some] = grouping
        decided[some] = counts[some, grouping, DECIDED]
        late[some] = counts[some, grouping, LATE]
    return rests, decided, late


def _next(term: Terms, mark: Ints, now: Floats) -> Floats:
    """When each case reaches its next mark; infinite where there is none before its end."""
    found = np.full(len(mark), np.inf)
    for each in range(1, len(MARKS)):
        mine = mark == each - 1
        found[mine] = term.moment(MARKS[each])[mine]
    # A mark that was just passed is not passed again.
    return np.where(np.isfinite(found), np.maximum(found, now + 1), np.inf)

"""One round of the clocks: follow the outages, then split what changed since the last one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, Engine, text

from flows.delays.clock_stops import rebuild
from flows.delays.clocks.outages import take_over
from flows.delays.clocks.queue import touch
from flows.delays.clocks.relations import make, prepare
from flows.delays.clocks.split import split_sql
from flows.delays.lock import hold
from flows.delays.recompute import recompute
from flows.delays.reviews.later import examine_again
from models.clocks import SHARES
from models.environment.loader import Environment

LOCK = 7_391_503
WORDS = {"tried": "Splitting the clocks", "going_on": "round"}
PART = 100_000
"""About so many are split in one transaction: their events fit into the memory of one sort."""
SAMPLE = 20_000
"""Of so many in the queue the bounds of the parts are read."""
# What a crash takes back stands in the queue again: nothing waits for the disk.
_SETTINGS = "SET LOCAL work_mem = '256MB'; SET LOCAL synchronous_commit = off"
AT_ONCE = 2

# Each part takes its own applications, so that none waits for another; and those whose numbers
# follow each other, because they and their events lie beside each other, too.
_CUTS = """
    SELECT percentile_disc(CAST(:shares AS float8[])) WITHIN GROUP (ORDER BY number)
    FROM clock_queue TABLESAMPLE SYSTEM (CAST(:percent AS real))
"""
_TAKE = """
    WITH gone AS (
        DELETE FROM clock_queue
        WHERE (CAST(:first AS text) IS NULL OR number >= :first)
          AND (CAST(:beyond AS text) IS NULL OR number < :beyond)
        RETURNING system, number)
    SELECT DISTINCT system, number FROM gone
"""
# What is open is split when it is asked for; one that was opened again is forgotten.
_COMPLETED = """(
    SELECT a.* FROM applications a JOIN taken t USING (system, number)
    WHERE a.completed_at <= :moment)"""
_FORGET = "DELETE FROM clocks c USING taken t WHERE c.system = t.system AND c.number = t.number"

_COLUMNS = ", ".join(
    ("system", "number", "whole", *SHARES, "parties", "seconds", "findings", "odd")
)
_WRITE = f"INSERT INTO clocks ({_COLUMNS}) SELECT {_COLUMNS} FROM ({{split}}) s"
# What is completed only later, as of a moment of the past, stays in the queue.
_LATER = """
    INSERT INTO clock_queue SELECT a.system, a.number FROM applications a JOIN taken t
    USING (system, number) WHERE a.completed_at > :moment
"""


@dataclass(frozen=True)
class ClocksReport:
    """What a round did: outages that differed, due dates they moved, applications split."""

    outages: int
    moved: int
    split: int


def follow(engine: Engine, environment: Environment) -> tuple[int, int]:
    """Take over what is known of outages; answers how many differed and how many due dates moved.

    Where the policy says so, clocks stop for proven outages, and due dates move with them. To be
    done before the check, which judges due dates.
    """
    with engine.begin() as connection:
        hold(connection, environment, LOCK, **WORDS)
        changed = take_over(connection, environment)
        if not changed:
            return 0, 0
        connection.execute(text("ANALYZE outages_affect"))
        rebuild(connection, "(SELECT * FROM outages_affect WHERE stops)")
        moved = recompute(
            connection,
            environment,
            "(SELECT a.* FROM applications a JOIN outages_affect t USING (system, number)"
            " WHERE t.stops)",
        )
        touch(connection, "outages_affect")
    return changed, moved


def tick(
    engine: Engine, environment: Environment, *, as_of: datetime | None = None
) -> ClocksReport:
    """Follow the outages and split every application that changed; costs by what changed.

    Only completed ones are kept: an open one's time runs, and is split when it is asked for.

    Raises:
        CouldNotRun: another round of this environment is going on.
    """
    moment = as_of or datetime.now(UTC)
    outages, moved = follow(engine, environment)
    return ClocksReport(outages, moved, drain(engine, environment, moment))


def drain(engine: Engine, environment: Environment, moment: datetime) -> int:
    """Split what stands in the queue; how many were split.

    Raises:
        CouldNotRun: another round of this environment is going on.
    """
    with engine.begin() as holding:
        hold(holding, environment, LOCK, **WORDS)
        waiting = int(holding.execute(text("SELECT count(*) FROM clock_queue")).scalar_one())
        if not waiting:
            return 0
        bounds = _bounds(holding, waiting)
        work = partial(_drain, engine, environment, moment)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return sum(pool.map(work, bounds, bounds[1:]))


def _bounds(connection: Connection, waiting: int) -> list[str | None]:
    """Where each part begins and the last one ends, by a sample of the queue; None is open."""
    parts = -(-waiting // PART)
    if parts == 1:
        return [None, None]
    values = {
        "shares": [part / parts for part in range(1, parts)],
        "percent": min(100.0, 100 * SAMPLE / waiting),
    }
    cuts = connection.execute(text(_CUTS), values).scalar()
    return [None, *dict.fromkeys(cuts or ()), None]


def _drain(
    engine: Engine,
    environment: Environment,
    moment: datetime,
    first: str | None,
    beyond: str | None,
) -> int:
    """Split the applications whose numbers lie from `first` to before `beyond`."""
    with engine.begin() as connection:
        connection.execute(text(_SETTINGS))
        make(connection, "taken", _TAKE, {"first": first, "beyond": beyond})
        examine_again(connection)
        over = prepare(connection, environment, _COMPLETED, moment)
        connection.execute(text(_FORGET))
        done = connection.execute(text(_WRITE.format(split=split_sql(over > 0)))).rowcount
        connection.execute(text(_LATER), {"moment": moment})
    return done

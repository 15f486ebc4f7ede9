"""One round of the clocks: follow the outages, then split what changed since the last one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, Engine, text

from flows.delays.clock_stops import rebuild
from flows.delays.clocks.outages import take_over
from flows.delays.clocks.queue import touch
from flows.delays.clocks.split import split
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
_MEMORY = "SET LOCAL work_mem = '256MB'"
AT_ONCE = 2

# Each part takes its own applications, so that none waits for another; and those whose numbers
# follow each other, because they and their events lie beside each other, too.
_CUTS = """
    SELECT percentile_disc(CAST(:shares AS float8[])) WITHIN GROUP (ORDER BY number)
    FROM clock_queue TABLESAMPLE SYSTEM (CAST(:percent AS real))
"""
_TAKE = """
    CREATE TEMP TABLE taken ON COMMIT DROP AS
    WITH gone AS (
        DELETE FROM clock_queue
        WHERE (CAST(:first AS text) IS NULL OR number >= :first)
          AND (CAST(:beyond AS text) IS NULL OR number < :beyond)
        RETURNING system, number)
    SELECT DISTINCT system, number FROM gone
"""
_TAKEN = "(SELECT a.* FROM applications a JOIN taken t USING (system, number))"

_COLUMNS = ("whole", *SHARES, "parties", "seconds", "findings", "odd")
_WRITE = f"""
    INSERT INTO clocks (system, number, {", ".join(_COLUMNS)})
    SELECT system, number, {", ".join(_COLUMNS)} FROM split_now WHERE done
    ON CONFLICT (system, number) DO UPDATE SET split_at = clock_timestamp(),
        {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
"""
# What is completed only later, as of a moment of the past, stays in the queue.
_LATER = """
    INSERT INTO clock_queue SELECT a.system, a.number FROM applications a JOIN taken t
    USING (system, number) WHERE a.completed_at > :moment
"""
# Reopened: what is open is split when it is asked for.
_FORGET = """
    DELETE FROM clocks c USING split_now s
    WHERE c.system = s.system AND c.number = s.number AND NOT s.done
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
        connection.execute(text(_MEMORY))
        connection.execute(text(_TAKE), {"first": first, "beyond": beyond})
        connection.execute(text("ANALYZE taken"))
        examine_again(connection)
        done = split(connection, environment, _TAKEN, moment)
        connection.execute(text(_WRITE))
        connection.execute(text(_FORGET))
        connection.execute(text(_LATER), {"moment": moment})
    return done

"""Write the good rows of a staging table into their dataset's table, in one statement."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from flows.delays.clock_stops import outages_stop, rebuild
from flows.delays.clocks.queue import DECISIVE, touch, touch_all
from flows.delays.columns import COLUMNS, columns_sql
from flows.delays.recompute import recompute, recompute_all
from flows.ingest.staging import Staging
from flows.register.in_force import forget, resolve
from models.datasets import Dataset
from models.environment.loader import Environment
from models.environment.sources import Source

GOOD = "NOT EXISTS (SELECT FROM broken_now b WHERE b.row_no = s.row_no)"
_NEWS = "NOT EXISTS (SELECT FROM unchanged_now u WHERE u.row_no = s.row_no)"


@dataclass(frozen=True)
class Stored:
    """How many rows were new, how many changed, how many were as they were."""

    inserted: int
    updated: int
    unchanged: int


def store(
    connection: Connection,
    environment: Environment,
    source: Source,
    staging: Staging,
    pull_id: int,
    *,
    broken: int,
) -> Stored:
    """Insert or update the rows that broke no rule, with everything that follows from them.

    A record older than the stored one of its key changes nothing, nor does an equal one.
    """
    values = {"system": source.system, "source": source.source, "pull": pull_id}
    good = GOOD if broken else "true"
    # A source that is read again mostly says what is known: nothing is worked out for that.
    news = good
    if _find_unchanged(connection, source, staging):
        connection.execute(text("ANALYZE unchanged_now"))
        news = f"{good} AND {_NEWS}"
    columns, selected, joined = _parts(connection, environment, source, staging, news)
    if source.dataset == "application_events":
        _find_touched(connection, staging, good, source.system)
    query = f"SELECT count(*) FROM {staging.table} s WHERE {good}"
    all_good = int(connection.execute(text(query)).scalar_one())
    inserted, updated = _upsert(connection, staging, columns, selected, joined, news, values)
    stored = Stored(inserted, updated, all_good - inserted - updated)
    if source.dataset == "application_events":
        _follow_events(connection, environment)
    elif source.dataset == "applications" and stored.inserted + stored.updated:
        _follow_applications(connection, environment, staging, news, source.system)
    elif source.dataset in ("standards", "channels") and stored.inserted + stored.updated:
        forget(connection)
        recompute_all(connection, environment)
    if source.dataset in DECISIVE and stored.inserted + stored.updated:
        touch_all(connection)
    return stored


def _find_unchanged(connection: Connection, source: Source, staging: Staging) -> int:
    """Write the rows that the store knows, or knows better, into `unchanged_now`; how many."""
    dataset = staging.dataset
    required = {column.name for column in dataset.columns if column.required}
    same = [
        f"t.{name} {'=' if name in required else 'IS NOT DISTINCT FROM'} s.{name}"
        for name in dataset.key
    ] + (["t.system = :system"] if dataset.per_system else [])
    connection.execute(text("DROP TABLE IF EXISTS unchanged_now"))
    return connection.execute(
        text(f"""
            CREATE TEMP TABLE unchanged_now ON COMMIT DROP AS
            SELECT s.row_no FROM {staging.table} s JOIN {dataset.table} t ON {" AND ".join(same)}
            WHERE NOT ({_changes(dataset, list(source.fields), "s")})
        """),
        {"system": source.system} if dataset.per_system else {},
    ).rowcount


def _changes(dataset: Dataset, columns: list[str], new: str) -> str:
    """Whether the row `new` changes the stored row `t`: it is not older, and says another thing."""
    key = ["system", *dataset.key]
    never_compared = {*key, "source", "pull_id", "next_look_at", "origin", *COLUMNS}
    content = [name for name in columns if name not in never_compared]
    newer, v = "", dataset.version
    if v in columns:
        newer = f"(t.{v} IS NULL OR {new}.{v} IS NULL OR {new}.{v} >= t.{v}) AND "
    if not content:
        return f"{newer}true"
    old, others = (", ".join(f"{a}.{name}" for name in content) for a in ("t", new))
    return f"{newer}({old}) IS DISTINCT FROM ({others})"


def _parts(
    connection: Connection,
    environment: Environment,
    source: Source,
    staging: Staging,
    good: str,
) -> tuple[list[str], list[str], str]:
    """The columns to write, what is selected for each, and what is joined for that."""
    taken = list(source.fields)
    columns, selected, joined = list(taken), [f"s.{name}" for name in taken], ""
    if staging.dataset.per_system:
        columns += ["system", "source", "pull_id"]
        selected += [":system", ":source", ":pull"]
    if source.dataset == "standards":
        columns.append("origin")
        selected.append(":source")
    if source.dataset == "applications":
        relation = f"(SELECT :system AS system, s.* FROM {staging.table} s WHERE {good})"
        resolve(connection, environment, f"(SELECT s.* FROM {staging.table} s WHERE {good})")
        due = columns_sql(relation, environment.settings.delays.at_risk)
        joined = f"LEFT JOIN {due} d ON d.number = s.number"
        columns += [*COLUMNS, "next_look_at"]
        selected += [*(f"d.{name}" for name in COLUMNS), "'-infinity'::timestamptz"]
    return columns, selected, joined


def _upsert(
    connection: Connection,
    staging: Staging,
    columns: list[str],
    selected: list[str],
    joined: str,
    good: str,
    values: dict[str, Any],
) -> tuple[int, int]:
    """Answers how many rows were new, and how many changed."""
    dataset = staging.dataset
    key = [*(["system"] if dataset.per_system else []), *dataset.key]
    sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    changes = _changes(dataset, columns, "excluded")
    named = ", ".join(f"{x} AS {c}" for x, c in zip(selected, columns, strict=True))
    # In the order of the key, so that the index grows at one end and not everywhere.
    order = ", ".join(name for name in dataset.key if name in columns)
    counts = connection.execute(
        text(f"""
            WITH good AS (SELECT {named} FROM {staging.table} s {joined} WHERE {good}),
            written AS (
                INSERT INTO {dataset.table} AS t ({", ".join(columns)})
                SELECT {", ".join(columns)} FROM good ORDER BY {order}
                ON CONFLICT ({", ".join(key)}) DO UPDATE SET {sets} WHERE {changes}
                RETURNING (xmax = 0) AS inserted)
            SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted)
            FROM written
        """),
        values,
    ).one()
    return int(counts[0]), int(counts[1])


def _find_touched(connection: Connection, staging: Staging, good: str, system: str) -> None:
    """The applications that these events are of, or were before a correction.

    `stops` says whether their clocks may move.
    """
    connection.execute(text("DROP TABLE IF EXISTS touched_now"))
    connection.execute(
        text(f"""
            CREATE TEMP TABLE touched_now ON COMMIT DROP AS
            SELECT :system AS system, t.number,
                bool_or(t.kind IN ('stopped', 'restarted')) AS stops
            FROM {staging.table} s
            LEFT JOIN application_events e ON e.system = :system AND e.event = s.event
            CROSS JOIN LATERAL (VALUES (s.number, s.kind), (e.number, e.kind)) t (number, kind)
            WHERE t.number IS NOT NULL AND {good} GROUP BY t.number
        """),
        {"system": system},
    )


def _follow_events(connection: Connection, environment: Environment) -> None:
    """Stops of clocks and due dates follow from events, whichever of the two came first."""
    connection.execute(text("ANALYZE touched_now"))
    touch(connection, "touched_now")
    # Where outages stop clocks, it counts who has the application, and every event tells that.
    which = "true" if outages_stop(connection) else "stops"
    _stop_again(connection, environment, f"(SELECT * FROM touched_now WHERE {which})")


def _follow_applications(
    connection: Connection, environment: Environment, staging: Staging, news: str, system: str
) -> None:
    """Their time is split anew; and an outage that goes on may stop the clock of a new one."""
    told = f"(SELECT :system AS system, s.number FROM {staging.table} s WHERE {news})"
    touch(connection, told, {"system": system})
    if outages_stop(connection):
        connection.execute(text("DROP TABLE IF EXISTS touched_now"))
        query = f"CREATE TEMP TABLE touched_now ON COMMIT DROP AS SELECT * FROM {told} t"
        connection.execute(text(query), {"system": system})
        _stop_again(connection, environment, "touched_now")


def _stop_again(connection: Connection, environment: Environment, touched: str) -> None:
    rebuild(connection, touched)
    recompute(
        connection,
        environment,
        f"(SELECT a.* FROM applications a JOIN {touched} t USING (system, number))",
    )

"""Rows that broke a rule: held with the rule's code, its words and the raw record."""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
from psycopg import sql
from sqlalchemy import Connection, Row, text

from expectations.judge import broken_table
from flows.ingest.spool import Spool
from flows.ingest.staging import Staging
from models import trail
from models.errors import ConfigurationError

# An escaped NUL, which jsonb does not take; a backslash before `u0000` may itself be escaped.
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_COLUMNS = ("row_no", "key", "fingerprint", "codes", "reasons", "record")

_HOLD = """
    INSERT INTO quarantine AS q
        (source, dataset, key, fingerprint, codes, reasons, record, pull_id)
    SELECT :source, :dataset, key, fingerprint, codes, reasons, record, :pull
    FROM (SELECT DISTINCT ON (fingerprint) * FROM held_now ORDER BY fingerprint, row_no) once
    ORDER BY row_no
    ON CONFLICT (source, fingerprint) DO UPDATE SET state = 'held', codes = excluded.codes,
        reasons = excluded.reasons, pull_id = excluded.pull_id, held_at = clock_timestamp(),
        settled_at = NULL, settled_by = NULL
    WHERE q.state <> 'held' OR q.codes <> excluded.codes
"""


def find_broken(connection: Connection, staging: Staging) -> int:
    """Write the rows that break a rule of severity error into `broken_now`; answers how many."""
    connection.execute(text("DROP TABLE IF EXISTS broken_now"))
    connection.execute(
        text(f"""
            CREATE TEMP TABLE broken_now ON COMMIT DROP AS
            SELECT row_no, codes, reasons FROM {broken_table(staging.view)} WHERE codes <> '{{}}'
        """)
    )
    connection.execute(text("CREATE UNIQUE INDEX ON broken_now (row_no)"))
    connection.execute(text("ANALYZE broken_now"))
    return int(connection.execute(text("SELECT count(*) FROM broken_now")).scalar_one())


def hold(
    connection: Connection,
    staging: Staging,
    spool: Spool,
    source: str,
    pull_id: int,
    mask: Callable[[str], str],
) -> int:
    """Put the rows of `broken_now` into quarantine; one that is held already stays one.

    Answers how many are newly held.
    """
    dataset = staging.dataset
    key = "concat_ws(' ', " + ", ".join(f"s.{name}" for name in dataset.key) + ")"
    rows = connection.execute(
        text(f"""
            SELECT b.row_no, {key} AS key, b.codes, b.reasons
            FROM broken_now b JOIN {staging.table} s USING (row_no) ORDER BY b.row_no
        """)
    ).all()
    columns = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
    connection.execute(text("DROP TABLE IF EXISTS held_now"))
    connection.execute(
        text("""
            CREATE TEMP TABLE held_now (row_no bigint, key text, fingerprint text, codes text[],
                reasons text[], record jsonb) ON COMMIT DROP
        """)
    )
    raw: Any = connection.connection.driver_connection
    statement = sql.SQL("COPY held_now ({}) FROM STDIN").format(columns)
    with raw.cursor().copy(statement) as copy:
        for row in _with_records(rows, spool, mask):
            copy.write_row(row)
    return connection.execute(
        text(_HOLD), {"source": source, "dataset": dataset.name, "pull": pull_id}
    ).rowcount


def _with_records(
    rows: "list[Row[Any]] | Any", spool: Spool, mask: Callable[[str], str]
) -> Iterator[tuple[Any, ...]]:
    numbers = (row.row_no for row in rows)
    for row, (number, record) in zip(rows, spool.read(numbers), strict=True):
        raw = _NUL.sub(rb"\1\\ufffd", orjson.dumps(record, option=orjson.OPT_SORT_KEYS))
        fingerprint = hashlib.sha256(raw).hexdigest()
        reasons = [mask(reason) for reason in row.reasons]
        yield number, row.key or None, fingerprint, row.codes, reasons, raw.decode()


def supersede(connection: Connection, staging: Staging, source: str, actor: str) -> int:
    """Settle what is held for a key of which a good record was stored now."""
    key = "concat_ws(' ', " + ", ".join(f"s.{name}" for name in staging.dataset.key) + ")"
    return connection.execute(
        text(f"""
            UPDATE quarantine q SET state = 'superseded', settled_at = clock_timestamp(),
                settled_by = :actor
            FROM {staging.table} s
            WHERE q.source = :source AND q.state = 'held' AND q.key = {key}
              AND NOT EXISTS (SELECT FROM broken_now b WHERE b.row_no = s.row_no)
        """),
        {"source": source, "actor": actor},
    ).rowcount


def listed(
    connection: Connection,
    *,
    source: str | None = None,
    code: str | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """What is held, the oldest first, without the records themselves."""
    rows = connection.execute(
        text("""
            SELECT id, source, key, codes, reasons, held_at FROM quarantine
            WHERE state = 'held' AND (CAST(:source AS text) IS NULL OR source = :source)
              AND (CAST(:code AS text) IS NULL OR :code = ANY(codes))
            ORDER BY held_at, id LIMIT :limit
        """),
        {"source": source, "code": code, "limit": limit},
    )
    return [dict(row._mapping) for row in rows]


def shown(connection: Connection, row_id: int, *, actor: str, basis: str) -> dict[str, Any]:
    """One quarantined row with its record; that it was read, and why, goes on the audit trail.

    Raises:
        ConfigurationError: there is no such row.
    """
    row = connection.execute(
        text("SELECT * FROM quarantine WHERE id = :id"), {"id": row_id}
    ).one_or_none()
    if row is None:
        raise ConfigurationError(
            f"Showing the quarantined row {row_id}",
            "there is no row of that number",
            "`tereze quarantine list` shows the numbers",
        )
    trail.record(
        connection,
        actor=actor,
        action="quarantine.read",
        subject=f"quarantine/{row_id}",
        details={"source": row.source, "at": datetime.now(UTC).isoformat()},
        basis=basis,
    )
    return dict(row._mapping)

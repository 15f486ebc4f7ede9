"""The record of a pull: begun, ended, and who holds a source while it is pulled."""

import os
import socket
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Engine, Row, text

from connectors.protocol import Window
from flows import hold
from flows.ingest.report import REASONS
from models.environment.sources import Source

LOCK = 7_391_503


def holder(actor: str) -> str:
    """Who pulls, and in which process of which machine."""
    return f"{actor} on {socket.gethostname()} (process {os.getpid()})"


def held(engine: Engine, environment: str, source: str) -> AbstractContextManager[bool]:
    """Hold the source for one pull at a time; answers whether it is ours.

    The hold is the database's and ends with the connection: a killed pull holds nothing.
    """
    return hold.held(engine, LOCK, f"{environment}/{source}")


def running(engine: Engine, source: str) -> Row[Any] | None:
    """The pull of this source that is going on."""
    with engine.connect() as connection:
        return connection.execute(
            text("""
                SELECT id, holder, started_at FROM pulls
                WHERE source = :source AND state = 'running' ORDER BY id DESC LIMIT 1
            """),
            {"source": source},
        ).one_or_none()


def begin(
    engine: Engine, source: Source, kind: str, window: Window, actor: str, at: datetime
) -> int:
    """Write that a pull begins, and that those which ended without a word were interrupted."""
    with engine.begin() as connection:
        connection.execute(
            text("""
                UPDATE pulls SET state = 'failed', reason = 'interrupted', sentence = :sentence,
                    ended_at = :at
                WHERE source = :source AND state = 'running'
            """),
            {"source": source.source, "sentence": REASONS["interrupted"], "at": at},
        )
        return int(
            connection.execute(
                text("""
                    INSERT INTO pulls (source, kind, holder, state, started_at, window_since,
                        window_until)
                    VALUES (:source, :kind, :holder, 'running', :at, :since, :until) RETURNING id
                """),
                {
                    "source": source.source,
                    "kind": kind,
                    "holder": holder(actor),
                    "at": at,
                    "since": Jsonb(window.since),
                    "until": Jsonb(window.until),
                },
            ).scalar_one()
        )


def end(connection: Connection, pull_id: int, *, ended_at: datetime, **values: Any) -> None:
    """Write how a pull ended, in the transaction of what it did."""
    bound = {k: Jsonb(v) if isinstance(v, dict | list) else v for k, v in values.items()}
    sets = ", ".join(f"{name} = :{name}" for name in bound)
    connection.execute(
        text(f"UPDATE pulls SET {sets}, ended_at = :ended_at WHERE id = :pull_id"),
        {**bound, "pull_id": pull_id, "ended_at": ended_at},
    )


def state_of(connection: Connection, source: Source) -> Row[Any]:
    """Where the source stands, locked until the transaction ends."""
    connection.execute(
        text("""
            INSERT INTO source_states (source, system, dataset)
            VALUES (:source, :system, :dataset) ON CONFLICT (source) DO NOTHING
        """),
        {"source": source.source, "system": source.system, "dataset": source.dataset},
    )
    return connection.execute(
        text("SELECT * FROM source_states WHERE source = :source FOR UPDATE"),
        {"source": source.source},
    ).one()


def move(
    connection: Connection,
    source: Source,
    *,
    cursor: Any,
    looked_until: Any,
    fields: dict[str, list[str]],
    pull_id: int,
) -> None:
    """Move the source on: only ever in the transaction that stores the rows behind it."""
    connection.execute(
        text("""
            UPDATE source_states SET cursor = :cursor, fields = :fields, last_pull_id = :pull,
                looked_until = greatest(looked_until, :looked_until)
            WHERE source = :source
        """),
        {
            "cursor": Jsonb(cursor),
            "fields": Jsonb(fields),
            "pull": pull_id,
            "looked_until": looked_until,
            "source": source.source,
        },
    )

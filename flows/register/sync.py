"""Write the environment's register into the database, and redo due dates when it changed."""

from dataclasses import dataclass, field
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text

from flows.delays.clocks import queue
from flows.delays.recompute import recompute_all
from flows.register.calendars import sync_calendars
from flows.register.in_force import forget
from models import trail
from models.datasets import DATASETS
from models.environment.loader import Environment

PARTS = ("organisations", "services", "channels", "regions", "offices", "standards")
DECISIVE = {"channels", "standards"}
"""The parts that due dates depend on, beside the calendars."""


@dataclass
class Synced:
    """What changed: rows written or removed by part, calendars redone, due dates moved."""

    parts: dict[str, int] = field(default_factory=dict)
    calendars: list[str] = field(default_factory=list)
    due_dates: int = 0

    @property
    def anything(self) -> bool:
        """Whether the database was not yet as the environment says."""
        return bool(self.parts or self.calendars)


def sync(connection: Connection, environment: Environment, actor: str) -> Synced:
    """Bring calendars, register and standards in line, in the caller's transaction.

    What was pulled as a dataset stays; what the environment's files no longer name is removed
    only where it came from them (standards).
    """
    synced = Synced(calendars=sync_calendars(connection, environment))
    for part in PARTS:
        written = _write(connection, part, _entries(environment, part))
        if written:
            synced.parts[part] = written
    if synced.calendars or DECISIVE & set(synced.parts):
        forget(connection)
        synced.due_dates = recompute_all(connection, environment)
    if synced.calendars or queue.DECISIVE & set(synced.parts):
        queue.touch_all(connection)
    if synced.anything:
        trail.record(
            connection,
            actor=actor,
            action="register.synced",
            subject=environment.name,
            details={
                "parts": synced.parts,
                "calendars": synced.calendars,
                "due_dates": synced.due_dates,
            },
        )
    return synced


def _entries(environment: Environment, part: str) -> list[dict[str, Any]]:
    declared = getattr(environment.register, part)
    if part == "standards":
        return [entry.model_dump() for entry in declared]
    return [{"code": code, **entry.model_dump()} for code, entry in declared.items()]


def _write(connection: Connection, part: str, entries: list[dict[str, Any]]) -> int:
    dataset = DATASETS[part]
    columns = dataset.names
    listed = ", ".join(columns)
    connection.execute(text("DROP TABLE IF EXISTS declared"))
    connection.execute(
        text(f"CREATE TEMP TABLE declared ON COMMIT DROP AS SELECT {listed} FROM {part} LIMIT 0")
    )
    if entries:
        values = ", ".join(f":{column}" for column in columns)
        connection.execute(
            text(f"INSERT INTO declared ({listed}) VALUES ({values})"),
            [_bound(entry, columns) for entry in entries],
        )
    removed = _remove(connection) if part == "standards" else 0
    rest = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in dataset.key)
    written = connection.execute(
        text(f"""
            INSERT INTO {part} AS t ({listed}) SELECT {listed} FROM declared
            ON CONFLICT ({", ".join(dataset.key)}) DO UPDATE SET {rest}
            WHERE ({", ".join(f"t.{c}" for c in columns)})
                IS DISTINCT FROM ({", ".join(f"excluded.{c}" for c in columns)})
        """)
    ).rowcount
    return written + removed


def _bound(entry: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    return {c: Jsonb(entry[c]) if c == "names" else entry[c] for c in columns}


def _remove(connection: Connection) -> int:
    return connection.execute(
        text("""
            DELETE FROM standards t WHERE origin = 'environment' AND NOT EXISTS (
                SELECT FROM declared d WHERE (d.service, d.sub_type, d.channel, d.valid_from)
                    IS NOT DISTINCT FROM (t.service, t.sub_type, t.channel, t.valid_from))
        """)
    ).rowcount

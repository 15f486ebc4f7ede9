"""A small body that drops CSV files, with the environment that pulls them, for tests."""

import csv
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from flows.environment import open_environment
from flows.ingest.pull import pull
from flows.ingest.report import PullReport
from flows.register.sync import sync
from models import trail
from models.environment.loader import Environment
from tests.environments import files, write

SOURCE, EVENTS = "office.applications", "office.events"
ACTOR = "flow:test"
GOOD_IIN, BAD_IIN = "850101300005", "850101300006"
HEADER = ("number", "service", "channel", "received_at", "completed_at", "iin", "changed_at")
EVENT_HEADER = ("event", "number", "kind", "at", "changed_at")

APPLICATIONS: dict[str, Any] = {
    "fields": {"changed_at": "changed_at", "applicant": {"from": "iin", "identifier": "iin"}},
    "cursor": {"field": "changed_at"},
}
EVENTS_SOURCE: dict[str, Any] = {
    "source": EVENTS,
    "system": "office",
    "connector": "file",
    "dataset": "application_events",
    "request": {"path": "events.csv"},
    "fields": {name: name for name in EVENT_HEADER},
}


def application(number: str, **changes: str) -> dict[str, str]:
    """A good application of 12 May 2026."""
    row = {
        "number": number,
        "service": "00100101",
        "channel": "portal",
        "received_at": "2026-05-12T10:00:00",
        "completed_at": "",
        "iin": GOOD_IIN,
        "changed_at": "2026-05-12T10:00:00+05:00",
    }
    return row | changes


class Office:
    """The body's folder, its environment and the database that its data are pulled into."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self.engine = engine
        self.changes: dict[str, Any] = {"applications": APPLICATIONS, "events": EVENTS_SOURCE}
        self.environment = self.declare()

    def declare(self, **changes: Any) -> Environment:
        """Write the environment's files with these changes, load them, sync the register."""
        for stem, change in changes.items():
            self.changes[stem] = _merged(self.changes.get(stem, {}), change)
        shutil.rmtree(self.folder / "sources", ignore_errors=True)
        self.environment = open_environment(write(self.folder, files(**self.changes)))
        with self.engine.begin() as connection:
            sync(connection, self.environment, ACTOR)
        return self.environment

    def drop(
        self,
        *rows: Mapping[str, str],
        name: str = "applications.csv",
        header: Sequence[str] | None = None,
    ) -> None:
        """Write the body's file anew."""
        path = self.folder / "data" / name
        path.parent.mkdir(exist_ok=True)
        names = header or (HEADER if name == "applications.csv" else EVENT_HEADER)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, names, extrasaction="ignore", restval="")
            writer.writeheader()
            writer.writerows(rows)

    def pull(self, source: str = SOURCE, **options: Any) -> PullReport:
        return pull(self.engine, self.environment, source, actor=ACTOR, **options)

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(query), values).all())

    def one(self, query: str, **values: Any) -> Any:
        """The only value of the only row."""
        ((value,),) = self.rows(query, **values)
        return value

    def numbers(self) -> list[str]:
        return [row.number for row in self.rows("SELECT number FROM applications ORDER BY 1")]

    def held(self) -> dict[str, list[str]]:
        """The codes of what is held, by key."""
        rows = self.rows("SELECT key, codes FROM quarantine WHERE state = 'held' ORDER BY id")
        return {row.key: row.codes for row in rows}

    def cursor(self, source: str = SOURCE) -> Any:
        rows = self.rows("SELECT cursor FROM source_states WHERE source = :s", s=source)
        return rows[0].cursor if rows else None

    def alerts(self, state: str = "firing") -> dict[str, str]:
        """The sentences of the alerts in this state, by name; of several, one on each line."""
        query = """
            SELECT name, string_agg(sentence, E'\n' ORDER BY sentence) AS sentences
            FROM alerts WHERE state = :state GROUP BY name
        """
        return {row.name: row.sentences for row in self.rows(query, state=state)}

    def checksum(self) -> list[Any]:
        """A digest of everything that a pull stores."""
        rows = "md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
        tables = ("applications", "application_events", "clock_stops", "quarantine")
        return [self.one(f"SELECT {rows} FROM {table} t") for table in tables]

    def leftovers(self) -> int:
        """How many staging tables and views there are."""
        return int(self.one(
            "SELECT count(*) FROM pg_class WHERE relname ~ '^(staging|judged)_' AND relkind <> 'i'"
        ))  # fmt: skip

    def actions(self) -> list[str]:
        """What the audit trail says was done, after it was verified."""
        with self.engine.connect() as connection:
            assert trail.verify(connection).ok
        return [row.action for row in self.rows("SELECT action FROM audit_entries ORDER BY seq")]


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}

"""Applications put straight into the tables, for tests of what follows from them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from flows.delays.clock_stops import rebuild
from flows.delays.clocks.queue import touch_all
from flows.delays.recompute import recompute_all
from flows.delays.round import run
from flows.delays.tick import CheckReport, check
from flows.register.sync import sync
from models.environment.loader import Environment
from tests.environments import environment

ACTOR = "test"


def moment(written: str) -> datetime:
    """A moment of 2025, local to Almaty: `06-02 10:00`."""
    return datetime.fromisoformat(f"2025-{written.replace(' ', 'T')}:00+05:00").astimezone(UTC)


class World:
    """An environment whose one service takes two working days, and its applications."""

    def __init__(self, engine: Engine, folder: Path, **changes: dict[str, Any] | None) -> None:
        self.engine = engine
        self.folder = folder
        self.environment = environment(folder, **changes)
        self.looked(datetime(2100, 1, 1, tzinfo=UTC))
        with engine.begin() as connection:
            sync(connection, self.environment, ACTOR)

    def change(self, **changes: dict[str, Any] | None) -> Environment:
        """Write the environment anew and bring the database in line."""
        self.environment = environment(self.folder, **changes)
        with self.engine.begin() as connection:
            sync(connection, self.environment, ACTOR)
        return self.environment

    def looked(self, until: datetime | None) -> None:
        """The system was pulled well until then."""
        with self.engine.begin() as connection:
            connection.execute(
                text("""
                    INSERT INTO source_states (source, system, dataset, looked_until)
                    VALUES ('office.applications', 'office', 'applications', :until)
                    ON CONFLICT (source) DO UPDATE SET looked_until = :until
                """),
                {"until": until},
            )

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection
            rebuild(connection, "(SELECT DISTINCT system, number FROM application_events)")
            recompute_all(connection, self.environment)
            touch_all(connection)

    def received(self, number: str, at: str, **values: Any) -> None:
        """An application comes in."""
        row = {
            "number": number,
            "received_at": moment(at),
            "service": "00100101",
            "channel": "portal",
            "completed_at": None,
            "region": None,
            "office": None,
            **values,
        }
        with self._writing() as connection:
            connection.execute(
                text("""
                    INSERT INTO applications (system, number, service, channel, region, office,
                        received_at, completed_at, source, pull_id, next_look_at)
                    VALUES ('office', :number, :service, :channel, :region, :office, :received_at,
                        :completed_at, 'office.applications', 1, '-infinity')
                """),
                row,
            )

    def completed(self, number: str, at: str) -> None:
        """It is completed."""
        with self._writing() as connection:
            connection.execute(
                text("""
                    UPDATE applications SET completed_at = :at, next_look_at = '-infinity'
                    WHERE number = :number
                """),
                {"number": number, "at": moment(at)},
            )

    def event(self, number: str, kind: str, at: str, holder: str | None = None) -> None:
        """Something happens to it; `holder` has it from then on."""
        with self._writing() as connection:
            connection.execute(
                text("""
                    INSERT INTO application_events
                        (system, event, number, kind, at, holder, source, pull_id)
                    VALUES ('office', :event, :number, :kind, :at, :holder, 'office.events', 1)
                """),
                {
                    "event": f"{number}-{kind}-{at}",
                    "number": number,
                    "kind": kind,
                    "at": moment(at),
                    "holder": holder,
                },
            )

    def outage(self, finding: int, system: str, began: str, ended: str | None = None) -> None:
        """It is proven that a system was away, or still is; said again, it is corrected."""
        with self.engine.begin() as connection:
            connection.execute(
                text("""
                    INSERT INTO findings (id, kind, system, subject, side, state, severity, reason,
                        sentence, began_at, found_at, confirmed_at, ended_at, looked_until)
                    VALUES (:id, 'down', :system, :subject, 'probe', :state, 'critical', 'refused',
                        'It does not answer', :began, :began, :began, :ended, :began)
                    ON CONFLICT (id) DO UPDATE SET state = :state, began_at = :began,
                        ended_at = :ended
                """),
                {
                    "id": finding,
                    "system": system,
                    "subject": f"probe:{finding}",
                    "state": "over" if ended else "confirmed",
                    "began": moment(began),
                    "ended": ended and moment(ended),
                },
            )

    def round(self, at: str) -> CheckReport:
        """The whole round of the delays' job, as of then."""
        return run(self.engine, self.environment, as_of=moment(at), actor=ACTOR)

    def check(self, at: str, **options: Any) -> CheckReport:
        """The check runs, as of then."""
        return check(self.engine, self.environment, as_of=moment(at), actor=ACTOR, **options)

    def all(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def states(self) -> dict[str, str]:
        """What the checks have written, by number."""
        return {row[0]: row[1] for row in self.all("SELECT number, timeliness FROM applications")}

    def alerts(self) -> set[tuple[str, str, str]]:
        """Alerts of applications: name, number, state."""
        rows = self.all("SELECT name, labels ->> 'number', state FROM alerts")
        return {(name, number, state) for name, number, state in rows if number}

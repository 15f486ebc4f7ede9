"""The record of our own jobs' runs: begun, ended, or lost.

A run is held as `flows.hold` does it, so a run that nobody holds is one whose process was killed.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, text

from flows import spool
from flows.hold import held
from flows.ingest.away import AWAY
from models.environment.secrets import redact
from models.errors import TerezeError

LOCK = 7_391_506
State = Literal["completed", "failed", "cancelled"]
FAULT = "It was interrupted, or ended by a fault; see where it was started"
LOST = "Its process ended without a word"
log = logging.getLogger(__name__)

_HOLD = "current_schema() || '/' || id::text"
_BEGIN = f"""
    INSERT INTO job_runs (job, subject, actor, started_at)
    VALUES (:job, :subject, :actor, :started_at) RETURNING id, {_HOLD} AS hold
"""
_END = """
    UPDATE job_runs SET state = :state, sentence = :sentence, ended_at = clock_timestamp()
    WHERE id = :id
"""
# Not the newest: between its row and its hold lies a moment.
_CLOSE = f"""
    UPDATE job_runs SET state = 'lost', sentence = :sentence, ended_at = clock_timestamp()
    WHERE state = 'running' AND started_at < clock_timestamp() - interval '10 seconds'
      AND pg_try_advisory_xact_lock(:lock, hashtext({_HOLD}))
"""
_CORRECT = """
    UPDATE job_runs SET state = :state, sentence = :sentence, ended_at = :ended_at
    WHERE job = :job AND subject = :subject AND started_at = :started_at
"""
_ADD = """
    INSERT INTO job_runs (job, subject, actor, state, sentence, started_at, ended_at)
    VALUES (:job, :subject, :actor, :state, :sentence, :started_at, :ended_at)
"""


@dataclass
class Run:
    """One run of a job, of a source where the job has several. It says how it ended.

    What it does not say itself is a failure. `written` is set once its row is there.
    """

    environment: str
    job: str
    subject: str
    actor: str
    state: State = "failed"
    sentence: str = FAULT
    written: bool = False
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def says(self, state: State, sentence: str) -> None:
        """How it ended, in words without personal data."""
        self.state, self.sentence = state, redact(sentence)

    def keep(self) -> None:
        """Keep it in a file until the database is back."""
        row = {
            "job": self.job,
            "subject": self.subject,
            "actor": self.actor,
            "state": self.state,
            "sentence": self.sentence,
            "started_at": self.started_at.isoformat(),
            "ended_at": datetime.now(UTC).isoformat(),
        }
        spool.keep(self.environment, row)


@contextmanager
def recorded(engine: Engine, run: Run) -> Iterator[None]:
    """Record what happens inside as a run.

    Where the database goes away meanwhile, the run's end is kept in a file until another run
    brings it in.

    Raises:
        OperationalError: the database is away at the beginning.
    """
    bring_in(engine, run.environment)
    with engine.begin() as connection:
        close_lost(connection)
        values = {
            "job": run.job,
            "subject": run.subject,
            "actor": run.actor,
            "started_at": run.started_at,
        }
        begun = connection.execute(text(_BEGIN), values).one()
    run.written = True
    with held(engine, LOCK, begun.hold):
        try:
            yield
        except TerezeError as error:
            run.says("failed", str(error))
            raise
        except BaseException:
            run.says("failed", FAULT)
            raise
        finally:
            _end(engine, begun.id, run)


def _end(engine: Engine, identity: int, run: Run) -> None:
    values = {"id": identity, "state": run.state, "sentence": run.sentence}
    try:
        with engine.begin() as connection:
            connection.execute(text(_END), values)
    except AWAY as error:
        log.warning("The end of a run of %s is kept in a file: %s", run.job, redact(str(error)))
        run.keep()


def bring_in(engine: Engine, environment: str) -> int:
    """Write the runs that were kept while the database was away; answers how many.

    They are let go of once they are committed.
    """
    with spool.kept(environment) as rows:
        if rows:
            with engine.begin() as connection:
                _write(connection, rows)
        return len(rows)


def _write(connection: Connection, rows: Sequence[Mapping[str, str]]) -> None:
    for row in rows:
        values: dict[str, Any] = {**row}
        if not connection.execute(text(_CORRECT), values).rowcount:
            connection.execute(text(_ADD), values)


def close_lost(connection: Connection) -> int:
    """Close the runs whose processes were killed; answers how many."""
    return connection.execute(text(_CLOSE), {"lock": LOCK, "sentence": LOST}).rowcount

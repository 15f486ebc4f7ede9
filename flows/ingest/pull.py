"""Pull a source: window, pages, staging, expectations, quarantine or store, cursor; all or none."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from connectors.errors import ConnectorError, RetryLater, WillNeverWork
from connectors.protocol import CursorValue, Window
from flows.environment import connector_for
from flows.failures.exchanges.calls import OurCalls
from flows.ingest import record, tell
from flows.ingest.away import AWAY, database_needed
from flows.ingest.cursor import since as since_cursor
from flows.ingest.fetch import Fetch, Fetched
from flows.ingest.finish import Finish, Finished, audit, drift_of
from flows.ingest.mapping import Mapping
from flows.ingest.report import REASONS, BatchStopped, PullReport
from flows.ingest.spool import Spool
from flows.ingest.staging import Staging
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.environment.sources import Source
from models.errors import ConfigurationError, CouldNotRun
from models.masking import Masker

Told = Callable[[int, int | None], None]


def pull(
    engine: Engine,
    environment: Environment,
    source: str,
    *,
    actor: str,
    since: CursorValue | None = None,
    until: CursorValue | None = None,
    now: datetime | None = None,
    progress: Told | None = None,
) -> PullReport:
    """Pull what is new from one source, or, with `since` or `until`, a range of its past.

    Rows and cursor commit together: a pull that fails stores nothing and moves nothing, and a
    pull of the same window changes nothing. A failure of the source is reported, not raised.
    The pull begins at `now`, the present unless given; by it freshness is judged.

    Raises:
        ConfigurationError: no such source, or a secret is missing.
        CouldNotRun: the database went away, or a rule could not be evaluated; nothing is
            half-done, the next pull goes on.
    """
    declared = _declared(environment, source)
    if (since is not None or until is not None) and declared.cursor is None:
        raise ConfigurationError(
            f"Pulling a range of {source}",
            "it has no cursor, so there is nothing to tell a range by",
            "Pull it without --since and --until, or declare `cursor: {field: …}`",
        )
    with (
        database_needed(f"Pulling {source}"),
        record.held(engine, environment.name, source) as ours,
    ):
        if not ours:
            return _busy(engine, source)
        run = _Run(engine, environment, declared, actor, now or datetime.now(UTC))
        return run(since, until, progress)


def _declared(environment: Environment, source: str) -> Source:
    if source not in environment.sources:
        raise ConfigurationError(
            f"Looking for the source {source!r}",
            f"the environment {environment.name} has none of that name",
            f"Its sources are: {', '.join(sorted(environment.sources)) or 'none'}",
        )
    return environment.sources[source]


def _busy(engine: Engine, source: str) -> PullReport:
    going_on = record.running(engine, source)
    who = f"{going_on.holder} since {going_on.started_at:%H:%M:%S %Z}" if going_on else "unknown"
    return PullReport(source, "busy", "busy", f"{REASONS['busy']}: {who}")


class _Run:
    """One pull of a source that we hold."""

    def __init__(
        self,
        engine: Engine,
        environment: Environment,
        source: Source,
        actor: str,
        now: datetime,
    ) -> None:
        self.engine = engine
        self.environment = environment
        self.source = source
        self.actor = actor
        self.now = now
        self.calls = OurCalls(source, now)
        self.masker = Masker(environment.settings.identifiers)
        self.started = time.monotonic()

    def __call__(
        self, since: CursorValue | None, until: CursorValue | None, told: Told | None
    ) -> PullReport:
        backfill = since is not None or until is not None
        stored = self._stored_cursor()
        window = Window(since, until) if backfill else self._window(stored)
        kind = "backfill" if backfill else "pull"
        pull_id = record.begin(self.engine, self.source, kind, window, self.actor, self.now)
        mapping = Mapping(self.source, self.environment.settings)
        staging = Staging(self.source.source, mapping.dataset)
        fetched: Fetched | None = None
        try:
            with Spool() as spool:
                connector = connector_for(self.environment, self.source, self.calls.add)
                fetch = Fetch(self.engine, connector, mapping, staging, spool, told)
                field = self.source.cursor.field if self.source.cursor else None
                fetched = fetch.run(window, field, stored)
                finish = Finish(
                    self.engine,
                    self.environment,
                    self.source,
                    mapping,
                    staging,
                    spool,
                    self.now,
                )
                finish.judged(fetched)
                with self.engine.begin() as connection:
                    done = finish.write(
                        connection,
                        pull_id,
                        fetched,
                        moves_cursor=not backfill,
                        actor=self.actor,
                    )
                    return self._succeeded(connection, pull_id, fetched, done)
        except (ConnectorError, BatchStopped) as error:
            return self._failed(pull_id, mapping, fetched, error)
        except (ConfigurationError, CouldNotRun) as error:
            self._failed(pull_id, mapping, fetched, error)
            raise
        finally:
            self._clean(staging)
            self.calls.keep(self.engine, pull_id)

    def _stored_cursor(self) -> CursorValue | None:
        with self.engine.connect() as connection:
            found: CursorValue | None = connection.execute(
                text("SELECT cursor FROM source_states WHERE source = :source"),
                {"source": self.source.source},
            ).scalar()
        return found

    def _window(self, stored: CursorValue | None) -> Window:
        return Window(since=since_cursor(self.source.cursor, stored))

    def _counts(self, fetched: Fetched | None) -> dict[str, Any]:
        if fetched is None:
            return {}
        return {
            "read": fetched.read,
            "repeated": fetched.repeated,
            "pages": fetched.pages,
            "bytes": fetched.bytes,
        }

    def _succeeded(
        self, connection: Any, pull_id: int, fetched: Fetched, done: Finished
    ) -> PullReport:
        counts = {
            **self._counts(fetched),
            "inserted": done.stored.inserted,
            "updated": done.stored.updated,
            "unchanged": done.stored.unchanged,
            "quarantined": done.quarantined,
        }
        seconds = time.monotonic() - self.started
        record.end(
            connection,
            pull_id,
            ended_at=self.now + timedelta(seconds=seconds),
            state="succeeded",
            reason="done",
            sentence=REASONS["done"],
            sha256=fetched.digest.hexdigest(),
            broken=done.broken,
            drift=done.drift,
            facts=done.facts,
            **counts,
        )
        subject = f"source/{self.source.source}"
        audit(connection, "source.pulled", subject, {"pull": pull_id, **counts}, self.actor)
        return PullReport(
            self.source.source,
            "succeeded",
            "done",
            REASONS["done"],
            pull_id=pull_id,
            seconds=seconds,
            broken=done.broken,
            drift=done.drift,
            **counts,
        )

    def _failed(
        self, pull_id: int, mapping: Mapping, fetched: Fetched | None, error: Exception
    ) -> PullReport:
        reason = _reason(error)
        sentence = self.masker.mask(redact(f"{REASONS[reason]}. {error}"))
        counts = self._counts(fetched)
        found: list[str] = []
        seconds = time.monotonic() - self.started
        with self.engine.begin() as connection:
            if fetched is not None:  # how its fields differ may be why the batch was stopped
                known = record.state_of(connection, self.source).fields
                found = drift_of(self.source, mapping, fetched.shape, known)
            values = {"state": "failed", "reason": reason, "sentence": sentence, **counts}
            if isinstance(error, BatchStopped):
                values["facts"] = {"stopped_by": [code for code, _ in error.broken]}
            ended_at = self.now + timedelta(seconds=seconds)
            record.end(connection, pull_id, ended_at=ended_at, drift=found, **values)
            tell.failed(connection, self.source, reason, sentence, self.now, self.actor)
            subject = f"source/{self.source.source}"
            details = {"pull": pull_id, "reason": reason, **counts}
            audit(connection, "source.pull_failed", subject, details, self.actor)
        return PullReport(
            self.source.source,
            "failed",
            reason,
            sentence,
            pull_id=pull_id,
            seconds=seconds,
            drift=found,
            **counts,
        )

    def _clean(self, staging: Staging) -> None:
        """Drop the staging table; where the database is away, the next pull does it."""
        try:
            with self.engine.begin() as connection:
                staging.drop(connection)
        except AWAY:
            self.engine.dispose()


def _reason(error: Exception) -> str:
    if isinstance(error, RetryLater):
        return "unreachable"
    if isinstance(error, WillNeverWork):
        return "refused"
    if isinstance(error, BatchStopped):
        return "stopped"
    if isinstance(error, ConfigurationError):
        return "misconfigured"
    if isinstance(error, CouldNotRun):
        return "not_judged"
    return "wrong_answer"

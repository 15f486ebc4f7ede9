"""Judge what was fetched, and store it with everything that follows, in one transaction."""

from collections.abc import Mapping as ValuesMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from expectations.judge import Outcome, counts, create_judged_view, judge
from expectations.rules import FIELDS, NOT_EMPTY
from expectations.suite import fresh_column, rules_of, suite_of
from flows.ingest import quarantine, record, tell
from flows.ingest.drift import Shape, drift
from flows.ingest.facts import facts
from flows.ingest.fetch import Fetched
from flows.ingest.mapping import Mapping
from flows.ingest.report import BatchStopped
from flows.ingest.spool import Spool
from flows.ingest.staging import Staging
from flows.ingest.store import Stored, store
from models import trail
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.environment.sources import Source
from models.masking import Masker


@dataclass(frozen=True)
class Finished:
    """What was done with a batch."""

    stored: Stored
    quarantined: int
    broken: dict[str, int]
    drift: list[str]
    facts: dict[str, Any]


class Finish:
    """The second half of a pull: from the staging table to the store."""

    def __init__(
        self,
        engine: Engine,
        environment: Environment,
        source: Source,
        mapping: Mapping,
        staging: Staging,
        spool: Spool,
        now: datetime,
    ) -> None:
        self.engine = engine
        self.environment = environment
        self.source = source
        self.mapping = mapping
        self.staging = staging
        self.spool = spool
        self.now = now
        self.rules = rules_of(source, environment.settings)
        self.masker = Masker(environment.settings.identifiers)

    @property
    def _values(self) -> ValuesMapping[str, str]:
        pattern = self.environment.settings.service_code or ".*"
        return {"now": self.now.isoformat(), "service_code": f"^(?:{pattern})$"}

    def judged(self, fetched: Fetched, *, whole: bool = True) -> list[Outcome]:
        """Which rules the batch keeps and breaks; not `whole`, rows are judged one by one.

        Raises:
            BatchStopped: a critical rule is broken; nothing is stored.
        """
        if whole:
            self._require_fields(fetched)
        staging = self.staging
        with self.engine.begin() as connection:
            connection.execute(text(f"ANALYZE {staging.table}"))
            create_judged_view(connection, staging.view, staging.table, self.rules, self._values)
        suite = suite_of(self.source, self.rules, **self._freshness())
        outcomes = judge(self.engine.url, self.staging.view, suite)
        stopping = [o for o in outcomes if o.severity == "critical" and not o.kept]
        if stopping:
            raise BatchStopped([(o.code, self._words(o)) for o in stopping])
        return outcomes

    def _freshness(self) -> dict[str, Any]:
        within, column = self.source.expect.fresh_within, fresh_column(self.source)
        return {} if within is None else {"fresh_column": column, "fresh_since": self.now - within}

    def _words(self, outcome: Outcome) -> str:
        if outcome.code == NOT_EMPTY.code:
            bounds = self.source.expect.rows
            most = "any number" if bounds.max is None else bounds.max
            return f"{outcome.text} ({self.staging.rows} came, {bounds.min} to {most} expected)"
        return outcome.text

    def _require_fields(self, fetched: Fetched) -> None:
        seen = fetched.shape.fields
        required = {c.name for c in self.staging.dataset.columns if c.required}
        gone = sorted(
            " and ".join(sorted(names))
            for target, names in self.mapping.origins(seen).items()
            if fetched.shape.records and target in required and names and not names & seen.keys()
        )
        if gone:
            raise BatchStopped([(FIELDS.code, f"{FIELDS.text} (gone: {', '.join(gone)})")])

    def write(
        self,
        connection: Connection,
        pull_id: int,
        fetched: Fetched,
        *,
        moves_cursor: bool,
        actor: str,
    ) -> Finished:
        """Store, hold back, move the cursor and say so, in the caller's transaction."""
        state = record.state_of(connection, self.source)
        found = drift_of(self.source, self.mapping, fetched.shape, state.fields)
        broken, counted = self.find_broken(connection)
        held = 0
        if broken:
            held = quarantine.hold(
                connection, self.staging, self.spool, self.source.source, pull_id, self.mask
            )
        stored = self.store(connection, pull_id, broken, actor)
        looked = facts(connection, self.source, self.staging, self.now, self.mask)
        looked |= {"held": held, "seconds": round(fetched.seconds, 3)}
        record.move(
            connection,
            self.source,
            cursor=fetched.cursor if moves_cursor else state.cursor,
            looked_until=self.now if moves_cursor else state.looked_until,
            fields=fetched.shape.merged(state.fields),
            pull_id=pull_id,
        )
        told = [] if self._has_contract() else found  # else a finding tells it
        tell.succeeded(connection, self.source, told, self.now, actor)
        return Finished(stored, broken, counted, found, looked)

    def _has_contract(self) -> bool:
        contracts = self.environment.systems[self.source.system].contracts
        return any(contract.source == self.source.source for contract in contracts)

    def find_broken(self, connection: Connection) -> tuple[int, dict[str, int]]:
        """Gather the rows that break a rule; answers how many, and how many break each."""
        broken = quarantine.find_broken(connection, self.staging)
        return broken, counts(connection, self.staging.view)

    def store(self, connection: Connection, pull_id: int, broken: int, actor: str) -> Stored:
        """Store the good rows; what was held for their keys is settled by that."""
        stored = store(
            connection, self.environment, self.source, self.staging, pull_id, broken=broken
        )
        quarantine.supersede(connection, self.staging, self.source.source, actor)
        return stored

    def mask(self, words: str) -> str:
        """The words without secrets and personal identifiers."""
        return self.masker.mask(redact(words))


def drift_of(source: Source, mapping: Mapping, shape: Shape, known: Any) -> list[str]:
    """How the records differ from what the source declares and from what is known of it."""
    taken = set().union(*mapping.origins(shape.fields).values())
    ignored = {*source.ignore, *([source.cursor.field] if source.cursor else [])}
    return drift(shape, taken, ignored, known)


def audit(
    connection: Connection, action: str, subject: str, details: dict[str, Any], actor: str
) -> None:
    """Put a pull, or a release, on the audit trail: counts and codes only."""
    trail.record(connection, actor=actor, action=action, subject=subject, details=details)

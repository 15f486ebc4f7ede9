"""Release quarantined rows: judge them again by today's rules and register, store the good."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import orjson
from pydantic import BaseModel
from sqlalchemy import Connection, Engine, Row, text

from connectors.protocol import Description, Health, Page, Window
from flows.ingest import record, tell
from flows.ingest.away import database_needed
from flows.ingest.fetch import Fetch, Told
from flows.ingest.finish import Finish, audit
from flows.ingest.mapping import Mapping
from flows.ingest.report import REASONS
from flows.ingest.spool import Spool
from flows.ingest.staging import Staging
from models.environment.loader import Environment
from models.environment.sources import Bounds, Expect, Severity, Source
from models.errors import ConfigurationError, CouldNotRun

PAGE = 2000


@dataclass(frozen=True)
class ReleaseReport:
    """How many rows were stored now, and how many are still held."""

    stored: int
    still_held: int


class _Held:
    """The held records, read like those of a system."""

    name: ClassVar[str] = "quarantine"
    Connection: ClassVar[type[BaseModel]] = BaseModel
    Request: ClassVar[type[BaseModel]] = BaseModel
    moves = False

    def __init__(self, rows: Sequence[Row[Any]]) -> None:
        self.rows = rows

    def open(self) -> None:
        """Nothing to open: the rows are here."""

    def close(self) -> None:
        """Nothing to close."""

    def pages(self, window: Window) -> Iterator[Page]:  # noqa: ARG002  # all of it, always
        """The records, in the order of their numbers."""
        for number, start in enumerate(range(0, len(self.rows), PAGE), 1):
            records = [row.record for row in self.rows[start : start + PAGE]]
            raw = orjson.dumps(records)
            yield Page(number, records, len(raw), hashlib.sha256(raw).hexdigest())

    def health(self) -> Health:
        """Held rows can always be read."""
        return Health(True, 0.0, "held here")

    def describe(self) -> Description:
        """Their fields are those of the source."""
        return Description({}, 0)


def release(
    engine: Engine,
    environment: Environment,
    *,
    ids: Sequence[int] = (),
    source: str | None = None,
    actor: str,
    progress: Told | None = None,
) -> ReleaseReport:
    """Judge held rows again, by number or all of a source, and store those that are good now.

    After a fix: of the register, of the source's YAML, of a rule. A row that still breaks a
    rule stays held, with the reasons of today. `progress` hears how many of the rows of one
    source were read.

    Raises:
        ConfigurationError: no such rows are held, or their source is not declared any more.
        CouldNotRun: their source is being pulled right now, or the database went away.
    """
    by_source: dict[str, list[Row[Any]]] = {}
    stored = still = 0
    with database_needed("Releasing quarantined rows"):
        for row in _held(engine, ids, source):
            by_source.setdefault(row.source, []).append(row)
        for name in by_source:
            _require_declared(environment, name)
        for name, rows in by_source.items():
            report = _release_of(engine, environment, name, rows, actor, progress)
            stored, still = stored + report.stored, still + report.still_held
    return ReleaseReport(stored, still)


def _require_declared(environment: Environment, name: str) -> None:
    if name not in environment.sources:
        raise ConfigurationError(
            f"Releasing rows of {name}",
            "the environment does not declare this source any more",
            f"Its sources are: {', '.join(sorted(environment.sources)) or 'none'}",
        )


def _release_of(
    engine: Engine,
    environment: Environment,
    name: str,
    rows: list[Row[Any]],
    actor: str,
    progress: Told | None,
) -> ReleaseReport:
    with record.held(engine, environment.name, name) as ours:
        if not ours:
            raise CouldNotRun(
                f"Releasing rows of {name}", "it is being pulled right now", "Wait for its end"
            )
        return _release(engine, environment, environment.sources[name], rows, actor, progress)


def _held(engine: Engine, ids: Sequence[int], source: str | None) -> Sequence[Row[Any]]:
    with engine.connect() as connection:
        rows = connection.execute(
            text("""
                SELECT id, source, record FROM quarantine WHERE state = 'held'
                   AND (id = ANY(:ids) OR source = :source) ORDER BY id
            """),
            {"ids": list(ids), "source": source},
        ).all()
    missing = set(ids) - {row.id for row in rows}
    if missing or not rows:
        named = ", ".join(map(str, sorted(missing))) or str(source)
        raise ConfigurationError(
            f"Releasing {named}",
            "nothing of that number or source is held",
            "`tereze quarantine list` shows what is held",
        )
    return rows


def _release(
    engine: Engine,
    environment: Environment,
    source: Source,
    rows: list[Row[Any]],
    actor: str,
    progress: Told | None,
) -> ReleaseReport:
    # What is expected of a pull as a whole does not hold for what was taken out of several.
    rules = {code: _not_critical(each) for code, each in source.expect.rules.items()}
    lone = Expect(rows=Bounds(min=1), quarantined_share=1, rules=rules)
    source = source.model_copy(update={"expect": lone})
    now = datetime.now(UTC)
    pull_id = record.begin(engine, source, "release", Window(), actor, now)
    mapping = Mapping(source, environment.settings)
    staging = Staging(source.source, mapping.dataset)
    told = None if progress is None else lambda done, _total: progress(done, len(rows))
    with Spool() as spool:
        fetched = Fetch(engine, _Held(rows), mapping, staging, spool, told).run(
            Window(), None, None
        )
        finish = Finish(engine, environment, source, mapping, staging, spool, now)
        finish.judged(fetched, whole=False)
        with engine.begin() as connection:
            record.state_of(connection, source)
            broken, counted = finish.find_broken(connection)
            stored = finish.store(connection, pull_id, broken, actor)
            still = _settle(connection, staging, rows, finish, actor)
            left = _count_held(connection, source)
            tell.quarantine(connection, source, left, now, actor)
            counts = {
                "read": fetched.read,
                "inserted": stored.inserted,
                "updated": stored.updated,
                "unchanged": stored.unchanged,
                "quarantined": broken,
            }
            record.end(
                connection,
                pull_id,
                ended_at=datetime.now(UTC),
                state="succeeded",
                reason="done",
                sentence=REASONS["done"],
                broken=counted,
                **counts,
            )
            subject = f"source/{source.source}"
            audit(connection, "quarantine.released", subject, counts, actor)
            staging.drop(connection)
    return ReleaseReport(len(rows) - still, still)


def _not_critical(severity: Severity) -> Severity:
    return "error" if severity == "critical" else severity


def _settle(
    connection: Connection, staging: Staging, rows: list[Row[Any]], finish: Finish, actor: str
) -> int:
    """Mark what was stored as released, and renew the reasons of what is still held."""
    ids = [row.id for row in rows]
    broken = connection.execute(text("SELECT row_no, codes, reasons FROM broken_now")).all()
    good = connection.execute(
        text(f"""
            SELECT row_no FROM {staging.table} s
            WHERE NOT EXISTS (SELECT FROM broken_now b WHERE b.row_no = s.row_no)
        """)
    ).scalars()
    connection.execute(
        text("""
            UPDATE quarantine SET state = 'released', settled_at = clock_timestamp(),
                settled_by = :actor WHERE id = ANY(:ids)
        """),
        {"actor": actor, "ids": [ids[number] for number in good]},
    )
    for row in broken:
        connection.execute(
            text("UPDATE quarantine SET codes = :codes, reasons = :reasons WHERE id = :id"),
            {
                "id": ids[row.row_no],
                "codes": row.codes,
                "reasons": [finish.mask(reason) for reason in row.reasons],
            },
        )
    return len(broken)


def _count_held(connection: Connection, source: Source) -> int:
    return int(
        connection.execute(
            text("SELECT count(*) FROM quarantine WHERE source = :source AND state = 'held'"),
            {"source": source.source},
        ).scalar_one()
    )

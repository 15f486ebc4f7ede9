"""Collects the metrics from the database at each scrape, in bounded time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine, text

from console.web.metrics import families
from console.web.metrics.counting import Timeliness
from console.web.metrics.families import QUESTIONS, Family, Question
from console.web.metrics.keeping import Keeper, Rows
from deployments.jobs import jobs
from flows.failures.data.freshness import freshness
from flows.failures.gaps import tolerated
from flows.failures.state import Standing, state_of
from models.environment.loader import Environment

LIMIT = "2s"
"""Each query is cancelled after so long."""
LATELY = timedelta(days=1)
"""A target that was not tried for so long is not declared any more."""


class DatabaseMetrics(Collector):
    """Reads an environment's database; one scrape at a time.

    Every scrape raises sqlalchemy.exc.DBAPIError where the database is away or too slow.
    """

    def __init__(self, engine: Engine, environment: Environment, version: str) -> None:
        self._engine = engine
        self._environment = environment
        self._version = version
        self._keeper = Keeper()
        self._timeliness = Timeliness()
        self._jobs = sorted({job.flow for job in jobs(environment) if job.flow != "ingest"})

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """The families, so that registering asks no database."""
        return [_gauge(family) for family in families.FAMILIES]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask every question in one transaction."""
        moment = datetime.now(UTC)
        with self._engine.connect() as connection, connection.begin():
            connection.execute(text(f"SET LOCAL statement_timeout = '{LIMIT}'"))
            yield _filled(families.INFO, [self._info()])
            yield _filled(families.SYSTEM_STATE, self._states(connection, moment))
            for question in QUESTIONS:
                rows = self._ask(connection, question, self._values(moment))
                yield from (_filled(family, rows) for family in question.families)
            yield _filled(families.DATA, self._data(connection, moment))
            yield self._applications(connection)
        yield _filled(families.AGE, self._ages())

    def _values(self, moment: datetime) -> dict[str, Any]:
        settings = self._environment.settings
        missed = tolerated(settings.failures.tick, settings.timezone, moment)
        return {
            "moment": moment,
            "fresh": moment - missed,
            "lately": moment - LATELY,
            "jobs": self._jobs,
        }

    def _ask(self, connection: Connection, question: Question, values: dict[str, Any]) -> Rows:
        def ask() -> Rows:
            return connection.execute(text(question.sql), values).mappings().all()

        return self._keeper.answer(question.name, ask) if question.kept else ask()

    def _states(self, connection: Connection, moment: datetime) -> Sequence[Mapping[str, Any]]:
        return [
            {"system": each.system, "state": state, "is": int(each.state == state)}
            for each in state_of(connection, self._environment, moment)
            for state in get_args(Standing)
        ]

    def _data(self, connection: Connection, moment: datetime) -> Sequence[Mapping[str, Any]]:
        found = freshness(connection, self._environment, moment)
        return [
            {"system": each.system, "source": each.source, "data": each.newest_at.timestamp()}
            for each in found
            if each.newest_at is not None
        ]

    def _applications(self, connection: Connection) -> GaugeMetricFamily:
        self._timeliness.count_on(connection)
        counts = self._timeliness.counts() if self._timeliness.complete else {}
        rows = [{"timeliness": state, "applications": n} for state, n in sorted(counts.items())]
        return _filled(families.APPLICATIONS, rows)

    def _info(self) -> dict[str, Any]:
        return {"environment": self._environment.name, "version": self._version, "one": 1}

    def _ages(self) -> Sequence[Mapping[str, Any]]:
        return [{"question": name, "age": age} for name, age in self._keeper.ages().items()]


def _gauge(family: Family) -> GaugeMetricFamily:
    return GaugeMetricFamily(family.name, family.help, labels=family.labels)


def _filled(family: Family, rows: Iterable[Mapping[str, Any]]) -> GaugeMetricFamily:
    gauge = _gauge(family)
    for row in rows:
        if row[family.value] is not None:
            gauge.add_metric([str(row[label]) for label in family.labels], row[family.value])
    return gauge

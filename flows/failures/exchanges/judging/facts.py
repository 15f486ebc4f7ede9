"""Ask the counts for all services at once: a handful of queries, whatever their number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from flows.failures.exchanges.judging.seen import HOUR, Counts, Run
from models.environment.exchanges import OURS
from models.environment.loader import Environment

SLICE = timedelta(minutes=5)
BY_SLICES = timedelta(hours=2)
"""Windows up to this are added up from slices of five minutes, longer ones from hours."""

OUR_CALLS = timedelta(days=1)
"""Our own calls are as rare as pulls are; what they said holds for so long."""

MOST = 1_000
"""Failures on end that are counted one by one."""


@dataclass(frozen=True)
class Known:
    """A service with the leads of its series, and the moment up to which it is known.

    `ours`: it is known by our own calls alone, whose number and haste are our own doing.
    """

    system: str
    service: str
    leads: tuple[int, ...]
    until: datetime
    first_at: datetime
    last_at: datetime
    last_good_at: datetime | None
    ours: bool = False


_RESOLVE = """
    UPDATE exchange_series s SET system = found.system
    FROM (
        SELECT e.id, (
            SELECT m.system
            FROM unnest(CAST(:prefixes AS text[]), CAST(:systems AS text[])) m (prefix, system)
            WHERE e.service = m.prefix OR starts_with(e.service, m.prefix || '/')
            ORDER BY length(m.prefix) DESC LIMIT 1
        ) AS system
        FROM exchange_series e WHERE e.source <> :ours
    ) found
    WHERE found.id = s.id AND s.system IS DISTINCT FROM found.system
"""

_SERVICES = """
    SELECT s.system, s.service, array_agg(DISTINCT s.lead) AS leads,
        max(least(x.looked_until, CAST(:moment AS timestamptz))) AS until,
        min(s.first_at) AS first_at, max(s.last_at) AS last_at,
        max(s.last_good_at) AS last_good_at, bool_and(s.source = :ours) AS ours
    FROM exchange_series s JOIN exchange_sources x USING (source)
    JOIN unnest(CAST(:sources AS text[]), CAST(:stale AS interval[])) d (source, stale)
        USING (source)
    WHERE s.system = ANY(:known) AND s.first_at <= :moment
        AND x.looked_until > CAST(:moment AS timestamptz) - d.stale
    GROUP BY s.system, s.service ORDER BY 1, 2
"""

_ASKED = """unnest(CAST(:places AS int[]), CAST(:leads AS int[]), CAST(:untils AS timestamptz[]))
        v (place, lead, until)"""

_WINDOWS = f"""
    SELECT place, span, sum(requests) AS all_requests, sum(failed) AS all_failed,
        sum(silent) AS all_silent,
        sum(CASE side WHEN 2 THEN paired ELSE 0 END) AS paired,
        sum(CASE side WHEN 2 THEN paired_failed ELSE 0 END) AS paired_failed,
        sum(CASE side WHEN 2 THEN paired_silent ELSE 0 END) AS paired_silent,
        greatest(sum(repeated) FILTER (WHERE side = 1), sum(repeated) FILTER (WHERE side = 2))
            AS repeated
    FROM {_ASKED}
    JOIN {{table}} c ON c.series = v.lead AND c.at <= v.until AND c.at >= :oldest
    JOIN exchange_series s ON s.id = c.series
    JOIN unnest(CAST(:spans AS interval[])) w (span)
        ON c.at + CAST(:width AS interval) > v.until - w.span
    GROUP BY place, span
"""

_DURATIONS = f"""
    SELECT place, span, side, bucket, sum(requests) AS requests
    FROM {_ASKED}
    JOIN exchange_slices c ON c.series = v.lead AND c.at <= v.until AND c.at >= :oldest
    JOIN exchange_series s ON s.id = c.series
    JOIN unnest(CAST(:spans AS interval[])) w (span)
        ON c.at + CAST(:width AS interval) > v.until - w.span
    WHERE c.requests > 0
    GROUP BY place, span, side, bucket
"""

_HOURS = f"""
    SELECT place, at, sum(requests) FILTER (WHERE side = 1) AS asked,
        sum(requests - paired) FILTER (WHERE side = 2) AS unasked,
        max(median) FILTER (WHERE side = 1) AS exchange_median,
        max(median) FILTER (WHERE side = 2) AS service_median
    FROM (
        SELECT place, at, side, sum(requests) AS requests, sum(paired) AS paired,
            min(bucket) FILTER (WHERE 2 * below >= whole) AS median
        FROM (
            SELECT v.place, c.at, s.side, c.bucket, c.requests, c.paired,
                sum(c.requests) OVER (PARTITION BY v.place, c.at, s.side ORDER BY c.bucket) below,
                sum(c.requests) OVER (PARTITION BY v.place, c.at, s.side) whole
            FROM {_ASKED}
            JOIN exchange_hours c ON c.series = v.lead AND c.at = ANY(CAST(:hours AS timestamptz[]))
            JOIN exchange_series s ON s.id = c.series
        ) counted
        GROUP BY place, at, side
    ) sides
    GROUP BY place, at
"""

_RUNS = f"""
    SELECT place, max(failures) AS failures, min(since) AS since, max(until) AS until
    FROM (
        SELECT v.place, s.side, count(*) AS failures, min(f.at) AS since, max(f.at) AS until
        FROM unnest(CAST(:places AS int[]), CAST(:leads AS int[]), CAST(:untils AS timestamptz[]),
            CAST(:goods AS timestamptz[])) v (place, lead, until, good)
        JOIN exchange_series s ON s.lead = v.lead
        CROSS JOIN LATERAL (
            SELECT e.at FROM exchanges e
            WHERE e.series = s.id AND e.outcome = 1 AND e.outcome <> 0
                AND e.at > coalesce(v.good, '-infinity') AND e.at <= v.until
            ORDER BY e.at LIMIT {MOST}
        ) f
        GROUP BY v.place, s.side
    ) sides
    GROUP BY place
"""


def resolve(connection: Connection, environment: Environment) -> None:
    """Bring in line which service is whose: a mapping that changed holds for the past, too."""
    services = environment.exchanges.services
    values = {"prefixes": list(services), "systems": list(services.values()), "ours": OURS}
    connection.execute(text(_RESOLVE), values)


def services(connection: Connection, environment: Environment, moment: datetime) -> list[Known]:
    """The services whose exchanges are known up to lately."""
    stale = {name: each.stale_after for name, each in environment.exchanges.sources.items()}
    stale[OURS] = OUR_CALLS
    values = {
        "moment": moment,
        "sources": list(stale),
        "stale": list(stale.values()),
        "known": list(environment.systems),
        "ours": OURS,
    }
    rows = connection.execute(text(_SERVICES), values).mappings()
    return [Known(**{**row, "leads": tuple(row["leads"])}) for row in rows]


class Asked:
    """The services that the queries are about."""

    def __init__(self, connection: Connection, known: Sequence[Known]) -> None:
        self._connection = connection
        self._known = known
        pairs = [(place, lead) for place, each in enumerate(known) for lead in each.leads]
        self._values: dict[str, list[Any]] = {
            "places": [place for place, _ in pairs],
            "leads": [lead for _, lead in pairs],
            "untils": [known[place].until for place, _ in pairs],
        }
        self._oldest = min((each.until for each in known), default=datetime.min)

    def _rows(self, query: str, **values: Any) -> list[Any]:
        return list(self._connection.execute(text(query), {**self._values, **values}).all())

    def windows(self, spans: Iterable[timedelta]) -> list[dict[timedelta, Counts]]:
        """The counts of each window, for each service."""
        found: list[dict[timedelta, Counts]] = [{} for _ in self._known]
        short = sorted({span for span in spans if span <= BY_SLICES})
        long = sorted({span for span in spans if span > BY_SLICES})
        for table, width, some in (
            ("exchange_slices", SLICE, short),
            ("exchange_hours", HOUR, long),
        ):
            if some:
                oldest = self._oldest - some[-1] - width
                query = _WINDOWS.format(table=table)
                for row in self._rows(query, spans=some, width=width, oldest=oldest):
                    found[row.place][row.span] = _counts(row)
        return found

    def durations(
        self, spans: Sequence[timedelta]
    ) -> list[dict[int, dict[timedelta, dict[int, int]]]]:
        """Counts by side, window and bucket, for each service."""
        found: list[dict[int, dict[timedelta, dict[int, int]]]] = [{} for _ in self._known]
        oldest = self._oldest - max(spans) - SLICE
        for row in self._rows(_DURATIONS, spans=list(spans), width=SLICE, oldest=oldest):
            sides = found[row.place].setdefault(row.side, {})
            sides.setdefault(row.span, {})[row.bucket] = row.requests
        return found

    def hours(self, hours: Sequence[datetime]) -> list[Mapping[datetime, Any]]:
        """The rows of certain hours, for each service that has any."""
        found: list[dict[datetime, Any]] = [{} for _ in self._known]
        for row in self._rows(_HOURS, hours=list(hours)):
            found[row.place][row.at] = row
        return list(found)

    def runs(self) -> dict[int, Run]:
        """Failures on end, of those services whose last exchange was no success."""
        places = {
            place
            for place, each in enumerate(self._known)
            if each.last_good_at is None or each.last_at > each.last_good_at
        }
        if not places:
            return {}
        picked = [n for n, place in enumerate(self._values["places"]) if place in places]
        values = {name: [column[n] for n in picked] for name, column in self._values.items()}
        goods = {place: self._known[place].last_good_at for place in places}
        values["goods"] = [goods[place] for place in values["places"]]
        rows = self._connection.execute(text(_RUNS), values).all()
        return {row.place: Run(row.failures, row.since, row.until) for row in rows}


def _counts(row: Any) -> Counts:
    """A producer's record whose client is known is the same exchange: it counts once."""
    return Counts(
        requests=int(row.all_requests - row.paired),
        failed=int(row.all_failed - row.paired_failed),
        silent=int(row.all_silent - row.paired_silent),
        repeated=int(row.repeated or 0),
    )

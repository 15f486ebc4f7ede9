"""The verdicts of the exchanges side: each rule on each service, with its evidence."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from flows.failures.exchanges.judging import evidence, facts
from flows.failures.exchanges.judging.budget import Period, budget
from flows.failures.exchanges.judging.clocks import Pairs, clock
from flows.failures.exchanges.judging.duplicates import duplicates
from flows.failures.exchanges.judging.facts import Known
from flows.failures.exchanges.judging.failing import failing
from flows.failures.exchanges.judging.gather import SIX_HOURS, gather
from flows.failures.exchanges.judging.said import Said
from flows.failures.exchanges.judging.seen import DAY, HOUR, Counts, Service
from flows.failures.exchanges.judging.silent import silent
from flows.failures.exchanges.judging.slow import slow
from flows.failures.verdict import Evidence, Kind, Level, Verdict
from models.environment.exchanges import OURS
from models.environment.loader import Environment
from models.exchanges import FAILED, SILENT


def verdicts(connection: Connection, environment: Environment, moment: datetime) -> list[Verdict]:
    """What is so with each service and source, as of what is known at the moment.

    Nothing is said of a source that was not read lately, but that it was not.
    """
    facts.resolve(connection, environment)
    judge = _Judge(connection, environment, moment)
    return [*judge.services(), *judge.clocks(), *judge.sources()]


class _Judge:
    """One judging, as of a moment."""

    def __init__(self, connection: Connection, environment: Environment, moment: datetime) -> None:
        self._connection = connection
        self._environment = environment
        self._moment = moment
        self._period = environment.settings.failures.budget

    def services(self) -> Iterator[Verdict]:
        """Failing, slow, silent, duplicates and the budget, for each service."""
        settings = self._environment.settings.failures
        gathered = gather(self._connection, self._environment, self._moment)
        spent = self._spent([known for known, _ in gathered])
        for place, (known, seen) in enumerate(gathered):
            promised = self._environment.systems[known.system].objectives
            said: dict[Kind, Said | None] = {
                "failing": failing(
                    seen, promised.availability, settings.burn_rates, settings.confirm
                ),
                "slow": slow(seen, promised.answer_within),
                "silent": silent(seen),
                "duplicates": duplicates(seen),
                "budget": self._budget(seen, promised.availability, spent.get(place)),
            }
            for kind, each in said.items():
                if each is not None:
                    yield self._verdict(kind, known, seen.until, each)

    def _budget(
        self, seen: Service, availability: float | None, so_far: Counts | None
    ) -> Said | None:
        if availability is None or so_far is None:
            return None
        period = Period.around(seen.until, self._period)
        return budget(
            so_far, seen.window(DAY), seen.window(SIX_HOURS), availability, period, seen.until
        )

    def _spent(self, known: list[Known]) -> dict[int, Counts]:
        """What was asked and failed of each service in the period of its budget so far."""
        pairs = [(place, lead) for place, each in enumerate(known) for lead in each.leads]
        periods = [Period.around(known[place].until, self._period) for place, _ in pairs]
        values = {
            "places": [place for place, _ in pairs],
            "leads": [lead for _, lead in pairs],
            "begins": [period.begin for period in periods],
            "untils": [known[place].until for place, _ in pairs],
            "oldest": min((period.begin for period in periods), default=self._moment),
        }
        rows = self._connection.execute(text(_SPENT), values)
        return {row.place: Counts(int(row.requests), int(row.failed)) for row in rows}

    def _verdict(self, kind: Kind, known: Known, until: datetime, said: Said) -> Verdict:
        found = self._evidence(kind, known, said) if said.level != "good" else []
        since = until if said.level == "good" else until - said.span
        exact = [each.at for each in found if each.origin == "exchanges"]
        if kind == "failing" and said.level != "good":
            since = self._first(known, since) or min(exact, default=since)
        return Verdict(
            kind=kind,
            system=known.system,
            subject=f"service:{known.service}",
            level=said.level,
            at=until,
            since=min(since, until),
            reason=said.reason,
            sentence=f"{known.service}: {said.sentence}.",
            severity=said.severity,
            numbers=said.numbers,
            evidence=found,
        )

    def _first(self, known: Known, since: datetime) -> datetime | None:
        """The first failure of the time that a verdict rests on."""
        values = {"leads": list(known.leads), "since": since, "until": known.until}
        first: datetime | None = self._connection.execute(text(_FIRST), values).scalar()
        return first

    def _evidence(self, kind: Kind, known: Known, said: Said) -> list[Evidence]:
        since, leads = known.until - said.span - timedelta(seconds=1), known.leads
        if kind in ("failing", "budget"):
            return evidence.exchanges(self._connection, leads, FAILED, since, known.until)
        if said.reason == "fault_in_success":
            return evidence.exchanges(self._connection, leads, SILENT, since, known.until)
        if kind == "duplicates":
            return evidence.repeated(self._connection, leads, since, known.until)
        return evidence.slices(self._connection, leads, since, known.until)

    def clocks(self) -> Iterator[Verdict]:
        """Clocks out of step, for each two sources that saw both sides of exchanges lately."""
        values = {"moment": self._moment, "since": self._moment - 2 * HOUR}
        for row in self._connection.execute(text(_CLOCKS), values).all():
            pairs = Pairs(
                row.system,
                row.client_source,
                row.producer_source,
                row.pairs,
                row.out_of_step,
                row.ahead,
            )
            said = clock(pairs)
            if said is not None and row.system in self._environment.systems:
                yield Verdict(
                    kind="clock",
                    system=row.system,
                    subject=_between(row.client_source, row.producer_source),
                    level=said.level,
                    at=row.until,
                    since=row.since if said.level != "good" else row.until,
                    reason=said.reason,
                    sentence=f"{said.sentence}.",
                    severity=said.severity,
                    numbers=said.numbers,
                    evidence=[
                        Evidence(
                            row.until, "exchange_networks", f"{row.since:%Y-%m-%d %H:%M %Z}",
                            said.sentence, said.numbers,
                        )
                    ] if said.level != "good" else [],
                )  # fmt: skip

    def sources(self) -> Iterator[Verdict]:
        """Sources that could not be read: from when on nothing is known."""
        confirm = self._environment.settings.failures.confirm
        values = {"moment": self._moment, "ours": OURS}
        for row in self._connection.execute(text(_SOURCES), values).all():
            if row.source not in self._environment.exchanges.sources:
                continue
            bad = row.failed_reads > 0
            level: Level = "confirmed" if row.failed_reads >= confirm else "suspected"
            yield Verdict(
                kind="not_looked_at",
                system=self._environment.exchanges.sources[row.source].system,
                subject=f"exchange:{row.source}",
                level=level if bad else "good",
                at=row.tried_at,
                since=row.looked_until or row.failing_since if bad else row.tried_at,
                reason="cannot_be_read" if bad else "read",
                sentence=f"The exchanges recorded by {row.source} cannot be read, so nothing is"
                f" known of them since then: {row.sentence}" if bad
                else f"The exchanges recorded by {row.source} were read.",
                numbers={"failed_reads": row.failed_reads},
            )  # fmt: skip


def _between(client_source: str, producer_source: str) -> str:
    """The subject of the clocks of two sources, which may be one server's."""
    both = dict.fromkeys((client_source, producer_source))
    return f"exchange:{'+'.join(both)}"


_SPENT = """
    SELECT v.place, sum(d.requests - CASE s.side WHEN 2 THEN d.paired ELSE 0 END) AS requests,
        sum(d.failed - CASE s.side WHEN 2 THEN d.paired_failed ELSE 0 END) AS failed
    FROM unnest(CAST(:places AS int[]), CAST(:leads AS int[]), CAST(:begins AS timestamptz[]),
        CAST(:untils AS timestamptz[])) v (place, lead, begun, until)
    JOIN exchange_series s ON s.lead = v.lead
    JOIN exchange_days d ON d.series = s.id AND d.at >= v.begun AND d.at <= v.until
        AND d.at >= :oldest
    GROUP BY v.place
"""

_FIRST = """
    SELECT min(e.at) FROM exchange_series s CROSS JOIN LATERAL (
        SELECT at FROM exchanges
        WHERE series = s.id AND outcome = 1 AND outcome <> 0 AND at >= :since AND at <= :until
        ORDER BY at LIMIT 1
    ) e
    WHERE s.lead = ANY(:leads)
"""

_CLOCKS = """
    SELECT p.system, c.source AS client_source, p.source AS producer_source,
        CAST(sum(n.pairs) AS int) AS pairs, CAST(sum(n.out_of_step) AS int) AS out_of_step,
        CAST(sum(n.ahead) AS bigint) AS ahead, min(n.at) AS since,
        least(max(p.last_at), CAST(:moment AS timestamptz)) AS until
    FROM exchange_networks n
    JOIN exchange_series c ON c.id = n.client_series
    JOIN exchange_series p ON p.id = n.producer_series
    WHERE n.at > CAST(:since AS timestamptz) AND n.at <= :moment AND p.system IS NOT NULL
    GROUP BY 1, 2, 3 HAVING sum(n.pairs) > 0
"""

_SOURCES = """
    SELECT source, failed_reads, failing_since, looked_until, sentence, tried_at
    FROM exchange_sources WHERE source <> :ours AND tried_at <= :moment
"""

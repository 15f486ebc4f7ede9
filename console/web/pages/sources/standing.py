"""How each source stands: fresh or not, its last pull, what is held, its contracts, its drift."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from console.web.site import Site
from flows.failures.contracts.summary import Standing, standings
from flows.failures.data.freshness import Freshness, freshness
from models.environment.loader import Environment
from models.environment.sources import Source

# The fields that the last pull with an answer met; one that could not ask says nothing of them.
_LAST = """
    SELECT s.source, p.id, p.state, p.reason, p.started_at, p.read,
        coalesce(d.drift, '[]') AS drift
    FROM unnest(CAST(:sources AS text[])) AS s (source)
    LEFT JOIN LATERAL (
        SELECT * FROM pulls WHERE source = s.source AND kind <> 'release'
        ORDER BY started_at DESC LIMIT 1
    ) AS p ON true
    LEFT JOIN LATERAL (
        SELECT drift FROM pulls WHERE source = s.source AND kind <> 'release'
            AND (state = 'succeeded' OR drift <> '[]')
        ORDER BY started_at DESC LIMIT 1
    ) AS d ON true
"""
_HELD = "SELECT source, count(*) AS rows FROM quarantine WHERE state = 'held' GROUP BY source"
CONTRACT_ORDER = ("differs", "unreadable", "not_read", "as_accepted")
"""The worst first."""


@dataclass(frozen=True)
class SourceStanding:
    """One source. `fresh` and `contract` are codes; an empty contract: it has none."""

    declared: Source
    freshness: Freshness
    last: Row[Any]
    held: int
    contracts: Sequence[Standing]

    @property
    def name(self) -> str:
        """The source's name."""
        return self.declared.source

    @property
    def fresh(self) -> str:
        """Of how its freshness is said."""
        if self.declared.schedule is None:
            return "on_demand"
        if self.freshness.pulled_at is None:
            return "never"
        return "stale" if self.freshness.stale else "fresh"

    @property
    def contract(self) -> str:
        """The worst of its contracts."""
        states = {state(each) for each in self.contracts}
        return next((each for each in CONTRACT_ORDER if each in states), "")

    @property
    def drift(self) -> Sequence[str]:
        """How its fields differ from what is declared, in words."""
        return list(self.last.drift)

    @property
    def needs_somebody(self) -> bool:
        """Whether a person should look at it."""
        worse = self.fresh in ("stale", "never") or self.last.state == "failed"
        return worse or bool(self.held or self.drift) or self.contract in CONTRACT_ORDER[:2]


def state(contract: Standing) -> str:
    """The code of how a contract stands."""
    if contract.unreadable:
        return "unreadable"
    if contract.differences:
        return "differs"
    return "not_read" if contract.seen_at is None else "as_accepted"


@dataclass(frozen=True)
class Whole:
    """All sources, and the held rows of sources that are not declared any more."""

    sources: Sequence[SourceStanding]
    left_over: dict[str, int]


def standing(site: Site) -> tuple[Whole, datetime]:
    """How all of them stand, read seldom, and of when that is."""
    engine, environment = site.engine, site.environment

    def read() -> Whole:
        with engine.begin() as connection:
            return _read(connection, environment)

    return site.shared.get("sources", read)


def _read(connection: Connection, environment: Environment) -> Whole:
    names = sorted(environment.sources)
    last = {row.source: row for row in connection.execute(text(_LAST), {"sources": names})}
    held = {row.source: int(row.rows) for row in connection.execute(text(_HELD))}
    fresh = {each.source: each for each in freshness(connection, environment, datetime.now(UTC))}
    contracts = standings(connection, environment, differing=True)
    found = [
        SourceStanding(
            declared=source,
            freshness=fresh[name],
            last=last[name],
            held=held.get(name, 0),
            contracts=contracts_of(environment, name, contracts),
        )
        for name, source in sorted(environment.sources.items())
    ]
    return Whole(found, {name: rows for name, rows in held.items() if name not in last})


def contracts_of(
    environment: Environment, source: str, contracts: Sequence[Standing]
) -> list[Standing]:
    """The contracts that concern a source: of its fields, and the descriptions of its system."""
    system = environment.sources[source].system
    fields = {each.name: each.source for each in environment.systems[system].contracts}
    return [
        each
        for each in contracts
        if each.system == system and fields.get(each.name) in (None, source)
    ]

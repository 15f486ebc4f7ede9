"""How each system stands: never healthy for a time in which nobody looked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, text

from flows.alerts.routes import SEVERITIES
from flows.failures.data.freshness import freshness
from flows.failures.gaps import tolerated
from flows.failures.maintenance import window
from flows.failures.verdict import KINDS
from models.environment.loader import Environment

Standing = Literal["ok", "suspected", "failing", "not_looked_at", "maintenance"]
LAG = timedelta(minutes=5)
"""Exchanges are recorded by others, who hand them out some minutes later."""

_OPEN = """
    SELECT id, kind, system, subject, state, severity, sentence, began_at FROM findings
    WHERE state <> 'over' AND kind <> 'not_looked_at'
"""
# Among those that began last; an older one may have lasted longer, but not beyond twenty others.
_LAST_OVER = """
    SELECT s.system, max(f.ended_at) AS ended_at FROM unnest(CAST(:systems AS text[])) AS s (system)
    CROSS JOIN LATERAL (
        SELECT ended_at FROM findings WHERE system = s.system AND state = 'over'
            AND confirmed_at IS NOT NULL AND kind <> 'not_looked_at'
        ORDER BY began_at DESC LIMIT 20
    ) AS f GROUP BY s.system
"""
_PROBES = "SELECT system, probe, looked_at FROM probe_targets"
_EXCHANGES = "SELECT source, looked_until FROM exchange_sources"


@dataclass(frozen=True)
class SystemState:
    """How one system stands as of a moment.

    `failing` by a confirmed finding, whose `kind` and `sentence` are of the gravest; `since` is
    when it began, or the end of the last confirmed one where it is `ok`. `unseen` names what was
    not looked at (`probe:…`, `source:…`, `exchanges:…`), each with the last look; a system that
    nothing looks at is `not_looked_at` too. `findings` are the numbers of those that go on, and
    `maintenance_until` the end of the window that the moment lies in.
    """

    system: str
    state: Standing
    since: datetime | None
    kind: str | None = None
    sentence: str | None = None
    findings: tuple[int, ...] = ()
    unseen: Mapping[str, datetime | None] = field(default_factory=dict)
    maintenance_until: datetime | None = None


def state_of(
    connection: Connection, environment: Environment, moment: datetime
) -> list[SystemState]:
    """How every system of the environment stands, in order of their names."""
    going_on: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(text(_OPEN)):
        going_on.setdefault(row.system, []).append(row)
    looks = _looks(connection, environment, moment)
    names = sorted(environment.systems)
    ended = {
        row.system: row.ended_at for row in connection.execute(text(_LAST_OVER), {"systems": names})
    }
    return [
        _state(environment, name, going_on.get(name, []), looks[name], ended.get(name), moment)
        for name in names
    ]


def _state(
    environment: Environment,
    name: str,
    going_on: list[Row[Any]],
    looks: "_Looks",
    ended: datetime | None,
    moment: datetime,
) -> SystemState:
    now = window(environment.systems[name].maintenance, environment.settings.timezone, moment)
    gravest = min(going_on, key=_gravity, default=None)
    state: Standing = "ok"
    since = ended
    if gravest is not None and gravest.state == "confirmed":
        state, since = "failing", gravest.began_at
    elif looks.unseen or not looks.any:
        last = [each for each in looks.unseen.values() if each is not None]
        state, since = "not_looked_at", min(last, default=None)
    elif gravest is not None:
        state, since = "suspected", gravest.began_at
    elif now is not None:
        state, since = "maintenance", now.begins
    worded = gravest if state in ("failing", "suspected") else None
    return SystemState(
        system=name,
        state=state,
        since=since,
        kind=worded.kind if worded else None,
        sentence=worded.sentence if worded else None,
        findings=tuple(row.id for row in sorted(going_on, key=_gravity)),
        unseen=looks.unseen,
        maintenance_until=now.ends if now else None,
    )


def _gravity(row: Row[Any]) -> tuple[Any, ...]:
    """Confirmed before suspected, critical before warning, down before what is less."""
    severity = SEVERITIES.index(row.severity)
    return row.state != "confirmed", severity, KINDS.index(row.kind), row.began_at, row.id


@dataclass
class _Looks:
    """Whether anything looks at a system, and what of that has not for too long."""

    any: bool = False
    unseen: dict[str, datetime | None] = field(default_factory=dict)

    def add(self, what: str, last: datetime | None, stale: bool) -> None:
        self.any = True
        if stale:
            self.unseen[what] = last


def _looks(connection: Connection, environment: Environment, moment: datetime) -> dict[str, _Looks]:
    found = {name: _Looks() for name in environment.systems}
    settings = environment.settings
    late = tolerated(settings.failures.tick, settings.timezone, moment)
    for each in freshness(connection, environment, moment):
        if environment.sources[each.source].schedule is not None:
            found[each.system].add(f"source:{each.source}", each.pulled_at, each.stale)
    probed = {(row.system, row.probe): row.looked_at for row in connection.execute(text(_PROBES))}
    for name, system in environment.systems.items():
        for target in system.probes:
            last = probed.get((name, target.called))
            stale = last is None or last < moment - late
            found[name].add(f"probe:{target.called}", last, stale)
    read = {row.source: row.looked_until for row in connection.execute(text(_EXCHANGES))}
    for source, declared in environment.exchanges.sources.items():
        last = read.get(source)
        stale = last is None or last < moment - late - LAG
        for name in {declared.system, *environment.exchanges.services.values()}:
            found[name].add(f"exchanges:{source}", last, stale)
    return found

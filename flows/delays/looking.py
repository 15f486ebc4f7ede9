"""Up to when each system has been looked at: nothing is concluded from stale input."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter
from sqlalchemy import Connection, text

from models.environment.dependencies import OURS
from models.environment.loader import Environment
from models.environment.sources import Source

TELLS_OF_DELAYS = {"applications", "application_events"}
MISSED_PULLS = 3


@dataclass(frozen=True)
class Look:
    """How far a system can be judged: up to `until`; None where it was never looked at.

    `stale` names the sources that were not pulled in time, with the last good pull of each; one
    that was never pulled is stale only once its schedule has had the time to run.
    """

    system: str
    until: datetime | None
    stale: Mapping[str, datetime | None]

    def sentence(self, as_of: datetime, zone: ZoneInfo) -> str:
        """What was not looked at, from when to when, in local time."""
        names = ", ".join(sorted(self.stale))
        to = f"{as_of.astimezone(zone):%Y-%m-%d %H:%M}"
        if self.until is None:
            return f"{self.system} was never looked at (no good pull of {names} until {to})"
        since = f"{self.until.astimezone(zone):%Y-%m-%d %H:%M}"
        return f"{self.system} was not looked at from {since} to {to} (no good pull of {names})"


def looks(connection: Connection, environment: Environment, as_of: datetime) -> list[Look]:
    """How far each system with applications can be judged as of a moment."""
    pulled = {
        row.source: row.looked_until
        for row in connection.execute(text("SELECT source, looked_until FROM source_states"))
    }
    watching_since = connection.execute(text("SELECT min(started_at) FROM ticks")).scalar()
    by_system: dict[str, list[Source]] = {}
    for source in environment.sources.values():
        if source.dataset in TELLS_OF_DELAYS:
            by_system.setdefault(source.system, []).append(source)
    judge = _Judge(pulled, watching_since or as_of, as_of, environment.settings.timezone)
    found = [judge.look(system, sources) for system, sources in sorted(by_system.items())]
    # Steps of composite services are written down here as they happen: always looked at.
    return [*found, Look(OURS, as_of, {})] if environment.composites else found


@dataclass(frozen=True)
class _Judge:
    pulled: Mapping[str, datetime | None]
    watching_since: datetime
    as_of: datetime
    timezone: str

    def look(self, system: str, sources: list[Source]) -> Look:
        lasts = {source.source: self.pulled.get(source.source) for source in sources}
        stale = {source.source: lasts[source.source] for source in sources if self._stale(source)}
        if None in lasts.values():
            return Look(system, None, stale)
        known = [last for last in stale.values() if last is not None]
        return Look(system, min(known, default=self.as_of), stale)

    def _stale(self, source: Source) -> bool:
        tolerated = stale_after(source, self.timezone, self.as_of)
        last = self.pulled.get(source.source)
        if tolerated is None:
            return last is None
        return (last or self.watching_since) < self.as_of - tolerated


def stale_after(source: Source, timezone: str, as_of: datetime) -> timedelta | None:
    """After how long without a good pull nothing more is concluded from this source.

    As the source says; else the time of three pulls of its schedule; never (None) where it is
    pulled only when asked for, like a file of the past.
    """
    if source.stale_after is not None:
        return source.stale_after
    if source.schedule is None:
        return None
    turns = croniter(source.schedule, as_of.astimezone(ZoneInfo(timezone)))
    times: list[datetime] = [turns.get_next(datetime) for _ in range(MISSED_PULLS + 1)]
    return times[-1] - times[0]

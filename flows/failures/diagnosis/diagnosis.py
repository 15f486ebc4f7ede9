"""One page about one system: how it is, since when, what was tried, who waits, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from croniter import croniter
from sqlalchemy import Connection, Engine

from flows.failures.contracts.summary import Standing, standings
from flows.failures.data.freshness import freshness
from flows.failures.diagnosis.asked import Asked, asked
from flows.failures.diagnosis.known import (
    Alerted,
    Told,
    alerts,
    exchanges_until,
    findings,
    probes_good_at,
)
from flows.failures.diagnosis.tries import Tries, Try
from flows.failures.diagnosis.verdict import healthy, sentence
from flows.failures.state import SystemState, state_of
from flows.failures.waiting.counts import Waiting, waiting
from flows.failures.waiting.reach import reach
from models.environment.dependencies import needed_by
from models.environment.loader import Environment


@dataclass(frozen=True)
class Window:
    """A maintenance window: the one that goes on, or the next one."""

    begins: datetime | None
    ends: datetime
    now: bool


@dataclass(frozen=True)
class Diagnosis:
    """Everything that is known of a system, and what it answered just now.

    `last_good` has, for each probe and source, the last time it was good, and for recorders of
    exchanges up to when they were read; None where never. `needs` are the systems that it
    depends on, `needed_by` those that depend on it.
    """

    asked: str
    system: str
    moment: datetime
    healthy: bool
    verdict: str
    owner: str
    contact: str
    state: SystemState
    tried: Sequence[Try]
    last_good: dict[str, datetime | None]
    newest_data: dict[str, datetime]
    findings: Sequence[Told]
    alerts: Sequence[Alerted]
    contracts: Sequence[Standing]
    maintenance: Sequence[Window]
    needs: Sequence[SystemState]
    needed_by: Sequence[str]
    waiting: Waiting
    to_do: Sequence[str]
    not_looked_at: Sequence[str]


def diagnose(engine: Engine, environment: Environment, name: str, moment: datetime) -> Diagnosis:
    """Ask the database and, at the same time, the system itself; stores nothing.

    Takes as long as the slowest of its tries, each of which has a bound.

    Raises:
        ConfigurationError: the environment has no such system or source.
    """
    about = asked(environment, name)
    tries = Tries(environment, about)
    with engine.begin() as connection:
        known = _known(connection, environment, about, moment)
    return known.with_tries(tries.done(), environment)


@dataclass(frozen=True)
class _Known:
    """What the database says."""

    about: Asked
    moment: datetime
    states: dict[str, SystemState]
    last_good: dict[str, datetime | None]
    newest_data: dict[str, datetime]
    findings: Sequence[Told]
    alerts: Sequence[Alerted]
    contracts: Sequence[Standing]
    waiting: Waiting

    def with_tries(self, tried: Sequence[Try], environment: Environment) -> Diagnosis:
        """The whole page."""
        name = self.about.system
        system, state = environment.systems[name], self.states[name]
        zone = ZoneInfo(environment.settings.timezone)
        return Diagnosis(
            asked=self.about.name,
            system=name,
            moment=self.moment,
            healthy=healthy(state, tried),
            verdict=sentence(state, tried, zone),
            owner=system.owner,
            contact=system.contact,
            state=state,
            tried=tried,
            last_good=self.last_good,
            newest_data=self.newest_data,
            findings=self.findings,
            alerts=self.alerts,
            contracts=self.contracts,
            maintenance=maintenance_windows(environment, state, self.moment),
            needs=[self.states[each] for each in sorted(needed_by(environment.systems, name))],
            needed_by=reach(environment, name).systems[1:],
            waiting=self.waiting,
            to_do=self._to_do(system.contact),
            not_looked_at=_not_looked_at(state, zone),
        )

    def _to_do(self, contact: str) -> list[str]:
        books = [*(each.runbook for each in self.findings), *(each.runbook for each in self.alerts)]
        found = [f"Read {book}" for book in dict.fromkeys(books)]
        for each in self.findings:
            if each.state == "confirmed":
                found.append(f"Write to the owner: tereze failures letter {each.id}")
        if found:
            found.append(f"Call {contact}")
        return found


def _known(
    connection: Connection, environment: Environment, about: Asked, moment: datetime
) -> _Known:
    names = {each.source for each in about.sources}
    fresh = [e for e in freshness(connection, environment, moment) if e.source in names]
    pulled = {f"source:{each.source}": each.pulled_at for each in fresh}
    return _Known(
        about=about,
        moment=moment,
        states={each.system: each for each in state_of(connection, environment, moment)},
        last_good={
            **probes_good_at(connection, environment, about.system),
            **pulled,
            **exchanges_until(connection, environment, about.system),
        },
        newest_data={f"source:{e.source}": e.newest_at for e in fresh if e.newest_at is not None},
        findings=findings(connection, environment, about),
        alerts=alerts(connection, environment, about),
        contracts=standings(connection, environment, about.system),
        waiting=waiting(connection, environment, about.system, moment),
    )


def maintenance_windows(
    environment: Environment, state: SystemState, moment: datetime
) -> list[Window]:
    """The window that goes on, and the next beginning of each that is declared, in wall time."""
    zone = ZoneInfo(environment.settings.timezone)
    found = []
    if state.maintenance_until is not None:
        found.append(Window(None, state.maintenance_until, now=True))
    for each in environment.systems[state.system].maintenance:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        begins: datetime = croniter(each.schedule, wall).get_next(datetime).replace(tzinfo=zone)
        # In UTC, so that it lasts as long as it says, whatever the clocks do meanwhile.
        found.append(Window(begins, begins.astimezone(UTC) + each.lasts, now=False))
    return found


def _not_looked_at(state: SystemState, zone: ZoneInfo) -> list[str]:
    return [
        f"{what} was not looked at since {last.astimezone(zone):%Y-%m-%d %H:%M}"
        if last is not None
        else f"{what} was never looked at"
        for what, last in sorted(state.unseen.items())
    ]

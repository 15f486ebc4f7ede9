"""The expected beginning and end of each step, one after the other along `requires`."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from flows.composite_services.dry_run.model import Expected
from flows.composite_services.dry_run.terms import (
    Term,
    Typical,
    Wanted,
    lawful,
    typical,
    working_days_between,
    working_days_on,
)
from flows.composite_services.intake.rows import sub_type_of
from flows.composite_services.mapping import Context, Misfit, value
from models.environment.composite_steps import CallStep, PersonStep, SendStep, WaitStep
from models.environment.composites import Composite
from models.environment.loader import Environment

Ends = dict[str, datetime | None]
"""The end of each step; null where nothing tells it, nor of what comes after."""


@dataclass
class Schedule:
    """When each step is expected to begin and to end, lawfully and as it usually goes."""

    terms: dict[str, Term] = field(default_factory=dict)
    past: Mapping[str, Typical] = field(default_factory=dict)
    lawful: dict[str, Expected] = field(default_factory=dict)
    typical: dict[str, Expected] = field(default_factory=dict)
    lawful_end: datetime | None = None
    typical_end: datetime | None = None


def schedule(
    connection: Connection,
    environment: Environment,
    definition: Composite,
    context: Context,
    left_out: Set[str],
    channel: str | None,
    moment: datetime,
) -> Schedule:
    """Work it out as of a moment; `left_out` are steps that will not be taken.

    A step of a body begins when those that it requires have ended. One without a term in force
    ends nobody knows when, and so do those after it. Where steps of the kind have ended before,
    their median tells how long it usually takes.
    """
    found = Schedule(past=typical(connection, definition.composite, list(definition.steps), moment))
    making = _Making(connection, environment, definition, context, left_out, channel, moment)
    lawfully = making.lawfully(found.terms)
    usually = making.usually(found.past)
    for ends, into in ((lawfully, found.lawful), (usually, found.typical)):
        into |= {name: making.expected(name, ends) for name in making.told(ends)}
    found.lawful_end, found.typical_end = making.last(lawfully), making.last(usually)
    return found


@dataclass
class _Making:
    connection: Connection
    environment: Environment
    definition: Composite
    context: Context
    left_out: Set[str]
    channel: str | None
    moment: datetime

    def lawfully(self, terms: dict[str, Term]) -> Ends:
        ends: Ends = {}
        for round_ in self._rounds():
            begun = {name: self._begins(name, ends) for name in round_}
            wanted = [
                Wanted(name, step.service, self._sub_type(step), at or self.moment)
                for name, at in begun.items()
                if isinstance(step := self.definition.steps[name], CallStep | SendStep)
                and step.service is not None
                and name not in self.left_out
            ]
            terms |= lawful(self.connection, self.environment, wanted, self.channel)
            ends |= {name: self._ends(name, at, terms) for name, at in begun.items()}
        return ends

    def usually(self, past: Mapping[str, Typical]) -> Ends:
        ends: Ends = {}
        for round_ in self._rounds():
            for name in round_:
                at, known = self._begins(name, ends), past.get(name)
                if at is None or name in self.left_out:
                    ends[name] = at
                elif known is not None:
                    ends[name] = at + known.took
                else:
                    ends[name] = self._ends(name, at, {})
        return ends

    def _rounds(self) -> Iterator[list[str]]:
        """Steps, in groups of which none requires another of its group."""
        left = dict(self.definition.steps)
        while left:
            round_ = [name for name, step in left.items() if not set(step.requires) & left.keys()]
            yield round_
            left = {name: step for name, step in left.items() if name not in round_}

    def _begins(self, name: str, ends: Ends) -> datetime | None:
        begins = self.moment
        for each in self.definition.steps[name].requires:
            end = ends[each]
            if end is None:
                return None
            begins = max(begins, end)
        return begins

    def _ends(self, name: str, at: datetime | None, terms: Mapping[str, Term]) -> datetime | None:
        step = self.definition.steps[name]
        if at is None or name in self.left_out:
            return at
        if isinstance(step, PersonStep):
            days = step.help.working_days
            return working_days_on(self.connection, self.environment, at, days)
        if isinstance(step, WaitStep):
            return at + step.for_ if step.for_ else self._until(step, at)
        if isinstance(step, CallStep | SendStep) and step.lasting:
            term = terms.get(name)
            return None if term is None else max(at, term.due_at)
        return at  # a look-up or a message takes no time that anybody would plan with

    def _until(self, step: WaitStep, at: datetime) -> datetime | None:
        try:
            found: Any = value(step.until or "", self.context)
            moment = datetime.fromisoformat(str(found))
        except (Misfit, ValueError):  # not known before the steps before it have ended
            return None
        zone = ZoneInfo(self.environment.settings.timezone)
        return max(at, moment if moment.tzinfo else moment.replace(tzinfo=zone))

    def _sub_type(self, step: CallStep | SendStep) -> str | None:
        return sub_type_of(step, self.context, results=False)

    def told(self, ends: Ends) -> list[str]:
        """The steps whose end is known and worth saying: those that take some time."""
        return [
            name
            for name, end in ends.items()
            if end is not None and name not in self.left_out and end > self._begun(name, ends)
        ]

    def _begun(self, name: str, ends: Ends) -> datetime:
        begun = self._begins(name, ends)
        return self.moment if begun is None else begun

    def expected(self, name: str, ends: Ends) -> Expected:
        end = ends[name]
        assert end is not None, "only of those that are told"
        days = working_days_between(self.connection, self.environment, self.moment, end)
        return Expected(end, days, self._begun(name, ends))

    def last(self, ends: Ends) -> datetime | None:
        """The end of the whole, where each step's is known."""
        known = [end for end in ends.values() if end is not None]
        later = timedelta(0) if len(known) < len(ends) else max(known) - self.moment
        return self.moment + later if later else None

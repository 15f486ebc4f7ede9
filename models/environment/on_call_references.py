"""What is wrong between on_call.yaml and alerts.yaml: names that lead nowhere, and gaps."""

import difflib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from models.environment.alerts import Alerts
from models.environment.document import Location
from models.environment.on_call import Rota
from models.environment.problems import Problem
from models.environment.rota import gaps, present

if TYPE_CHECKING:
    from models.environment.loader import Environment

MOST_GAPS = 8
"""So many gaps are named in one error."""


def wrong_on_call(environment: "Environment") -> Iterator[Problem]:
    """Unknown receivers, people, rotas and calendars; a rota with a gap and no fallback."""
    for at, found, right in _wrong(environment):
        name = "on_call.yaml" if at[0] in ("people", "rotas") else "alerts.yaml"
        document = environment.documents.get(name)
        if document is not None:
            yield document.problem(at, found, right)


Wrong = tuple[Location, str, str]


def _wrong(environment: "Environment") -> Iterator[Wrong]:
    yield from _wrong_alerts(environment.alerts)
    rotas = environment.on_call.rotas
    for name, receiver in environment.alerts.receivers.items():
        if receiver.on_call is not None:
            yield from _known(("receivers", name, "on_call"), "rota", receiver.on_call, rotas)
    for name, person in environment.on_call.people.items():
        for index, each in enumerate(person.receivers):
            yield from _receiver(environment, ("people", name, "receivers", index), each)
    for name, rota in rotas.items():
        yield from _wrong_rota(environment, ("rotas", name), rota)


def _wrong_alerts(alerts: Alerts) -> Iterator[Wrong]:
    """Receivers that routes, steps of escalation, signs and other receivers name."""
    named: list[tuple[Location, list[str]]] = [
        *((("routes", n, "receivers"), each.receivers) for n, each in enumerate(alerts.routes)),
        *((("escalation", n, "receivers"), each.receivers)
          for n, each in enumerate(alerts.escalation)),
        *([(("dead_man", "receivers"), alerts.dead_man.receivers)] if alerts.dead_man else []),
    ]  # fmt: skip
    for at, receivers in named:
        for index, receiver in enumerate(receivers):
            yield from _known((*at, index), "receiver", receiver, alerts.receivers)
    for name, declared in alerts.receivers.items():
        if declared.next is not None:
            at = ("receivers", name, "next")
            yield from _known(at, "receiver", declared.next, alerts.receivers)


def _wrong_rota(environment: "Environment", at: Location, rota: Rota) -> Iterator[Wrong]:
    people = environment.on_call.people
    for index, shift in enumerate(rota.shifts):
        for place, person in enumerate(shift.people):
            yield from _known((*at, "shifts", index, "people", place), "person", person, people)
    for index, away in enumerate(rota.away):
        here: Location = (*at, "away", index)
        yield from _known((*here, "person"), "person", away.person, people)
        yield from _known((*here, "instead"), "person", away.instead, people)
        zone = ZoneInfo(environment.settings.timezone)
        begins = away.from_.replace(tzinfo=zone)
        if present(rota, away.person, begins, zone) is None:
            found = f"from {away.from_:%Y-%m-%d %H:%M} on everybody in turn is away"
            yield (*here, "instead"), found, "Name somebody who is there"
    for index, receiver in enumerate(rota.fallback):
        yield from _receiver(environment, (*at, "fallback", index), receiver)
    if rota.calendar is not None:
        calendars = environment.calendars
        yield from _known((*at, "calendar"), "calendar", rota.calendar, calendars)
    if not rota.fallback and (holes := gaps(rota)):
        more = f" and {len(holes) - MOST_GAPS} more" if len(holes) > MOST_GAPS else ""
        found = f"nobody has the watch {', '.join(holes[:MOST_GAPS])}{more}"
        known = ", ".join(environment.alerts.receivers) or "none yet, in alerts.yaml"
        right = f"Add a shift, or `fallback: [receiver]` for that time; receivers: {known}"
        yield (*at, "shifts"), found, right


def _receiver(environment: "Environment", at: Location, name: str) -> Iterator[Wrong]:
    receivers = environment.alerts.receivers
    yield from _known(at, "receiver", name, receivers)
    if name in receivers and receivers[name].on_call is not None:
        right = "Name a receiver that is no rota itself"
        yield at, f"the receiver {name!r} is the rota {receivers[name].on_call}", right


def _known(at: Location, kind: str, name: str, known: Collection[str]) -> Iterator[Wrong]:
    if name in known:
        return
    near = difflib.get_close_matches(name, sorted(known), n=1)
    guess = f"Did you mean `{near[0]}`? " if near else ""
    yield at, f"no {kind} {name!r}", f"{guess}Known: {', '.join(sorted(known)) or 'none'}"

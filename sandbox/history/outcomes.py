"""How each application went: its lawful due date, stops, and when it was completed.

Most are done within their standard at a random point of the working time they have; a share that
depends on the body is late; one in a hundred is forgotten and stays open. A stopped clock adds as
many working days as it stood still at their close. On-time and late results keep clear of the due
moment, so that rounding can never turn one into the other.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sandbox.history.columns import NEVER
from sandbox.history.terms import CALENDAR_DAYS, MINUTES, WORKING_DAYS, WORKING_HOURS
from sandbox.history.working_time import WORK, WorkingTime

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

STOP_SHARE = 0.095  # of terms of three working days and more: about 3 % of all applications
FORGOTTEN_SHARE = 0.01
_SHORTEST_WITH_STOP = 3
_LONGEST_STOP = 8
_STOP_AFTER = 1800  # seconds after opening, at the earliest


class Outcomes(NamedTuple):
    """Times in local seconds, NEVER where it does not happen."""

    registered: Ints
    staged: Ints
    stopped: Ints
    restarted: Ints
    completed: Ints
    due: Ints


class _Plan(NamedTuple):
    """Points of the working-time axis; `stop` is the working days that the clock stands still.

    `second` is the opening of the working day after registration: the clock stops after it only,
    because the day of registration is not counted in any case.
    """

    begin: Ints
    second: Ints
    due: Ints
    stop: Ints


def outcomes(
    rng: np.random.Generator,
    time: WorkingTime,
    received: Ints,
    term: tuple[Ints, Ints],
    late_share: Floats,
    *,
    stops: bool,
) -> Outcomes:
    """The fate of applications received then, with these terms (count, unit).

    Without `stops` no clock is ever stopped.
    """
    count, unit = term
    late = rng.random(len(received)) < late_share
    plan = _plan(time, received, term, _stops(rng, term) * stops)
    spent = _spent(rng, plan, late)
    early = np.minimum(spent, plan.due - plan.begin - plan.stop * WORK)  # within the term
    stopped, restarted = _stop_times(time, plan, early)
    quick = unit == MINUTES
    opened = time.in_hours(received)
    registered = np.where(quick | opened, received, time.opening(time.registered_day(received)))
    due, done = time.from_axis(plan.due), time.from_axis(plan.begin + spent + plan.stop * WORK)
    due_minutes, done_minutes = _minutes(rng, time, received, count, late)
    completed = np.where(quick, done_minutes, done)
    return Outcomes(
        registered,
        np.where(quick, NEVER, time.from_axis(plan.begin + early // 5 + 1)),
        stopped,
        restarted,
        np.where(rng.random(len(received)) < FORGOTTEN_SHARE, NEVER, completed),
        np.where(quick, due_minutes, due),
    )


def _stops(rng: np.random.Generator, term: tuple[Ints, Ints]) -> Ints:
    count, unit = term
    may = (unit == WORKING_DAYS) & (count >= _SHORTEST_WITH_STOP)
    days = rng.integers(1, _LONGEST_STOP + 1, len(count))
    return np.where(may & (rng.random(len(count)) < STOP_SHARE), days, 0)


def _plan(time: WorkingTime, received: Ints, term: tuple[Ints, Ints], stop: Ints) -> _Plan:
    count, unit = term
    begin, day = time.to_axis(received), time.registered_day(received)
    calendar = np.where(unit == CALENDAR_DAYS, count, 0)
    last = np.where(
        unit == CALENDAR_DAYS, time.calendar_days_after(day, calendar), day + count + stop
    )
    hours = unit == WORKING_HOURS
    ends = np.where(hours, begin + count * 3600, (last + 1) * WORK)
    return _Plan(begin, (day + 1) * WORK, np.where(unit == MINUTES, (day + 1) * WORK, ends), stop)


def _spent(rng: np.random.Generator, plan: _Plan, late: Flags) -> Ints:
    """Working seconds from the beginning to the result, stops left out."""
    allowed = plan.due - plan.begin - plan.stop * WORK
    share = 0.05 + 0.92 * rng.beta(2.0, 2.0, len(late))
    extra = WORK // 6 + rng.exponential(2.0 * WORK, len(late)).astype(np.int64)
    within = np.maximum((allowed * share).astype(np.int64), 60)
    room = np.where(plan.stop > 0, plan.second - plan.begin + 2 * _STOP_AFTER, 0)
    return np.where(late, allowed + extra, np.maximum(within, room))


def _stop_times(time: WorkingTime, plan: _Plan, early: Ints) -> tuple[Ints, Ints]:
    point = np.maximum(plan.begin + early * 35 // 100, plan.second + _STOP_AFTER)
    point = point // 60 * 60 + 30  # never at closing time, where a stop could be read two ways
    none = plan.stop == 0
    stopped, restarted = time.from_axis(point), time.from_axis(point + plan.stop * WORK)
    return np.where(none, NEVER, stopped), np.where(none, NEVER, restarted)


def _minutes(
    rng: np.random.Generator, time: WorkingTime, received: Ints, count: Ints, late: Flags
) -> tuple[Ints, Ints]:
    """Due and done of terms in minutes: automated, so done at any hour unless they are late."""
    opened = time.in_hours(received)
    begin = np.where(opened, received, time.opening(time.registered_day(received)))
    due = begin + count * 60
    quick = received + 20 + (rng.random(len(received)) * (count * 60 - 40)).astype(np.int64)
    slow = time.to_axis(due) + 3600 + rng.exponential(4 * 3600, len(received)).astype(np.int64)
    return due, np.where(late, time.from_axis(slow), quick)

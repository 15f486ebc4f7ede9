"""The marks of a term, in working time: the points at which cases are looked at and compared."""

from dataclasses import dataclass

import numpy as np

from flows.delays.forecast.arrays import Bools, Floats, Ints
from flows.delays.forecast.cases import Cases
from flows.delays.forecast.worked import AROUND_THE_CLOCK, Clocks

MARKS = (0.0, 0.25, 0.5, 0.75, 0.9)
"""Shares of a term's working time. A case is looked at when it comes in, and at each mark."""

_MINUTE = 60.0


@dataclass(frozen=True)
class Terms:
    """Each case's term on its clock, in seconds worked.

    The clock of a term without working time, such as one within a night, never stands still.
    """

    cases: Cases
    clocks: Clocks
    clock: Ints
    start: Floats
    length: Floats

    def moment(self, mark: float) -> Floats:
        """When this share of the term was gone; a clock that stood still went on after it."""
        ends = np.isfinite(self.length)
        worked = self.start + mark * np.where(ends, self.length, 0)
        for places, since, until in self._stops():
            later = since < worked[places]
            worked[places[later]] += (until - since)[later]
        ends &= np.isfinite(worked)
        found = self.clocks.moment(self.clock, np.where(ends, worked, 0))
        return np.where(ends, np.clip(found, self.cases.received, self.cases.due), np.inf)

    def gone(self, moments: Floats) -> Floats:
        """The seconds of the term that are gone at each case's moment."""
        now = self.clocks.until(self.clock, moments)
        gone = now - self.start
        for places, since, until in self._stops():
            # Of what has no end, no part is taken away.
            some = np.isfinite(np.minimum(until, now[places]))
            lost = np.minimum(until, now[places])[some] - since[some]
            gone[places[some]] -= np.maximum(0, lost)
        return np.maximum(gone, 0)

    def _stops(self) -> list[tuple[Ints, Floats, Floats]]:
        """The stops within terms in rounds of at most one for each case, the earliest first."""
        stops = self.cases.stops
        if not len(stops.case):
            return []
        clock = self.clock[stops.case]
        start = self.start[stops.case]
        since = np.maximum(self.clocks.until(clock, stops.since), start)
        until = np.maximum(self.clocks.until(clock, stops.until), start)
        order = np.lexsort((since, stops.case))
        case, since, until = stops.case[order], since[order], until[order]
        first = np.searchsorted(case, case)
        nth = np.arange(len(case)) - first
        rounds = (nth == n for n in range(int(nth.max()) + 1))
        return [(case[turn], since[turn], until[turn]) for turn in rounds]


def terms(cases: Cases, clocks: Clocks) -> Terms:
    """The terms of the cases; of one without a due date the length is infinite."""
    clock = _clock(cases, clocks)
    start = clocks.until(clock, cases.received)
    whole = Terms(cases, clocks, clock, start, np.zeros(len(cases)))
    length = np.full(len(cases), np.inf)
    due = np.isfinite(cases.due)
    length[due] = whole.gone(cases.due)[due]
    return Terms(cases, clocks, clock, start, length)


def _clock(cases: Cases, clocks: Clocks) -> Ints:
    worked = clocks.until(cases.clock, cases.due) - clocks.until(cases.clock, cases.received)
    return np.where(worked < _MINUTE, AROUND_THE_CLOCK, cases.clock)


@dataclass(frozen=True)
class Points:
    """Cases that were still open at a mark of their term, by their places, and when that was."""

    mark: int
    place: Ints
    at: Floats


def points(term: Terms, mark: int, which: Bools | None = None) -> Points:
    """The cases (of `which`) that were open at this mark, as far as was seen."""
    cases = term.cases
    at = term.moment(MARKS[mark])
    # A case that was completed on the spot had no time in which it was open.
    open_then = (cases.closed > at) & (at < cases.due) & (at <= cases.seen)
    if which is not None:
        open_then &= which
    place = np.flatnonzero(open_then)
    return Points(mark, place, at[place])


def reached(term: Terms, moments: Floats) -> tuple[Ints, Floats]:
    """The last mark of `MARKS` that each case has reached, and the share of its term gone."""
    share = term.gone(moments) / np.maximum(term.length, 1e-9)
    mark = np.searchsorted(np.array(MARKS), share + 1e-9, side="right") - 1
    return np.clip(mark, 0, len(MARKS) - 1), share

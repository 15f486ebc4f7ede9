"""Cases as arrays, one place for each application, and the groups that it belongs to."""

from dataclasses import dataclass, field

import numpy as np

from flows.delays.forecast.arrays import Bools, Floats, Ints

GROUPINGS = (
    "all",
    "body",
    "body_region",
    "service",
    "service_body",
    "service_region",
    "service_channel",
    "service_stage",
)
"""What a case is compared with: all cases, those of its body, of its body in its region, …"""

PARENTS = (0, 0, 1, 0, 3, 3, 3, 3)
"""For each grouping the wider one that its shares lean on while it has few cases."""

STAGE = GROUPINGS.index("service_stage")


def _none() -> Ints:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Stops:
    """Times in which clocks stood still, in order of their beginning: `case` is the place."""

    case: Ints = field(default_factory=_none)
    since: Floats = field(default_factory=lambda: np.empty(0))
    until: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class Stages:
    """The stages that cases came to, in order of case and moment; `key` names service and stage."""

    case: Ints = field(default_factory=_none)
    at: Floats = field(default_factory=lambda: np.empty(0))
    key: Ints = field(default_factory=_none)


@dataclass(frozen=True)
class Cases:
    """What is known of each case up to its `seen`, the moment up to which its system was looked at.

    `due` is infinite where it has none (no standard, or its clock stands still), `closed` while
    it is open. `clock` is the number of its clock in `Clocks`. `keys` has a column for each of
    `GROUPINGS`; that of the stage is for cases that came to none.
    """

    received: Floats
    due: Floats
    closed: Floats
    seen: Floats
    clock: Ints
    keys: Ints
    stops: Stops = field(default_factory=Stops)
    stages: Stages = field(default_factory=Stages)

    def __len__(self) -> int:
        return len(self.received)

    @property
    def late(self) -> Bools:
        """Completed after its term, or not completed."""
        return self.closed > self.due

    @property
    def known(self) -> Floats:
        """From when on it is known whether it was late; infinite where that is not seen yet."""
        when = np.minimum(self.closed, self.due)
        return np.where(when <= self.seen, when, np.inf)

    def keys_at(self, places: Ints, moments: Floats) -> Ints:
        """The keys of the cases at these places as of these moments: stages change."""
        keys = self.keys[places].copy()
        if len(self.stages.case):
            # Whole seconds leave room for the case's place in the same number.
            before = np.searchsorted(
                _together(self.stages.case, self.stages.at),
                _together(places, moments),
                side="right",
            )
            last = np.maximum(before - 1, 0)
            reached = (before > 0) & (self.stages.case[last] == places)
            keys[reached, STAGE] = self.stages.key[last[reached]]
        return keys


def _together(places: Ints, moments: Floats) -> Ints:
    return (places << 34) + np.clip(moments, 0, 2**34 - 1).astype(np.int64)

"""Applications made in blocks, each from its own random numbers: (seed, body, block) decides."""

import numpy as np
from numpy.typing import NDArray

from sandbox.history.arrivals import Arrivals
from sandbox.history.columns import NO_OFFICE, Columns
from sandbox.history.families import linked
from sandbox.history.outcomes import outcomes
from sandbox.history.profiles import Profile
from sandbox.history.terms import NO_SUB_TYPE, terms
from sandbox.history.working_time import WorkingTime
from sandbox.identifiers import bins, iins
from sandbox.register.channels import CHANNELS, FRONT_OFFICE, PROVIDER
from sandbox.register.offices import first_office
from sandbox.register.regions import REGIONS
from sandbox.register.services import services
from sandbox.register.words import SPHERES

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LARGEST = 8192
_LATE_FACTOR = 0.85  # brings the share of late results over all bodies to about 4 %


class BlockMaker:
    """Makes block 0, 1, 2, … of one world."""

    def __init__(
        self, seed: int, volume: int, profile: Profile, time: WorkingTime, arrivals: Arrivals
    ) -> None:
        self.size = min(LARGEST, max(16, volume // 8))  # small worlds must not run years ahead
        self._key = (seed, profile.tag)
        self._profile = profile
        self._time = time
        self._arrivals = arrivals
        self._pool, self._popularity = profile.pool()
        self._sub_types = np.array([len(row.sub_types) for row in services()], dtype=np.int64)
        late = [SPHERES[row.sphere].late * _LATE_FACTOR for row in services()]
        self._late = np.array(late, dtype=np.float64)

    def make(self, number: int) -> Columns:
        """The block with this number: always the same for the same world."""
        rng = np.random.default_rng((*self._key, number))
        size = self.size
        received = self._arrivals.times(number * size, rng.random(size))
        service = self._pool[np.searchsorted(self._popularity, rng.random(size), side="right")]
        sub_type = self._sub_type(rng, service)
        channel = _channels(rng, self._time.in_hours(received))
        if self._profile.plain:
            sub_type = np.full(size, NO_SUB_TYPE, dtype=np.int64)
            channel = np.full(size, PROVIDER, dtype=np.int64)
        term = terms().of(service, sub_type, channel, received)
        late = self._late[service]
        fate = outcomes(rng, self._time, received, term, late, stops=not self._profile.plain)
        region, office = _places(rng, channel)
        identifier = (bins if self._profile.legal_entities else iins)(rng, size)
        refused = rng.random(size) < 0.07
        if not self._profile.legal_entities:
            identifier = linked(rng, service, identifier)
        return Columns(
            received=received,
            registered=fate.registered,
            staged=fate.staged,
            stopped=fate.stopped,
            restarted=fate.restarted,
            completed=fate.completed,
            due=fate.due,
            identifier=identifier,
            service=service.astype(np.uint16),
            office=office.astype(np.uint16),
            region=region.astype(np.uint8),
            sub_type=sub_type.astype(np.uint8),
            channel=channel.astype(np.uint8),
            refused=refused,
        )

    def _sub_type(self, rng: np.random.Generator, service: Ints) -> Ints:
        known = self._sub_types[service]
        chosen = rng.integers(0, 6, self.size) % np.maximum(known, 1)
        return np.where(known == 0, NO_SUB_TYPE, chosen)


def _channels(rng: np.random.Generator, in_hours: Flags) -> Ints:
    drawn = rng.random(len(in_hours))
    inside = np.cumsum([channel.in_hours for channel in CHANNELS])[:-1]
    outside = np.cumsum([channel.out_of_hours for channel in CHANNELS])[:2]
    return np.where(
        in_hours,
        np.searchsorted(inside, drawn, side="right"),
        np.searchsorted(outside, drawn, side="right"),
    ).astype(np.int64)


def _places(rng: np.random.Generator, channel: Ints) -> tuple[Ints, Ints]:
    weights = np.cumsum([region.weight for region in REGIONS]).astype(np.float64)
    drawn = rng.random(len(channel)) * weights[-1]
    region = np.searchsorted(weights, drawn, side="right").astype(np.int64)
    first, count = np.array(first_office(), dtype=np.int64).T
    office = first[region] + (rng.random(len(channel)) * count[region]).astype(np.int64)
    return region, np.where(channel == FRONT_OFFICE, office, NO_OFFICE)

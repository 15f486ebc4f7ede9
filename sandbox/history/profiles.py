"""What kind of applications a body gets: which services, how popular, through which channels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.functions.dormant import dormant
from sandbox.register.services import services
from sandbox.register.words import SPHERES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Profile:
    """A body's own mix; `tag` keeps the random numbers of two bodies apart.

    A `plain` body's system knows neither channels nor sub-types nor stopped clocks, so there are
    none in its world: all comes to the provider itself, and every term runs on.
    """

    name: str
    tag: int
    first_number: int
    legal_entities: bool
    spheres: tuple[str, ...] | None = None  # None: all services of the register
    plain: bool = False

    def pool(self) -> tuple[Ints, Floats]:
        """Indexes of the body's services and their cumulative popularity, ending at 1."""
        codes = [sphere.code for sphere in SPHERES]
        wanted = {codes.index(code) for code in self.spheres or codes}
        pool = [place for place, row in enumerate(services()) if row.sphere in wanted]
        order = np.random.default_rng(self.tag).permutation(len(pool))
        popularity = 1.0 / (order + 4.0)
        if self.spheres is None:
            popularity[:3] = 0.12  # the birth of a child is among the most asked for
            popularity[list(dormant())] = 0.0
        cumulative = np.cumsum(popularity)
        return np.array(pool, dtype=np.int64), cumulative / cumulative[-1]


STATE_CORPORATION = Profile("state_corporation", 1, 1, legal_entities=False)
LAND_REGISTRY = Profile(
    "land_registry", 2, 40_000_001, legal_entities=True, spheres=("LAND",), plain=True
)
AGRICULTURE = Profile(
    "agriculture", 3, 700_001, legal_entities=True, spheres=("AGRICULTURE",), plain=True
)

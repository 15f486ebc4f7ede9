"""People who need several services one after another: the same person applies for each.

Elsewhere every application is somebody else's, as the numbers of people are many.
"""

import itertools
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sandbox.register.services import BIRTH, services

Ints = NDArray[np.int64]

CHAINS: tuple[tuple[str, ...], ...] = (
    tuple(names[1] for _, names, _ in BIRTH),
    (
        "Регистрация места жительства для граждан",
        "Регистрация прикрепления к поликлинике для граждан",
        "Выдача направления в школу для граждан",
    ),
    (
        "Регистрация статуса безработного для граждан",
        "Назначение адресной помощи для граждан",
    ),
)
"""By their Russian names in the register, in the order in which they are taken."""

SHARE = 0.6
"""Of those who took a service of a chain, so many took the one before it, too."""


def linked(rng: np.random.Generator, service: Ints, identifier: Ints) -> Ints:
    """The identifiers, with those of chains passed on: the applications are in order of time."""
    result = identifier.copy()
    drawn = rng.random(len(service))
    for chain in _places():
        for before, after in itertools.pairwise(chain):
            earlier, later = np.flatnonzero(service == before), np.flatnonzero(service == after)
            place = np.searchsorted(earlier, later) - 1
            place, first = np.unique(place, return_index=True)  # nobody takes it twice for one
            later = later[first][place >= 0]
            chosen = drawn[later] < SHARE
            result[later[chosen]] = result[earlier[place[place >= 0][chosen]]]
    return result


@cache
def _places() -> tuple[tuple[int, ...], ...]:
    by_name = {service.names[1]: place for place, service in enumerate(services())}
    return tuple(tuple(by_name[name] for name in chain) for chain in CHAINS)

"""The applications of a world as columns: about 75 bytes each, so a million fit in 75 MB."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

NEVER = 1 << 40  # later than any clock: an application that is not going to be completed
NO_OFFICE = 65_535


class Columns(NamedTuple):
    """One row for each application, in order of receipt; times in local seconds or NEVER.

    `service`, `region` and `office` are indexes into the register, `sub_type` and `channel` into
    its lists; `identifier` is the applicant's IIN or the filer's BIN as a number.
    """

    received: Ints
    registered: Ints
    staged: Ints
    stopped: Ints
    restarted: Ints
    completed: Ints
    due: Ints
    identifier: Ints
    service: NDArray[np.uint16]
    office: NDArray[np.uint16]
    region: NDArray[np.uint8]
    sub_type: NDArray[np.uint8]
    channel: NDArray[np.uint8]
    refused: NDArray[np.bool_]


def joined(parts: Iterable[Columns]) -> Columns:
    """The parts one after another."""
    return Columns._make(np.concatenate(column) for column in zip(*parts, strict=True))

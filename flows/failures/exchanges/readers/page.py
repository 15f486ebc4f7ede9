"""What every reader answers: pages of a source, each with where to go on after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Page:
    """Some records, and where the source stands when they are stored.

    `cursor` is what the next reading begins from; `looked_until` the moment up to which all
    exchanges are known then, None where this page does not say.
    """

    records: Sequence[Any]
    cursor: Any
    looked_until: datetime | None = None

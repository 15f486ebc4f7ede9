"""One side from which systems are watched: what it has to offer to the round."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from flows.failures.verdict import Verdict
from models.environment.loader import Environment
from models.errors import TerezeError

Look = Callable[[Engine, Environment, datetime], None]
Judge = Callable[[Connection, Environment, datetime], Sequence[Verdict]]

OWN_NETWORK = "own_network"
"""The reason of what was not looked at because our own network was away."""


class OwnFault(TerezeError):
    """Raised by a look that met, most probably, a fault of our own network.

    The side is told as one that cannot look; what it stored all the same is judged.
    """


@dataclass(frozen=True)
class Side:
    """One side: `look` asks the outside world and stores what it saw, in its own transactions.

    `judge` reads what is stored and answers verdicts as of a moment; it asks nobody, writes
    nothing but its own tables, and costs by what is new. A side that raises anything but
    `OwnFault` is not looked at in this round; the others go on. Sides look at the same time, each
    in a thread of its own, and judge one after another.
    """

    name: str
    look: Look
    judge: Judge


def nothing_to_ask(_engine: Engine, _environment: Environment, _moment: datetime) -> None:
    """The look of a side whose rows are written by others, as the pulls' are."""

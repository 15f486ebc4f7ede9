"""One side from which systems are watched: what it has to offer to the round."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from flows.failures.verdict import Verdict
from models.environment.loader import Environment

Look = Callable[[Engine, Environment, datetime], None]
Judge = Callable[[Connection, Environment, datetime], Sequence[Verdict]]


@dataclass(frozen=True)
class Side:
    """One side: `look` asks the outside world and stores what it saw, in its own transactions.

    `judge` reads what is stored and answers verdicts as of a moment; it asks nobody, writes
    nothing but its own tables, and costs by what is new. A side that raises is not looked at in
    this round; the others go on. Sides look at the same time, each in a thread of its own, and
    judge one after another.
    """

    name: str
    look: Look
    judge: Judge


def nothing_to_ask(_engine: Engine, _environment: Environment, _moment: datetime) -> None:
    """The look of a side whose rows are written by others, as the pulls' are."""

"""The sides from which systems are watched, each in a folder of its own."""

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
    this round; the others go on.
    """

    name: str
    look: Look
    judge: Judge


def nothing_to_ask(_engine: Engine, _environment: Environment, _moment: datetime) -> None:
    """The look of a side whose rows are written by others, as the pulls' are."""


SIDES: tuple[Side, ...] = ()
"""Probes, exchanges, data, contracts, in the order in which they look."""

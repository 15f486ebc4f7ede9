"""What a side of the watch says about one thing it looked at: the contract with the writer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from models.environment.alerts import AlertSeverity

Kind = Literal[
    "down",
    "failing",
    "slow",
    "silent",
    "clock",
    "duplicates",
    "certificate",
    "contract",
    "budget",
    "not_looked_at",
]
"""Does not answer; fails in part; slow against its objective; success that is none; clocks out of
step; message ids twice; certificate about to end; contract drifted; error budget about to run
out; nobody looked."""

KINDS: tuple[Kind, ...] = get_args(Kind)
Level = Literal["good", "suspected", "confirmed"]


@dataclass(frozen=True)
class Evidence:
    """One thing a verdict rests on, copied so that it outlives the raw row.

    `origin` is a table or a file, `reference` the row in it. No personal data.
    """

    at: datetime
    origin: str
    reference: str
    sentence: str
    values: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What is so about one subject as of `at`, the last moment that was really looked at.

    A side answers one for each kind and subject it judged in this round, good ones too; about
    what it did not look at it says nothing. `since` is when it began to be so: the first failed
    probe, or the first good one after. The same verdict said again changes nothing.
    """

    kind: Kind
    system: str
    subject: str
    level: Level
    at: datetime
    since: datetime
    reason: str
    sentence: str
    severity: AlertSeverity = "warning"
    numbers: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    evidence: Sequence[Evidence] = ()

"""Sides that could not look: findings about the watch itself."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from flows.failures.side import OWN_NETWORK
from flows.failures.verdict import Verdict
from models.environment.dependencies import OURS

ROUNDS = "rounds"

_OPEN = """
    SELECT subject, began_at, numbers FROM findings
    WHERE kind = 'not_looked_at' AND system = :system AND state <> 'over'
      AND subject = ANY(:subjects)
"""


@dataclass(frozen=True)
class Sides:
    """Which sides could not look, and why; which of them for our own network; which looked."""

    why: Mapping[str, str]
    own_faults: Collection[str]
    looked: Iterable[str]


def of_sides(connection: Connection, sides: Sides, confirm: int, moment: datetime) -> list[Verdict]:
    """A verdict for each side; one that fails `confirm` rounds on end is certain to.

    Our own network away is critical: any of the systems may be down, and nobody would see it.
    """
    wanted = {"system": OURS, "subjects": [_subject(name) for name in sides.why]}
    rows = connection.execute(text(_OPEN), wanted)
    before = {row.subject: (row.began_at, int(row.numbers.get(ROUNDS, 1))) for row in rows}
    found = []
    for name, words in sides.why.items():
        ours = name in sides.own_faults
        since, rounds = before.get(_subject(name), (moment, 0))
        found.append(
            Verdict(
                kind="not_looked_at",
                system=OURS,
                subject=_subject(name),
                level="confirmed" if rounds + 1 >= confirm else "suspected",
                at=moment,
                since=since,
                reason=OWN_NETWORK if ours else "side_failed",
                severity="critical" if ours else "warning",
                sentence=f"The side {name} of the watch cannot look: {words}",
                numbers={ROUNDS: rounds + 1},
            )
        )
    return found + [_good(name, moment) for name in sides.looked]


def _good(name: str, moment: datetime) -> Verdict:
    return Verdict(
        kind="not_looked_at",
        system=OURS,
        subject=_subject(name),
        level="good",
        at=moment,
        since=moment,
        reason="looks_again",
        sentence=f"The side {name} of the watch looks again",
    )


def _subject(name: str) -> str:
    return f"side:{name}"

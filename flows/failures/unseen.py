"""Sides that could not look: findings about the watch itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from flows.failures.verdict import Verdict
from models.environment.dependencies import OURS

ROUNDS = "rounds"

_OPEN = """
    SELECT subject, began_at, numbers FROM findings
    WHERE kind = 'not_looked_at' AND system = :system AND state <> 'over'
      AND subject = ANY(:subjects)
"""


def of_sides(
    connection: Connection,
    why: Mapping[str, str],
    looked: Iterable[str],
    confirm: int,
    moment: datetime,
) -> list[Verdict]:
    """A verdict for each side; one that fails `confirm` rounds on end is certain to."""
    wanted = {"system": OURS, "subjects": [_subject(name) for name in why]}
    rows = connection.execute(text(_OPEN), wanted)
    before = {row.subject: (row.began_at, int(row.numbers.get(ROUNDS, 1))) for row in rows}
    found = []
    for name, words in why.items():
        since, rounds = before.get(_subject(name), (moment, 0))
        found.append(
            Verdict(
                kind="not_looked_at",
                system=OURS,
                subject=_subject(name),
                level="confirmed" if rounds + 1 >= confirm else "suspected",
                at=moment,
                since=since,
                reason="side_failed",
                sentence=f"The side {name} of the watch cannot look: {words}",
                numbers={ROUNDS: rounds + 1},
            )
        )
    return found + [_good(name, moment) for name in looked]


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

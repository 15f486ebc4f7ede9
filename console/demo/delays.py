"""One breach in the demo: explained, reviewed, disputed, closed; and the statistics after it."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from console.commands.clocks import worked
from console.printing import out
from flows.delays.clocks.explain import Explained, explain
from flows.delays.reviews.decide import Closing, Dispute, close, dispute
from flows.delays.reviews.listing import Shown as Review
from flows.delays.reviews.listing import show as review_of
from flows.delays.reviews.listing import statistics
from models.environment.loader import Environment

TITLE = "One breach, from whose time it took to its end"
TOLD = 4
"""So many pieces of the timeline, and causes of the statistics, are printed."""

# One that says most: of a body known by name, whose time was the most people's, and late longest.
_CHOSEN = """
    SELECT r.id, c.system, c.number, substr(r.party, 6) AS body
    FROM reviews r JOIN review_cases c ON c.review_id = r.id
    WHERE r.state = 'open' AND r.cause = 'late_at_body' AND c.state <> 'withdrawn'
    ORDER BY (SELECT count(DISTINCT each) FROM unnest(c.parties) AS each) DESC, c.late DESC,
        c.system, c.number
    LIMIT 1
"""


@dataclass
class Shown:
    """What the demo has to tell; `review` is None where no breach has a body to answer for it."""

    explained: Explained | None = None
    review: Review | None = None
    statistics: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "explained": asdict(self.explained) if self.explained else None,
            "review": asdict(self.review) if self.review else None,
            "statistics": self.statistics,
        }


def show(engine: Engine, environment: Environment, actor: str) -> Shown:
    """Explain the case of an open review, let its body dispute it, close it, count.

    What was closed before stays: a second call takes the next one.
    """
    shown, now = Shown(), datetime.now(UTC)
    with engine.begin() as connection:
        chosen = connection.execute(text(_CHOSEN)).one_or_none()
        if chosen is not None:
            number, system = chosen.number, chosen.system
            shown.explained = explain(connection, environment, number, system, now)
            _to_its_end(connection, environment, chosen.id, chosen.body, actor)
            shown.review = review_of(connection, chosen.id)
        shown.statistics = statistics(connection, now)
    return shown


def _to_its_end(
    connection: Connection, environment: Environment, review: int, body: str, actor: str
) -> None:
    """A body that disagrees at first, and the department's decision (both invented)."""
    position = Dispute(body, "not_ours", "The documents came late (invented)")
    dispute(connection, environment, review, position, actor=actor)
    asked = review_of(connection, review).review["questions"]
    closing = Closing(
        cause="late_at_body",
        body=body,
        measure="The body has put a second clerk to it (invented)",
        restored=True,
        answers=[f"Answer {place + 1} (invented)" for place, _ in enumerate(asked)],
        seen=1,
    )
    close(connection, environment, review, closing, actor=actor)


def tell(shown: Shown) -> None:
    """Print what came out in a few lines."""
    lines = [*_explained(shown.explained), *_reviewed(shown.review)]
    for row in shown.statistics[:TOLD]:
        cause = row["cause"].replace("_", " ")
        lines.append(("cause", f"{cause}: {row['reviews']:,} reviews of {row['cases']:,} breaches,"
                      f" {row['closed']:,} closed"))  # fmt: skip
    for name, words in lines or [("found", "no breach that a body has to answer for")]:
        out.print(f"  {name:<9} {words}", markup=False, soft_wrap=True)


def _explained(found: Explained | None) -> list[tuple[str, str]]:
    if found is None:
        return []
    row = found.application
    pieces = sorted(found.pieces, key=lambda piece: -piece["seconds"])[:TOLD]
    whose = ", ".join(
        f"{name} {worked(seconds)}" for name, seconds in found.shares.items() if seconds
    )
    longest = ", ".join(f"{piece['party']} {worked(piece['seconds'])}" for piece in pieces)
    return [
        (
            "case",
            f"{row['number']} of {row['system']}, service {row['service']}: {row['timeliness']}",
        ),
        ("whose", f"{whose}; {worked(found.whole)} working hours in all"),
        ("longest", f"{longest} (`tereze delays explain {row['number']}`)"),
    ]


def _reviewed(review: Review | None) -> list[tuple[str, str]]:
    if review is None:
        return []
    row = review.review
    steps = ", then ".join(each["became"] for each in review.history)
    restored = "restored" if row["restored"] else "not restored"
    return [
        ("review", f"{row['id']}: {review.sentence} (`tereze reviews show {row['id']}`)"),
        ("went", f"{steps}, each with who and why"),
        ("ended", f"{row['settled_cause']}, {row['settled_body']}: {row['measure']};"
         f" the person's right is {restored}"),
    ]  # fmt: skip

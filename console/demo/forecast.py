"""Forecasts in the demo: learn, score what is open, tell what is ahead and why of one case."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from console.printing import out
from flows.delays.forecast import ahead as warnings
from flows.delays.forecast.listing import Ahead, ahead, likeliest
from flows.delays.forecast.score import ScoreReport, score
from flows.delays.forecast.store import Known
from flows.delays.forecast.summary import sentence
from flows.delays.forecast.train import train
from flows.delays.forecast.why import Why, why
from flows.delays.looking import looks
from models.environment.loader import Environment

TITLE = "What will be late, before it is"
MOST = 3_000
"""So many points are learned from here: enough to show it, in seconds."""
TOLD = 3
"""So many bodies' services are printed, and warnings."""


@dataclass
class Shown:
    """What the demo has to tell; `case` is None where nothing open has a forecast."""

    model: Known
    scored: ScoreReport | None = None
    ahead: list[Ahead] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    case: Why | None = None

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "learned": sentence(self.model),
            "scored": self.scored.scored if self.scored else 0,
            "ahead": [asdict(each) for each in self.ahead[:TOLD]],
            "warnings": self.warnings,
            "case": asdict(self.case) if self.case else None,
        }


def show(engine: Engine, environment: Environment, actor: str) -> Shown:
    """Learn from what was decided, score every open application, and look at the likeliest."""
    moment = datetime.now(UTC)
    shown = Shown(train(engine, environment, as_of=moment, actor=actor, most=MOST))
    with engine.connect() as connection:
        found = looks(connection, environment, moment)
    shown.scored = score(engine, environment, moment, found)
    with engine.connect() as connection:
        shown.ahead = ahead(connection)
        shown.warnings = _warnings(connection)
        for each in likeliest(connection, 1):
            [shown.case] = [
                known for known in why(connection, environment, each.number)
                if known.system == each.system
            ]  # fmt: skip
    return shown


def _warnings(connection: Connection) -> list[str]:
    query = text("""
        SELECT sentence FROM alerts WHERE name = :name AND state <> 'resolved' ORDER BY fingerprint
    """)
    return list(connection.execute(query, {"name": warnings.NAME}).scalars())


def tell(shown: Shown) -> None:
    """Print what came out in a few lines."""
    lines = [("learned", sentence(shown.model))]
    if shown.scored is not None:
        lines.append(("scored", f"{shown.scored.scored:,} open applications"))
    lines += [
        ("ahead", f"{each.body or 'a body that is not known'}, service {each.service}:"
         f" {each.expected:,.0f} of {each.open:,} open are expected to be late")
        for each in shown.ahead[:TOLD]
    ]  # fmt: skip
    warned = len(shown.warnings)
    lines += [("warned", f"{each} (1 of {warned:,})") for each in shown.warnings[:1]]
    if shown.case is not None:
        numbers = ", ".join(f"{number} ({how})" for number, how in shown.case.nearest)
        lines += [
            ("because", f"{shown.case.number} is {shown.case.sentence}; the last: {numbers}"),
            ("", f"(`tereze delays forecast {shown.case.number}`)"),
        ]
    for name, words in lines:
        out.print(f"  {name:<9} {words}", markup=False, soft_wrap=True)

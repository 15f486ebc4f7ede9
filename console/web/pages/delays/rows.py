"""What is at risk, and what is overdue, as of the last check: by the indexes, not by all rows.

An application at risk is looked at again when its term ends, so that it stands in the index of
what has to be looked at; one that is overdue is an open breach.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from flows.delays.forecast.read import BODY_SQL

State = Literal["overdue", "at_risk"]
STATES: tuple[State, ...] = get_args(State)
BY_INDEX = "SET LOCAL random_page_cost = 1.1"
"""The usual default is a disk that turns: by it, all are read and sorted to show fifty."""
_COLUMNS = f"""a.system, a.number, a.service, a.region, {BODY_SQL} AS body, a.channel,
    a.received_at, a.due_at"""
_FROM: dict[State, str] = {
    "overdue": """
        (SELECT system, number, due_at AS place FROM breaches WHERE state = 'open'
         ORDER BY due_at, system, number) o
        JOIN applications a ON a.system = o.system AND a.number = o.number
    """,
    "at_risk": """
        (SELECT *, next_look_at AS place FROM applications
         WHERE next_look_at IS NOT NULL AND timeliness = 'at_risk') a
    """,
}
_PLACES: dict[State, str] = {"overdue": "o.place, o.system, o.number",
                             "at_risk": "a.place, a.system, a.number"}  # fmt: skip
_WANTED = {"region": "a.region", "service": "a.service", "body": BODY_SQL}


@dataclass(frozen=True)
class Asked:
    """Which of them; None asks for all."""

    state: State
    region: str | None = None
    service: str | None = None
    body: str | None = None

    def values(self) -> dict[str, Any]:
        """What the conditions need."""
        return {"region": self.region, "service": self.service, "body": self.body}

    @property
    def sql(self) -> str:
        """The applications, those whose term ends or ended first at the top."""
        return f"{rows_sql(self.state)} {self._where} ORDER BY {_PLACES[self.state]}"

    @property
    def _where(self) -> str:
        """Only what is asked for is a condition, so that the plan knows what is not."""
        wanted = [f"{_WANTED[name]} = :{name}" for name, value in self.values().items() if value]
        return f"WHERE {' AND '.join(wanted)}" if wanted else ""


def rows_sql(state: State) -> str:
    """All that is in this state: system, number, service, region, body, channel and moments."""
    return f"SELECT {_COLUMNS} FROM {_FROM[state]} LEFT JOIN services s ON s.code = a.service"

"""What is at risk, and what is overdue, as of the last check: by the index of just those."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from flows.delays.forecast.read import BODY_SQL

State = Literal["overdue", "at_risk"]
STATES: tuple[State, ...] = get_args(State)
_COLUMNS = f"""a.system, a.number, a.service, a.region, {BODY_SQL} AS body, a.channel,
    a.received_at, a.due_at"""
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
        return f"{rows_sql(self.state)} {self._more} ORDER BY a.due_at, a.system, a.number"

    @property
    def _more(self) -> str:
        """Only what is asked for is a condition, so that the plan knows what is not."""
        wanted = [name for name, value in self.values().items() if value]
        return " ".join(f"AND {_WANTED[name]} = :{name}" for name in wanted)


def rows_sql(state: State) -> str:
    """All that is in this state: system, number, service, region, body, channel and moments."""
    return f"""
        SELECT {_COLUMNS} FROM applications a LEFT JOIN services s ON s.code = a.service
        WHERE a.timeliness = '{state}'
    """

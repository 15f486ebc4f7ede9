"""Verdicts and sides for tests, said in few words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from flows.failures.side import Look, Side, nothing_to_ask
from flows.failures.verdict import Evidence, Kind, Level, Verdict
from models.environment.loader import Environment

START = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
"""Nine in the morning in Almaty, a Monday."""


def minute(number: float) -> datetime:
    """So many minutes after the start."""
    return START + timedelta(minutes=number)


def say(
    level: Level,
    at: float,
    since: float | None = None,
    *,
    kind: Kind = "down",
    system: str = "office",
    subject: str = "service:civil",
    **values: Any,
) -> Verdict:
    """A verdict at a minute; since then, where nothing else is said."""
    return Verdict(
        kind=kind,
        system=system,
        subject=subject,
        level=level,
        at=minute(at),
        since=minute(at if since is None else since),
        reason=values.pop("reason", "answers" if level == "good" else "refused"),
        sentence=values.pop("sentence", f"{subject} of {system} is {level}"),
        **values,
    )


def proof(number: int, at: float = 0) -> Evidence:
    """A row of evidence, told apart by its number."""
    return Evidence(minute(at), "probe_results", str(number), f"look {number}", {"ms": number})


class Told(Side):
    """A side that says what a test tells it to, at each moment."""

    def __init__(
        self, *rounds: Sequence[Verdict], name: str = "probes", look: Look = nothing_to_ask
    ) -> None:
        by_moment = {each[0].at: each for each in rounds if each}

        def judge(
            _connection: Connection, _environment: Environment, moment: datetime
        ) -> Sequence[Verdict]:
            return by_moment.get(moment, ())

        super().__init__(name, look, judge)

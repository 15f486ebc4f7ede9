"""Candidates as people look at them: listed, and one with its observations and history."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.hidden_services.candidates import state
from models.errors import ConfigurationError


@dataclass(frozen=True)
class Filter:
    """Which candidates to list; all of what is given must be so. Likeliest first."""

    states: tuple[str, ...] = state.OPEN
    kind: str | None = None
    region: str | None = None
    organisation: str | None = None
    limit: int = 50


@dataclass(frozen=True)
class Listed:
    """A candidate as it is listed."""

    id: int
    kind: str
    state: str
    probability: float
    names: dict[str, str]
    organisations: list[str]
    regions: list[str]
    volume: int | None
    service: str | None
    found_at: datetime
    revision: int


@dataclass(frozen=True)
class Shown:
    """A candidate with all that a decision rests on; moments carry their time zone."""

    candidate: dict[str, Any]
    observations: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)


# A territorial department sees what shows itself in its region, and what names no region at all.
_LIST = """
    SELECT id, kind, state, probability, names, organisations, regions, volume, service, found_at,
        revision
    FROM candidates
    WHERE state = ANY(:states) AND (CAST(:kind AS text) IS NULL OR kind = :kind)
      AND (CAST(:region AS text) IS NULL OR :region = ANY(regions) OR regions = '{}')
      AND (CAST(:organisation AS text) IS NULL OR :organisation = ANY(organisations))
    ORDER BY array_position(
            ARRAY['hidden', 'described_but_refused', 'renamed', 'dormant', 'internal', 'test'],
            kind),
        probability DESC, volume DESC NULLS LAST, id
    LIMIT :limit
"""


def list_candidates(connection: Connection, wanted: Filter) -> list[Listed]:
    """The candidates that fit: hidden services first, what is internal or a test last."""
    values = {**wanted.__dict__, "states": list(wanted.states)}
    return [Listed(**row) for row in connection.execute(text(_LIST), values).mappings()]


def show(connection: Connection, candidate: int) -> Shown:
    """One candidate with its observations and its history.

    Raises:
        ConfigurationError: there is none of this number.
    """
    row = connection.execute(
        text("SELECT * FROM candidates WHERE id = :id"), {"id": candidate}
    ).one_or_none()
    if row is None:
        raise no_such(candidate)
    observations = connection.execute(
        text("""
            SELECT o.*, j.in_register, j.p_absent, j.why
            FROM function_judgements j JOIN observed_functions o USING (system, kind, code)
            WHERE j.candidate_id = :id ORDER BY o.kind, o.system, o.code
        """),
        {"id": candidate},
    ).mappings()
    return Shown(
        dict(row._mapping), [dict(each) for each in observations], history(connection, candidate)
    )


def history(connection: Connection, candidate: int) -> list[dict[str, Any]]:
    """Each step of its state: who, when, why; the oldest first."""
    rows = connection.execute(
        text("""
            SELECT was, became, reason, sentence, actor, as_of, at FROM candidate_changes
            WHERE candidate_id = :id ORDER BY id
        """),
        {"id": candidate},
    )
    return [dict(row._mapping) for row in rows]


def no_such(candidate: int) -> ConfigurationError:
    """The error for a number that is nobody's."""
    return ConfigurationError(
        f"Looking for the candidate {candidate}",
        "there is none of this number",
        "`tereze hidden-services list` shows the numbers",
    )

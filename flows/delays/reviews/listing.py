"""Read reviews: the list, one with everything it rests on, and statistics by cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.delays.reviews.causes import SENTENCES
from models.errors import ConfigurationError
from models.reviews import OPEN

MOST_CASES = 20
"""So many cases of a review are shown; the rest are counted."""

THEIRS = """(CAST(:region AS text) IS NULL OR EXISTS (SELECT FROM applications a
    WHERE a.system = c.system AND a.number = c.number AND a.region = :region))"""
"""Whether a case `c` is of the region, where one is asked for."""
LIST = f"""
    SELECT r.id, r.state, r.revision, coalesce(r.settled_cause, r.cause) AS cause, r.party,
        r.region, r.department, r.opened_at, r.due_at, r.closed_at,
        r.state = ANY(:open) AND r.due_at < :moment AS overdue,
        (SELECT count(*) FROM review_cases c
         WHERE c.review_id = r.id AND c.state <> 'withdrawn'
           AND (r.region IS NOT NULL OR {THEIRS})) AS cases,
        (SELECT min(c.number) FROM review_cases c
         WHERE c.review_id = r.id AND (r.region IS NOT NULL OR {THEIRS})) AS number
    FROM reviews r
    WHERE r.state = ANY(:states)
      AND (CAST(:cause AS text) IS NULL OR coalesce(r.settled_cause, r.cause) = :cause)
      AND (CAST(:department AS text) IS NULL OR r.department = :department)
      AND (CAST(:region AS text) IS NULL OR r.region = :region OR r.region IS NULL AND EXISTS (
          SELECT FROM review_cases c WHERE c.review_id = r.id AND {THEIRS}))
      AND (CAST(:actor AS text) IS NULL OR EXISTS (
          SELECT FROM review_changes h WHERE h.review_id = r.id AND h.actor = :actor))
      AND (CAST(:due_after AS timestamptz) IS NULL OR r.due_at >= :due_after)
      AND (CAST(:due_before AS timestamptz) IS NULL OR r.due_at < :due_before)
    ORDER BY r.due_at, r.id
"""
"""Reviews, those due first at the top; its values are those of `Wanted`.

Of a region are those whose cases all lie in it, and its own cases of those that span several.
"""


@dataclass(frozen=True)
class Wanted:
    """Which reviews: states, and where one is given only of this cause, department or region.

    With `actor` only those that this one did something with; `due_after` and `due_before` bound
    the review's own term.
    """

    states: Sequence[str] = OPEN
    cause: str | None = None
    department: str | None = None
    region: str | None = None
    limit: int = 50
    actor: str | None = None
    due_after: datetime | None = None
    due_before: datetime | None = None

    def values(self, moment: datetime) -> dict[str, Any]:
        """What `LIST` needs."""
        return {**vars(self), "states": list(self.states), "open": list(OPEN), "moment": moment}


@dataclass(frozen=True)
class Shown:
    """One review; `cases` are the first of them, `count` is how many there are."""

    review: dict[str, Any]
    sentence: str
    count: int
    cases: list[dict[str, Any]]
    history: list[dict[str, Any]]


def listed(connection: Connection, wanted: Wanted, moment: datetime) -> list[dict[str, Any]]:
    """The reviews, those due first at the top; `overdue` as of the moment."""
    query = text(f"{LIST} LIMIT :limit")
    return [dict(row) for row in connection.execute(query, wanted.values(moment)).mappings()]


def show(connection: Connection, review: int, region: str | None = None) -> Shown:
    """One review with its cases, their splits and timelines, and its history.

    With a region only the cases of that region.

    Raises:
        ConfigurationError: there is no such review.
    """
    values = {"id": review, "limit": MOST_CASES, "region": region}
    row = connection.execute(text("SELECT * FROM reviews WHERE id = :id"), values).mappings()
    found = row.one_or_none()
    if found is None:
        raise ConfigurationError(
            f"Showing the review {review}",
            "there is no review of this number",
            "`tereze reviews list --all` has them",
        )
    cases = f"""
        SELECT system, number, clock, state, due_at, late, parties, seconds, timeline, as_of
        FROM review_cases c WHERE review_id = :id AND {THEIRS}
        ORDER BY late DESC, system, number LIMIT :limit
    """
    history = """
        SELECT at, as_of, was, became, reason, sentence, actor FROM review_changes
        WHERE review_id = :id ORDER BY id
    """
    count = f"SELECT count(*) FROM review_cases c WHERE review_id = :id AND {THEIRS}"
    return Shown(
        review=dict(found),
        sentence=SENTENCES[found["cause"]],
        count=int(connection.execute(text(count), values).scalar_one()),
        cases=[dict(each) for each in connection.execute(text(cases), values).mappings()],
        history=[dict(each) for each in connection.execute(text(history), values).mappings()],
    )


def statistics(
    connection: Connection,
    moment: datetime,
    *,
    since: datetime | None = None,
    region: str | None = None,
) -> list[dict[str, Any]]:
    """Reviews and their cases by cause: the one that was found, else the probable one.

    Of those opened from `since` on, of one region where it is given. `overdue` are open ones past
    their own term; `restored` are closed ones in which the person's right was restored without a
    new application. What was withdrawn is left out.
    """
    query = """
        SELECT coalesce(r.settled_cause, r.cause) AS cause, count(*) AS reviews,
            sum(c.cases)::bigint AS cases,
            count(*) FILTER (WHERE r.state = ANY(:open)) AS open,
            count(*) FILTER (WHERE r.state = 'disputed') AS disputed,
            count(*) FILTER (WHERE r.state = ANY(:open) AND r.due_at < :moment) AS overdue,
            count(*) FILTER (WHERE r.state = 'closed') AS closed,
            count(*) FILTER (WHERE r.restored) AS restored,
            count(*) FILTER (WHERE r.settled_cause <> r.cause) AS otherwise
        FROM reviews r JOIN (
            SELECT review_id, count(*) FILTER (WHERE state <> 'withdrawn') AS cases
            FROM review_cases GROUP BY review_id
        ) c ON c.review_id = r.id
        WHERE r.state <> 'withdrawn'
          AND r.opened_at >= coalesce(CAST(:since AS timestamptz), '-infinity')
          AND (CAST(:region AS text) IS NULL OR r.region = :region)
        GROUP BY 1 ORDER BY cases DESC, cause
    """
    values = {"moment": moment, "since": since, "region": region, "open": list(OPEN)}
    return [dict(row) for row in connection.execute(text(query), values).mappings()]

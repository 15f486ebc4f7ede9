"""Part of the trail: filtered, the newest first, and never more of it looked through than a bit.

The trail has millions of entries, and no index but that of its numbers. Times are made bounds of
numbers, since entries are written one after another; of what is left, a page looks through so
many at most and says where to go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, Row, text

from console.web.lists import SIZE
from console.web.navigation import N_
from console.web.site import Site

REACH = 500_000
"""Entries that one page looks through."""
ASKEW = 1_000
"""Entries within which moments may go back, because a clock was set."""
YEARS = range(2000, 2101)
NEVER = 1 << 62
_FIELDS = ("actor", "action", "subject")
# An actor may be given by the name alone; for readings, only these actions.
_MATCHES = """
    (:actor = '' OR starts_with(actor, :actor) OR starts_with(actor, 'person:' || :actor))
    AND (:action = '' OR starts_with(action, :action))
    AND (:subject = '' OR starts_with(subject, :subject))
    AND (CAST(:since AS timestamptz) IS NULL OR at >= :since)
    AND (CAST(:until AS timestamptz) IS NULL OR at < :until)
    AND (NOT :readings OR action ~ '[.](read|read_unmasked|looked_up|searched|letter_written)$')
"""
WHOLE = f"""
    SELECT seq, at, actor, action, subject, basis, details::text AS details FROM audit_entries
    WHERE seq >= :low AND seq < :high AND {_MATCHES} ORDER BY seq DESC
"""
_PAGE = f"""
    SELECT seq, at, actor, action, subject, basis FROM audit_entries
    WHERE seq >= :floor AND seq < :high AND {_MATCHES} ORDER BY seq DESC LIMIT {SIZE + 1}
"""
_AT = "SELECT at FROM audit_entries WHERE seq >= :seq ORDER BY seq LIMIT 1"


@dataclass(frozen=True)
class Asked:
    """What is looked for. `days` are as they were typed, `problems` what is wrong with them."""

    texts: dict[str, str]
    days: dict[str, str]
    since: datetime | None
    until: datetime | None
    before: int
    readings: bool
    problems: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """For the query."""
        found: dict[str, Any] = {**self.texts, "since": self.since, "until": self.until}
        return found | {"readings": self.readings}


@dataclass(frozen=True)
class Found:
    """A page; `looked_down_to` where it stopped before it was full, `further` where to go on."""

    rows: Sequence[Row[Any]]
    looked_down_to: int | None
    further: str | None
    newest: str | None
    csv: str


def asked(site: Site, readings: bool = False) -> Asked:
    """What the address asks for."""
    problems: dict[str, str] = {}
    days = {name: site.query(name) for name in ("since", "until")}
    starts: dict[str, datetime | None] = {}
    for name, typed in days.items():
        try:
            starts[name] = _start(typed, site)
        except ValueError:
            starts[name] = None
            problems[name] = N_("This is no day that the trail can have.")
    until = starts["until"]
    before = site.query("before")
    return Asked(
        texts={name: site.query(name).replace("\0", "") for name in _FIELDS},
        days=days,
        since=starts["since"],
        until=None if until is None else until + timedelta(days=1),
        before=int(before) if before.isdecimal() and len(before) < 19 else NEVER,
        readings=readings,
        problems=problems,
    )


def _start(typed: str, site: Site) -> datetime | None:
    if not typed:
        return None
    day = date.fromisoformat(typed)
    if day.year not in YEARS:
        raise ValueError(typed)
    return datetime.combine(day, time(), site.pages.zone)


def bounds(connection: Connection, what: Asked) -> tuple[int, int]:
    """The numbers that entries of these times can have: from, and up to but not."""
    last = int(
        connection.execute(text("SELECT coalesce(max(seq), 0) FROM audit_entries")).scalar_one()
    )
    low = _number(connection, what.since, last) - ASKEW if what.since else 1
    high = _number(connection, what.until, last) + ASKEW if what.until else last + 1
    return max(low, 1), min(high, last + 1, what.before)


def _number(connection: Connection, moment: datetime, last: int) -> int:
    """The first number whose entry is not before the moment, give or take a clock."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        at = connection.execute(text(_AT), {"seq": middle}).scalar()
        if at is None or at >= moment:
            high = middle
        else:
            low = middle + 1
    return low


def page(site: Site, connection: Connection, what: Asked) -> Found:
    """The entries of one page."""
    low, high = bounds(connection, what)
    floor = max(low, high - REACH)
    values = {**what.values(), "floor": floor, "high": high}
    rows = connection.execute(text(_PAGE), values).all()
    shown, stopped = rows[:SIZE], len(rows) <= SIZE and floor > low
    more = shown[-1].seq if len(rows) > SIZE else floor if stopped else None
    return Found(
        rows=shown,
        looked_down_to=floor if stopped else None,
        further=_address(site, before=str(more)) if more is not None else None,
        newest=_address(site, before="") if what.before != NEVER else None,
        csv=_address(site, format="csv"),
    )


def _address(site: Site, **changes: str) -> str:
    kept = {name: value for name, value in site.request.query_params.items() if name != "format"}
    kept = {name: value for name, value in (kept | changes).items() if value}
    return f"{site.request.url.path}?{urlencode(kept)}"

"""The signs that a success was none, as they are after a pull: each with its words."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from expectations.rules import COMPLETE, FIELDS, FRESH, NOT_EMPTY, SOUND
from flows.failures.data.rhythm import Clocks, Rhythm
from flows.failures.data.volume import AWAY

if TYPE_CHECKING:
    from flows.failures.data.habits import Around, Habits

Reason = Literal[
    "stale_data",
    "repeated_batch",
    "empty_batch",
    "incomplete_batch",
    "batch_stopped",
    "frozen_values",
    "one_status",
    "quarantine_share",
    "unusual_rows",
]
REASONS: tuple[Reason, ...] = (
    "stale_data",
    "repeated_batch",
    "empty_batch",
    "incomplete_batch",
    "batch_stopped",
    "frozen_values",
    "one_status",
    "quarantine_share",
    "unusual_rows",
)
"""The worst first: of several the first is the finding's reason, all are in its sentence."""

CRITICAL = frozenset(REASONS[:5])
"""Nothing new comes at all."""

BY_RULE: Mapping[str, tuple[Reason, str]] = {
    NOT_EMPTY.code: ("empty_batch", "the answer is a success, with no or too few or many rows"),
    FRESH.code: ("stale_data", "the answer is a success, with data that are too old"),
    FIELDS.code: ("batch_stopped", "the answer is a success, without fields that it must have"),
    SOUND.code: ("quarantine_share", "the answer is a success, and too many of its rows are wrong"),
    COMPLETE.code: ("incomplete_batch", "fewer rows came than the system announced"),
}
"""What it means where a critical rule stops a batch."""

_OTHER: tuple[Reason, str] = ("batch_stopped", "a critical rule stopped what came")


class Sign(BaseModel):
    """One sign; `times` counts the pulls on end that show it, `sure` needs no second one."""

    reason: Reason
    sentence: str
    since: datetime
    times: int = 1
    sure: bool = False
    numbers: dict[str, str | int | float] = Field(default_factory=dict)
    pulls: list[int] = Field(default_factory=list)


def stopped(codes: list[str], at: datetime) -> Iterator[Sign]:
    """The signs of a batch that was stopped."""
    for code in codes:
        reason, words = BY_RULE.get(code, _OTHER)
        yield Sign(reason=reason, sentence=f"{words} ({code})", since=at, numbers={"rule": code})


def signs(habits: "Habits", around: "Around", at: datetime) -> Iterator[Sign]:
    """The signs after a good pull of `at`."""
    still = list(_still(habits, around, at))
    primary = [sign for sign in still if sign.reason != "frozen_values"]
    yield from primary or still  # where nothing moves, that each part stands still is no news
    yield from _codes(habits, around.zone)
    yield from _held(habits, at)
    yield from _volume(habits)


def _still(habits: "Habits", around: "Around", at: datetime) -> Iterator[Sign]:
    if habits.went_back is not None:
        words = f"the newest change went back from {_shown(habits.went_back, around.zone)}"
        yield Sign(reason="stale_data", sentence=words, since=at)
    for name, rhythm in habits.rhythms.items():
        clocks = habits.clocks(name, around)
        if rhythm.too_long(at, clocks) and rhythm.rests_since is not None:
            yield _rest(name, rhythm, around, clocks, at)


def _rest(name: str, rhythm: Rhythm, around: "Around", clocks: Clocks, at: datetime) -> Sign:
    assert rhythm.rests_since is not None
    since, lasts = _shown(rhythm.rests_since, around.zone), _lasts(rhythm, clocks, at)
    reason: Reason = "frozen_values"
    words = f"`{name}` has stood still since {since}, {lasts}"
    if name == around.digest:
        reason, words = "repeated_batch", f"the same rows have come since {since}, {lasts}"
    elif name == around.primary:
        reason, words = "stale_data", f"the newest change is of {since}: none {lasts}"
    numbers: dict[str, str | int | float] = {
        "rested_seconds": round(rhythm.rested(at, around.time)),
        "expected_rows": round(rhythm.missed(at, clocks)),
        "days": len(rhythm.quiets.values),
    }
    return Sign(reason=reason, sentence=words, since=rhythm.rests_since, numbers=numbers)


def _lasts(rhythm: Rhythm, clocks: Clocks, at: datetime) -> str:
    """How long it rests and what is usual, by the measure that tells it."""
    if rhythm.missed_too_many(at, clocks):
        expected = f"{rhythm.missed(at, clocks):,.0f} were to be expected"
        return f"for a time in which {expected} (of {len(rhythm.quiets.values)} days)"
    days, longest = len(rhythm.rests.values), rhythm.rests.values[-1]
    usual = f"the longest rest of {days} days was {_long(longest)}"
    return f"for {_long(rhythm.rested(at, clocks.time))} of working time ({usual})"


def _codes(habits: "Habits", zone: ZoneInfo) -> Iterator[Sign]:
    for key in habits.coded:
        codes, name = habits.codes[key], key.partition(" ")[0]
        run = codes.odd()
        if run is not None:
            words = (
                f"all {run.rows:,} rows since {_shown(run.since, zone)} have the {name}"
                f" {run.code!r}, where {len(codes.totals)} are usual"
            )
            numbers = {"rows": run.rows, "usual_codes": len(codes.totals)}
            yield Sign(reason="one_status", sentence=words, since=run.since, numbers=numbers)


def _held(habits: "Habits", at: datetime) -> Iterator[Sign]:
    odd = habits.held.odd()
    if odd is not None:
        words = (
            f"{odd.held:,} of the last {odd.rows:,} rows went to quarantine"
            f" ({odd.held / odd.rows:.1%}; usual are {odd.usual:.1%}, of {odd.days} days)"
        )
        numbers: dict[str, str | int | float] = {
            "held": odd.held, "rows": odd.rows, "usual_share": round(odd.usual, 4),
        }  # fmt: skip
        yield Sign(reason="quarantine_share", sentence=words, since=at, numbers=numbers)


def _volume(habits: "Habits") -> Iterator[Sign]:
    for volume in (habits.hourly, habits.daily):
        odd = volume.odd
        if odd is not None:
            words = f"{odd.rows:,} rows {odd.part} (usual are {odd.usual:,}, of {odd.days} days)"
            numbers: dict[str, str | int | float] = {
                "rows": odd.rows, "usual_rows": odd.usual, "days": odd.days,
                "deviations": round(odd.away, 1),
            }  # fmt: skip
            yield Sign(
                reason="unusual_rows", sentence=words, since=odd.at, numbers=numbers,
                sure=odd.on_end > 1 or abs(odd.away) > 2 * AWAY or volume.part == "day",
                times=0,
            )  # fmt: skip
            return


def _shown(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _long(seconds: float) -> str:
    minutes = round(timedelta(seconds=seconds) / timedelta(minutes=1))
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"

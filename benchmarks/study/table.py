"""The results of the study as a table for people and as figures for a line of JSON."""

import statistics
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from benchmarks.study.judged import NOISY, Found, Judged, Outcome
from benchmarks.study.kinds import KINDS
from benchmarks.study.plan import ZONE

MINUTE = timedelta(minutes=1)
HEADER = (
    "failure", "told", "suspected", "confirmed", "share",
    "median to suspected", "median to confirmed", "worst to confirmed", "false",
)  # fmt: skip


def show(judged: Judged, clean: Sequence[Found]) -> None:
    """Print the tables."""
    print(f"\n| {' | '.join(HEADER)} |\n|{'---|' * len(HEADER)}")
    for row in rows(judged):
        print(f"| {' | '.join(row)} |")
    _list("Not found", (_missed(each) for each in judged.outcomes if each.confirmed is None))
    _list("Away by announcement", map(_line, judged.announced))
    _list("Without a cause, confirmed", map(_line, judged.false))
    _list("Without a cause, only suspected", map(_line, judged.unconfirmed))
    _list("Consequences", map(_line, judged.consequences))
    _list("Lost probes, suspected and no more", map(_line, judged.noise))
    _list("The clean month", (_line(each) for each in clean if _counts(each)))


def rows(judged: Judged) -> list[list[str]]:
    """A row of text for each kind."""
    by_kind: dict[str, list[Outcome]] = {}
    for outcome in judged.outcomes:
        by_kind.setdefault(outcome.incident.kind, []).append(outcome)
    return [
        [
            KINDS[kind].words,
            str(len(each)),
            str(sum(o.suspected is not None for o in each)),
            str(sum(o.confirmed is not None for o in each)),
            f"{sum(o.confirmed is not None for o in each) / len(each):.0%}",
            _middle(_delays(each, "suspected")),
            _middle(_delays(each, "confirmed")),
            _long(max(_delays(each, "confirmed"), default=None)),
            str(sum(f.system == kind for f in judged.false)),
        ]
        for kind, each in by_kind.items()
    ]


def figures(judged: Judged, clean: Sequence[Found], days: int) -> dict[str, Any]:
    """What the line of JSON says."""
    hits = sum(outcome.confirmed is not None for outcome in judged.outcomes)
    told = len(judged.outcomes)
    confirmed = [each for each in clean if each.confirmed is not None]
    suspected = [each for each in clean if each.confirmed is None and _counts(each)]
    delays = _delays(judged.outcomes, "confirmed")
    return {
        "ours": hits,
        "peer": None,
        "unit": f"failures found of {told} told, {len(_kinds(judged))} kinds, {days} days",
        "ratio": round(hits / told, 3) if told else None,
        "target": 1.0,
        "met": hits == told and not judged.false and not confirmed,
        "open_from_before": sum(outcome.before for outcome in judged.outcomes),
        "false": len(judged.false),
        "suspected_without_cause": len(judged.unconfirmed),
        "announced": len(judged.announced),
        "announced_and_alerted": sum(each.alerted for each in judged.announced),
        "false_in_clean_month": len(confirmed),
        "suspected_in_clean_month": len(suspected),
        "median_minutes": round(statistics.median(delays)) if delays else None,
        "worst_minutes": round(max(delays)) if delays else None,
        "missed": sorted({o.incident.kind for o in judged.outcomes if o.confirmed is None}),
    }


def _counts(found: Found) -> bool:
    """Whether it is more than the suspicion that a lost probe has to be."""
    return found.confirmed is not None or found.system != NOISY


def _kinds(judged: Judged) -> set[str]:
    return {outcome.incident.kind for outcome in judged.outcomes}


def _delays(outcomes: Iterable[Outcome], level: str) -> list[float]:
    """Minutes from when a failure could be seen until it was; nothing where it never was."""
    seen = ((getattr(each, level), each.incident.visible) for each in outcomes)
    return [max((at - visible) / MINUTE, 0.0) for at, visible in seen if at is not None]


def _middle(delays: list[float]) -> str:
    return _long(statistics.median(delays) if delays else None)


def _long(delay: float | None) -> str:
    if delay is None:
        return "—"
    minutes = round(delay)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02} min"


def _missed(outcome: Outcome) -> str:
    incident = outcome.incident
    told = f"{incident.begins:%a %d %b %H:%M} to {incident.ends:%a %H:%M}"
    return f"{incident.kind}: {told}, visible from {incident.visible:%a %H:%M}"


def _line(found: Found) -> str:
    over = f"{found.over.astimezone(ZONE):%a %H:%M}" if found.over else "still open"
    state = "confirmed" if found.confirmed else "suspected"
    alerted = ", alerted" if found.alerted else ""
    return (
        f"{found.suspected.astimezone(ZONE):%a %d %b %H:%M} to {over}: {found.kind} {found.system}"
        f" {found.subject} {state}{alerted} ({found.reason}) {found.sentence}"
    )


def _list(title: str, lines: Iterable[str]) -> None:
    known = list(lines)
    print(f"\n{title}: {len(known) or 'none'}")
    for line in known[:40]:
        print(f"  {line}")

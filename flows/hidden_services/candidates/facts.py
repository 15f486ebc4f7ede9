"""A candidate's facts, put together from all observations of it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.hidden_services.candidates.kinds import kind_and_score
from flows.hidden_services.candidates.why import why
from flows.hidden_services.observed import Observed
from flows.hidden_services.signs.likeness import Carried, Likeness, Signs
from models.environment.hidden_services import HiddenServices

_NAMED_FIRST = ("regulation", "form", "page", "fee", "case", "application", "operation", "exchange")
"""Whose name a candidate takes: where people wrote it with care comes first."""

EDGE = 0.001
"""Probabilities are taken as no nearer to 0 and 1 than this."""


@dataclass(frozen=True)
class Facts:
    """What is known of a candidate; None for `kind` where the register has all of it by now."""

    kind: str | None
    names: dict[str, str]
    service: str | None
    organisations: list[str]
    regions: list[str]
    p_service: float | None
    p_absent: float | None
    score: float
    why: str
    signs: list[dict[str, Any]]
    nearest: list[dict[str, Any]]
    evidence: dict[str, Any]
    volume: int | None
    recipients: int | None
    first_seen: datetime | None
    last_seen: datetime | None


def facts(observed: Sequence[Observed], signs: Signs, settings: HiddenServices) -> Facts:
    """Put together what the judged observations show (`news.members` gives them)."""
    likeness = signs.likeness(_all_signs(observed))
    closest = min(observed, key=_absence)
    p_absent, nearest = _together(observed), closest.extra["nearest"]
    registered = [each for each in observed if each.extra["in_register"] == "present"]
    judged, score = kind_and_score(observed, likeness, p_absent, settings)
    kind: str | None = judged
    if registered:
        kind = None if len(registered) == len(observed) else "renamed"
    return Facts(
        kind=kind,
        names=_names(observed),
        service=_service(kind, registered, nearest),
        organisations=_distinct(each.organisation for each in observed),
        regions=_distinct(region for each in observed for region in each.regions or ()),
        p_service=likeness.probability,
        p_absent=p_absent,
        score=score,
        why=why(observed, likeness, closest.extra, p_absent),
        signs=[_as_json(each) for each in likeness.signs],
        nearest=nearest,
        evidence=_evidence(kind, observed, likeness, nearest),
        volume=_most(each.volume for each in observed),
        recipients=_most(each.recipients for each in observed),
        first_seen=min((e.first_seen for e in observed if e.first_seen), default=None),
        last_seen=max((e.last_seen for e in observed if e.last_seen), default=None),
    )


def _together(observed: Iterable[Observed]) -> float | None:
    """How likely it is absent by all its names: the mean of their log-odds.

    The least of several would be too small by chance alone: each is a guess of its own.
    """
    known = [p for each in observed if (p := each.extra["p_absent"]) is not None]
    if not known:
        return None
    bounded = [min(max(p, EDGE), 1 - EDGE) for p in known]
    mean = math.fsum(math.log(p / (1 - p)) for p in bounded) / len(bounded)
    return 1 / (1 + math.exp(-mean))


def _absence(observed: Observed) -> float:
    p_absent: float | None = observed.extra["p_absent"]
    return 2.0 if p_absent is None else p_absent


def _all_signs(observed: Iterable[Observed]) -> list[Carried]:
    """Each sign once, with all that carries it and where that was seen."""
    found: dict[str, Carried] = {}
    for each in observed:
        for sign in each.extra["signs"]:
            name = sign["sign"]
            known = found[name].evidence if name in found else ()
            here = [f"{shown} ({each.kind} {each.code})" for shown in sign["evidence"]]
            evidence = tuple(dict.fromkeys((*known, *here)))
            found[name] = Carried(name, sign["weight"], sign["basis"], evidence)
    return list(found.values())


def _names(observed: Sequence[Observed]) -> dict[str, str]:
    named: dict[str, str] = {}
    for each in sorted(observed, key=lambda one: _NAMED_FIRST.index(one.kind)):
        for language, name in each.names.items():
            if name.strip():
                named.setdefault(language, name.strip())
    return named


def _service(
    kind: str | None, registered: Sequence[Observed], nearest: Sequence[dict[str, Any]]
) -> str | None:
    """The register's code of what it is another name of."""
    if kind not in (None, "renamed"):
        return None
    named = next((each.service for each in registered if each.service), None)
    return named or (nearest[0]["id"] if nearest else None)


def _evidence(
    kind: str | None,
    observed: Sequence[Observed],
    likeness: Likeness,
    nearest: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """What a decision rests on; a decided candidate is raised again when this changes."""
    return {
        "kind": kind,
        "signs": sorted(each.sign for each in likeness.signs),
        "seen_as": sorted({each.kind for each in observed}),
        "organisations": _distinct(each.organisation for each in observed),
        "nearest": nearest[0]["id"] if nearest else None,
        "volume": _most(each.volume for each in observed),
    }


def _as_json(sign: Carried) -> dict[str, Any]:
    shown = {"sign": sign.sign, "weight": sign.weight, "basis": sign.basis}
    return {**shown, "evidence": list(sign.evidence)}


def _distinct(values: Iterable[str | None]) -> list[str]:
    return sorted({value for value in values if value})


def _most(values: Iterable[int | None]) -> int | None:
    """The largest: sources of one function count the same uses, so a sum would count them twice."""
    return max((value for value in values if value is not None), default=None)

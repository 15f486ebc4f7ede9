"""Why something is a candidate, in words that a lawyer accepts: each claim with what carries it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flows.hidden_services.observed import Observed
from flows.hidden_services.signs.likeness import Carried, Likeness

MOST = 3
"""Pieces of evidence that are quoted for one sign; all are kept."""


def why(
    observed: Sequence[Observed],
    likeness: Likeness,
    closest: Mapping[str, Any],
    p_absent: float | None,
) -> str:
    """The definition's signs, the register's nearest entries, and where it was seen.

    `closest` is what the register says of the observation that is nearest to it.
    """
    return " ".join([_signs(likeness), _register(closest, p_absent), _seen(observed)])


def _signs(likeness: Likeness) -> str:
    speaking = [each for each in likeness.signs if each.weight > 0]
    against = [each for each in likeness.signs if each.weight < 0]
    percent = f"{likeness.probability:.0%}"
    parts = [
        f"By the signs of the definition it is a public service with a probability of {percent}."
    ]
    if speaking:
        parts.append(f"For it: {'; '.join(map(_quoted, speaking))}.")
    if against:
        parts.append(f"Against it: {'; '.join(map(_quoted, against))}.")
    if not likeness.signs:
        parts.append("No sign was found, neither for it nor against it.")
    return " ".join(parts)


def _quoted(sign: Carried) -> str:
    shown = ", ".join(sign.evidence[:MOST])
    more = len(sign.evidence) - MOST
    return f"{sign.basis} [{shown}{f' and {more} more' if more > 0 else ''}]"


def _register(closest: Mapping[str, Any], absent: float | None) -> str:
    said = f"The register: {closest['why'].rstrip('.')}."
    if absent is None:
        return f"{said} Whether it is in the register could not be told by a name."
    others = [f"“{each['name']}” ({each['similarity']:.2f})" for each in closest["nearest"][1:]]
    beside = f" Further off: {', '.join(others)}." if others else ""
    return f"{said}{beside} It is absent with a probability of {absent:.0%}."


def _seen(observed: Sequence[Observed]) -> str:
    places = _distinct(f"{each.kind} in {each.system}" for each in observed)
    bodies = _distinct(each.organisation for each in observed)
    regions = _distinct(region for each in observed for region in each.regions or ())
    parts = [f"Seen as {', '.join(places)}"]
    if bodies:
        parts.append(f"of {', '.join(bodies)}")
    if regions:
        parts.append(f"in {len(regions)} region{'s' if len(regions) > 1 else ''}")
    for figure, unit in (("volume", "uses"), ("recipients", "recipients")):
        counts = [getattr(each, figure) for each in observed if getattr(each, figure) is not None]
        if counts:
            parts.append(f"with {max(counts):,} {unit}")
    moments = [each.last_seen for each in observed if each.last_seen]
    if moments:
        parts.append(f"last on {max(moments):%Y-%m-%d}")
    return f"{' '.join(parts)}."


def _distinct(values: Iterable[str | None]) -> list[str]:
    return sorted({value for value in values if value})

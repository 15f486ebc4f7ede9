"""Why alerts may be, who knows of them, and what cannot be seen: what a notice adds to numbers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.house import House
from flows.alerts.news import Group
from flows.alerts.words import Facts
from models.alerts import GOES_ON

# One finding of each system is enough: that it is down before all else, then what began first.
_FINDINGS = """
    SELECT DISTINCT ON (system) system, id, sentence, began_at
    FROM findings
    WHERE state = 'confirmed' AND kind IN ('down', 'failing', 'silent', 'slow')
      AND system = ANY(:systems)
    ORDER BY system, kind = 'down' DESC, began_at, id
"""
_UNSEEN = f"""
    SELECT labels ->> 'system' AS system, min(sentence) AS sentence FROM alerts
    WHERE name IN ('SourceStale', 'NotLookedAt') AND state {GOES_ON}
      AND labels ->> 'system' = ANY(:systems)
    GROUP BY 1
"""


def facts_of(
    connection: Connection, house: House, groups: Sequence[Group]
) -> Mapping[str, Mapping[str, str]]:
    """By system: `cause`, a failure of it that is certain, and `unseen`, that nobody looked."""
    systems = {system for group in groups for system in suspects(house, group)}
    if not systems:
        return {}
    values = {"systems": sorted(systems)}
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(text(_FINDINGS), values):
        began = row.began_at.astimezone(house.zone).strftime("%Y-%m-%d %H:%M")
        words = f"{row.sentence} (since {began}, finding {row.id})"
        found.setdefault(row.system, {})["cause"] = words
    for row in connection.execute(text(_UNSEEN), values):
        found.setdefault(row.system, {})["unseen"] = row.sentence
    return found


def suspects(house: House, group: Group) -> list[str]:
    """The systems whose failure would explain it: those of its body before the one that told us.

    A group that is about a system's failure is explained by none.
    """
    if "alert" in group.labels:
        return []
    body = group.labels.get("organisation")
    owned = [name for name, system in house.systems.items() if body and system.owner == body]
    return list(dict.fromkeys([*owned, *group.systems]))


def told(
    house: House,
    group: Group,
    known: Mapping[str, Mapping[str, str]],
    receivers: Iterable[str],
    receiver: str,
) -> Facts:
    """What one receiver is told of a group; `receivers` are all that get this notice."""
    here: list[Mapping[str, Any]] = [known.get(name, {}) for name in suspects(house, group)]
    cause = group.cause or next((each["cause"] for each in here if "cause" in each), None)
    unseen = next((each["unseen"] for each in here if "unseen" in each), None)
    who = [each for each in dict.fromkeys([*receivers, *group.told]) if each != receiver]
    return Facts(_sentence(cause), _sentence(unseen), who, group.in_hand)


def _sentence(words: str | None) -> str | None:
    """Without the full stop that the line adds."""
    return words.rstrip(".") if words else None

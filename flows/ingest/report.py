"""What a pull did."""

from dataclasses import dataclass, field
from typing import Literal

REASONS = {
    "done": "Everything that came was stored or put in quarantine",
    "busy": "Another pull of this source is going on",
    "unreachable": "The system could not be read; it may be possible later",
    "refused": "The system refused the request; a person has to change something",
    "wrong_answer": "The system's answer cannot be read or contradicts itself",
    "stopped": "A critical rule stopped the batch",
    "not_judged": "What came could not be judged, so nothing of it was stored",
    "interrupted": "The process or the database ended before the pull did",
    "misconfigured": "The source's configuration does not fit what it meets",
}
"""The reason codes of a pull, each with its sentence."""


@dataclass(frozen=True)
class PullReport:
    """What a pull did: counts are rows, `bytes` those of the raw answers, `seconds` in all.

    `broken` counts the rows that broke each rule, by code; `drift` says in words how the
    records differ from what is declared and from what was seen before.
    """

    source: str
    state: Literal["succeeded", "failed", "busy"]
    reason: str
    sentence: str
    pull_id: int | None = None
    read: int = 0
    repeated: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    quarantined: int = 0
    pages: int = 0
    bytes: int = 0
    seconds: float = 0.0
    broken: dict[str, int] = field(default_factory=dict)
    drift: list[str] = field(default_factory=list)


class BatchStopped(Exception):
    """A critical rule is broken: nothing of the batch is stored."""

    def __init__(self, broken: list[tuple[str, str]]) -> None:
        self.broken = broken
        super().__init__("; ".join(f"{code} {words}" for code, words in broken))

"""Numbers of systems in words: a promise of 99.95 % is not rounded up to 100 %."""

import math
from datetime import timedelta
from typing import Any

from babel.numbers import format_percent

from console.web.language import Speaker
from flows.failures.state import SystemState
from flows.failures.waiting.letter import UNITS
from flows.failures.waiting.letter import span as in_units

DIGITS = 5
"""Of a share: 99.999 %."""


def saying(say: Speaker) -> dict[str, Any]:
    """What templates say shares and lengths of time with."""

    def exact(share: float | None) -> str:
        return (
            "–"
            if share is None
            else str(format_percent(rounded_down(share), "#,##0.###%", locale=say.locale))
        )

    def span(length: timedelta) -> str:
        return in_units(length, UNITS.get(say.language, UNITS["en"]))

    return {"exact": exact, "span": span, "known": known}


def known(state: SystemState) -> bool:
    """Whether anything was ever seen of a system: of others no availability is told."""
    return state.since is not None or bool(state.findings) or state.state != "not_looked_at"


def rounded_down(share: float) -> float:
    """The share with so many digits, never more than it is."""
    kept: float = math.floor(round(share * 10**DIGITS, 6)) / 10**DIGITS
    return kept

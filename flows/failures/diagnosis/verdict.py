"""The verdict in one sentence: what the watch knows, and what the system answered just now."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flows.failures.diagnosis.tries import Try
from flows.failures.state import SystemState

WELL = ("ok", "maintenance")


def healthy(state: SystemState, tried: Sequence[Try]) -> bool:
    """Whether nobody is needed: nothing found, everything looked at, every try good."""
    return state.state in WELL and all(each.ok for each in tried)


def sentence(state: SystemState, tried: Sequence[Try], zone: ZoneInfo) -> str:
    """Never healthy for a time not looked at; what was tried now stands beside, not above it."""
    return f"{_before(state, zone)}; {_now(tried)}"


def _before(state: SystemState, zone: ZoneInfo) -> str:
    since = "" if state.since is None else f" since {state.since.astimezone(zone):%Y-%m-%d %H:%M}"
    words = {
        "ok": f"{state.system} works, nothing is found against it{since}",
        "suspected": f"{state.system} is suspected to fail{since}: {state.sentence}",
        "failing": f"{state.system} is failing ({state.kind}){since}: {state.sentence}",
        "not_looked_at": f"it is not known how {state.system} is, not all of it was looked at"
        f"{since or ' yet'}",
        "maintenance": f"{state.system} is in maintenance{since}, nothing is found against it",
    }
    return words[state.state].removesuffix(".")


def _now(tried: Sequence[Try]) -> str:
    bad = [each.what for each in tried if not each.ok]
    if not tried:
        return "nothing is declared by which it could be tried now"
    if len(tried) == 1:
        return "it does not answer now" if bad else "it answers now"
    if len(bad) in (0, len(tried)):
        return f"{'none' if bad else 'each'} of {len(tried)} tries just now was good"
    return f"{len(bad)} of {len(tried)} tries just now failed ({', '.join(bad)})"

"""What is new in a decided candidate's evidence: only that raises it again."""

from collections.abc import Mapping
from typing import Any

MANY_MORE = 10
"""A decided function has to be used so many times as often before that alone is news."""


def what_changed(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What has come to the evidence since the decision, in words; empty where nothing has.

    What has gone is no reason to look again, nor is more of the same.
    """
    found = [
        *_new(was, now, "signs", "new signs"),
        *_new(was, now, "seen_as", "it now shows itself as"),
        *_new(was, now, "organisations", "it is now done by"),
    ]
    if now.get("nearest") != was.get("nearest") and now.get("kind") != was.get("kind"):
        found.append(f"the register's nearest entry is now {now.get('nearest') or 'none'}")
    before, after = was.get("volume") or 0, now.get("volume") or 0
    if after >= MANY_MORE * max(before, MANY_MORE):
        found.append(f"it is used {after:,} times, and was {before:,} times")
    return found


def _new(was: Mapping[str, Any], now: Mapping[str, Any], key: str, words: str) -> list[str]:
    more = sorted(set(now.get(key) or ()) - set(was.get(key) or ()))
    return [f"{words} {', '.join(more)}"] if more else []

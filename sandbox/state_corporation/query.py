"""What a reader asks for: page, size and a window of changes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sandbox.history.local_time import parse

DEFAULT_SIZE = 1000
LARGEST_SIZE = 5000


@dataclass(frozen=True)
class Query:
    """A page of the changes from `since` (inclusive) until `until` (exclusive), local seconds."""

    page: int = 1
    size: int = DEFAULT_SIZE
    since: int | None = None
    until: int | None = None
    window: tuple[tuple[str, str], ...] = ()  # the window as it was asked for, for `next`

    def at(self, page: int) -> "Query":
        """The same question for another page."""
        return replace(self, page=page)

    def link(self, path: str) -> str:
        """This question as a link."""
        asked = [("page", str(self.page)), ("size", str(self.size)), *self.window]
        return f"{path}?{urlencode(asked)}"


def parse_query(given: Mapping[str, str]) -> Query:
    """The question in a query string.

    Raises:
        ValueError: an unknown parameter, a number out of bounds or a time that is not ISO 8601.
    """
    known = {"page", "size", "changed_since", "changed_until"}
    if unknown := set(given) - known:
        raise ValueError(f"unknown parameters: {', '.join(sorted(unknown))}")
    window = tuple((name, given[name]) for name in sorted(known & set(given)) if "changed" in name)
    return Query(
        page=_number(given, "page", 1, 10**9),
        size=_number(given, "size", DEFAULT_SIZE, LARGEST_SIZE),
        since=_moment(given.get("changed_since")),
        until=_moment(given.get("changed_until")),
        window=window,
    )


def _number(given: Mapping[str, str], name: str, default: int, largest: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not 1 <= int(text) <= largest:
        raise ValueError(f"{name} must be a whole number from 1 to {largest}, not {text!r}")
    return int(text)


def _moment(text: str | None) -> int | None:
    return None if text is None else math.ceil(parse(text))

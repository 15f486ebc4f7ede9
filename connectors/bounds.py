"""Which records lie in a window, for sources that cannot be asked for one."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from connectors.errors import WillNeverWork
from connectors.protocol import SourceContext, Window

Order = tuple[str, Any]
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def order_of(value: object) -> Order | None:
    """What a cursor value is compared by: its kind and a comparable value.

    A number, also one written as text, compares as a number; an ISO 8601 time with an offset as
    an instant, without one as a local time; any other text as text. None where there is nothing
    to compare (missing, empty, a list). Values of different kinds do not compare.
    """
    if isinstance(value, bool) or value is None or value == "":
        return None
    if isinstance(value, int | float):
        return ("number", value)
    if not isinstance(value, str):
        return None
    if _NUMBER.fullmatch(value):
        return ("number", float(value) if "." in value else int(value))
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return ("text", value)
    return ("instant" if moment.tzinfo else "local time", moment)


def _at_or_after(order: Order, bound: Order) -> bool:
    return order[0] != bound[0] or bool(order[1] >= bound[1])


def _before(order: Order, bound: Order) -> bool:
    return order[0] != bound[0] or bool(order[1] < bound[1])


def value_in_window(window: Window) -> Callable[[object], bool]:
    """A test whether a cursor value lies in the window: `since` inclusive, `until` exclusive.

    A value that does not compare with a bound passes: reading a record twice is harmless,
    missing one is not, and the expectations judge a record whose cursor is empty or broken.
    """
    since, until = order_of(window.since), order_of(window.until)

    def inside(value: object) -> bool:
        order = order_of(value)
        if order is None:
            return True
        return (since is None or _at_or_after(order, since)) and (
            until is None or _before(order, until)
        )

    return inside


def record_filter(
    context: SourceContext, window: Window
) -> Callable[[Mapping[str, Any]], bool] | None:
    """A test whether a record lies in the window; None where the window has no bounds.

    Raises:
        WillNeverWork: a bound is asked for, and the source has no cursor field to compare.
    """
    if window.since is None and window.until is None:
        return None
    field = cursor_field(context, window)
    inside = value_in_window(window)
    return lambda record: inside(record.get(field))


def cursor_field(context: SourceContext, window: Window) -> str:
    """The field that orders changes.

    Raises:
        WillNeverWork: the source has none, so a window with bounds cannot be asked for.
    """
    if context.cursor_field is None:
        raise WillNeverWork(
            f"Reading {context.source} from {window.since} to {window.until}",
            "the source has no cursor field, so its records cannot be told apart by time",
            "Declare `cursor: {field: …}` in the source's YAML, or pull without bounds",
        )
    return context.cursor_field

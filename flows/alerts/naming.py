"""Which alert a person means: by its fingerprint, or the first characters of it."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from models.errors import TerezeError

SHORTEST = 6
"""Characters of a fingerprint that are enough to name an alert."""


class CannotHandle(TerezeError):
    """No alert, or more than one, is so named; or it is not in a state for what was asked."""


def snake(name: str) -> str:
    """An alert's name as its runbook is called: `PullFailed` is `pull_failed`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


_WHOLE = "SELECT fingerprint, state FROM alerts WHERE fingerprint = :asked"
_BEGIN = """
    SELECT fingerprint, state FROM alerts WHERE starts_with(fingerprint, :asked)
    ORDER BY fingerprint LIMIT 6
"""


def find(connection: Connection, prefix: str, *, lock: bool = True) -> tuple[str, str]:
    """The whole fingerprint and the state of the one alert that is so named.

    Locked until the transaction ends, unless it is only to be looked at.

    Raises:
        CannotHandle: no alert, or more than one, is so named.
    """
    asked = prefix.strip().lower()
    found = _named(connection, asked, "FOR UPDATE" if lock else "")
    if len(found) == 1:
        return found[0].fingerprint, found[0].state
    if found:
        names = ", ".join(row.fingerprint[: len(asked) + 6] for row in found)
        problem, advice = f"it fits {names}", "Give more of the fingerprint"
    elif len(asked) < SHORTEST:
        problem = f"{len(asked)} characters are too few"
        advice = f"Give {SHORTEST} of the fingerprint at least"
    else:
        problem = f"no alert is so named; near ones: {_near(connection, asked) or 'none'}"
        advice = "`tereze alerts list` shows them all"
    raise CannotHandle(f"Looking for the alert {prefix!r}", problem, advice)


def _named(connection: Connection, asked: str, lock: str) -> Sequence[Row[Any]]:
    """Those of this name; a whole one is found by the index, however many there are."""
    if len(asked) < SHORTEST:
        return []
    whole = connection.execute(text(f"{_WHOLE} {lock}"), {"asked": asked}).all()
    return whole or connection.execute(text(f"{_BEGIN} {lock}"), {"asked": asked}).all()


def _near(connection: Connection, asked: str) -> str:
    """The alerts that share the most of the fingerprint's beginning, those that go on first."""
    statement = text(
        "SELECT fingerprint, name FROM alerts"
        " ORDER BY (SELECT max(n) FROM generate_series(0, length(:asked)) n"
        "           WHERE left(fingerprint, n) = left(:asked, n)) DESC,"
        " state = 'resolved', starts_at DESC LIMIT 3"
    )
    rows = connection.execute(statement, {"asked": asked})
    return ", ".join(f"{row.fingerprint[:12]} ({row.name})" for row in rows)

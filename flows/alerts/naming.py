"""Which alert a person means: by its fingerprint, or the first characters of it."""

from sqlalchemy import Connection, text

from models.errors import TerezeError

SHORTEST = 6
"""Characters of a fingerprint that are enough to name an alert."""


class CannotHandle(TerezeError):
    """No alert, or more than one, is so named; or it is not in a state for what was asked."""


def find(connection: Connection, prefix: str) -> tuple[str, str]:
    """The whole fingerprint and the state of the one alert that is so named, locked."""
    asked = prefix.strip().lower()
    statement = text(
        "SELECT fingerprint, state FROM alerts WHERE starts_with(fingerprint, :asked)"
        " ORDER BY fingerprint LIMIT 6 FOR UPDATE"
    )
    found = [] if len(asked) < SHORTEST else connection.execute(statement, {"asked": asked}).all()
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

"""Write the rows of steps and applications that have changed, set by set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from flows.composite_services import history
from flows.composite_services.engine.transitions import Move, Whole, seen
from flows.composite_services.loading import Loaded, Row
from flows.composite_services.words import said

CHANNEL = "composite_due"
"""Workers listen here; the payload is the schema that has something due."""

_COLUMNS = """
    state text, reason text, sentence text, next_at timestamptz, lease bigint, attempts int,
    undo_attempts int, asks int, result jsonb, refusal jsonb, reference text, sub_type text,
    began_at timestamptz, sent_at timestamptz, ended_at timestamptz
"""
_NAMES = [line.split()[0] for line in _COLUMNS.replace("\n", " ").split(",")]
_STEPS = f"""
    UPDATE composite_steps s SET {", ".join(f"{name} = r.{name}" for name in _NAMES)}
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (application bigint, step text, {_COLUMNS})
    WHERE s.application = r.application AND s.step = r.step
"""
_APPLICATIONS = """
    UPDATE composite_applications a SET state = r.state, outcome = r.outcome, reason = r.reason,
        sentence = r.sentence, changed_at = :at,
        ended_at = CASE WHEN r.outcome IS NOT NULL THEN coalesce(a.ended_at, :at) END
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
        (id bigint, state text, outcome text, reason text, sentence text)
    WHERE a.id = r.id
"""


@dataclass(frozen=True)
class Written:
    """What a writing did.

    `took` are the changes that took effect, by application and step; the others came too late.
    `moved` are steps that followed. `loaded` has the applications as they are now.
    """

    took: frozenset[tuple[int, str]] = frozenset()
    moved: tuple[tuple[int, Move], ...] = ()
    loaded: Mapping[int, Loaded] = field(default_factory=dict)


def store(
    connection: Connection,
    before: Mapping[tuple[int, str], Row],
    loaded: Mapping[int, Loaded],
    wholes: Mapping[int, Whole],
    actor: str,
    at: datetime,
    *,
    took: frozenset[tuple[int, str]],
    moved: tuple[tuple[int, Move], ...],
    action: str,
    basis: str | None,
    details: Mapping[str, Any],
    together: history.Together | None,
) -> Written:
    """Write the rows that differ from `before`, the applications, and the history of both."""
    after = {key: loaded[key[0]].steps[key[1]] for key in before}
    if after:
        _store_steps(connection, after)
    found = [_change(key, was, after[key]) for key, was in before.items()]
    found += _store_applications(connection, loaded, wholes, at)
    changes = [each for each in found if each is not None]
    if any(_due(row, at) for row in after.values()):
        connection.execute(text(f"SELECT pg_notify('{CHANNEL}', current_schema())"))
    numbers = {str(each.row["number"]) for each in loaded.values()}
    if together is not None:
        together.add(changes, numbers if changes else ())
    elif changes:
        subject = history.subject_of(numbers)
        history.record(
            connection,
            changes,
            actor=actor,
            at=at,
            action=action,
            subject=subject,
            basis=basis,
            details=details,
        )
    return Written(took, moved, loaded)


def _store_steps(connection: Connection, rows: Mapping[tuple[int, str], Row]) -> None:
    names = ("application", "step", *_NAMES)
    listed = [{name: row[name] for name in names} for row in rows.values()]
    connection.execute(text(_STEPS), {"rows": orjson.dumps(listed).decode()})


def _store_applications(
    connection: Connection, loaded: Mapping[int, Loaded], wholes: Mapping[int, Whole], at: datetime
) -> list[dict[str, Any] | None]:
    rows, changes = [], list[dict[str, Any] | None]()
    for key, whole in wholes.items():
        row = loaded[key].row
        now = {
            "state": whole.state,
            "outcome": whole.outcome,
            "reason": whole.reason,
            "sentence": _sentence(loaded[key], whole),
        }
        if now.items() <= row.items():
            continue
        changes.append(_change((key, None), row, now))
        row |= now
        rows.append({"id": key, **now})
    if rows:
        connection.execute(text(_APPLICATIONS), {"rows": orjson.dumps(rows).decode(), "at": at})
    return changes


def _sentence(loaded: Loaded, whole: Whole) -> str:
    """The sentence of the step that the application stands still for, or its own."""
    if whole.state in ("person", "held", "waiting"):
        rows = loaded.steps.values()
        stands = (row for row in rows if seen(row["state"], row["reason"]) == whole.state)
        return str(next(stands)["sentence"])
    return said(whole.reason, loaded.row["language"])


def _change(
    key: tuple[int, str | None], was: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The row of the history; none where only a moment or a lease is another."""
    if (was["state"], was["reason"]) == (now["state"], now["reason"]):
        return None
    return {
        "application": key[0],
        "step": key[1],
        "was": was["state"],
        "became": now["state"],
        "reason": now["reason"],
        "sentence": now["sentence"],
    }


def _due(row: Row, at: datetime) -> bool:
    return row["lease"] is None and row["next_at"] is not None and row["next_at"] <= at

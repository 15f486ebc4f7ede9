"""Write a round: each look once, and how each target stands after it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from flows.failures.probing.look import Look
from flows.failures.probing.standing import Rules, Standing
from flows.failures.probing.ticks import gap_before
from models.environment.loader import Environment
from models.environment.systems import System

_RESULT = {
    "system": "text",
    "probe": "text",
    "outcome": "text",
    "reason": "text",
    "sentence": "text",
    "took_ms": "float8",
    "status": "int",
    "ends_at": "timestamptz",
}
_KINDS = {
    "tried_at": "timestamptz",
    "looked_at": "timestamptz",
    "took_ms": "float8",
    "ends_at": "timestamptz",
    "since": "timestamptz",
    "looks": "int",
    "good_at": "timestamptz",
    "changes": "timestamptz[]",
    "recent_ms": "float8[]",
    "slow_since": "timestamptz",
    "missed": "int",
    "missed_since": "timestamptz",
}
_STANDING = {each.name: _KINDS.get(each.name, "text") for each in fields(Standing)}
_KEY = ("system", "probe")


def _insert(table: str, columns: Mapping[str, str], also: str = "") -> str:
    """An insert of the JSON list `:rows`; `also` is a further column with its parameter."""
    names = ", ".join(columns)
    kinds = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    more = (f", {also}", f", CAST(:{also} AS timestamptz)") if also else ("", "")
    return (
        f"INSERT INTO {table} ({names}{more[0]}) SELECT {names}{more[1]}"
        f" FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r({kinds})"
    )


_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in _STANDING if name not in _KEY)
INSERT_RESULTS = f"{_insert('probe_results', _RESULT, 'looked_at')} ON CONFLICT DO NOTHING"
UPSERT_TARGETS = (
    f"{_insert('probe_targets', _STANDING)} ON CONFLICT (system, probe) DO UPDATE SET {_UPDATES}"
    " WHERE excluded.tried_at > probe_targets.tried_at"
)
SELECT_TARGETS = f"SELECT {', '.join(_STANDING)} FROM probe_targets"


def standings(connection: Connection, *, lock: bool = False) -> dict[tuple[str, str], Standing]:
    """How each target stands, by system and probe."""
    query = f"{SELECT_TARGETS} ORDER BY system, probe FOR UPDATE" if lock else SELECT_TARGETS
    found = (Standing.of(dict(row)) for row in connection.execute(text(query)).mappings())
    return {(each.system, each.probe): each for each in found}


def rules_of(environment: Environment, system: System, moment: datetime) -> Rules:
    """By what the targets of a system are judged as of a moment."""
    objective = system.objectives.answer_within
    return Rules(
        confirm=environment.settings.failures.confirm,
        gap_before=gap_before(environment.settings, moment),
        limit_ms=None if objective is None else objective.total_seconds() * 1000,
    )


def store(
    connection: Connection, environment: Environment, looks: Sequence[Look], moment: datetime
) -> None:
    """Write the looks of the round at `moment`; those of a round that is known change nothing.

    A target that is no longer looked at is forgotten; its looks stay as long as all.
    """
    known = standings(connection, lock=True)
    rules = {
        name: rules_of(environment, system, moment)
        for name, system in environment.systems.items()
        if system.probes
    }
    after = [
        before.after(look, moment, rules[look.system])
        for look in looks
        for before in [known.get((look.system, look.probe), _new(look))]
        if before.tried_at < moment
    ]
    connection.execute(
        text(INSERT_RESULTS),
        {"rows": _json([_result(look) for look in looks]), "looked_at": moment},
    )
    connection.execute(text(UPSERT_TARGETS), {"rows": _json([asdict(each) for each in after])})
    _forget(connection, known.keys() - {(look.system, look.probe) for look in looks})


def _new(look: Look) -> Standing:
    return Standing(look.system, look.probe, tried_at=_NEVER)


_NEVER = datetime.fromisoformat("0001-01-02T00:00:00+00:00")


def _result(look: Look) -> dict[str, Any]:
    values = {name: getattr(look, name) for name in _RESULT if name != "took_ms"}
    return {**values, "took_ms": look.took * 1000}


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows).decode()


def _forget(connection: Connection, gone: set[tuple[str, str]]) -> None:
    if gone:
        rows = _json([{"system": system, "probe": probe} for system, probe in gone])
        query = """
            DELETE FROM probe_targets t
            USING jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(system text, probe text)
            WHERE t.system = r.system AND t.probe = r.probe
        """
        connection.execute(text(query), {"rows": rows})

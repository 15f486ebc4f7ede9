"""How a database fails: what is done to it when a fault is ordered, and how it is undone."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sandbox.faults.fault import FIELD_KINDS, Fault
from sandbox.faults.rows import RowShape, spoil_rows
from sandbox.history.local_time import aware
from sandbox.land_registry.store import Store
from sandbox.land_registry.table import NAMES, Record

ROWS = frozenset({"bad_identifiers", "unknown_services", "closed_before_received"})
STRUCTURE = FIELD_KINDS | {"500"}
HELD = frozenset({"yesterday", "empty"})  # the table as it was, for as long as the fault lasts
KINDS = ROWS | STRUCTURE | HELD | {"time_out", "cut_off", "moving_rows"}

_HANG = 3600.0
_RECENT = 200  # rows among which a share is chosen
_ONLY_POSTGRESQL = STRUCTURE | {"time_out", "cut_off"}


def _earlier(value: Any) -> Any:
    return value - timedelta(hours=1)


SHAPE = RowShape(
    number="request_no",
    received="filed_at",
    closed="closed_at",
    service="kind",
    identifier="filer_bin",
    earlier=_earlier,
    retyped=str,
)


def check(fault: Fault, store: Store) -> None:
    """Refuse what this database cannot do.

    Raises:
        ValueError: the kind needs PostgreSQL, or the field is not one of the table.
    """
    if fault.kind in _ONLY_POSTGRESQL and not store.postgresql:
        raise ValueError(f"{fault.kind} needs PostgreSQL, this is {store.engine.dialect.name}")
    field = fault.options.get("field")
    if fault.kind in ("changed_type", "vanished_field") and field not in (None, *NAMES):
        raise ValueError(f"field {field!r} is not one of {', '.join(NAMES)}")
    if fault.kind == "new_field" and not str(field or "priority").isidentifier():
        raise ValueError(f"field {field!r} cannot be the name of a column")


def structure(fault: Fault, store: Store) -> tuple[str, str]:
    """The statements that commit and undo a fault of structure; `500` hides the whole table."""
    name = store.name
    if fault.kind == "500":
        return (
            f"ALTER TABLE {name} RENAME TO cadastre_requests_hidden",
            f"ALTER TABLE {name}_hidden RENAME TO cadastre_requests",
        )
    if fault.kind == "new_field":
        field = str(fault.options.get("field", "priority"))
        return (
            f"ALTER TABLE {name} ADD COLUMN {field} text DEFAULT 'ordinary'",
            f"ALTER TABLE {name} DROP COLUMN {field}",
        )
    if fault.kind == "vanished_field":
        field = str(fault.options.get("field", "filed_at"))
        return (
            f"ALTER TABLE {name} RENAME COLUMN {field} TO {field}_old",
            f"ALTER TABLE {name} RENAME COLUMN {field}_old TO {field}",
        )
    return _retype(name, str(fault.options.get("field", "kind")), store)


def spoil(fault: Fault, store: Store, now: int) -> list[int]:
    """Spoil some of the rows changed last, as a change made now; their numbers.

    `count` is how many rows; else `share` of the last 200, 5 % unless told.
    """
    rows = store.last(fault.count or _RECENT)
    if fault.count:
        fault.share = 1.0
    spoilt, numbers = spoil_rows(fault, rows, SHAPE)
    store.put(changed([row for row in spoilt if row["request_no"] in set(numbers)], now))
    return numbers


def hold_lock(
    fault: Fault, store: Store, held: threading.Event, withdrawn: threading.Event
) -> None:
    """Lock the table so that every reader hangs, for `seconds` or until it is withdrawn."""
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"LOCK TABLE {store.name} IN ACCESS EXCLUSIVE MODE")
        held.set()
        withdrawn.wait(float(fault.options.get("seconds", _HANG)))


def cut_readers(store: Store) -> int:
    """Break the connections of all others whose last statement names the table; how many."""
    with store.engine.begin() as connection:
        found = connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database() "
            "AND application_name <> 'sandbox' AND query LIKE '%%cadastre_requests%%'"
        )
        return len(found.all())


def changed(rows: Sequence[Record], now: int) -> list[Record]:
    """The rows as if somebody had changed them now."""
    return [{name: row[name] for name in NAMES} | {"modified_at": aware(now)} for row in rows]


def _retype(name: str, field: str, store: Store) -> tuple[str, str]:
    """Text becomes a number, everything else text."""
    types = {
        column.name: str(column.type.compile(store.engine.dialect)) for column in store.table.c
    }
    old = types[field]
    new = "bigint" if old == "VARCHAR" else "text"
    change = f"ALTER TABLE {name} ALTER COLUMN {field} TYPE"
    back = f"lpad({field}::text, {_WIDTHS.get(field, 8)}, '0')" if new == "bigint" else field
    return f"{change} {new} USING {field}::{new}", f"{change} {old} USING {back}::{old}"


_WIDTHS = {"kind": 8, "region_kato": 9, "filer_bin": 12}

"""Write what collectors saw into `observed_functions`, in one statement."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

_TEXTS = ("description", "organisation", "service", "result", "term", "fee")
_LISTS = ("regions", "documents", "fields")
_COUNTS = ("volume", "recipients", "refused")
_COLUMNS = ("system", "kind", "code", "names", *_TEXTS, *_LISTS, *_COUNTS)
_CONTENT = ("names", *_TEXTS, *_LISTS, *_COUNTS, "source")


def write(connection: Connection, select: str, values: Mapping[str, Any], source: str) -> int:
    """Insert or update the rows of a SELECT; answers how many are new or changed.

    Its columns are named as those of `observed_functions`; those it does not have are null. What
    was seen before keeps the earlier beginning and the later end.
    """
    connection.execute(text("DROP TABLE IF EXISTS seen_now"))
    connection.execute(text(f"CREATE TEMP TABLE seen_now ON COMMIT DROP AS {select}"), dict(values))
    # Not by a SELECT *: prepared once, it must not change its columns.
    listed = "SELECT attname FROM pg_attribute WHERE attrelid = 'seen_now'::regclass AND attnum > 0"
    given = set(connection.execute(text(listed)).scalars())
    columns = [name for name in (*_COLUMNS, "first_seen", "last_seen") if name in given]
    content = ", ".join(name for name in _CONTENT if name in {*given, "source"})
    sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name in _CONTENT)
    news = ", ".join(f"excluded.{name}" for name in content.split(", "))
    old = ", ".join(f"o.{name}" for name in content.split(", "))
    return connection.execute(
        text(f"""
            INSERT INTO observed_functions AS o ({", ".join(columns)}, source)
            SELECT {", ".join(columns)}, :source FROM seen_now ORDER BY system, kind, code
            ON CONFLICT (system, kind, code) DO UPDATE SET {sets}, source = excluded.source,
                first_seen = least(o.first_seen, excluded.first_seen),
                last_seen = greatest(o.last_seen, excluded.last_seen)
            WHERE ({old}, o.last_seen) IS DISTINCT FROM ({news},
                greatest(o.last_seen, excluded.last_seen))
        """),
        {"source": source},
    ).rowcount

"""The bound: the same pages by bare COPY and upsert, nothing checked, nothing kept beside."""

import sys

import psycopg

from benchmarks.ingest_measure import measure, pages
from benchmarks.ingest_pages import FIELDS

_TIMES = ("received_at", "completed_at", "changed_at")
_TYPES = {name: "timestamptz" if name in _TIMES else "text" for name in FIELDS}
_COLUMNS = ", ".join(f"{name} {kind}" for name, kind in _TYPES.items())
_NAMES = ", ".join(FIELDS)
_SETS = ", ".join(f"{name} = excluded.{name}" for name in FIELDS[1:])


def pull(database: str, url: str) -> int:
    """Read all pages into a temporary table, and upsert them; answers how many rows there are."""
    with psycopg.connect(database) as connection:
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS public.bare ({_COLUMNS}, PRIMARY KEY (number))".encode()
        )
        connection.execute(f"CREATE TEMP TABLE fresh ({_COLUMNS}) ON COMMIT DROP".encode())
        with connection.cursor().copy(f"COPY fresh ({_NAMES}) FROM STDIN".encode()) as copy:
            for records in pages(url):
                lines = ("\t".join(_text(r[name]) for name in FIELDS) for r in records)
                copy.write("\n".join(lines) + "\n")
        connection.execute(
            f"INSERT INTO public.bare ({_NAMES}) SELECT {_NAMES} FROM fresh"
            f" ON CONFLICT (number) DO UPDATE SET {_SETS}".encode()
        )
        row = connection.execute("SELECT count(*) FROM public.bare").fetchone()
    return row[0] if row else 0


def _text(value: str | None) -> str:
    return r"\N" if value is None else value  # the bare way hopes that there are no tabs


if __name__ == "__main__":
    measure(lambda: pull(*sys.argv[1:3]))

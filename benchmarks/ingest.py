"""Pull from a REST system into the database: Tereze, dlt, and bare COPY and upsert.

The same pages from the same process into the same server, each contender in a process of its
own; imports are not measured. Tereze judges every row by 13 rules, holds back what is broken,
keeps the record and works out due dates; dlt and the bare way only load. The first load fills
an empty table; the second pull brings all pages again.
"""

from typing import Any

from benchmarks.ingest_measure import in_own_process
from benchmarks.ingest_pages import FIELDS, PAGE, body_with
from benchmarks.server import database

SIZE = 200_000
LARGER = 4
"""How many times the rows of the run that shows whether memory grows."""

FASTER = 5.0
OF_BARE = 0.5
MEMORY_MB = 500
GROWS = 1.1
"""Memory that is this many times as much is not called growing: it is measured by the page."""


def run(size: int = SIZE) -> dict[str, Any]:
    """Measure all three; times in seconds."""
    found = {name: _contender(name, size) for name in ("ingest_bare", "ingest_dlt", "ingest_ours")}
    larger = _contender("ingest_ours", LARGER * size, "1")
    bare, dlt, ours = found.values()
    ratio = dlt["seconds"][0] / ours["seconds"][0]
    of_bare = bare["seconds"][0] / ours["seconds"][0]
    flat = larger["peak_mb"] <= GROWS * ours["peak_mb"] and larger["peak_mb"] < MEMORY_MB
    return {
        "name": "ingest",
        "ours": ours["seconds"][0],
        "peer": dlt["seconds"][0],
        "unit": f"s for {size} rows of {len(FIELDS)} fields in pages of {PAGE}, first load",
        "ratio": round(ratio, 2),
        "target": FASTER,
        "met": ratio >= FASTER and of_bare >= OF_BARE and flat,
        "of_bare": round(of_bare, 2),
        "of_bare_target": OF_BARE,
        "bare": bare["seconds"][0],
        "second_pull": {"ours": ours["seconds"][1], "dlt": dlt["seconds"][1]}
        | {"bare": bare["seconds"][1]},
        "rows_per_second": round(size / ours["seconds"][0]),
        "peak_mb": ours["peak_mb"],
        f"peak_mb_{LARGER}_times_the_rows": larger["peak_mb"],
        f"ours_{LARGER}_times_the_rows": larger["seconds"][0],
        "without": "imports (great_expectations, dlt) are not measured, for none of them",
    }


def _contender(name: str, rows: int, *more: str) -> dict[str, Any]:
    """In a server of its own, so that none finds what another left for autovacuum to do."""
    with database() as found, body_with(rows) as url:
        address = found.url.set(drivername=_DRIVERS.get(name, "postgresql"))
        return in_own_process(name, address.render_as_string(hide_password=False), url, *more)


_DRIVERS = {"ingest_ours": "postgresql+psycopg"}

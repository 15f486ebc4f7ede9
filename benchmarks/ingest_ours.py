"""The same pages by Tereze's own pull: every rule judged, quarantine on, due dates worked out."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from benchmarks.country import environment
from benchmarks.ingest_measure import measure
from benchmarks.ingest_pages import FIELDS, PAGE, REGIONS
from flows.ingest.pull import pull
from flows.register.sync import sync
from models.database import Database

SOURCE = "office.applications"
_CHECK = {"modulus": 11, "weights": [list(range(1, 12)), [*range(3, 12), 1, 2]]}


def files(url: str) -> dict[str, Any]:
    """What is different here from the state that other benchmarks measure."""
    system = {
        "names": {"en": "Front offices"},
        "owner": "state_corporation",
        "contact": "duty officer",
        "connector": "rest",
        "connection": {"url": url},
    }
    source = {
        "source": SOURCE,
        "system": "office",
        "connector": "rest",
        "dataset": "applications",
        # The body gives all pages whatever it is asked, so that a second pull reads them all.
        "request": {
            **{"path": "/applications", "items": "items", "next": "next", "total": "total"},
            **{"since_param": "since", "page": {"size": PAGE}},
        },
        "cursor": {"field": "changed_at"},
        "fields": {
            **{name: name for name in FIELDS},
            "applicant": {"from": "applicant", "identifier": "iin"},
        },
    }
    regions = {f"KZ-{n}": {"names": {"en": f"Region {n}"}} for n in range(REGIONS)}
    return {
        "environment.yaml": {"identifiers": {"iin": {"pattern": r"\d{12}", "check": _CHECK}}},
        "register.yaml": {"regions": regions},
        "systems.yaml": {"systems": {"office": system}},
        "sources/applications.yaml": source,
    }


def main() -> None:
    """Two pulls of one source, or as many as a third argument says."""
    address, url, *pulls = sys.argv[1:]
    import great_expectations  # noqa: F401  # imports are not measured, for nobody

    found = Database(make_url(address), "benchmark")
    engine = found.engine()
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), files(url))
        with engine.begin() as connection:
            sync(connection, env, "benchmark")

        def once() -> int:
            report = pull(engine, env, SOURCE, actor="benchmark")
            if report.state != "succeeded" or not report.quarantined:
                raise RuntimeError(f"the pull is not what is to be measured: {report}")
            return report.inserted + report.updated + report.unchanged

        measure(once, int(pulls[0]) if pulls else 2)


if __name__ == "__main__":
    main()

"""All systems: those that need somebody first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import rows_as_csv, wants_csv
from console.web.pages.systems.words import known, saying
from console.web.pages.today.regions import names
from console.web.pages.today.systems import systems
from console.web.site import Here, Site
from flows.failures.contracts.summary import standings
from flows.failures.waiting.promises import Record, record

router = APIRouter(prefix="/systems")
SELDOM = 60.0
HEADER = ("system", "state", "since", "kind", "sentence", "findings", "availability", "promised",
          "contracts_changed", "owner")  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """What is promised and kept by system, and how many contracts of each need somebody."""

    records: Mapping[str, Record]
    contracts: Mapping[str, int]


@router.get("")
def all_of_them(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The list."""
    states, counted_at = systems(site)
    kept = _kept(site)
    declared = site.environment.systems
    if wants_csv(site.request):
        rows = [
            (s.system, s.state, s.since, s.kind, s.sentence, len(s.findings),
             f"{kept.records[s.system].availability:.5f}" if known(s) else None,
             declared[s.system].objectives.availability, kept.contracts.get(s.system, 0),
             declared[s.system].owner)
            for s in states
        ]  # fmt: skip
        return rows_as_csv(HEADER, rows, "systems")
    return site.render(
        person,
        "systems/list.html",
        states=states,
        counted_at=counted_at,
        kept=kept,
        bodies=names(site, "organisations"),
        **saying(site.speaker(person)),
    )


def _kept(site: Site) -> Kept:
    engine, environment = site.engine, site.environment

    def read() -> Kept:
        moment = datetime.now(UTC)
        with engine.connect() as connection:
            records = {
                name: record(connection, environment, name, moment) for name in environment.systems
            }
            contracts: dict[str, int] = {}
            for each in standings(connection, environment, differing=True):
                if each.differences or each.unreadable:
                    contracts[each.system] = contracts.get(each.system, 0) + 1
        return Kept(records, contracts)

    return site.shared.get("kept", read, SELDOM)[0]

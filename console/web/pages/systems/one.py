"""One system: how it stands, what was found, who waits, what it needs and what needs it."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.pages.systems.days import DAYS, days
from console.web.pages.systems.waits import waits
from console.web.pages.systems.words import saying
from console.web.pages.today.regions import names
from console.web.site import Here, goes_to, none_of
from flows.alerts.naming import snake
from flows.failures.alerting import NAMES
from flows.failures.contracts.summary import standings
from flows.failures.data.freshness import freshness
from flows.failures.diagnosis import known
from flows.failures.diagnosis.asked import asked
from flows.failures.diagnosis.diagnosis import maintenance_windows
from flows.failures.reading import listed
from flows.failures.state import state_of
from flows.failures.waiting.promises import record
from flows.failures.waiting.reach import reach
from models.environment.dependencies import OURS, needed_by

router = APIRouter(prefix="/systems")
BEFORE = 10
"""Failures that are over, the last ones, on a system's page."""


@router.get("/{name}")
def one(site: Here, name: str, person: Annotated[Person, reading("see")]) -> Response:
    """The page."""
    if name == OURS:
        return goes_to(f"/systems/{OURS}/findings")
    environment = site.environment
    if name not in environment.systems:
        raise none_of(name)
    about = asked(environment, name)
    with site.reading() as connection:
        states = {each.system: each for each in state_of(connection, environment, site.moment)}
        found = known.findings(connection, environment, about)
        alerts = known.alerts(connection, environment, about)
        contracts = standings(connection, environment, name)
        kept = record(connection, environment, name, site.moment)
        good = {
            **known.probes_good_at(connection, environment, name),
            **{f"source:{each.source}": each.pulled_at
               for each in freshness(connection, environment, site.moment) if each.system == name},
            **known.exchanges_until(connection, environment, name),
        }  # fmt: skip
        every = listed(connection, every=True, system=name, limit=BEFORE + len(found))
    return site.render(
        person,
        "systems/one.html",
        name=name,
        system=environment.systems[name],
        state=states[name],
        found=found,
        books={kind: snake(alert) for kind, alert in NAMES.items()},
        **saying(site.speaker(person)),
        alerts=alerts,
        contracts=contracts,
        kept=kept,
        good=good,
        before=[each for each in every if each["state"] == "over"],
        windows=maintenance_windows(environment, states[name], site.moment),
        needs=[states[each] for each in sorted(needed_by(environment.systems, name))],
        needed=[states[each] for each in reach(environment, name).systems[1:]],
        days=days(site, name),
        month=DAYS,
        waits=waits(site, person, name),
        bodies=names(site, "organisations"),
        regions=names(site, "regions"),
        services=names(site, "services"),
    )

"""Who waits because of a system, for pages: counted seldom, since it reads every application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text

from console.web.access.rights import Person
from console.web.pages.today.regions import PATIENCE
from console.web.sharing import StillCounting
from console.web.site import Site
from flows.failures.waiting.counts import Due, Group, Open, Waiting, waiting
from models.errors import CouldNotRun

LARGEST = 8
"""So many groups are shown; of the others the number."""


@dataclass(frozen=True)
class Waits:
    """Who waits, as somebody may see it, counted at `counted`.

    `problem` says why it is not known, `still_counting` that it will be in a moment. `as_of` is
    up to when systems were looked at, None where one never was; `unsure` were due after it and
    may be done. They, `people` and what comes due (`by`) are left out for somebody bound to a
    region: nobody counts them by region.
    """

    counted: datetime | None = None
    as_of: datetime | None = None
    applications: int = 0
    people: int | None = None
    overdue: int = 0
    unsure: int | None = None
    oldest: datetime | None = None
    by: Sequence[Due] = ()
    groups: Sequence[Group] = ()
    first: Sequence[Open] = ()
    not_looked_at: Sequence[str] = ()
    problem: CouldNotRun | None = None
    still_counting: bool = False

    @property
    def largest(self) -> Sequence[Group]:
        """The groups that most wait in."""
        return self.groups[:LARGEST]


def waits(site: Site, person: Person, system: str) -> Waits:
    """Who waits because of this system, within the person's region."""
    engine, environment = site.engine, site.environment

    def count() -> Waiting:
        with engine.begin() as connection:  # it counts in temporary tables
            connection.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
            return waiting(connection, environment, system, datetime.now(UTC))

    try:
        found, counted = site.shared.get(("waiting", system), count)
    except CouldNotRun as error:
        return Waits(problem=error)
    except StillCounting:
        return Waits(still_counting=True)
    if person.bound_to is not None:
        return _within(found, counted, person.bound_to)
    return Waits(
        counted=counted,
        as_of=found.as_of,
        applications=found.applications,
        people=found.people,
        overdue=found.overdue,
        unsure=found.unsure,
        oldest=found.oldest,
        by=found.by,
        groups=found.groups,
        first=found.first,
        not_looked_at=found.not_looked_at,
    )


def _within(found: Waiting, counted: datetime, region: str) -> Waits:
    groups = [each for each in found.groups if each.region == region]
    return Waits(
        counted=counted,
        as_of=found.as_of,
        applications=sum(each.applications for each in groups),
        overdue=sum(each.overdue for each in groups),
        oldest=min((each.oldest for each in groups), default=None),
        groups=groups,
        not_looked_at=found.not_looked_at,
    )

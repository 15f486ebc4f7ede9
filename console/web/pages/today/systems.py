"""How the systems stand, those that need somebody first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from console.web.site import Site
from flows.failures.state import SystemState, state_of

ORDER = ("failing", "suspected", "not_looked_at", "maintenance", "ok")


@dataclass(frozen=True)
class Unseen:
    """What was not looked at, and the last time that it was; None for never."""

    system: str
    what: str
    last: datetime | None


def systems(site: Site) -> tuple[list[SystemState], datetime]:
    """Each system of the environment."""
    engine, environment = site.engine, site.environment

    def read() -> list[SystemState]:
        with engine.begin() as connection:
            states = state_of(connection, environment, datetime.now(UTC))
        return sorted(states, key=lambda each: (ORDER.index(each.state), each.system))

    return site.shared.get("systems", read)


def not_looked_at(states: Sequence[SystemState]) -> list[Unseen]:
    """What of them nobody has looked at in time."""
    return [
        Unseen(each.system, what, last)
        for each in states
        for what, last in sorted(each.unseen.items())
    ]

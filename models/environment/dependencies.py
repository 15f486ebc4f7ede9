"""Which systems a system needs: their being down explains why it does not work."""

from collections.abc import Mapping

from models.environment.systems import System

OURS = "tereze"
"""The system that findings about the watch itself belong to."""


def needed_by(systems: Mapping[str, System], name: str) -> set[str]:
    """The systems that this one needs, and those that they need; never itself."""
    found: set[str] = set()
    to_ask = [name]
    while to_ask:
        system = systems.get(to_ask.pop())
        for each in system.depends_on if system else ():
            if each not in found and each != name:
                found.add(each)
                to_ask.append(each)
    return found


def cycle(systems: Mapping[str, System], name: str) -> list[str] | None:
    """The shortest way along `depends_on` from the system back to itself, or None."""
    ways = [[name]]
    seen: set[str] = set()
    for way in ways:  # it grows while it is walked
        system = systems.get(way[-1])
        for each in system.depends_on if system else ():
            if each == name:
                return [*way, name]
            if each not in seen:
                seen.add(each)
                ways.append([*way, each])
    return None

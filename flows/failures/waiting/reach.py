"""What stands still while a system fails: the systems that depend on it, and their services."""

from dataclasses import dataclass

from models.environment.loader import Environment


@dataclass(frozen=True)
class Reach:
    """Everything behind one system.

    `systems` are it and those that depend on it, directly or through others; applications
    pulled from any of them wait. `services` are the codes that those systems declare beside.
    Both are empty where the environment does not know the system: Tereze itself, for instance.
    """

    system: str
    systems: tuple[str, ...]
    services: tuple[str, ...]


def reach(environment: Environment, system: str) -> Reach:
    """Who is behind this system, by `depends_on` and `services` of systems.yaml."""
    if system not in environment.systems:
        return Reach(system, (), ())
    found = [system]
    for one in found:  # it grows while it is walked; a circle adds nobody twice
        found += [
            name
            for name, each in sorted(environment.systems.items())
            if one in each.depends_on and name not in found
        ]
    services = {code for name in found for code in environment.systems[name].services}
    return Reach(system, tuple(found), tuple(sorted(services)))

"""What a person asks about: a system, or one of its sources."""

import difflib
from dataclasses import dataclass

from models.environment.loader import Environment
from models.environment.sources import Source
from models.errors import ConfigurationError


@dataclass(frozen=True)
class Asked:
    """A system and those of its sources that the question is about."""

    name: str
    system: str
    sources: tuple[Source, ...]


def asked(environment: Environment, name: str) -> Asked:
    """The system of this name with all its sources, or the source with its system.

    Raises:
        ConfigurationError: there is neither; says which there are.
    """
    if name in environment.systems:
        sources = sorted(environment.sources.values(), key=lambda each: each.source)
        return Asked(name, name, tuple(each for each in sources if each.system == name))
    if name in environment.sources:
        source = environment.sources[name]
        return Asked(name, source.system, (source,))
    near = difflib.get_close_matches(name, [*environment.systems, *environment.sources], n=1)
    guess = f"Did you mean {near[0]}? " if near else ""
    raise ConfigurationError(
        f"Looking for the system or source {name!r}",
        f"the environment {environment.name} has neither",
        f"{guess}Systems: {', '.join(sorted(environment.systems)) or 'none'};"
        f" sources: {', '.join(sorted(environment.sources)) or 'none'}",
    )

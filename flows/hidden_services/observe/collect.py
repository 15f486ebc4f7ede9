"""Run every collector: what is here already and shows functions of bodies."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from flows.hidden_services.observe import applications, catalogues, exchanges, regulations
from models.environment.loader import Environment


@dataclass
class Collected:
    """New or changed observations by collector, and what could not be read, in words."""

    changed: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def collect(connection: Connection, environment: Environment) -> Collected:
    """Bring `observed_functions` in line with what is here; sources fill the rest."""
    read = regulations.collect(connection, environment)
    return Collected(
        {
            "applications": applications.collect(connection, environment),
            "exchanges": exchanges.collect(connection),
            "catalogues": catalogues.collect(connection),
            "regulations": read.changed,
        },
        read.problems,
    )

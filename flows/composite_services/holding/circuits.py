"""A system's circuit: opened by failures in a row, tried now and then, closed by a good answer."""

from datetime import datetime

from sqlalchemy import Connection

from models.environment.loader import Environment


def note(
    connection: Connection,
    environment: Environment,
    moment: datetime,
    good: dict[str, int],
    bad: dict[str, int],
) -> None:
    """Count a group of answers, by system: `good` came, `bad` failed on the body's side.

    A refusal or a fault that names our request is a good answer: the system works. Where a group
    has both for a system, it works.
    """
    raise NotImplementedError


def tries(connection: Connection, environment: Environment, moment: datetime) -> list[str]:
    """The systems with an open circuit whose try is due; asking claims it.

    Whoever gets a system here sends exactly one of its steps (held ones too, the earliest due
    first), and tells `note` how that went. Nobody else gets it meanwhile.
    """
    raise NotImplementedError

"""Letting held steps go when their system is back: in order of due date, a few at a time."""

from datetime import datetime

from sqlalchemy import Connection

from models.environment.loader import Environment


def release(
    connection: Connection, environment: Environment, moment: datetime, actor: str
) -> dict[str, int]:
    """Make held steps ready, those due first; answers how many of each system.

    At most `release_per_minute` of a system, counted from the last time that some were let go,
    however often this is called and by however many workers.
    """
    raise NotImplementedError

"""What is done beside carrying: held steps let go, calls written as exchanges, old copies gone."""

from datetime import datetime

from sqlalchemy import Connection, Engine, text

from flows.composite_services.as_applications import sync
from flows.composite_services.holding.release import release
from flows.composite_services.status import ACTOR
from models.environment.loader import Environment

AT_ONCE = 1_000
"""Applications whose copies are taken away in one transaction."""

# Digests stay: they prove what was said to whoever kept the message.
_FORGET = """
    UPDATE composite_attempts SET asked = NULL, answered = NULL
    WHERE (asked IS NOT NULL OR answered IS NOT NULL) AND application IN (
        SELECT a.id FROM composite_applications a
        WHERE a.ended_at < :before AND EXISTS (
            SELECT FROM composite_attempts t WHERE t.application = a.id
                AND (t.asked IS NOT NULL OR t.answered IS NOT NULL))
        ORDER BY a.ended_at LIMIT :most)
"""


def let_go(engine: Engine, environment: Environment, moment: datetime) -> int:
    """Make held steps ready whose systems are back, a few at a time; answers how many."""
    with engine.begin() as connection:
        return sum(release(connection, environment, moment, ACTOR).values())


def follow(engine: Engine, environment: Environment, moment: datetime) -> int:
    """Bring the applications of steps, and their due dates, in line; answers how many."""
    with engine.begin() as connection:
        return sync(connection, environment, moment)


def forget(connection: Connection, environment: Environment, moment: datetime) -> int:
    """Take away copies that are older than they are kept; answers of how many attempts."""
    before = moment - environment.settings.composite_services.keep
    return connection.execute(text(_FORGET), {"before": before, "most": AT_ONCE}).rowcount

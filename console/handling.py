"""What every deed on an alert has around it: a hand, a transaction, an answer."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from console.printing import as_json, out
from console.session import Session, actor

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from flows.alerts.handle import Hand
    from flows.alerts.naming import CannotHandle
    from models.errors import ConfigurationError


def end_of(session: Session, until: str) -> tuple[datetime, datetime]:
    """The moment that `--until` gives, and now."""
    from console.times import moment

    end = moment(until, session.environment().settings.timezone, "--until")
    assert end is not None, "an option that is required"
    return end, datetime.now(UTC)


def handle(
    session: Session,
    comment: str,
    deed: "Callable[[Connection, Hand], str]",
    group: bool = False,
) -> None:
    """Do the deed in one transaction, and print what it answers.

    Raises:
        ConfigurationError: it names the wrong thing: wrong use.
    """
    from flows.alerts.handle import Hand
    from flows.alerts.naming import CannotHandle
    from models.masking import Masker

    with session.database() as (engine, environment), engine.begin() as connection:
        hand = Hand(actor(), comment, Masker(environment.settings.identifiers), group)
        try:
            done = deed(connection, hand)
        except CannotHandle as error:
            raise wrong_use(error) from error
    if session.json:
        as_json({"done": done} if " " in done else {"fingerprint": done})
    else:
        out.print(f"Done: {done}")


def wrong_use(error: "CannotHandle") -> "ConfigurationError":
    """The command named the wrong thing: wrong use."""
    from models.errors import ConfigurationError

    return ConfigurationError(error.tried, error.found, error.next_step)

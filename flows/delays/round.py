"""One round of the delays' job: outages, the check, the clocks, the reviews, in this order."""

from datetime import UTC, datetime

from sqlalchemy import Engine, text

from flows.delays.clocks import tick as clocks
from flows.delays.reviews.open import open_reviews
from flows.delays.tick import CheckReport, check
from models.environment.loader import Environment


def run(
    engine: Engine,
    environment: Environment,
    *,
    as_of: datetime | None = None,
    actor: str,
    count: bool = True,
) -> CheckReport:
    """Do the whole round as of now or of a moment; answers what the check found.

    Outages come first, because they may move due dates; the check judges those; the clocks split
    what changed; each breach then finds or opens its review, with its split. Each step commits by
    itself and takes up where it stopped. A replay of the past does only the check.

    Raises:
        CouldNotRun: another round of this environment is going on.
    """
    moment = as_of or datetime.now(UTC)
    if not _replayed(engine, moment):
        clocks.follow(engine, environment)
    report = check(engine, environment, as_of=moment, actor=actor, count=count)
    if not report.replay:
        clocks.drain(engine, environment, moment)
        open_reviews(engine, environment, moment, actor=actor)
    return report


def _replayed(engine: Engine, moment: datetime) -> bool:
    """Whether a later moment was checked already: then nothing is written."""
    with engine.connect() as connection:
        query = "SELECT coalesce(max(as_of) > :moment, false) FROM ticks"
        return bool(connection.execute(text(query), {"moment": moment}).scalar())

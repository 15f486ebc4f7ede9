"""The data side: what the pulls saw. It asks nobody; pulls have kept their facts."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text

from flows.delays.looking import stale_after
from flows.failures.data.habits import Around, Habits
from flows.failures.data.seen import MEMORY, Seen, all_pulls, new_pulls
from flows.failures.data.verdicts import verdicts
from flows.failures.data.working_time import load
from flows.failures.side import Side, nothing_to_ask
from flows.failures.verdict import Verdict
from models.environment.loader import Environment
from models.environment.sources import Source


class Known(NamedTuple):
    """The habits of a source, and its last pull that was learnt from."""

    habits: Habits
    last_pull_id: int
    looked_until: datetime


def judge(connection: Connection, environment: Environment, moment: datetime) -> list[Verdict]:
    """What is so with each source, as of its last pull; nothing of one that is not pulled.

    Costs by the pulls since the last round. A moment before the last round is worked out anew
    from the pulls up to it, and nothing of that is kept.

    Raises:
        CouldNotRun: the environment's calendar is not in the database.
    """
    around = _around(connection, environment, moment)
    known = _learnt(connection, around, moment)
    confirm = environment.settings.failures.confirm
    found: list[Verdict] = []
    for name, each in around.items():
        if name in known and not _away(each.source, known[name], environment, moment):
            found += verdicts(known[name].habits, each, known[name].looked_until, confirm)
    return found


def _around(
    connection: Connection, environment: Environment, moment: datetime
) -> dict[str, Around]:
    zone = ZoneInfo(environment.settings.timezone)
    time = load(connection, environment.settings.calendar, zone, moment - MEMORY, moment)
    around = {}
    for name, source in environment.sources.items():
        within = environment.systems[source.system].objectives.answer_within
        around[name] = Around(source, time, within.total_seconds() if within else None)
    return around


def _learnt(
    connection: Connection, around: dict[str, Around], moment: datetime
) -> dict[str, Known]:
    """The habits of each source as of the moment; what is new in them is kept."""
    fresh = {
        name: list(pulls)
        for name, pulls in groupby(new_pulls(connection, around, moment), attrgetter("source"))
    }
    known: dict[str, Known] = {}
    for name, kept in _kept(connection, around):
        if kept.looked_until > moment:
            past = _follow(None, all_pulls(connection, name, moment), around[name])
            known |= {name: past} if past else {}
        else:
            known[name] = kept
    for name, pulls in fresh.items():
        if name in around and (name not in known or known[name].looked_until <= pulls[0].at):
            after = _follow(known.get(name), pulls, around[name])
            assert after is not None
            known[name] = after
            _keep(connection, name, after)
    return known


def _kept(connection: Connection, around: dict[str, Around]) -> Iterator[tuple[str, Known]]:
    rows = connection.execute(
        text("SELECT * FROM source_habits WHERE source = ANY(:sources)"),
        {"sources": sorted(around)},
    )
    for row in rows.all():
        habits = Habits.model_validate(row.habits)
        yield row.source, Known(habits, row.last_pull_id, row.looked_until)


def _follow(known: Known | None, pulls: Iterable[Seen], around: Around) -> Known | None:
    habits = known.habits if known else Habits()
    for pull in pulls:
        habits.see(pull, around)
        known = Known(habits, pull.id, pull.at)
    return known


def _keep(connection: Connection, source: str, known: Known) -> None:
    connection.execute(
        text("""
            INSERT INTO source_habits (source, last_pull_id, looked_until, habits)
            VALUES (:source, :pull, :until, :habits)
            ON CONFLICT (source) DO UPDATE SET last_pull_id = excluded.last_pull_id,
                looked_until = excluded.looked_until, habits = excluded.habits
        """),
        {
            "source": source,
            "pull": known.last_pull_id,
            "until": known.looked_until,
            "habits": Jsonb(known.habits.model_dump(mode="json")),
        },
    )


def _away(source: Source, known: Known, environment: Environment, moment: datetime) -> bool:
    """Whether the last pull is too long ago to conclude anything."""
    tolerated = stale_after(source, environment.settings.timezone, moment)
    return tolerated is not None and known.looked_until < moment - tolerated


DATA = Side("data", nothing_to_ask, judge)

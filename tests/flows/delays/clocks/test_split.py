"""The split in SQL against the slow reference: any calendar, any events, anything over them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from flows.delays.clocks.split import split
from flows.delays.clocks.timeline import TIMELINE
from flows.register.sync import sync
from models.clocks import SHARES
from models.database import Database
from models.environment.loader import Environment
from tests.environments import environment
from tests.flows.delays.clocks import reference
from tests.flows.delays.clocks.reference import Event, Over
from tests.flows.delays.test_due_dates import CALENDARS, OFFICES

MOMENT = datetime(2025, 12, 20, 8, tzinfo=UTC)
BEGIN = datetime(2025, 1, 3, tzinfo=UTC)
PARTIES = {
    "applicant": "applicant",
    "tereze": "tereze",
    "LAND": "body:LAND",
    "GFC": "body:GFC",
    "12": "office:12",
}
KINDS = ("registered", "stage", "stopped", "restarted", "completed")
World = tuple[Connection, Environment]


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    """A database with three calendars, two bodies and an office, in a transaction."""
    names = {"names": {"en": "x"}}
    env = environment(
        tmp_path,
        environment={"calendar": "almaty", "delays": None},
        calendars={"calendars": {"five_days": None, "six_days": None} | CALENDARS},
        register={
            "organisations": {"LAND": names, "GFC": names},
            "offices": {"12": names},
            "channels": {name: names | {"calendar": name} for name in CALENDARS},
            "standards": [],
        },
    )
    engine = database.engine()
    with engine.begin() as connection:
        sync(connection, env, "test")
        yield connection, env
    engine.dispose()


@dataclass(frozen=True)
class Case:
    """One application and what happened to it; `held` are its rows in quarantine."""

    calendar: str
    received: datetime
    completed: datetime | None
    office: str | None
    events: Sequence[Event]
    held: Sequence[Over] = field(default_factory=tuple)


def moments(first: datetime = BEGIN) -> st.SearchStrategy[datetime]:
    """Any moment of half a year, and often the same ones."""
    exact = st.integers(0, 180 * 86400 * 1000).map(lambda ms: first + timedelta(milliseconds=ms))
    round_ = st.integers(0, 180 * 24).map(lambda hours: first + timedelta(hours=hours))
    return st.one_of(exact, round_)


@st.composite
def overs(draw: st.DrawFn, finding: int | None = None) -> Over:
    since = draw(moments())
    till = since + timedelta(minutes=draw(st.integers(1, 20_000)))
    owner = draw(st.sampled_from(("LAND", "GFC"))) if finding else None
    return Over(since, till, finding, owner)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    received = draw(moments())
    lasted = draw(st.none() | st.integers(0, 90 * 86400))
    holders = st.sampled_from((*PARTIES, None, "nobody knows it"))
    events = st.builds(Event, st.sampled_from(KINDS), moments(), holders)
    return Case(
        calendar=draw(st.sampled_from(sorted(CALENDARS))),
        received=received,
        completed=None if lasted is None else received + timedelta(seconds=lasted),
        office=draw(st.sampled_from((None, "12"))),
        events=draw(st.lists(events, max_size=9)),
        held=draw(st.lists(overs(), max_size=2)),
    )


def write(connection: Connection, case: Case, number: str) -> None:
    connection.execute(
        text("""
            INSERT INTO applications (system, number, service, channel, office, received_at,
                completed_at, source, pull_id)
            VALUES ('office', :number, 's', :channel, :office, :received, :completed, 'x', 1)
        """),
        {"number": number, "channel": case.calendar, "office": case.office,
         "received": case.received, "completed": case.completed},
    )  # fmt: skip
    for place, event in enumerate(case.events):
        connection.execute(
            text("""
                INSERT INTO application_events (system, event, number, kind, at, holder, source,
                    pull_id) VALUES ('office', :event, :number, :kind, :at, :holder, 'x', 1)
            """),
            {"event": f"{number}-{place}", "number": number, **vars(event)},
        )
    for place, over in enumerate(case.held):
        connection.execute(
            text("""
                INSERT INTO quarantine (source, dataset, key, fingerprint, state, codes, reasons,
                    record, pull_id, held_at, settled_at)
                VALUES ('x', 'applications', :number, :print, 'released', '{}', '{}', '{}', 1,
                    :since, :till)
            """),
            {"number": number, "print": f"{number}-{place}", "since": over.since,
             "till": over.till},
        )  # fmt: skip


def write_outages(connection: Connection, outages: Sequence[Over]) -> None:
    """Outages behind every application; the State Corporation owns the one they came from."""
    connection.execute(
        text("INSERT INTO source_states (source, system, dataset) VALUES ('x', 'office', 'x')")
    )
    for outage in outages:
        connection.execute(
            text("""
                INSERT INTO clock_outages (finding_id, system, owner, own_systems, systems,
                    services, began_at, ended_at, stops)
                VALUES (:finding, 'any', :owner, :own, '{office}', '{s}', :since, :till, false)
            """),
            {**vars(outage), "own": ["office"] if outage.owner == "GFC" else []},
        )


def parts(connection: Connection) -> dict[str, Counter[str]]:
    """The split as it was made, by number; every share and every sum is checked."""
    found = {}
    for row in connection.execute(text("SELECT * FROM split_now")).mappings():
        shares: Counter[str] = Counter()
        for party, seconds in zip(row["parties"], row["seconds"], strict=True):
            shares[party] += seconds
        kinds: Counter[str] = Counter()
        for party, seconds in shares.items():
            kinds[party.partition(":")[0]] += seconds
        assert {name: kinds[name] for name in SHARES} == {name: row[name] for name in SHARES}
        assert sum(shares.values()) == row["whole"]
        assert min(shares.values(), default=0) >= 0
        found[row["number"]] = shares
    return found


def pieces(connection: Connection) -> dict[str, Counter[str]]:
    """The sums of the timeline by number; its pieces follow each other without a gap."""
    found = {number: Counter[str]() for number, *_ in _applications(connection)}
    until = {number: received for number, received, _ in _applications(connection)}
    query = f"SELECT s.number, t.* FROM {TIMELINE} t JOIN splitting s USING (id) ORDER BY t.since"
    for piece in connection.execute(text(query)).mappings():
        assert piece["since"] == until[piece["number"]] < piece["until"]
        until[piece["number"]] = piece["until"]
        found[piece["number"]][piece["party"]] += piece["seconds"]
    assert until == {number: ended for number, _, ended in _applications(connection)}
    return {number: +shares for number, shares in found.items()}


def _applications(connection: Connection) -> Sequence[tuple[str, datetime, datetime]]:
    query = text("SELECT number, received_at, ended_at FROM splitting")
    return [(number, since, until) for number, since, until in connection.execute(query)]


@settings(max_examples=25)
@given(
    some=st.lists(cases(), min_size=1, max_size=12),
    outages=st.tuples(overs(7), overs(8)) | st.just(()),
)
def test_the_parts_are_those_of_the_reference(
    world: World, some: list[Case], outages: Sequence[Over]
) -> None:
    connection, env = world
    with connection.begin_nested() as undone:
        write_outages(connection, outages)
        for place, case in enumerate(some):
            write(connection, case, str(place))
        assert split(connection, env, "applications", MOMENT) == len(some)
        found = parts(connection)
        assert pieces(connection) == found, "the timeline says the same as the split"
        undone.rollback()
    for place, case in enumerate(some):
        office = OFFICES[case.calendar]
        ended = min(case.completed or MOMENT, MOMENT)
        over = [*outages, *case.held]
        expected = reference.split(
            office, case.received, ended, case.events, PARTIES, at_office=case.office, over=over
        )
        whole = reference.working_seconds(office, case.received, ended)
        assert sum(expected.values()) == whole
        assert found[str(place)] == expected, f"{case}\n{outages}"

"""The audit trail finds what an attacker with the database's own rights did to it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from models import trail
from models.database import Database


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = database.engine()
    yield engine
    engine.dispose()


def add(engine: Engine, times: int = 1, details: dict[str, Any] | None = None) -> None:
    with engine.begin() as connection:
        for number in range(times):
            trail.record(
                connection,
                actor="a.person",
                action="alert.silence",
                subject=f"alert {number}",
                details=details or {"number": number},
                basis="duty",
            )


def tamper(engine: Engine, *statements: str) -> None:
    """What a superuser can do and the application cannot."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER append_only"))
        for statement in statements:
            connection.execute(text(statement))
        connection.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER append_only"))


def verdict(engine: Engine) -> trail.Verdict:
    with engine.connect() as connection:
        return trail.verify(connection)


def test_an_untouched_trail_is_in_order(engine: Engine) -> None:
    assert verdict(engine) == trail.Verdict(0, trail.ORIGIN)
    add(engine, 5)
    found = verdict(engine)
    assert found.ok
    assert found.count == 5
    with engine.connect() as connection:
        head = connection.execute(text("SELECT seq, hash FROM audit_head")).one()
    assert tuple(head) == (5, found.head)


SWAP = (
    "UPDATE audit_entries SET seq = -1 WHERE seq = 2",
    "UPDATE audit_entries SET seq = 2 WHERE seq = 3",
    "UPDATE audit_entries SET seq = 3 WHERE seq = -1",
)
COPY = "INSERT INTO audit_entries SELECT {seq}, at, actor, action, subject, basis, details,"
TAMPERINGS: list[tuple[str, tuple[str, ...], set[tuple[str, int]]]] = [
    ("actor", ("UPDATE audit_entries SET actor = 'other' WHERE seq = 3",), {("changed", 3)}),
    (
        "details",
        ("UPDATE audit_entries SET details = '{}' WHERE seq = 5",),
        {("changed", 5)},
    ),
    (
        "moment",
        ("UPDATE audit_entries SET at = at + interval '1 microsecond' WHERE seq = 1",),
        {("changed", 1)},
    ),
    ("basis", ("UPDATE audit_entries SET basis = NULL WHERE seq = 2",), {("changed", 2)}),
    (
        "hash",
        ("UPDATE audit_entries SET hash = repeat('a', 64) WHERE seq = 3",),
        {("changed", 3), ("out_of_place", 4)},
    ),
    ("one gone", ("DELETE FROM audit_entries WHERE seq = 3",), {("missing", 3)}),
    ("first gone", ("DELETE FROM audit_entries WHERE seq <= 2",), {("missing", 1)}),
    ("end gone", ("DELETE FROM audit_entries WHERE seq >= 4",), {("missing_end", 4)}),
    ("all gone", ("TRUNCATE audit_entries",), {("missing_end", 1)}),
    (
        "swapped",
        SWAP,
        {("out_of_place", 2), ("changed", 2), ("out_of_place", 3), ("changed", 3)}
        | {("out_of_place", 4)},
    ),
    (
        "put in at the end",
        (COPY.format(seq=6) + " previous, hash FROM audit_entries WHERE seq = 5",),
        {("out_of_place", 6), ("changed", 6), ("beyond_end", 6)},
    ),
    ("head gone", ("DELETE FROM audit_head",), {("no_head", 5)}),
    ("head set back", ("UPDATE audit_head SET seq = 4",), {("beyond_end", 5)}),
    (
        "another head",
        ("UPDATE audit_head SET hash = repeat('b', 64)",),
        {("out_of_place", 5)},
    ),
]


@pytest.mark.parametrize(
    ("statements", "expected"), [t[1:] for t in TAMPERINGS], ids=[t[0] for t in TAMPERINGS]
)
def test_names_what_was_done(
    engine: Engine, statements: tuple[str, ...], expected: set[tuple[str, int]]
) -> None:
    add(engine, 5)
    tamper(engine, *statements)
    found = verdict(engine)
    assert not found.ok
    assert {(problem.kind, problem.seq) for problem in found.problems} == expected
    assert all(
        str(problem.seq) in problem.sentence or problem.kind == "no_head"
        for problem in found.problems
    )


def test_an_entry_written_anew_with_its_own_hash_breaks_the_chain(engine: Engine) -> None:
    add(engine, 3)
    with engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM audit_entries WHERE seq = 2")).one()
    entry = {name: getattr(row, name) for name in trail._FIELDS} | {"actor": "other"}
    forged = trail._digest(entry)
    tamper(engine, f"UPDATE audit_entries SET actor = 'other', hash = '{forged}' WHERE seq = 2")
    assert [(p.kind, p.seq) for p in verdict(engine).problems] == [("out_of_place", 3)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'other'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
    ],
)
def test_the_database_refuses_to_change_it(engine: Engine, statement: str) -> None:
    add(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    assert verdict(engine).ok


def test_an_entry_goes_with_its_transaction(engine: Engine) -> None:
    add(engine)
    with engine.connect() as connection:
        trail.record(connection, actor="a", action="b", subject="c", details={})
        connection.rollback()
    assert verdict(engine).count == 1
    add(engine)
    assert verdict(engine) == trail.Verdict(2, verdict(engine).head)


def test_many_writers_make_one_chain(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(add, engine, 5) for _ in range(8)]:
            done.result()
    found = verdict(engine)
    assert found.ok
    assert found.count == 40


def test_names_a_hundred_problems_at_most(engine: Engine) -> None:
    add(engine, trail.MOST_PROBLEMS + 10)
    tamper(engine, "UPDATE audit_entries SET actor = 'other'")
    assert len(verdict(engine).problems) == trail.MOST_PROBLEMS


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="ascii", exclude_characters="\0")), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(details=st.dictionaries(st.text(st.characters(codec="ascii", min_codepoint=1)), JSON))
def test_whatever_the_details_the_hash_is_of_what_is_read_back(
    engine: Engine, details: dict[str, Any]
) -> None:
    with engine.connect() as connection:
        trail.record(connection, actor="a", action="b", subject="c", details=details)
        assert trail.verify(connection).problems == ()
        connection.rollback()


def test_refuses_details_that_are_not_json(engine: Engine) -> None:
    with pytest.raises(ValueError, match="JSON"):
        add(engine, 1, {"share": float("nan")})
    assert verdict(engine).count == 0


def test_tells_how_far_it_is(engine: Engine) -> None:
    heard: list[tuple[int, int]] = []
    with engine.begin() as connection:
        for number in range(trail.PAGE + 1):
            trail.record(connection, actor="x", action="y", subject=str(number), details={})
    with engine.connect() as connection:
        assert trail.verify(connection, lambda *done: heard.append(done)).ok
    assert heard == [(trail.PAGE, trail.PAGE + 1)]

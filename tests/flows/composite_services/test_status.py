"""The one writer: guards, followers, the state of the whole, history and trail."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from flows.composite_services import history
from flows.composite_services.status import StepChange, write
from models import trail
from models.database.engine import Database
from tests.flows.composite_services.begun import AT, begin, states
from tests.flows.composite_services.small import composite

DATA = {"mother_iin": "900101300017", "born_on": "2026-03-01"}
RESULT = {"child_iin": "260301600018", "act": "7"}


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    engine = database.engine()
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def done(application: int, **more: Any) -> StepChange:
    known = {"was": "ready", "became": "done", "reason": "done", "sets": {"result": RESULT}}
    return StepChange(application, "birth", **{**known, **more})


def test_a_step_done_makes_its_follower_ready_in_the_same_transaction(
    connection: Connection,
) -> None:
    application = begin(connection, composite(), DATA)
    written = write(connection, [done(application)], "flow:x", AT)
    assert states(connection, application) == {"": "running", "birth": "done", "allowance": "ready"}
    assert written.took == {(application, "birth")}
    assert [(move.step, move.state) for _, move in written.moved] == [("allowance", "ready")]


def test_the_last_step_ends_the_whole(connection: Connection) -> None:
    application = begin(connection, composite(), DATA)
    last = StepChange(application, "allowance", "ready", "done", "done")
    write(connection, [done(application)], "flow:x", AT)
    write(connection, [last], "flow:x", AT)
    assert states(connection, application)[""] == "ended/done"


@pytest.mark.parametrize(
    "changes",
    [{"was": "calling"}, {"lease": 7}, {"step": "no_such"}],
    ids=["another state", "another lease", "no such step"],
)
def test_what_no_longer_stands_as_supposed_is_left(
    connection: Connection, changes: dict[str, Any]
) -> None:
    application = begin(connection, composite(), DATA)
    late = StepChange(
        application,
        changes.get("step", "birth"),
        changes.get("was", "ready"),
        "done",
        "done",
        lease=changes.get("lease"),
    )
    assert write(connection, [late], "flow:x", AT).took == frozenset()
    assert states(connection, application)["birth"] == "ready"
    assert connection.execute(text("SELECT count(*) FROM composite_changes")).scalar() == 0


def test_a_refusal_drops_what_requires_it_and_ends_the_whole(connection: Connection) -> None:
    application = begin(connection, composite(), DATA)
    refused = done(application, became="refused", reason="refused", sets={"refusal": {"reason": 1}})
    write(connection, [refused], "flow:x", AT)
    assert states(connection, application) == {
        "": "ended/refused",
        "birth": "refused",
        "allowance": "dropped",
    }


def test_the_history_is_tied_to_the_trail_and_a_change_of_it_is_found(
    connection: Connection,
) -> None:
    application = begin(connection, composite(), DATA)
    write(connection, [done(application)], "flow:x", AT)
    assert trail.verify(connection).ok
    assert history.broken(connection) == []
    connection.execute(text("UPDATE composite_changes SET reason = 'other' WHERE step = 'birth'"))
    assert len(history.broken(connection)) == 1
    connection.execute(text("DELETE FROM composite_changes WHERE step = 'allowance'"))
    assert len(history.broken(connection)) == 1


def test_the_sentence_is_in_the_applications_language(connection: Connection) -> None:
    application = begin(connection, composite(), DATA)
    connection.execute(text("UPDATE composite_applications SET language = 'kk'"))
    write(connection, [done(application)], "flow:x", AT)
    sentence = connection.execute(
        text("SELECT sentence FROM composite_steps WHERE step = 'birth'")
    ).scalar()
    assert sentence == "Registration (kk): орындалды"


def test_a_withdrawn_application_drops_what_was_not_sent(connection: Connection) -> None:
    application = begin(connection, composite(), DATA)
    connection.execute(
        text("UPDATE composite_applications SET undo_from = :at, state = 'cancelling'"), {"at": AT}
    )
    write(connection, [], "officer", AT, applications=[application], basis="asked by the person")
    assert states(connection, application) == {
        "": "ended/cancelled",
        "birth": "dropped",
        "allowance": "dropped",
    }


def test_what_is_written_together_is_one_entry_over_all_of_it(connection: Connection) -> None:
    first = begin(connection, composite(), DATA)
    second = begin(connection, composite(), DATA, "OA-2026-000002-2")
    together = history.Together()
    for application in (first, second):
        write(connection, [done(application)], "flow:x", AT, together=together)
    counted = "SELECT count(*) FROM composite_changes"
    assert connection.execute(text(counted)).scalar_one() == 0, "not before the end"
    together.record(connection, "flow:x", AT)
    sql = "SELECT subject, CAST(details->>'changes' AS int) FROM audit_entries"
    entries = connection.execute(text(f"{sql} WHERE action = 'composite.carried'")).all()
    changes = connection.execute(text(counted)).scalar_one()
    assert [tuple(each) for each in entries] == [("2 applications", changes)]
    assert history.broken(connection) == []
    before = trail.verify(connection)
    assert before.ok
    history.Together().record(connection, "flow:x", AT)
    assert trail.verify(connection) == before, "nothing is no entry"

"""What a person is told of the recorders."""

from datetime import timedelta
from pathlib import Path

from flows.failures.exchanges.standing import standing
from models.database import Database
from tests.flows.failures.exchanges import made
from tests.flows.failures.exchanges.made import MOMENT, client, pair, producer


def test_orphans_strangers_and_what_is_held(database: Database, tmp_path: Path) -> None:
    environment, engine = made.environment(tmp_path), database.engine()
    made.known(engine, environment)
    early, late = MOMENT - timedelta(hours=1), MOMENT - timedelta(minutes=3)
    records = [*pair(1, early), client(2, early), client(3, late)]
    strange = pair(5, early, serviceMemberCode="ELSE")
    made.put(environment, "a", [*records, *strange, client(4, early, succeeded=None)])
    made.looked(engine, environment, MOMENT)
    with engine.connect() as connection:
        found = standing(connection, MOMENT)
    (recorder,) = found.recorders
    assert (recorder.read, recorder.stored, recorder.quarantined) == (7, 6, 1)
    assert [(each.side, each.orphans, each.exchanges) for each in found.orphans] == [
        ("client", 1, 3)
    ], "the late one has its time of grace"
    assert [(each.service, each.requests) for each in found.strange] == [
        ("KZ/GOV/ELSE/SUB/getParcel", 2)
    ]
    assert [(each.code, each.records) for each in found.held] == [("X02", 1)]
    assert found.needs_somebody
    made.put(environment, "b", [producer(2, early)])
    made.looked(engine, environment, MOMENT)
    with engine.connect() as connection:
        assert standing(connection, MOMENT).orphans == []

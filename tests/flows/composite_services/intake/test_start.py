"""An application is taken in once and whole, or not at all."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text

from flows.composite_services.intake.numbers import is_number
from flows.composite_services.intake.start import NotAccepted, Started, start
from models import trail
from models.database import Database
from models.environment.composites import Composite
from models.environment.loader import Environment
from models.errors import ConfigurationError
from tests.environments import environment
from tests.flows.composite_services.small import SMALL, composite

MOMENT = datetime(2026, 3, 5, 5, tzinfo=UTC)
DATA = {"mother_iin": "850101400011", "born_on": "2026-03-02", "note": "x"}
ENTRIES = "SELECT action, details::text FROM audit_entries WHERE action LIKE 'composite.%'"


@pytest.fixture
def house(tmp_path: Path) -> Environment:
    return _with(environment(tmp_path), composite())


def _with(base: Environment, definition: Composite) -> Environment:
    return dataclasses.replace(base, composites={"small": definition})


def _start(engine: Engine, house: Environment, data: Any = DATA, **more: Any) -> Started:
    given: dict[str, Any] = {
        "actor": "person:test",
        "language": "ru",
        "origin": "command",
        "moment": MOMENT,
    }
    with engine.begin() as connection:
        return start(connection, house, "small", data, **(given | more))


def _one(engine: Engine, query: str) -> Any:
    with engine.connect() as connection:
        return connection.execute(text(query)).mappings().one()


def test_an_application_as_it_begins(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    started = _start(engine, house, channel="portal")
    assert is_number(started.number)
    assert not started.again
    row = _one(engine, "SELECT * FROM composite_applications")
    assert row["number"] == started.number
    assert (row["state"], row["outcome"], row["version"]) == ("running", None, 1)
    assert row["data"] == DATA
    assert row["facts"] == {"days_since_birth": 3}
    assert (row["applicant"], row["channel"]) == (DATA["mother_iin"], "portal")
    with engine.connect() as connection:
        steps = connection.execute(text("SELECT * FROM composite_steps ORDER BY position")).all()
        entries = connection.execute(text(ENTRIES)).all()
        assert trail.verify(connection).ok
    assert [(each.step, each.state) for each in steps] == [
        ("birth", "ready"),
        ("allowance", "pending"),
    ]
    assert steps[0].next_at == MOMENT
    assert steps[0].key != steps[1].key
    assert [entry.action for entry in entries] == ["composite.accepted", "composite.started"]
    assert not any(DATA["mother_iin"] in entry.details for entry in entries)


def test_workers_are_woken(synced: Database, house: Environment) -> None:
    plain = synced.scoped_url.set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as listener:
        listener.execute("LISTEN composite_due")
        _start(synced.engine(), house)
        [notice] = list(listener.notifies(timeout=60, stop_after=1))
    assert notice.payload == "test"


def test_the_same_sent_twice_is_the_first(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    first = _start(engine, house)
    again = _start(engine, house, DATA | {"note": "another note"})
    assert again == Started(first.number, again=True)
    other = _start(engine, house, DATA | {"born_on": "2026-03-03"})
    assert not other.again
    assert other.number != first.number


def test_the_same_at_the_same_moment(synced: Database, house: Environment) -> None:
    engine = synced.engine(pool_size=8)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: _start(engine, house), range(24)))
    assert len({each.number for each in found}) == 1
    assert [each.again for each in found].count(False) == 1
    assert _one(engine, "SELECT count(*) AS n FROM composite_steps")["n"] == 2


def test_others_at_the_same_moment(synced: Database, house: Environment) -> None:
    engine = synced.engine(pool_size=8)
    forms = [DATA | {"born_on": f"2026-02-{day:02d}"} for day in range(1, 25)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda form: _start(engine, house, form), forms))
    assert len({each.number for each in found}) == 24


def test_after_a_refusal_one_may_apply_again(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    first = _start(engine, house)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE composite_applications SET state = 'ended', outcome = 'refused'")
        )
    assert _start(engine, house).number != first.number


def test_one_form_is_one_application_also_after_a_refusal(
    synced: Database, house: Environment
) -> None:
    engine = synced.engine()
    first = _start(engine, house, once="form-1")
    assert _one(engine, "SELECT origin FROM composite_applications")["origin"] == "command:form-1"
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE composite_applications SET state = 'ended', outcome = 'refused'")
        )
    assert _start(engine, house, once="form-1") == Started(first.number, again=True)
    corrected = _start(engine, house, DATA | {"note": "corrected"}, once="form-1")
    assert not corrected.again, "what was put right is another application"
    assert not _start(engine, house, DATA | {"born_on": "2026-03-01"}, once="form-1").again


def test_what_is_wrong_leaves_nothing_behind(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    with pytest.raises(NotAccepted) as refused:
        _start(engine, house, {"born_on": "2026-03-06"})
    assert [each.field for each in refused.value.problems] == ["mother_iin", "born_on"]
    assert "Mother (ru)" in str(refused.value)
    assert _one(engine, "SELECT count(*) AS n FROM composite_applications")["n"] == 0
    with engine.connect() as connection:
        assert connection.execute(text(ENTRIES)).all() == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"channel": "pigeon"}, "no channel 'pigeon'"),
        ({"office": "x"}, "no office 'x'"),
        ({"region": "x"}, "no region 'x'"),
        ({"language": "de"}, "no language 'de'"),
    ],
)
def test_unknown_places(
    synced: Database, house: Environment, more: dict[str, str], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        _start(synced.engine(), house, **more)


def test_unknown_composite(synced: Database, house: Environment) -> None:
    with synced.engine().begin() as connection, pytest.raises(ConfigurationError, match="small"):
        start(
            connection,
            house,
            "smal",
            DATA,
            actor="person:test",
            language="ru",
            origin="command",
            moment=MOMENT,
        )


def test_a_running_one_keeps_its_version(synced: Database, house: Environment) -> None:
    engine = synced.engine()
    _start(engine, house)
    changed = composite(steps={"birth": SMALL["steps"]["birth"]})
    _start(engine, _with(house, changed), DATA | {"born_on": "2026-03-01"})
    with engine.connect() as connection:
        versions = connection.execute(
            text(
                "SELECT a.version, count(*) FROM composite_applications a JOIN composite_steps s"
                " ON s.application = a.id GROUP BY 1 ORDER BY 1"
            )
        ).all()
    assert [tuple(row) for row in versions] == [(1, 2), (2, 1)]


SUB_TYPES = [
    ("facts.days_since_birth > `2` && 'late' || `null`", "late"),
    ("facts.days_since_birth > `5` && 'late' || `null`", None),
    ("steps.birth.result.act", None),
]


@pytest.mark.parametrize(("expression", "expected"), SUB_TYPES)
def test_sub_types_by_facts(
    synced: Database, house: Environment, expression: str, expected: str | None
) -> None:
    birth = SMALL["steps"]["birth"] | {"sub_type": expression}
    house = _with(house, composite(steps={"birth": birth}))
    engine = synced.engine()
    _start(engine, house)
    assert _one(engine, "SELECT sub_type FROM composite_steps")["sub_type"] == expected


def test_an_expression_that_cannot_be_worked_out(synced: Database, house: Environment) -> None:
    birth = SMALL["steps"]["birth"] | {"sub_type": "length(facts.days_since_birth)"}
    house = _with(house, composite(steps={"birth": birth}))
    with pytest.raises(ConfigurationError, match="Nothing was started"):
        _start(synced.engine(), house)

"""An alert fires once, goes on as a person left it, and keeps its history."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from flows.alerts.fingerprint import canonical, fingerprint, fingerprint_sql
from flows.alerts.fire import Firing, end_silences, fire, resolve
from tests.flows.alerts.conftest import NOW, history, run

PULL = Firing(
    name="PullFailed",
    severity="critical",
    labels={"source": "land.parcels", "system": "land"},
    group={"system": "land"},
    starts_at=NOW,
    sentence="land.parcels could not be read",
)


def fired(engine: Engine, firing: Firing = PULL, actor: str = "flow:ingest") -> bool:
    with engine.begin() as connection:
        return fire(connection, firing, actor)


def resolved(engine: Engine, firing: Firing = PULL) -> bool:
    with engine.begin() as connection:
        at = NOW + timedelta(hours=1)
        return resolve(
            connection, firing.name, firing.labels, at, "pull_succeeded", "It works", "flow:ingest"
        )


def test_fires_once_however_often_it_is_found(engine: Engine) -> None:
    assert fired(engine)
    assert not fired(engine)
    assert history(engine) == [(None, "firing", "fired", "flow:ingest")]
    assert run(engine, "SELECT fingerprint, state, group_key, starts_at FROM alerts") == [
        (fingerprint(PULL.name, PULL.labels), "firing", '{"system": "land"}', NOW)
    ]
    assert run(engine, "SELECT group_key, labels, said FROM alert_groups") == [
        ('{"system": "land"}', {"system": "land"}, None)
    ]


def test_resolves_once_and_fires_again(engine: Engine) -> None:
    assert not resolved(engine), "nothing fires yet"
    fired(engine)
    assert resolved(engine)
    assert not resolved(engine)
    assert run(engine, "SELECT state, reason, ends_at FROM alerts") == [
        ("resolved", "pull_succeeded", NOW + timedelta(hours=1))
    ]
    later = replace(PULL, starts_at=NOW + timedelta(hours=2), sentence="again")
    assert fired(engine, later)
    assert run(engine, "SELECT state, starts_at, ends_at, sentence FROM alerts") == [
        ("firing", later.starts_at, None, "again")
    ]
    assert history(engine) == [
        (None, "firing", "fired", "flow:ingest"),
        ("firing", "resolved", "pull_succeeded", "flow:ingest"),
        ("resolved", "firing", "fired_again", "flow:ingest"),
    ]


@pytest.mark.parametrize("state", ["acknowledged", "silenced"])
def test_what_a_person_did_stays_until_the_data_end_it(engine: Engine, state: str) -> None:
    fired(engine)
    run(engine, "UPDATE alerts SET state = :state", state=state)
    assert not fired(engine, replace(PULL, sentence="still", severity="warning"))
    assert run(engine, "SELECT state, sentence, severity FROM alerts") == [
        (state, "still", "warning")
    ]
    assert resolved(engine)
    assert history(engine)[-1] == (state, "resolved", "pull_succeeded", "flow:ingest")


def test_a_change_goes_with_its_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        fire(connection, PULL, "flow:ingest")
        connection.rollback()
    assert history(engine) == []
    assert run(engine, "SELECT 1 FROM alerts") == []


def test_two_finders_at_once_make_one_alert(engine: Engine) -> None:
    answers: list[bool] = []
    with engine.connect() as first:
        assert fire(first, PULL, "first")
        second = threading.Thread(
            target=lambda: answers.append(fired(engine, actor="second")), daemon=True
        )
        second.start()
        second.join(0.3)
        assert second.is_alive(), "waits for the first"
        first.commit()
        second.join(60)
    assert answers == [False]
    assert history(engine) == [(None, "firing", "fired", "first")]


def test_a_silence_ends_at_its_hour(engine: Engine) -> None:
    fired(engine)
    run(engine, "UPDATE alerts SET state = 'silenced', silenced_until = :until", until=NOW)
    with engine.begin() as connection:
        assert end_silences(connection, NOW - timedelta(seconds=1), "flow:alerts") == 0
        assert end_silences(connection, NOW, "flow:alerts") == 1
    assert run(engine, "SELECT state, silenced_until FROM alerts") == [("firing", None)]
    assert history(engine)[-1] == ("silenced", "firing", "silence_over", "flow:alerts")


LABEL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=100, deadline=None)
@given(name=LABEL, labels=st.dictionaries(LABEL, LABEL, max_size=6))
def test_python_and_sql_agree_on_fingerprints(
    engine: Engine, name: str, labels: dict[str, str]
) -> None:
    computed = fingerprint_sql("CAST(:name AS text)", "CAST(:labels AS jsonb)")
    sql = text(f"SELECT {computed}, CAST(CAST(:labels AS jsonb) AS text)")
    with engine.connect() as connection:
        row = connection.execute(sql, {"name": name, "labels": canonical(labels)}).one()
    assert tuple(row) == (fingerprint(name, labels), canonical(labels))


def test_fingerprints_differ_by_name_and_by_every_label() -> None:
    each = [("A", {}), ("B", {}), ("A", {"x": "1"}), ("A", {"x": "2"}), ("A", {"y": "1"})]
    assert len({fingerprint(name, labels) for name, labels in each}) == len(each)
    assert fingerprint("A", {"x": "1", "y": "2"}) == fingerprint("A", {"y": "2", "x": "1"})

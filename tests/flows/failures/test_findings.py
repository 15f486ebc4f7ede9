"""The writer of findings, on a real database."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from flows.failures import alerting, findings
from flows.failures.evidence import KEPT
from flows.failures.verdict import Verdict
from models import trail
from models.environment.loader import Environment
from tests.flows.failures.conftest import Rows
from tests.flows.failures.saying import minute, proof, say


def _write(engine: Engine, environment: Environment, verdicts: Sequence[Verdict], at: float) -> int:
    with engine.begin() as connection:
        return findings.write(connection, environment, "probes", verdicts, minute(at), "test")


def _everything(rows: Rows) -> str:
    tables = ("findings", "finding_changes", "finding_evidence", "audit_entries")
    return json.dumps([rows(f"SELECT * FROM {each} ORDER BY 1") for each in tables], default=str)


def test_each_kind_and_subject_is_a_finding_of_its_own(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    said = [
        say("confirmed", 1, kind="down"),
        say("confirmed", 1, kind="slow"),
        say("confirmed", 1, subject="service:marriage"),
        say("confirmed", 1, system="land"),
        say("good", 1, system="agriculture"),
    ]
    assert _write(engine, environment, said, 1) == 4
    assert _write(engine, environment, [say("good", 2, kind="slow")], 2) == 1
    found = rows("SELECT kind, system, subject, state FROM findings ORDER BY id")
    assert [tuple(row.values()) for row in found] == [
        ("down", "office", "service:civil", "confirmed"),
        ("slow", "office", "service:civil", "over"),
        ("down", "office", "service:marriage", "confirmed"),
        ("down", "land", "service:civil", "confirmed"),
    ]


@pytest.mark.parametrize("level", ["good", "suspected", "confirmed"])
def test_the_same_round_again_changes_nothing(
    engine: Engine, environment: Environment, rows: Rows, level: str
) -> None:
    said = [
        say("confirmed", 1, evidence=[proof(1)], numbers={"looks": 2}),
        say("good" if level == "good" else "confirmed", 2, 1, evidence=[proof(2)]),
    ]
    _write(engine, environment, said[:1], 1)
    _write(engine, environment, said[1:], 2)
    before = _everything(rows)
    assert _write(engine, environment, said, 2) == 0
    assert _write(engine, environment, list(reversed(said)), 2) == 0
    assert _everything(rows) == before


def test_words_numbers_and_severity_are_of_the_newest_look(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    _write(engine, environment, [say("confirmed", 1, numbers={"failed": 1})], 1)
    worse = say("confirmed", 2, 1, severity="critical", sentence="All fail", reason="all_fail",
                numbers={"failed": 9, "share": 0.9, "code": None})  # fmt: skip
    assert _write(engine, environment, [worse], 2) == 0
    (row,) = rows("SELECT * FROM findings")
    assert (row["sentence"], row["severity"], row["reason"]) == ("All fail", "critical", "all_fail")
    assert row["numbers"] == {"failed": 9, "share": 0.9, "code": None}
    assert (row["found_at"], row["looked_until"]) == (minute(1), minute(2))


def test_what_is_said_of_the_future_does_not_bind_it(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    _write(engine, environment, [say("confirmed", 500, 1)], 1)
    assert _write(engine, environment, [say("good", 2)], 2) == 1
    (row,) = rows("SELECT state, looked_until FROM findings")
    assert row == {"state": "over", "looked_until": minute(2)}


def test_evidence_is_kept_from_the_beginning_and_the_end(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    for number in range(1, 101):
        _write(
            engine,
            environment,
            [say("confirmed", number, 1, evidence=[proof(number, at=number)])],
            number,
        )
    found = [int(row["reference"]) for row in rows("SELECT * FROM finding_evidence ORDER BY at")]
    assert found == [*range(1, KEPT + 1), *range(101 - KEPT, 101)]


def test_much_evidence_at_once_is_bounded_too(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    many = [proof(number, at=number / 1000) for number in range(10_000)]
    _write(engine, environment, [say("confirmed", 20, 1, evidence=many)], 20)
    found = [int(row["reference"]) for row in rows("SELECT * FROM finding_evidence ORDER BY at")]
    assert found == [*range(KEPT), *range(10_000 - KEPT, 10_000)]


def test_a_round_with_changes_is_one_entry_of_the_trail(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    many = [say("confirmed", 1, subject=f"service:{number}") for number in range(50)]
    _write(engine, environment, many, 1)
    _write(engine, environment, [say("confirmed", 2, 1, subject="service:7")], 2)
    (entry,) = rows("SELECT * FROM audit_entries")
    assert (entry["action"], entry["actor"], entry["subject"]) == (
        "findings.changed",
        "test",
        environment.name,
    )
    assert (entry["details"]["changed"], entry["details"]["side"]) == (50, "probes")
    assert len(entry["details"]["findings"]) == findings.MOST_NAMED
    with engine.connect() as connection:
        assert trail.verify(connection).ok


def test_nothing_is_written_where_the_transaction_does_not_end_well(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    with engine.connect() as connection:
        findings.write(connection, environment, "probes", [say("confirmed", 1)], minute(1), "test")
        connection.rollback()
    assert rows("SELECT id FROM findings") == rows("SELECT id FROM finding_changes") == []


verdicts = st.builds(
    lambda level, subject, at, back: say(level, at, at - back, subject=f"service:{subject}"),
    st.sampled_from(["good", "suspected", "confirmed"]),
    st.integers(1, 3),
    st.integers(0, 40),
    st.integers(0, 3),
)
rounds = st.lists(st.tuples(st.integers(1, 40), st.lists(verdicts, max_size=5)), max_size=12)


@settings(
    max_examples=20,
    deadline=None,
)
@given(rounds)
def test_any_rounds_leave_findings_and_alerts_that_agree(
    engine: Engine, environment: Environment, rows: Rows, said: list[tuple[int, list[Verdict]]]
) -> None:
    with engine.begin() as connection:
        tables = "findings, finding_changes, finding_evidence, alerts, alert_changes, alert_groups"
        connection.execute(text(f"TRUNCATE {tables}"))
    for at, each in said:
        with engine.begin() as connection:
            findings.write(connection, environment, "probes", each, minute(at), "test")
            alerting.settle(connection, environment, minute(at), "test")
    assert not rows("""
        SELECT kind, system, subject FROM findings WHERE state <> 'over'
        GROUP BY 1, 2, 3 HAVING count(*) > 1
    """)
    assert not rows("""
        SELECT f.id FROM findings f JOIN finding_changes c ON c.finding_id = f.id
        GROUP BY f.id HAVING (array_agg(c.became ORDER BY c.id DESC))[1] <> f.state
    """)
    moves = rows("SELECT fingerprint, was, became FROM alert_changes ORDER BY id")
    firing: set[str] = set()
    for move in moves:
        assert (move["became"] == "resolved") == (move["fingerprint"] in firing)
        firing ^= {move["fingerprint"]}
    alerted = rows("SELECT id FROM findings WHERE state = 'confirmed'")
    assert len(firing) == len(alerted)
    assert not rows(
        "SELECT 1 FROM findings WHERE (state = 'confirmed') <> (alerted_at IS NOT NULL)"
    )

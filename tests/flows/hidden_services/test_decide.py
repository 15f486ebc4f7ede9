"""The workflow: each step with who, when, why; what is remembered; two who decide at once."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flows.hidden_services.candidates.changed import what_changed
from flows.hidden_services.candidates.state import MOVES
from flows.hidden_services.decide import Decided, Overtaken
from flows.hidden_services.listing import Filter, list_candidates, show
from models.environment.register import Register
from models.errors import ConfigurationError, TerezeError
from models.hidden_services import STATES
from tests.environments import environment
from tests.flows.hidden_services.house import FISHING, NOW, House

WAY = ("under_review", "confirmed", "proposed")


@pytest.fixture
def found(house: House) -> int:
    house.observe("f-1", FISHING, volume=40, term="5 рабочих дней", fee="2 МРП",
                  documents=["заявление"], organisation="ECO", regions=["710000000"])  # fmt: skip
    house.run()
    number: int = house.one().id
    return number


def test_from_new_to_entered_with_a_draft(house: House, found: int, tmp_path: Path) -> None:
    house.walk(found, *WAY)
    done = house.decide(found, "entered", service="00100199")
    assert (done.was, done.became) == ("proposed", "entered")
    assert done.draft is not None
    assert "fee: 2 МРП (from form f-1)" in done.draft
    register = Register.model_validate(YAML(typ="safe").load(done.draft))
    assert register.services["00100199"].names == {"ru": FISHING}
    assert register.services["00100199"].organisation == "ECO"
    assert (register.standards[0].term, register.standards[0].unit) == (5, "working_days")
    piece = YAML(typ="safe").load(done.draft)
    loaded = environment(tmp_path / "entered", register=piece)
    assert "00100199" in loaded.register.services, "the piece fits register.yaml"
    candidate = house.one()
    assert (candidate.state, candidate.service, candidate.draft) == (
        "entered",
        "00100199",
        done.draft,
    )


def test_each_step_is_history_and_audit(house: House, found: int) -> None:
    house.walk(found, "under_review", "rejected", why="not a benefit")
    rows = house.all("SELECT was, became, actor, sentence FROM candidate_changes ORDER BY id")
    assert [tuple(row)[:3] for row in rows] == [
        (None, "new", "flow:hidden_services"),
        ("new", "under_review", "person:aigul"),
        ("under_review", "rejected", "person:aigul"),
    ]
    assert rows[-1].sentence == "not a benefit"
    entries = house.all("SELECT action, actor FROM audit_entries WHERE action LIKE 'candidate.%'"
                        " ORDER BY seq")  # fmt: skip
    assert [tuple(row) for row in entries] == [
        ("candidate.under_review", "person:aigul"),
        ("candidate.rejected", "person:aigul"),
    ]


def test_a_person_is_masked_in_the_reason(house: House, found: int) -> None:
    house.decide(found, "rejected", why="asked for by 900101300017")
    assert "900101300017" not in house.one().sentence


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"to": "entered", "service": "00100199"}, "it is new"),
        ({"to": "confirmed"}, "it is new"),
        ({"to": "new"}, "no such decision"),
        ({"to": "gone"}, "no such decision"),
        ({"to": "rejected", "why": "  "}, "no reason"),
        ({"to": "renamed", "service": "12"}, "no code of a service"),
    ],
)
def test_what_may_not_be(house: House, found: int, given: dict[str, Any], words: str) -> None:
    house.environment = environment(house.folder, environment={"service_code": r"\d{8}"})
    with pytest.raises(TerezeError, match=words):
        house.decide(found, **given)
    assert house.one().state == "new"


def test_entered_needs_the_code_of_the_register(house: House, found: int) -> None:
    house.walk(found, *WAY)
    with pytest.raises(ConfigurationError, match="--service"):
        house.decide(found, "entered")


def test_no_such_candidate(house: House) -> None:
    with pytest.raises(ConfigurationError, match="none of this number"):
        house.decide(99, "rejected")


def test_who_decides_second_sees_what_happened(house: House, found: int) -> None:
    house.decide(found, "rejected", why="internal work", actor="person:aigul", seen=0)
    with pytest.raises(Overtaken, match=r"person:aigul made it rejected at .*: internal work"):
        house.decide(found, "under_review", actor="person:bolat", seen=0)
    assert house.one().state == "rejected"


def test_two_at_once_and_one_of_them_is_told(house: House, found: int) -> None:
    answers: list[Decided | TerezeError] = []
    gate = threading.Barrier(2)

    def decide(who: str, to: str) -> None:
        gate.wait()
        try:
            answers.append(house.decide(found, to, actor=who, seen=0))
        except TerezeError as error:
            answers.append(error)

    threads = [
        threading.Thread(target=decide, args=each)
        for each in (("person:aigul", "rejected"), ("person:bolat", "under_review"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [done] = [each for each in answers if isinstance(each, Decided)]
    [told] = [each for each in answers if isinstance(each, Overtaken)]
    assert house.one().state == done.became
    assert f"made it {done.became}" in str(told)
    assert len(house.all("SELECT * FROM candidate_changes")) == 2


def test_a_decided_one_is_not_raised_for_more_of_the_same(house: House, found: int) -> None:
    house.decide(found, "rejected")
    house.observe("f-1", FISHING, volume=60, organisation="ECO", regions=["710000000"],
                  term="5 рабочих дней", fee="2 МРП", documents=["заявление"])  # fmt: skip
    report = house.run(NOW + timedelta(days=1))
    assert report.raised_again == 0
    assert house.one().state == "rejected"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "fee", "code": "p-1"}, "it now shows itself as fee"),
        ({"organisation": "LAND", "code": "f-9", "system": "land"}, "it is now done by LAND"),
        ({"volume": 5_000}, "it is used 5,000 times, and was 40 times"),
        ({"recipients": 900}, "new signs individual_recipient"),
    ],
)
def test_a_decided_one_is_raised_when_its_evidence_changes(
    house: House, change: dict[str, Any], words: str
) -> None:
    name = "Выдача путевки на любительский лов рыбы"
    first: dict[str, Any] = {"code": "f-1", "organisation": "ECO", "volume": 40}
    house.observe(name=name, **first)
    house.run()
    candidate = house.one().id
    house.decide(candidate, "rejected", why="no")
    house.observe(name=name, **{**first, **change})
    report = house.run(NOW + timedelta(days=1))
    assert report.raised_again == 1
    row = house.one()
    assert (row.state, row.reason) == ("new", "evidence_changed")
    assert words in row.sentence
    house.decide(candidate, "rejected", why="still no")
    assert house.run(NOW + timedelta(days=2)).raised_again == 0, "it is remembered"


def test_what_has_gone_is_no_reason_to_look_again() -> None:
    was = {"signs": ["fee", "term"], "seen_as": ["fee", "form"], "volume": 500}
    assert what_changed(was, {"signs": ["fee"], "seen_as": ["form"], "volume": 3}) == []


def test_decisions_move_the_probabilities_of_the_others(house: House) -> None:
    things = ("рыбы", "грибов", "меда", "ягод", "дров", "сена", "глины", "песка", "торфа", "льда")
    for n, thing in enumerate(things):
        house.observe(f"f-{n}", f"Выдача талона на заготовку {thing}", system=f"s{n}",
                      organisation=f"B{n}")  # fmt: skip
    house.run()
    rows = house.all("SELECT id, probability FROM candidates WHERE kind = 'hidden' ORDER BY id")
    assert len(rows) > 6
    for row in rows[:-1]:
        done = house.decide(row.id, "rejected", why="a thing of the forest")
    assert done.calibrated_on == len(rows) - 1
    [left] = house.all("SELECT probability FROM candidates WHERE id = :id", id=rows[-1].id)
    assert left.probability < rows[-1].probability - 0.05


def test_a_department_sees_its_region_and_what_names_none(house: House) -> None:
    house.observe("f-1", FISHING, regions=["710000000"])
    house.observe("f-2", "Выдача пропуска на стадион болельщикам", regions=["750000000"])
    house.observe("f-3", "Прокат коньков детям")
    house.run()
    with house.engine.connect() as connection:
        listed = list_candidates(connection, Filter(region="710000000"))
        assert {each.names["ru"] for each in listed} == {FISHING, "Прокат коньков детям"}
        assert len(list_candidates(connection, Filter())) == 3
        assert list_candidates(connection, Filter(organisation="X")) == []
        shown = show(connection, listed[0].id)
    assert shown.observations
    assert shown.history[0]["became"] == "new"


def test_every_state_has_its_moves() -> None:
    assert MOVES.keys() == set(STATES)
    assert all(set(to) <= set(STATES) - {"new"} for to in MOVES.values())

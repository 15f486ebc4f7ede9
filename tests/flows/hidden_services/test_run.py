"""A run: planted functions come out, the same thing is one candidate, only news are judged."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from benchmarks import planted
from flows.hidden_services.bundles import bundles
from flows.hidden_services.run import LOCK, run
from flows.hidden_services.summary import sentence
from models.database import Database
from models.errors import CouldNotRun
from sandbox.functions.dormant import dormant_codes
from sandbox.register.services import services
from tests.flows.hidden_services.house import FISHING, NOW, House


def test_planted_functions_come_out(database: Database, tmp_path: Path) -> None:
    engine = database.engine()
    planted.plant(engine)
    environment = planted.environment(tmp_path)
    planted.traffic(engine, environment, 20_000)
    report = run(engine, environment, actor="test", as_of=planted.NOW)
    assert (report.judged, report.problems, report.not_looked_at) == (240, [], [])
    with engine.connect() as connection:
        rows = planted.made(connection)
        dormant = connection.execute(
            text("SELECT service FROM candidates WHERE kind = 'dormant'")
        ).scalars()
        found_dormant = set(dormant)
        taken = bundles(connection, environment.hidden_services.bundles).bundles
    engine.dispose()
    found = planted.confusion(rows)
    assert found["hidden"]["hidden"] >= 44, "of 54"
    assert found["renamed"]["renamed"] >= 20, "of 30"
    assert found["internal"]["internal"] >= 37, "of 40"
    assert found["present"]["present"] >= 57, "of 60"
    assert found["test"] == {"test": 8}
    assert found["described_but_refused"] == {"described_but_refused": 4}
    assert set(dormant_codes()) <= found_dormant
    assert len(found_dormant) <= 25 + 8, "a few have no traffic by chance"
    assert planted.whole(rows) >= 35, "of 54 hidden services, those that are one candidate"
    assert planted.mixed(rows) <= 8, "candidates that are two services"
    assert taken[0].services == [service.code for service in services()[:3]], "a birth"
    assert taken[0].in_this_order > 0.8


def test_one_thing_from_several_sources_is_one_candidate_with_all_evidence(house: House) -> None:
    house.observe("f-1", FISHING, regions=["71"], volume=40, recipients=30, organisation="ECO")
    house.observe("p-1", f"Плата за услугу: {FISHING.lower()}", kind="fee", fee="2 МРП",
                  regions=["75"], organisation="ECO")  # fmt: skip
    house.observe("5.1", "выдает путевки на любительский лов рыбы", kind="regulation",
                  system="regulation", organisation="ECO")  # fmt: skip
    report = house.run()
    assert (report.judged, report.new) == (3, 1)
    candidate = house.one()
    assert (candidate.kind, candidate.state) == ("hidden", "new")
    assert candidate.regions == ["71", "75"]
    assert (candidate.volume, candidate.recipients) == (40, 30)
    assert {"document", "fee", "individual_recipient"} <= {s["sign"] for s in candidate.signs}
    for words in ("“выдача”", "form f-1", "a fee is taken", "Further off", "40 uses", "2 regions"):
        assert words in candidate.why


def test_a_second_run_changes_nothing(house: House) -> None:
    house.observe("f-1", FISHING)
    house.run()
    before = house.all("SELECT * FROM candidates"), house.all("SELECT * FROM audit_entries")
    report = house.run(NOW + timedelta(days=1))
    assert (report.judged, report.new) == (0, 0)
    assert (
        house.all("SELECT * FROM candidates"),
        house.all("SELECT * FROM audit_entries"),
    ) == before


def test_growing_counts_are_followed_without_judging_again(house: House) -> None:
    house.observe("f-1", FISHING, volume=40)
    house.run()
    house.observe("f-1", FISHING, volume=41)
    assert house.run().judged == 0
    assert house.one().volume == 41


def test_a_count_that_reaches_what_a_sign_asks_for_is_judged(house: House) -> None:
    house.observe("f-1", FISHING, volume=29)
    house.run()
    house.observe("f-1", FISHING, volume=30)
    assert house.run().judged == 1
    assert "repeated" in {sign["sign"] for sign in house.one().signs}


def test_what_the_register_has_is_no_candidate(house: House) -> None:
    house.observe("f-1", "Выдача водительского удостоверения")
    house.observe("f-2", "Некая форма без имени услуги", service="00100101")
    assert house.run().new == 0
    assert house.all("SELECT count(*) FROM function_judgements WHERE in_register = 'present'") == [
        (2,)
    ]


def test_a_registered_service_by_another_name_is_told_with_its_code(house: House) -> None:
    house.observe("f-1", "Водительское удостоверение: выдать (водителям)")
    house.run()
    found = house.all("SELECT kind, service FROM candidates")
    assert found in ([("renamed", "00100102")], []), "the register has it"


def test_what_has_no_name_is_kept_and_said(house: House) -> None:
    house.observe("x", {}, kind="application", service="99999999", volume=50, recipients=40)
    report = house.run()
    assert (report.nameless, report.new) == (1, 1)
    candidate = house.one()
    assert candidate.p_absent is None
    assert "could not be told by a name" in candidate.why


def test_a_code_that_is_not_registered_joins_what_names_it(house: House) -> None:
    house.observe("x", {}, kind="application", service="99999999", volume=50, recipients=40)
    house.observe("f-1", FISHING, service="99999999")
    assert house.run().new == 1
    assert house.one().names == {"ru": FISHING}


def test_two_lines_of_one_list_are_two_functions(house: House) -> None:
    house.observe("f-1", "Выдача путевки на лов рыбы гражданам")
    house.observe("f-2", "Замена путевки на лов рыбы гражданам")
    assert house.run().new == 2


def test_once_the_register_has_it_a_candidate_is_entered(house: House) -> None:
    house.observe("f-1", FISHING)
    house.run()
    known = {"00100199": {"names": {"ru": FISHING}}}
    house.declare(register={"services": known})
    report = house.run()
    assert report.in_register_now == 1
    candidate = house.one()
    assert (candidate.state, candidate.service) == ("entered", "00100199")
    assert candidate.reason == "in_register_now"


def test_changed_signs_judge_everything_again(house: House) -> None:
    house.observe("f-1", FISHING)
    house.run()
    house.declare(signs={"document": {"weight": 0.1}})
    assert house.run().judged == 1


def test_a_wrong_sign_stops_the_run_before_anything_is_written(house: House) -> None:
    house.observe("f-1", FISHING)
    house.declare(signs={"new": {"weight": 1.0, "words": {"ru": ["слово"]}}})
    with pytest.raises(Exception, match=r"signs\.new"):
        house.run()
    assert house.all("SELECT * FROM function_judgements") == []


def test_one_run_at_a_time(house: House) -> None:
    with house.engine.begin() as connection:
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:lock, hashtext(current_schema()))"), {"lock": LOCK}
        )
        with pytest.raises(CouldNotRun, match="another run"):
            house.run()


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "<b>Выдача</b> справки &nbsp; <script>",
        "Выдaчa cпpaвки",  # Latin letters inside
        "выдача " * 2_000,
        "Ә",
        "12345",
        "'; DROP TABLE services; --",
        "Описание: " + "гражданин приходит и просит бумагу " * 50,
        "发放证明",
    ],
)
def test_odd_names_are_judged_and_none_is_lost(house: House, name: str) -> None:
    house.observe("f-1", name)
    assert house.run().judged == 1
    assert len(house.all("SELECT * FROM function_judgements")) == 1


def test_the_report_in_a_sentence(house: House) -> None:
    house.observe("f-1", FISHING)
    told = sentence(house.run())
    assert told.startswith("1 observations judged, 1 new candidates; open: 1 hidden. Dormant")

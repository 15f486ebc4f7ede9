"""The funnel by body and month, and the one file that shows it without a network."""

import csv
import re
from datetime import date, timedelta

import pytest

from flows.hidden_services.funnel import Step, funnel, totals
from flows.hidden_services.report import write_funnel
from models.errors import CouldNotRun
from tests.flows.hidden_services.house import FISHING, NOW, House

SKATES = "Прокат коньков детям по заявлению"


@pytest.fixture
def decided(house: House) -> House:
    """One found in February and entered in March, one found in March."""
    house.do("INSERT INTO organisations (code, names) VALUES ('ECO', '{\"ru\": \"<Экология>\"}')")
    house.observe("f-1", FISHING, organisation="ECO", regions=["71"])
    house.run(NOW - timedelta(days=9))
    number = house.one().id
    house.walk(number, "under_review", "confirmed", "proposed")
    house.decide(number, "entered", service="00100199")
    house.observe("f-2", SKATES, organisation="SPORT", regions=["75"])
    house.run()
    return house


def steps(house: House, **given: str) -> list[Step]:
    with house.engine.connect() as connection:
        return funnel(connection, "Asia/Almaty", **given)  # type: ignore[arg-type]


def test_by_body_and_month(decided: House) -> None:
    assert steps(decided) == [
        Step("ECO", date(2026, 2, 1), found=1),
        Step("ECO", date(2026, 3, 1), confirmed=1, proposed=1, entered=1),
        Step("SPORT", date(2026, 3, 1), found=1),
    ]
    assert totals(steps(decided)) == {"found": 2, "confirmed": 1, "proposed": 1, "entered": 1}


def test_by_region(decided: House) -> None:
    assert {step.organisation for step in steps(decided, region="75")} == {"SPORT"}


def test_months_are_those_of_the_environment(house: House) -> None:
    house.observe("f-1", FISHING)
    house.run(NOW.replace(month=2, day=28, hour=20))  # already March in Almaty
    assert [step.month for step in steps(house)] == [date(2026, 3, 1)]


def test_found_twice_counts_once(decided: House) -> None:
    [row] = decided.all("SELECT id FROM candidates WHERE 'SPORT' = ANY(organisations)")
    decided.decide(row.id, "rejected")
    decided.observe("p-1", SKATES, kind="fee", organisation="SPORT", regions=["75"])
    assert decided.run(NOW + timedelta(days=40)).raised_again == 1
    assert totals(steps(decided))["found"] == 2


def test_one_html_file_without_a_network(decided: House) -> None:
    file = decided.folder / "funnel.html"
    with decided.engine.connect() as connection:
        write_funnel(connection, file, steps(decided), decided.environment.settings)
    page = file.read_text(encoding="utf-8")
    assert "&lt;Экология&gt;" in page
    assert "<td>2026-02</td>" in page
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?(?:https?:)?//", page)
    assert '"type":"funnel"' in page.replace(" ", "")


def test_csv(decided: House) -> None:
    file = decided.folder / "funnel.csv"
    with decided.engine.connect() as connection:
        write_funnel(connection, file, steps(decided), decided.environment.settings)
    with file.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[1]["organisation"] == "ECO"
    assert rows[1]["entered"] == "1"


@pytest.mark.parametrize("name", ["missing/funnel.html", "missing/funnel.csv"])
def test_where_it_cannot_be_written(decided: House, name: str) -> None:
    with decided.engine.connect() as connection, pytest.raises(CouldNotRun, match="Writing"):
        write_funnel(connection, decided.folder / name, [], decided.environment.settings)

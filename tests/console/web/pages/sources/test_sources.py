"""Sources in the console: how each stands, its pulls, and pulling it now."""

import re
from collections.abc import Callable

import pytest

from tests.console.web.conftest import Client
from tests.console.web.pages.sources.conftest import over
from tests.flows.ingest.office import EVENTS, SOURCE, Office, application
from tests.waiting import until

SignedIn = Callable[..., Client]
PATH = f"/sources/{SOURCE}"


@pytest.mark.usefixtures("two_held")
def test_the_list_says_how_each_stands(signed_in: SignedIn) -> None:
    client = signed_in("on_call")
    page = client.get("/sources").text
    for part in (SOURCE, EVENTS, "Pulled when asked for", f"{PATH}/held"):
        assert part in page, part
    attention = client.get("/sources?show=attention").text
    assert SOURCE in attention
    assert f"/sources/{EVENTS}" not in attention
    table = client.get("/sources?format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert f"{SOURCE},office,on_demand" in table.text


def test_held_rows_of_a_source_that_is_gone(signed_in: SignedIn, two_held: Office) -> None:
    with two_held.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE quarantine SET source = 'gone.source'")
    page = signed_in("on_call").get("/sources").text
    assert "gone.source: 2" in page


def test_the_page_of_one(signed_in: SignedIn, office: Office) -> None:
    office.drop(application("A1") | {"surprise": "1"}, header=(*application("A1"), "surprise"))
    office.pull()
    client = signed_in("integration_engineer")
    page = client.get(PATH).text
    for part in ("new field &#39;surprise&#39;", "All stored or held back", "Pull now",
                 "/systems/office"):  # fmt: skip
        assert part in page, part
    assert client.get("/sources/no.such").status_code == 404
    assert "succeeded" in client.get(f"{PATH}?format=csv").text


def test_pulled_now(signed_in: SignedIn, office: Office) -> None:
    office.drop(application("A1"))
    client = signed_in("integration_engineer")
    assert client.post(f"{PATH}/pull").ok
    until(lambda: over(office), 60)
    page = client.get(PATH).text
    assert re.search("ended .*, by integration_engineer", page)
    assert "read 1, new 1" in page
    assert office.numbers() == ["A1"]
    run = office.rows("SELECT job, subject, actor, state FROM job_runs")
    assert run == [("ingest", SOURCE, "person:integration_engineer", "completed")]
    assert office.one("SELECT actor FROM audit_entries WHERE action = 'source.pulled'") == run[0][2]


@pytest.mark.parametrize("role", ["auditor", "on_call", "office_staff", "region", "reviewer"])
def test_others_change_nothing(signed_in: SignedIn, two_held: Office, role: str) -> None:
    client = signed_in(role)
    assert "Pull now" not in client.get(PATH).text
    paths = (f"{PATH}/pull", f"{PATH}/held", f"{PATH}/contracts/interface")
    for path in paths:
        assert client.post(path, which="all", reason="so", seen="").status_code == 403, path
    refused = two_held.rows("SELECT subject FROM audit_entries WHERE action = 'console_refused'")
    assert [each.subject for each in refused] == [f"POST {path}" for path in paths]
    assert two_held.rows("SELECT id FROM job_runs") == []

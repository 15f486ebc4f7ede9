"""Quality: take-up and terms kept beside each other, within one's region; causes; the scorecard."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from console.web.pages.quality.scorecard import last_months
from tests.console.web.conftest import Client
from tests.console.web.country import applied, country
from tests.flows.failures.waiting.outage import OTHER, Outage

SignedIn = Callable[..., Client]
PAGES = ("/quality", "/quality/services", "/quality/causes", "/quality/scorecard")


@pytest.fixture
def land(outage: Outage) -> Outage:
    country(outage)
    applied(outage, 20, "71", "on_time", service=OTHER)
    applied(outage, 20, "75", "on_time", service=OTHER, channel="state_corporation")
    return outage


def table(client: Client, path: str) -> list[dict[str, str]]:
    """The list as CSV."""
    answer = client.get(path + ("&" if "?" in path else "?") + "format=csv")
    assert answer.headers["content-type"].startswith("text/csv"), answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.usefixtures("land")
def test_regions_beside_each_other(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    page = client.get("/quality").text
    for part in ("60.0%", "Digital in one region", "An allowance", "A <b>"):
        assert (part in page) == (part != "A <b>"), part
    rows = table(client, "/quality")
    assert [(row["region"], row["uses"], row["digital"], row["take_up"]) for row in rows] == [
        ("71", "40", "39", "0.9750"), ("75", "30", "6", "0.2000"),
        ("11", "5", "0", "0.0000"), ("", "0", "0", ""),
    ]  # fmt: skip
    [allowance] = [
        row for row in table(client, f"/quality?service={OTHER}") if row["region"] == "75"
    ]
    assert (allowance["uses"], allowance["digital"], allowance["late"]) == ("25", "1", "1")
    assert client.get("/quality?service=none").status_code == 404


@pytest.mark.usefixtures("land")
@pytest.mark.parametrize(
    ("order", "first"), [("take_up", OTHER), ("x", OTHER), ("kept", "00100101"), ("uses", OTHER)]
)
def test_services_in_order(signed_in: SignedIn, order: str, first: str) -> None:
    client = signed_in("on_call")
    rows = table(client, f"/quality/services?order={order}")
    assert {row["service"] for row in rows} == {OTHER, "00100101"}
    assert rows[0]["service"] == first
    assert client.get("/quality/services?from=50").ok


@pytest.mark.usefixtures("land")
def test_scorecard_of_bodies_and_months(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    page = client.get("/quality/scorecard").text
    assert "Ministry of Justice" in page
    months = {row["month"] for row in table(client, "/quality/scorecard/JUSTICE")}
    assert len(months) == 13
    justice = [row for row in table(client, "/quality/scorecard/JUSTICE") if row["received"] != "0"]
    assert sum(int(row["received"]) for row in justice) == 26
    assert "Month by month" in client.get("/quality/scorecard/SOCIAL").text
    assert client.get("/quality/scorecard/NOBODY").status_code == 404
    assert client.get("/quality/scorecard?month=2001-01").ok


def test_cells_that_a_spreadsheet_would_run(signed_in: SignedIn, land: Outage) -> None:
    with land.engine.begin() as connection:
        connection.execute(
            text("UPDATE regions SET names = jsonb_build_object('en', '=1+1') WHERE code = '75'")
        )
    [row] = [row for row in table(signed_in("auditor"), "/quality") if row["region"] == "75"]
    assert not row["name"].startswith("=")
    assert "=1+1" in row["name"]


def test_causes(signed_in: SignedIn, land: Outage) -> None:
    client = signed_in("auditor")
    assert "No review was opened" in client.get("/quality/causes?period=365d").text
    with land.engine.begin() as connection:
        for review, region in ((1, "71"), (2, "75")):
            connection.execute(
                text("""
                    INSERT INTO reviews (id, key, cause, region, opened_at, due_at)
                    VALUES (:id, CAST(:id AS text), 'outage', :region, now(), now())"""),
                {"id": review, "region": region},
            )
            connection.execute(
                text("""
                    INSERT INTO review_cases (system, number, clock, review_id, state, due_at, late,
                        parties, seconds, timeline, as_of, added_at)
                    SELECT 'office', :id || '-' || n, 'term', :id, 'open', now(), 60, '{}', '{}',
                        '[]', now(), now() FROM generate_series(1, 3) n"""),
                {"id": review},
            )
    assert "A system was away" in client.get("/quality/causes").text
    assert table(client, "/quality/causes")[0]["cases"] == "6"
    assert table(signed_in("region", region="71"), "/quality/causes")[0]["cases"] == "3"


@pytest.mark.parametrize("path", [*PAGES, "/quality/scorecard/SOCIAL"])
@pytest.mark.usefixtures("land")
def test_a_region_sees_itself_alone(signed_in: SignedIn, path: str) -> None:
    client = signed_in("region", region="71")
    for asked in (path, path + "?region=75"):
        page = client.get(asked)
        assert page.status_code == 200
        assert "Almaty" not in page.text
    received = [row["received"] for row in table(client, path) if "received" in row]
    assert sum(map(int, received)) in (0, 20, 40)  # Astana's: all, or one body's


@pytest.mark.parametrize(
    ("moment", "zone", "first", "last"),
    [
        ("2026-01-31T22:00", "Asia/Almaty", date(2026, 2, 1), date(2025, 2, 1)),
        ("2026-01-31T12:00", "Asia/Almaty", date(2026, 1, 1), date(2025, 1, 1)),
        ("2026-12-01T01:00", "America/New_York", date(2026, 11, 1), date(2025, 11, 1)),
    ],
)
def test_months_are_local(moment: str, zone: str, first: date, last: date) -> None:
    found = last_months(datetime.fromisoformat(moment).replace(tzinfo=UTC), zone)
    assert (found[0], found[-1], len(found)) == (first, last, 13)


def test_plotly_comes_zipped(signed_in: SignedIn) -> None:
    answer = signed_in("auditor").get("/static/plotly.js")
    assert answer.headers["content-encoding"] == "gzip"
    assert b"plotly.js v" in answer.content[:200]

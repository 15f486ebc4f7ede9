"""Delays in the console: at risk and overdue, listed and counted, within one's region."""

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.console.web.conftest import Client
from tests.console.web.country import ALMATY, ASTANA, applied, country
from tests.flows.failures.waiting.outage import OTHER, SERVICE, Outage

SignedIn = Callable[..., Client]
_CHECKED = """
    WITH overdue AS (
        INSERT INTO breaches (system, number, clock, state, reason, due_at, found_at)
        SELECT system, number, 'term', CASE timeliness WHEN 'overdue' THEN 'open'
            ELSE 'closed_late' END, 'term_over', due_at, due_at
        FROM applications WHERE timeliness IN ('overdue', 'late'))
    UPDATE applications SET next_look_at = due_at WHERE timeliness IN ('at_risk', 'open')
"""


@pytest.fixture
def land(outage: Outage) -> Outage:
    """As a check would have left it: Almaty has three overdue and two at risk, Astana one."""
    country(outage)
    applied(outage, 1, ASTANA, "overdue", service=OTHER)
    with outage.engine.begin() as connection:
        connection.execute(text(_CHECKED))
        connection.execute(text("UPDATE applications SET number = '=1+1' || number "
                                "WHERE timeliness = 'at_risk' AND number LIKE '%-1'"))  # fmt: skip
    return outage


def table(client: Client, path: str) -> list[dict[str, str]]:
    """The list as CSV."""
    answer = client.get(path + ("&" if "?" in path else "?") + "format=csv")
    assert answer.headers["content-type"].startswith("text/csv"), answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


FILTERS = [
    ("", 4),
    ("state=overdue", 4),
    ("state=at_risk", 2),
    ("state=nonsense", 4),
    ("region=75", 3),
    (f"service={OTHER}", 1),
    (f"service={SERVICE}&region=75&state=at_risk", 2),
    ("body=SOCIAL", 1),
    ("body=' OR true --", 0),
    ("region=%D8%A3%D9%84%D9%81", 0),
]


@pytest.mark.usefixtures("land")
def test_the_list(signed_in: SignedIn) -> None:
    client = signed_in("on_call")
    for query, count in FILTERS:
        rows = table(client, f"/delays?{query}")
        assert len(rows) == count, query
        page = client.get(f"/delays?{query}")
        assert page.status_code == 200, query
        assert page.text.count('href="/applications/timeline?') == count, query
        assert [row["due_at"] for row in rows] == sorted(row["due_at"] for row in rows)
    risky = table(client, "/delays?state=at_risk")
    assert sorted(row["number"][:2] for row in risky) == ["'=", "75"]  # harmless in a spreadsheet
    shown = client.get("/delays").text
    assert "=Ministry of Labour" in shown
    assert "<strong>4</strong>overdue" in shown
    assert "<strong>2</strong>at risk" in shown


@pytest.mark.usefixtures("land")
def test_where(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    for by, rows in [
        ("region", [("75", "2", "3"), ("71", "0", "1")]),
        ("service", [(SERVICE, "2", "3"), (OTHER, "0", "1")]),
        ("body", [("JUSTICE", "2", "3"), ("SOCIAL", "0", "1")]),
    ]:
        found = table(client, f"/delays/where?by={by}")
        assert [(r[by], r["at_risk"], r["overdue"]) for r in found] == rows
        page = client.get(f"/delays/where?by={by}")
        assert page.text.count('<svg class="bar"') == len(rows)
    assert "Almaty" in client.get("/delays/where?by=nonsense").text


def test_a_region_sees_its_own(signed_in: SignedIn, land: Outage) -> None:
    client = signed_in("region", region=ASTANA)
    assert [row["region"] for row in table(client, "/delays")] == [ASTANA]
    assert table(client, f"/delays?region={ASTANA}&state=at_risk") == []
    for by in ("region", "service", "body"):
        rows = table(client, f"/delays/where?by={by}")
        assert [(row["overdue"], row["at_risk"]) for row in rows] == [("1", "0")]
    addresses = [
        f"{path}region={ALMATY}{csv_too}"
        for path in ("/delays?", "/delays/where?by=body&")
        for csv_too in ("", "&format=csv")
    ]
    for address in addresses:
        assert client.get(address).status_code == 403, address
    refused = land.all("SELECT subject FROM audit_entries WHERE action = 'console_refused'")
    assert refused == [(f"GET {a.split('?')[0]}?region={ALMATY}",) for a in addresses]


@pytest.mark.usefixtures("land")
def test_addresses_that_nobody_can_mean(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    for address in ("/delays?body=%00", "/delays?body=%00&format=csv", "/delays/clocks?region=%00",
                    "/delays/forecast/why?number=%00"):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert client.get("/delays?from=99999999999&state=at_risk").ok

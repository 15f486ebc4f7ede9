"""Forecast, whose time, and standards in the console: figures and cases, within one's region."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.console.web.conftest import Client
from tests.console.web.country import ALMATY, AQMOLA, ASTANA, applied, country
from tests.console.web.pages.test_delays import table
from tests.flows.failures.waiting.outage import OTHER, SERVICE, Outage

SignedIn = Callable[..., Client]
# Each open one of Almaty is compared with four cases of its service, of which three were late.
_FORECAST = """
    INSERT INTO forecasts (system, number, reason, chance, as_of, mark, grouping, decided, late,
        due_at, next_at)
    SELECT system, number, CASE WHEN region = '75' THEN 'forecast' ELSE 'too_few_cases' END,
        CASE WHEN region = '75' THEN 0.75 END, now(), 0, 'service', 4, 3, due_at, now()
    FROM applications WHERE timeliness IN ('open', 'at_risk')
"""
_LOOKED = """
    INSERT INTO forecast_looks (system, as_of, until) VALUES ('office', now(), now())
"""
_CLOCKS = """
    INSERT INTO clocks (system, number, whole, body, office, applicant, tereze, outage, unknown,
        parties, seconds)
    SELECT system, number, 7200, 3600, 1800, 1800, 0, 0, 0,
        '{office:12,body:JUSTICE,applicant}', '{1800,3600,1800}'
    FROM applications WHERE completed_at IS NOT NULL
"""
_WARNING = """
    INSERT INTO alerts (fingerprint, name, severity, labels, group_key, state, reason, sentence,
        annotations, starts_at)
    VALUES ('x', 'BreachesAhead', 'warning',
        jsonb_build_object('organisation', 'JUSTICE', 'service', CAST(:service AS text)), 'g',
        'firing', 'fired', 'x', '{"expected": 34, "due": 51, "horizon": "2026-11-27T18:00+05"}',
        now())
"""


@pytest.fixture
def land(outage: Outage) -> Outage:
    """Two open ones of Almaty have a chance of 75 %, the others none."""
    country(outage)
    with outage.engine.begin() as connection:
        for each in (_FORECAST, _LOOKED, _CLOCKS):
            connection.execute(text(each))
        connection.execute(text(_WARNING), {"service": SERVICE})
    return outage


@pytest.mark.usefixtures("land")
def test_groups_and_their_likeliest(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    first = table(client, "/delays/forecast")[0]
    assert (first["body"], first["service"], first["expected"], first["open"]) == (
        "JUSTICE", SERVICE, "1.5", "3",
    )  # fmt: skip
    page = client.get("/delays/forecast").text
    assert "34 of 51 due by Friday, 27 November 2026 will be late" in page
    assert "2 of 8 open applications" in page
    address = f"/delays/forecast/group?body=JUSTICE&service={SERVICE}"
    cases = table(client, address)
    assert {(case["region"], case["chance"], case["late"]) for case in cases} == {
        ("75", "0.75", "3")
    }
    assert "3 of 4 were late" in client.get(address).text
    assert client.get("/delays/forecast/group?body=NOBODY").status_code == 404


def test_why(signed_in: SignedIn, land: Outage) -> None:
    client = signed_in("on_call")
    ((number,),) = land.all("SELECT min(number) FROM forecasts WHERE chance IS NOT NULL")
    ((other,),) = land.all("""
        SELECT min(number) FROM forecasts JOIN applications USING (system, number)
        WHERE chance IS NULL AND region = '11'
    """)
    page = client.get(f"/delays/forecast/why?number={number}").text
    for part in ("75.0% likely to be late.", "Of 4 such cases", "3 were late",
                 "all those of this service", "The last of these cases"):  # fmt: skip
        assert part in page, part
    assert (
        "Too few such cases are decided." in client.get(f"/delays/forecast/why?number={other}").text
    )
    assert client.get("/delays/forecast/why?number=nobody").status_code == 404
    bound = signed_in("region", region=AQMOLA)
    assert bound.get(f"/delays/forecast/why?number={number}").status_code == 403
    assert bound.get(f"/delays/forecast/why?number={other}").ok
    near = signed_in("office_staff", region=ALMATY).get(f"/delays/forecast/why?number={number}")
    assert "in another region" in near.text


@pytest.mark.usefixtures("land")
def test_whose_time(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    rows = {row["name"]: row for row in table(client, "/delays/clocks")}
    assert rows["body:JUSTICE"]["seconds"] == str(25 * 3600)
    assert rows["applicant"]["seconds"] == str(25 * 1800)
    page = client.get("/delays/clocks").text
    for part in ("Ministry of Justice", "The applicant", "Office 12", '<svg class="bar"'):
        assert part in page, part
    for by in ("service", "region", "channel", "month"):
        for row in table(client, f"/delays/clocks?by={by}&period=365"):
            shares = ("body", "office", "applicant", "tereze", "outage", "unknown")
            assert sum(int(row[name]) for name in shares) == int(row["seconds"])
        assert client.get(f"/delays/clocks?by={by}").status_code == 200
    assert client.get("/delays/clocks?by=weather&period=-1").status_code == 200


def test_standards(signed_in: SignedIn, land: Outage) -> None:
    client = signed_in("auditor")
    assert "Every standard with enough cases fits." in client.get("/delays/standards").text
    applied(land, 120, ASTANA, "late")
    fresh = signed_in("region", region=ASTANA)  # kept for others for a while; not for this region
    [row] = table(fresh, "/delays/standards")
    assert (row["service"], row["verdict"], row["cases"]) == (SERVICE, "too_short", "140")
    assert "Change the term or the work" in fresh.get("/delays/standards").text
    assert table(signed_in("office_staff", region=ALMATY), "/delays/standards") == []


def test_a_region_sees_its_own(signed_in: SignedIn, land: Outage) -> None:
    client = signed_in("region", region=AQMOLA)
    [row] = table(client, "/delays/forecast")
    assert (row["service"], row["open"], row["expected"]) == (OTHER, "5", "0.0")
    assert "34 of 51" not in client.get("/delays/forecast").text
    mine = f"/delays/forecast/group?body=SOCIAL&service={OTHER}"
    assert client.get(mine).ok
    [row] = table(client, "/delays/clocks?by=region")
    assert (row["name"], row["applications"]) == (AQMOLA, "5")
    addresses = ["/delays/forecast?", f"{mine}&", "/delays/clocks?by=month&", "/delays/standards?"]
    for address in addresses:
        assert client.get(f"{address}region={ALMATY}").status_code == 403, address
    assert len(land.all("SELECT 1 FROM audit_entries WHERE action = 'console_refused'")) == 4

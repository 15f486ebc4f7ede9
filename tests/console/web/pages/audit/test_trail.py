"""The audit trail in the console: filtered, paged by number, as CSV; for auditors alone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from console.web.lists import SIZE
from console.web.pages.audit import trail
from tests.console.web.conftest import Client
from tests.console.web.pages.audit.conftest import Record
from tests.flows.failures.waiting.outage import Outage

SignedIn = Callable[..., Client]
READ = {"basis": "complaint <b>17</b>"}


@pytest.fixture
def auditor(signed_in: SignedIn) -> Client:
    return signed_in("auditor")


def shown(page: str) -> list[int]:
    """The numbers of the entries on a page."""
    return [int(each) for each in re.findall(r'<a href="/audit/(\d+)">\d', page)]


def test_filtered_by_how_things_begin(auditor: Client, record: Record) -> None:
    ana = record("person:ana", "alert.silenced", "alert/7")
    bek = record("person:bek", "alert.acknowledged", "alert/8")
    flow = record("flow:delays", "delays.checked", "office/<script>")
    cases = {
        "actor=ana": [ana],
        "actor=person:bek": [bek],
        "actor=flow:delays": [flow],
        "action=alert.": [bek, ana],
        "subject=alert/7": [ana],
        "action=alert.&actor=bek": [bek],
        "subject=" + quote("%"): [],
        "actor=%00": None,
    }
    for query, wanted in cases.items():
        answer = auditor.get(f"/audit?{query}")
        assert answer.status_code == 200, query
        assert wanted is None or shown(answer.text) == wanted, query
    assert "office/&lt;script&gt;" in auditor.get("/audit").text


def test_filtered_by_days_of_the_environment(auditor: Client, outage: Outage) -> None:
    """Almaty is five hours ahead: 20:00 of the 2nd in UTC is the 3rd there."""
    with outage.engine.begin() as connection:
        connection.exec_driver_sql("""
            INSERT INTO audit_entries (seq, at, actor, action, subject, details, previous, hash)
            SELECT 100000 + n, '2031-03-01 20:00+00'::timestamptz + n * interval '1 day', 'x', 'y',
                'z', '{}', '', '' FROM generate_series(0, 5) n
        """)
    for query, wanted in {
        "since=2031-03-03": [100005, 100004, 100003, 100002, 100001],
        "since=2031-03-03&until=2031-03-04": [100002, 100001],
        "until=2031-03-02&actor=x": [100000],
    }.items():
        assert shown(auditor.get(f"/audit?{query}").text) == wanted, query


@pytest.mark.parametrize(
    "typed", ["yesterday", "2031-02-30", "0001-01-01", "9999-12-31", "1" * 900]
)
def test_no_day(auditor: Client, typed: str) -> None:
    answer = auditor.get(f"/audit?since={typed}&until={typed}")
    assert answer.status_code == 422
    assert answer.text.count("This is no day that the trail can have.") == 2
    assert f'value="{typed}"' in answer.text


def test_paged_by_number(auditor: Client, filled: Callable[[int], None]) -> None:
    filled(2 * SIZE + 5)
    pages, path, seen = 0, "/audit?actor=flow:noise", list[int]()
    while path:
        page = auditor.get(path).text
        seen += shown(page)
        further = re.search(r'<a href="([^"]+)" rel="next">', page)
        path = further[1].replace("&amp;", "&") if further else ""
        pages += 1
    assert pages == 3
    assert len(seen) == 2 * SIZE + 5
    assert seen == sorted(seen, reverse=True)
    for before in ("-1", "x", "9" * 40):
        assert auditor.get(f"/audit?before={before}").ok, before


def test_it_looks_through_so_many_at_most(
    auditor: Client, record: Record, filled: Callable[[int], None]
) -> None:
    rare = record("person:rare", "alert.silenced", "alert/7")
    filled(trail.REACH + 10)
    first = auditor.get("/audit?actor=rare").text
    assert shown(first) == []
    assert "Looked through the entries down to" in first
    further = re.search(r'<a href="([^"]+)" rel="next">', first)
    assert further is not None
    assert shown(auditor.get(further[1].replace("&amp;", "&")).text) == [rare]
    assert f"\n{rare}," in auditor.get("/audit?actor=rare&format=csv").text.replace("\r", "")
    day = datetime.now(UTC).date() - timedelta(days=1)
    assert shown(auditor.get(f"/audit?actor=rare&until={day}").text) == []


def test_csv_is_harmless(auditor: Client, record: Record) -> None:
    record("person:ana", "alert.silenced", '=HYPERLINK("x")', details={"a": 1})
    lines = auditor.get("/audit?actor=ana&format=csv").text.splitlines()
    assert lines[0].endswith("seq,at,actor,action,subject,basis,details")
    assert "'=HYPERLINK" in lines[1]


def test_one_entry(auditor: Client, record: Record) -> None:
    seq = record("person:ana", "application.read", "application/1", details={"<b>": 1}, **READ)
    page = auditor.get(f"/audit/{seq}").text
    for part in ("complaint &lt;b&gt;17", "&lt;b&gt;", f"/audit/{seq - 1}"):
        assert part in page, part
    for none in ("0", str(seq + 10), str(1 << 70)):
        assert auditor.get(f"/audit/{none}").status_code == 404, none


def test_who_read_whose_record(auditor: Client, record: Record) -> None:
    read = record("person:ana", "application.read", "application/1", **READ)
    held = record("person:bek", "quarantine.read", "quarantine/5", **READ)
    looked = record("person:bek", "composite.looked_up", "composite:birth", **READ)
    record("person:ana", "alert.silenced", "application/1")
    record("person:ana", "application.readmitted", "application/1")
    assert shown(auditor.get("/audit/readings").text) == [looked, held, read]
    assert shown(auditor.get("/audit/readings?actor=bek").text) == [looked, held]
    page = auditor.get("/audit/readings?subject=application/1").text
    assert shown(page) == [read]
    assert "complaint &lt;b&gt;17" in page
    table = auditor.get("/audit/readings?format=csv").text
    assert "quarantine/5" in table
    assert "silenced" not in table


@pytest.mark.parametrize(
    "role", ["integration_engineer", "on_call", "office_staff", "region", "reviewer"]
)
def test_others_see_nothing_of_it(signed_in: SignedIn, outage: Outage, role: str) -> None:
    client = signed_in(role)
    assert 'href="/audit"' not in client.get("/sources").text
    paths = ("/audit", "/audit?format=csv", "/audit/readings", "/audit/verification", "/audit/1")
    for path in paths:
        assert client.get(path).status_code == 403, path
    assert client.post("/audit/verification").status_code == 403
    with outage.engine.connect() as connection:
        refused = connection.exec_driver_sql(
            "SELECT subject FROM audit_entries WHERE action = 'console_refused' ORDER BY seq"
        )
        wanted = [f"GET {path.partition('?')[0]}" for path in paths]
        assert refused.scalars().all() == [*wanted, "POST /audit/verification"]

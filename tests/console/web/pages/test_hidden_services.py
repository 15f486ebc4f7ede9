"""Hidden services in the console: listed, looked at, decided once, within one's region."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from flows.hidden_services.candidates import state
from tests.console.web.conftest import Client
from tests.flows.failures.waiting.outage import Outage

SignedIn = Callable[..., Client]


@pytest.fixture
def candidate(outage: Outage) -> int:
    with outage.engine.begin() as connection:
        candidate = int(
            connection.execute(
                text("""
                    INSERT INTO candidates (kind, names, regions, organisations, score, probability,
                        why, signs, nearest, volume, found_at, changed_at)
                    VALUES ('hidden', '{"en": "A <b>paper</b> for a tree", "ru": "Справка"}',
                        '{75}', '{ECOLOGY}', 1, 0.9, 'It looks like one.',
                        '[{"sign": "fee", "weight": 1, "basis": "law", "evidence": ["1 MCI"]}]',
                        '[{"id": "00100101", "name": "Birth", "similarity": 0.2, "shared": [],
                           "lacks": ["tree"]}]', 40, now(), now())
                    RETURNING id
                """)
            ).scalar_one()
        )
        state.begin(connection, [candidate], "flow:hidden_services", datetime.now(UTC))
    return candidate


def test_listed_and_shown(signed_in: SignedIn, candidate: int) -> None:
    client = signed_in("reviewer")
    page = client.get("/hidden-services").text
    assert "A &lt;b&gt;paper&lt;/b&gt; for a tree" in page
    assert "<b>paper" not in page
    one = client.get(f"/hidden-services/{candidate}").text
    for part in ("Registration of a birth", "fee", "Decide"):
        assert part in one, part
    assert client.get("/hidden-services/0").status_code in (404, 422)
    table = client.get("/hidden-services?format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "ECOLOGY" in table.text


def test_who_comes_second_sees_what_happened(signed_in: SignedIn, candidate: int) -> None:
    client = signed_in("reviewer")
    path = f"/hidden-services/{candidate}"
    first = client.post(path, to="under_review", why="Worth a look", seen="0")
    assert first.status_code == 200
    assert "Worth a look" in first.text
    second = client.post(path, to="rejected", why="No service at all", seen="0")
    assert second.status_code == 409
    assert "Worth a look" in second.text
    assert "No service at all" in second.text  # what was written is kept


@pytest.mark.parametrize("role", ["auditor", "on_call", "office_staff"])
def test_others_look_and_decide_nothing(
    signed_in: SignedIn, candidate: int, role: str, outage: Outage
) -> None:
    client = signed_in(role)
    path = f"/hidden-services/{candidate}"
    assert "Decide" not in client.get(path).text
    assert client.post(path, to="rejected", why="I say so", seen="0").status_code == 403
    with outage.engine.connect() as connection:
        written = connection.execute(
            text("SELECT subject FROM audit_entries WHERE action = 'console_refused'")
        ).scalar_one()
    assert written == f"POST {path}"


def test_a_region_sees_its_own(signed_in: SignedIn, candidate: int) -> None:
    assert signed_in("region", region="75").get(f"/hidden-services/{candidate}").ok
    other = signed_in("region", region="11")
    assert other.get(f"/hidden-services/{candidate}").status_code == 403
    assert "paper" not in other.get("/hidden-services").text


@pytest.mark.usefixtures("candidate")
def test_funnel_and_bundles(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    assert client.get("/hidden-services/funnel").ok
    assert client.get("/hidden-services/bundles").ok

"""Reviews in the console: listed, examined, disputed, decided, closed once, within one's region."""

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.console.web.conftest import Client
from tests.console.web.examined import ALMATY, ASTANA, CLOSING, DISPUTE, REVISION, examined
from tests.flows.failures.waiting.outage import Outage

SignedIn = Callable[..., Client]


@pytest.fixture
def reviews(outage: Outage) -> dict[str, int]:
    return examined(outage)


def numbers(client: Client, query: str = "") -> list[str]:
    """The reviews of the list, as CSV has them."""
    answer = client.get(f"/reviews?format=csv{query}")
    assert answer.headers["content-type"].startswith("text/csv"), answer.text
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return sorted(row["region"] for row in rows)


FILTERS = [
    ("", [ASTANA, ALMATY]),
    ("&state=all", [ASTANA, ALMATY]),
    ("&state=closed", []),
    ("&state=nonsense", []),
    ("&term=over", [ASTANA, ALMATY]),
    ("&term=soon", []),
    ("&cause=own_staff", [ASTANA]),
    ("&department=Almaty", [ALMATY]),
    ("&region=71", [ASTANA]),
    ("&mine=1", []),
]


@pytest.mark.usefixtures("reviews")
def test_the_work_list(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    for query, found in FILTERS:
        assert numbers(client, query) == found, query
        page = client.get(f"/reviews?{query}")
        assert page.status_code == 200, query
        assert page.text.count('<td><a href="/reviews/') == len(found), query


def test_one_with_all_it_rests_on(signed_in: SignedIn, reviews: dict[str, int]) -> None:
    page = signed_in("auditor").get(f"/reviews/{reviews[ALMATY]}").text
    for part in ("A body took too long", "Land &lt;b&gt;committee", "Front office 12", "26 h",
                 "96.3%", "Timeline of 1", "Why did the body need longer?"):  # fmt: skip
        assert part in page, part
    assert "<b>committee" not in page
    assert "Close the review" not in page


@pytest.mark.usefixtures("reviews")
def test_no_such_review(signed_in: SignedIn) -> None:
    client = signed_in("region")
    for number in ("0", "999", "99999999999999999999"):
        assert client.get(f"/reviews/{number}").status_code == 404
        assert client.post(f"/reviews/{number}", **CLOSING).status_code == 404


def test_closed_once(signed_in: SignedIn, reviews: dict[str, int], outage: Outage) -> None:
    client = signed_in("region", region=ALMATY)
    path = f"/reviews/{reviews[ALMATY]}"
    assert "Close the review" in client.get(path).text
    closed = client.post(path, **CLOSING)
    assert closed.status_code == 200
    assert "How it was closed" in closed.text
    again = client.post(path, **{**CLOSING, "measure": "Something else altogether"})
    assert again.status_code == 409
    for part in ("Somebody was first", "A second clerk", "Something else altogether"):
        assert part in again.text, part
    assert outage.all("SELECT settled_cause, settled_body, restored FROM reviews WHERE id = :id",
                      id=reviews[ALMATY]) == [("late_at_body", "LAND", True)]  # fmt: skip
    assert numbers(client, "&state=closed&mine=1") == [ALMATY]


def test_a_dispute_is_taken_and_decided(
    signed_in: SignedIn, reviews: dict[str, int], outage: Outage
) -> None:
    client = signed_in("region")
    path = f"/reviews/{reviews[ALMATY]}"
    disputed = client.post(path, **DISPUTE)
    assert "Not ours, says the body" in disputed.text
    assert "Decide the dispute" in disputed.text
    late = client.post(path, **CLOSING)
    assert late.status_code == 409
    assert "A second clerk" in late.text  # what was written is kept, in the form
    decided = client.post(path, **REVISION)
    assert "Dispute granted" in decided.text
    assert "Why did it lie at the office?" in decided.text
    assert outage.all("SELECT state, cause, party FROM reviews WHERE id = :id",
                      id=reviews[ALMATY]) == [("open", "own_staff", "office:12")]  # fmt: skip


WRONG = [
    (CLOSING, {"measure": ""}, "Write something here"),
    (CLOSING, {"measure": "x" * 10_001}, "10,000 characters at the most"),
    (CLOSING, {"answer-1": " "}, "Write something here"),
    (CLOSING, {"body": "NOBODY"}, "no body or office of this code"),
    (CLOSING, {"body": ""}, "no body or office of this code"),
    (CLOSING, {"cause": "weather"}, "Choose one"),
    (CLOSING, {"restored": ""}, "Choose one"),
    (DISPUTE, {"says": "perhaps"}, "Choose one"),
    (DISPUTE, {"by": "<script>"}, "no body or office of this code"),
    (DISPUTE, {"why": ""}, "Write something here"),
    ({**REVISION, "seen": "0"}, {"because": ""}, "Write something here"),
]


def test_what_is_wrong_is_said_by_the_field_and_what_is_typed_is_kept(
    signed_in: SignedIn, reviews: dict[str, int], outage: Outage
) -> None:
    client = signed_in("region")
    for form, change, said in WRONG:
        answer = client.post(f"/reviews/{reviews[ALMATY]}", **{**form, **change})
        assert answer.status_code == 422, change
        assert said in answer.text, change
        assert "<script>" not in answer.text
        for name in {"measure", "why", "because", "answer-0"} & (form.keys() - change.keys()):
            assert form[name] in answer.text, (change, name)
    assert outage.all("SELECT DISTINCT state, revision FROM reviews") == [("open", 0)]


def test_right_to_left_and_scripts_are_words(signed_in: SignedIn, reviews: dict[str, int]) -> None:
    words = "<script>alert(1)</script> وثيقة ناقصة"
    page = signed_in("region").post(f"/reviews/{reviews[ALMATY]}", **{**DISPUTE, "why": words})
    assert "&lt;script&gt;alert(1)&lt;/script&gt; وثيقة ناقصة" in page.text
    assert '<span class="pre" dir="auto">LAND: ' in page.text


def test_others_look_and_do_nothing(
    signed_in: SignedIn, reviews: dict[str, int], outage: Outage
) -> None:
    path = f"/reviews/{reviews[ALMATY]}"
    for role in ("auditor", "on_call", "office_staff", "reviewer", "integration_engineer"):
        client = signed_in(role)
        assert "<textarea" not in client.get(path).text
        for form in (CLOSING, DISPUTE, {**REVISION, "seen": "0"}):
            assert client.post(path, **form).status_code == 403, role
    assert outage.all("SELECT DISTINCT state FROM reviews") == [("open",)]
    written = outage.all("SELECT subject FROM audit_entries WHERE action = 'console_refused'")
    assert written == [(f"POST {path}",)] * 15


def test_a_region_sees_its_own(
    signed_in: SignedIn, reviews: dict[str, int], outage: Outage
) -> None:
    client = signed_in("region", region=ASTANA)
    assert numbers(client) == [ASTANA]
    theirs = f"/reviews/{reviews[ALMATY]}"
    assert client.get(theirs).status_code == 403
    assert client.post(theirs, **CLOSING).status_code == 403
    for query in ("", "&format=csv"):
        assert client.get(f"/reviews?region={ALMATY}{query}").status_code == 403
    refused = outage.all("SELECT subject FROM audit_entries WHERE action = 'console_refused'")
    assert (f"GET /reviews?region={ALMATY}",) in refused
    assert len(refused) == 4


def test_each_region_sees_its_own_cases_of_what_spans_several(
    signed_in: SignedIn, reviews: dict[str, int], outage: Outage
) -> None:
    both = reviews[ALMATY]
    with outage.engine.begin() as connection:
        connection.execute(text("UPDATE review_cases SET review_id = :id"), {"id": both})
        connection.execute(text("UPDATE reviews SET region = NULL WHERE id = :id"), {"id": both})
    path = f"/reviews/{both}"
    for region, own, strange in ((ALMATY, "1", "2"), (ASTANA, "2", "1")):
        client = signed_in("region", region=region)
        assert f'href="{path}"' in client.get("/reviews").text
        table = client.get("/reviews?format=csv").text
        [line] = [each for each in table.splitlines() if each.startswith(f"{both},")]
        assert line.endswith(f",1,{own}"), line
        page = client.get(path).text
        assert f"Timeline of {own}" in page
        assert f"Timeline of {strange}" not in page
        assert "Its cases lie in several regions" in page
        assert "<textarea" not in page
        assert client.post(path, **CLOSING).status_code == 403
    assert signed_in("region", region="10").get(path).status_code == 403
    assert f'href="{path}"' not in signed_in("region", region="10").get("/reviews").text
    whole = signed_in("auditor").get(path).text
    assert all(f"Timeline of {number}" in whole for number in ("1", "2"))


def test_a_form_that_is_none(signed_in: SignedIn, reviews: dict[str, int]) -> None:
    path = f"/reviews/{reviews[ALMATY]}"
    assert signed_in("region").post(path, do="delete").status_code == 404


def test_a_session_that_ended_loses_nothing(
    signed_in: SignedIn, reviews: dict[str, int], outage: Outage
) -> None:
    client = signed_in("region")
    with outage.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM console_sessions")
    answer = client.post(f"/reviews/{reviews[ALMATY]}", **CLOSING)
    assert answer.status_code == 401
    assert "A second clerk reads the plans" in answer.text
    assert outage.all("SELECT DISTINCT state FROM reviews") == [("open",)]

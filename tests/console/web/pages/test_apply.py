"""Apply: a form that asks for no more than it has to, a dry run, one start."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import text

from console.web.access.sign_in import KEPT
from tests.console.web.conftest import Client
from tests.console.web.front_office import MOTHER, OFFICE, OTHER_MOTHER, TYPED, FrontOffice

SignedIn = Callable[..., Client]
HERE = {"region": "71", "office": "office 1"}
PATH = "/apply/small"


@pytest.fixture
def outage(front_office: FrontOffice) -> FrontOffice:
    return front_office


def once(page: str) -> str:
    """The form's own name on a page."""
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def start(client: Client, **changes: str) -> requests.Response:
    return client.post(PATH, **{**TYPED, **OFFICE, "do": "start", **changes})


def test_choose_and_a_form_that_does_not_ask_for_what_the_state_knows(signed_in: SignedIn) -> None:
    client = signed_in("office_staff", **HERE)
    assert "Birth of a child" in client.get("/apply").text
    page = client.get(PATH).text
    for part in (
        "Mother (en)",
        "Day (en)",
        "A child at school (en)",
        "not required",
        "Front office",
    ):
        assert part in page, part
    for part in ("f-child_iin", "f-pupil_iin"):
        assert part not in page, part
    assert "Mother (en)" in page
    client.http.headers["Accept-Language"] = "kk"
    assert "Mother (kk)" in client.get(PATH).text
    assert client.get("/apply/nothing").status_code == 404


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    client = signed_in("office_staff", **HERE)
    answer = client.post(PATH, **TYPED, **OFFICE)
    assert answer.status_code == 200
    for part in ("What will be done", "Registration (en)", "2 working days", "Article 2 (en)",
                 "Without it there is no allowance (en)", "Stays done: Paid (en)", "not known",
                 "Start"):  # fmt: skip
        assert part in answer.text, part
    assert 'name="f-mother_iin" value="900101300017"' in answer.text
    in_kazakh = client.post(PATH, **TYPED, **OFFICE, words="kk").text
    assert "Не істеледі" in in_kazakh
    assert "See what" not in in_kazakh
    assert front_office.body.ledger == []
    assert front_office.all("SELECT 1 FROM composite_applications") == []
    changed = client.post(PATH, **{**TYPED, **OFFICE, "do": "change"})
    assert (changed.status_code, 'value="900101300017"' in changed.text) == (200, True)


def test_start_carries_the_office_and_leads_to_how_it_stands(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    answer = start(signed_in("office_staff", **HERE), language="kk", region="75")
    number = answer.url.rpartition("/")[2].partition("?")[0]
    assert (answer.status_code, number[:3]) == (200, "OA-")
    row = front_office.all(
        "SELECT region, office, language, channel, applicant, origin FROM composite_applications"
    )[0]
    assert row[:5] == ("71", "office 1", "kk", "state_corporation", MOTHER)
    assert row[5].startswith("console:")
    assert "is started" in answer.text
    assert MOTHER not in answer.text
    assert front_office.carry(number) == "ended"
    assert len(front_office.body.ledger) == 2
    done = signed_in("office_staff", **HERE).get(f"/applications/{number}").text
    assert "data-live" not in done
    assert MOTHER not in front_office.everything()


def test_a_double_click_is_one_application(signed_in: SignedIn, front_office: FrontOffice) -> None:
    client = signed_in("office_staff", **HERE)
    form = once(client.get(PATH).text)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: start(client, once=form), range(4)))
    assert len({each.url.partition("?")[0] for each in found}) == 1
    assert front_office.one("SELECT count(*) FROM composite_applications") == 1
    assert sum("had been sent before" in each.text for each in found) == 3


def test_the_same_form_is_not_sent_again_after_a_refusal_but_a_corrected_one_is(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    client = signed_in("office_staff", **HERE)
    form = once(client.get(PATH).text)
    first = start(client, once=form).url.partition("?")[0]
    with front_office.engine.begin() as connection:
        connection.execute(
            text("UPDATE composite_applications SET state = 'ended', outcome = 'refused'")
        )
    assert start(client, once=form).url.partition("?")[0] == first
    corrected = start(client, once=form, **{"f-note": "twins"}).url.partition("?")[0]
    assert corrected != first
    assert start(client).url.partition("?")[0] == corrected


def test_one_of_another_region_is_named_and_not_opened(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    start(signed_in("office_staff", **HERE))
    there = start(signed_in("office_staff", region="75", office="office 2"))
    assert (there.status_code, "in another region" in there.text) == (409, True)
    number = front_office.one("SELECT number FROM composite_applications")
    assert number in there.text
    assert f'value="{MOTHER}"' in there.text


WRONG: list[tuple[dict[str, str], str]] = [
    ({"f-mother_iin": ""}, "«Mother (en)» is missing"),
    ({"f-mother_iin": "900101300018"}, "«Mother (en)» is not a right IIN"),
    ({"f-born_on": "2999-01-01"}, "«Day (en)» may not be after"),
    ({"f-born_on": "yesterday"}, "«Day (en)» has to be a day"),
    ({"f-school": "perhaps"}, "«A child at school (en)» has to be yes"),
    ({"f-note": "ж" * 10_000}, "has 10000 letters; at most 300 fit"),
    ({"f-child_iin": MOTHER}, "is not asked for: the state finds it out"),
    ({"f-pupil_iin": OTHER_MOTHER}, "is not asked for in this case"),
    ({"f-odd": "x"}, "The form has no field «odd»"),
    ({"channel": "pigeon", "do": "start"}, "the register has no channel"),
]


@pytest.mark.parametrize(("changes", "problem"), WRONG)
def test_what_is_wrong_is_named_and_what_was_typed_stays(
    signed_in: SignedIn, front_office: FrontOffice, changes: dict[str, str], problem: str
) -> None:
    given = {**TYPED, **OFFICE, "f-note": "kept as it is", "seen": "mother_iin", **changes}
    answer = signed_in("office_staff", **HERE).post(PATH, **given)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert problem.replace("'", "&#39;") in answer.text
    for name, value in given.items():
        if name.startswith("f-") and name not in ("f-child_iin", "f-odd", "f-school"):
            assert value in answer.text, name
    assert front_office.all("SELECT 1 FROM composite_applications") == []


def test_an_answer_that_asks_for_more_is_no_mistake(signed_in: SignedIn) -> None:
    client = signed_in("office_staff", **HERE)
    school = {**TYPED, **OFFICE, "f-school": "yes"}
    more = client.post(PATH, **school)
    assert more.status_code == 200
    assert "a few more questions" in more.text
    assert 'name="f-pupil_iin"' in more.text
    assert "school pupil_iin" in more.text
    missing = client.post(PATH, **school, seen="pupil_iin")
    assert (missing.status_code, "«Pupil (en)» is missing" in missing.text) == (422, True)
    complete = client.post(PATH, **school, **{"f-pupil_iin": OTHER_MOTHER})
    assert "What will be done" in complete.text


def test_scripts_and_right_to_left_text_are_only_text(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    client = signed_in("office_staff", **HERE)
    odd = "<script>alert(1)</script> \u202eשלום مريم"
    answer = client.post(PATH, **TYPED, **OFFICE, **{"f-note": odd[:25]})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    started = start(client, **{"f-note": "שלום مريم"})
    assert started.status_code == 200
    assert front_office.one("SELECT data ->> 'note' FROM composite_applications") == "שלום مريم"


@pytest.mark.parametrize(
    "role", ["auditor", "on_call", "reviewer", "region", "integration_engineer"]
)
def test_others_may_not_apply(signed_in: SignedIn, front_office: FrontOffice, role: str) -> None:
    client = signed_in(role)
    for answer in (client.get("/apply"), client.get(PATH), start(client)):
        assert answer.status_code == 403
    assert front_office.all("SELECT 1 FROM composite_applications") == []
    assert len(front_office.audited("console_refused")) == 3


def test_a_session_that_ended_keeps_what_was_typed(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    client = signed_in("office_staff", **HERE)
    with front_office.engine.begin() as connection:
        connection.execute(text("DELETE FROM console_sessions"))
    answer = start(client)
    assert (answer.status_code, "kept" in answer.text) == (401, True)
    assert f'name="{KEPT}f-mother_iin" value="{MOTHER}"' in answer.text
    assert front_office.all("SELECT 1 FROM composite_applications") == []


def test_who_has_no_region_says_for_which_one(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    client = signed_in("office_staff")
    with front_office.engine.begin() as connection:
        connection.exec_driver_sql(
            """UPDATE console_users SET region = NULL, roles = '["office_staff", "on_call"]'"""
        )
    assert "Almaty" in client.get(PATH).text
    start(client, region="75")
    assert front_office.one("SELECT region FROM composite_applications") == "75"
    wrong = start(client, region="99", **{"f-born_on": "2026-11-17"})
    assert (wrong.status_code, "no region" in wrong.text) == (422, True)

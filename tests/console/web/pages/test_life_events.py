"""Births that could not start by themselves: listed, asked about, started once or set aside."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.console.web.conftest import Client
from tests.console.web.front_office import MOTHER, FrontOffice

SignedIn = Callable[..., Client]
HERE = {"region": "71", "office": "office 1"}
PATH = "/cases/life-event?system=maternity&event=7%2F1"
START, ASIDE = (PATH.replace("?", f"/{deed}?") for deed in ("start", "set-aside"))
BORN = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()


@pytest.fixture
def outage(front_office: FrontOffice) -> FrontOffice:
    front_office.birth_waits()
    return front_office


def test_listed_without_personal_data_and_read_with_a_reason(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    client = signed_in("office_staff", **HERE)
    listed = client.get("/cases").text
    for part in ("could not start", "7/1", "Birth of a child"):
        assert part in listed, part
    page = client.get(PATH).text
    assert "Why it has not started" in page
    assert MOTHER not in listed + page
    assert "f-born_on" not in page
    bare = client.post(PATH)
    assert (bare.status_code, "Say why you read it" in bare.text) == (422, True)
    record = client.post(PATH, basis=f"at the window with {MOTHER}").text
    for part in ("+77010000000", "f-born_on", "••••••••0017"):
        assert part in record, part
    assert "f-school" not in record, "what the body told is not asked for"
    assert MOTHER not in record
    [(subject, basis, _)] = front_office.audited("life_event.read")
    assert subject == "life event maternity/7/1"
    assert MOTHER not in str(basis)


def test_the_office_gives_what_was_missing_and_it_starts_once(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    client = signed_in("office_staff", **HERE)
    wrong = client.post(START, **{"f-born_on": "2999-01-01"})
    assert (wrong.status_code, "2999-01-01" in wrong.text) == (422, True)
    assert front_office.one("SELECT count(*) FROM composite_applications") == 0
    begun = client.post(START, **{"f-born_on": BORN})
    assert (begun.status_code, "is started" in begun.text) == (200, True)
    data: dict[str, Any] = front_office.one("SELECT data FROM composite_applications")
    assert data == {"mother_iin": MOTHER, "born_on": BORN, "school": False}
    place = "SELECT concat(office, ' of ', region) FROM composite_applications"
    assert front_office.one(place) == "office 1 of 71"
    second = client.post(START, **{"f-born_on": BORN})
    assert (second.status_code, "It waits no longer" in second.text) == (409, True)
    assert BORN in second.text, "what was typed is kept"
    assert client.get(PATH).status_code == 404
    assert front_office.one("SELECT count(*) FROM composite_applications") == 1


def test_set_aside_with_a_reason(signed_in: SignedIn, front_office: FrontOffice) -> None:
    client = signed_in("office_staff", **HERE)
    bare = client.post(ASIDE, resolution=" ")
    assert (bare.status_code, "nothing says why" in bare.text) == (422, True)
    assert client.post(ASIDE, resolution=f"Born abroad, says {MOTHER}").url.endswith("/cases")
    [(_, basis, _)] = front_office.audited("life_event.set_aside")
    assert basis == "Born abroad, says ••••••••0017"
    assert client.post(ASIDE, resolution="Once more").status_code == 409


def test_who_may(signed_in: SignedIn, front_office: FrontOffice) -> None:
    auditor, on_call = signed_in("auditor"), signed_in("on_call")
    assert auditor.get(PATH).status_code == 200
    assert auditor.post(PATH, basis="b").status_code == 200
    for client, paths in ((auditor, (START, ASIDE)), (on_call, (PATH, START, ASIDE))):
        for path in paths:
            assert client.post(path, basis="b", resolution="b").status_code == 403, path
    assert on_call.get(PATH).status_code == 403
    assert len(front_office.audited("console_refused")) == 6

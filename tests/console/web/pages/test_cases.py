"""Cases: the office's work list, one page each, settled once."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from flows.composite_services.assistance.cases import CaseKind, NewCase, open_case
from tests.console.web.conftest import Client
from tests.console.web.front_office import MOTHER, FrontOffice
from tests.flows.composite_services.begun import begin, states
from tests.flows.composite_services.small import SMALL, composite, names

SignedIn = Callable[..., Client]
HERE = {"region": "71", "office": "office 1"}
CHILD = "260301600018"
NUMBER = "OA-2026-000001-1"
LETTER = {"by": "letter", "to": "BODY", "text": names("Please annul {reference}")}


@pytest.fixture
def outage(front_office: FrontOffice) -> FrontOffice:
    return front_office


def stands_still(
    office: FrontOffice, state: str = "person", kind: CaseKind = "assistance", **step: Any
) -> int:
    """An application in Astana whose registration waits for an office; the case's number."""
    birth = {**SMALL["steps"]["birth"], **step}
    definition = composite(steps={"birth": birth, "allowance": SMALL["steps"]["allowance"]})
    with office.engine.begin() as connection:
        application = begin(connection, definition, {"mother_iin": MOTHER}, NUMBER)
        connection.execute(text("UPDATE composite_applications SET region = '71'"))
        connection.execute(
            text("""
                UPDATE composite_steps SET state = :state, reason = 'unknown_whether_done',
                    sentence = 'Somebody asks', next_at = NULL, began_at = now(),
                    reference = 'A-17', ended_at = CASE WHEN :state = 'undoing' THEN now() END
                WHERE step = 'birth'
            """),
            {"state": state},
        )
        if state == "undoing":
            connection.execute(text("UPDATE composite_applications SET undo_from = now()"))
        wanted = NewCase(application, "birth", kind, "unknown_whether_done", "Lost", "Ask them")
        return open_case(connection, office.environment, wanted, datetime.now(UTC))


def settled(office: FrontOffice) -> dict[str, str]:
    with office.engine.connect() as connection:
        return states(connection, 1)


def test_the_work_list_has_no_personal_data(signed_in: SignedIn, front_office: FrontOffice) -> None:
    stands_still(front_office)
    client = signed_in("office_staff", **HERE)
    page = client.get("/cases").text
    for part in ("Ask them", NUMBER, "Window 1 (en)", "Help needed"):
        assert part in page, part
    assert MOTHER not in page
    assert "Ask them" in client.get("/cases?office=all&state=all").text
    assert "Ask them" in client.get("/cases?format=csv").text
    assert "Nothing waits" in client.get("/cases?office=office+2").text
    there = signed_in("office_staff", region="75", office="office 2")
    assert "Ask them" not in there.get("/cases?office=all").text
    assert "Ask them" in signed_in("auditor").get("/cases").text


def test_somebody_finds_out_and_the_application_goes_on(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    path = f"/cases/{stands_still(front_office)}"
    client = signed_in("office_staff", **HERE)
    page = client.get(path).text
    for part in ("Lost", "Ask them", "f-child_iin", "f-act", "It was done", "Settle it"):
        assert part in page, part
    lacking = client.post(path, how="done", resolution="They told me <b>on the phone</b>")
    assert (lacking.status_code, "is missing" in lacking.text) == (422, True)
    assert "They told me &lt;b&gt;on the phone" in lacking.text
    done = client.post(path, how="done", resolution="They told me", **{"f-child_iin": CHILD})
    assert (done.status_code, "Settled" in done.text) == (200, True)
    assert settled(front_office)["birth"] == "done"
    second = client.post(path, how="refused", resolution="No, not so", reason="late")
    assert second.status_code == 409
    for part in (", office_staff<", "They told me", "No, not so", "late"):
        assert part in second.text, part
    assert MOTHER not in front_office.everything()


WRONG: list[tuple[dict[str, str], str]] = [
    ({}, "nothing is chosen"),
    ({"how": "perhaps", "resolution": "x"}, "nothing is chosen"),
    ({"how": "again"}, "nothing says what was done"),
    ({"how": "refused", "resolution": "x"}, "it has nothing"),
    ({"how": "again", "resolution": "x", "f-act": "7"}, "takes no answers"),
    ({"how": "done", "resolution": "x", "f-child_iin": "1"}, "not a right IIN"),
    ({"how": "done", "resolution": "x" * 10_000, "f-act": "y" * 10_000}, "at most 1000 fit"),
]


@pytest.mark.parametrize(("given", "problem"), WRONG)
def test_what_is_wrong_is_told_and_kept(
    signed_in: SignedIn, front_office: FrontOffice, given: dict[str, str], problem: str
) -> None:
    path = f"/cases/{stands_still(front_office)}"
    answer = signed_in("office_staff", **HERE).post(path, **given)
    assert answer.status_code == 422
    assert problem in answer.text
    assert all(text in answer.text for name, text in given.items() if name != "how")
    assert settled(front_office)["birth"] == "person"


def test_a_refusal_goes_on_with_its_reason(signed_in: SignedIn, front_office: FrontOffice) -> None:
    path = f"/cases/{stands_still(front_office)}"
    given = {"how": "refused", "resolution": "Asked", "reason": "No act", "grounds": "Article 9"}
    assert signed_in("office_staff", **HERE).post(path, **given).status_code == 200
    assert settled(front_office)["birth"] == "refused"
    refusal = front_office.one("SELECT refusal FROM composite_steps WHERE step = 'birth'")
    assert refusal == {"reason": "No act", "grounds": "Article 9"}


def test_reading_what_was_sent_is_written_down(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    case = stands_still(front_office)
    with front_office.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO composite_attempts (application, step, does, system, lease, worker,
                    began_at, outcome, asked) VALUES (1, 'birth', 'call', 'office', 1, 'w', now(),
                    'unanswered', :asked)
            """),
            {"asked": f'{{"mother": "{MOTHER}"}}'},
        )
    client = signed_in("office_staff", **HERE)
    bare = client.post(f"/cases/{case}/record")
    assert (bare.status_code, "Say why you read it" in bare.text) == (422, True)
    page = client.post(f"/cases/{case}/record", basis=f"complaint of {MOTHER}").text
    assert "unanswered" in page
    assert MOTHER not in page
    whole = client.post(f"/cases/{case}/record", basis="b", unmasked="yes").text
    assert MOTHER in whole
    [(subject, basis, details)] = front_office.audited("assistance.read")
    assert (subject, details) == (f"application tereze {NUMBER}", {"case": case})
    assert MOTHER not in str(basis)
    assert len(front_office.audited("assistance.read_unmasked")) == 1


def test_the_letter_that_takes_something_back(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    case = stands_still(front_office, "undoing", "letter", undo=LETTER)
    client = signed_in("office_staff", **HERE)
    assert "Write the letter" in client.get(f"/cases/{case}").text
    page = client.post(f"/cases/{case}/record", do="letter", basis="the case").text
    assert "Please annul A-17" in page
    assert len(front_office.audited("assistance.letter_written")) == 1
    assert client.post(f"/cases/{case}", how="done", resolution="Answered").status_code == 200
    assert settled(front_office)["birth"] == "undone"


def test_tampering_by_region_and_role(signed_in: SignedIn, front_office: FrontOffice) -> None:
    case = stands_still(front_office)
    given = {"how": "drop", "resolution": "x", "basis": "b"}
    there = signed_in("office_staff", region="75", office="office 2")
    auditor = signed_in("auditor")
    on_call = signed_in("on_call")
    for client, path, get in [
        (there, f"/cases/{case}", 403),
        (on_call, f"/cases/{case}", 403),
        (on_call, "/cases", 403),
    ]:
        assert client.get(path).status_code == get, path
        assert client.post(f"/cases/{case}", **given).status_code == 403
        assert client.post(f"/cases/{case}/record", **given).status_code == 403
    assert "Settle it" not in auditor.get(f"/cases/{case}").text
    assert auditor.post(f"/cases/{case}", **given).status_code == 403
    assert auditor.post(f"/cases/{case}/record", **given).status_code == 200
    assert settled(front_office)["birth"] == "person"
    assert len(front_office.audited("console_refused")) == 10
    assert auditor.get("/cases/999").status_code == 404

"""Applications: found by number or by person, how each stands, whose clock, taken back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from flows.composite_services.intake.apply import Way, apply
from tests.console.web.conftest import Client
from tests.console.web.front_office import MOTHER, OTHER_MOTHER, FrontOffice

SignedIn = Callable[..., Client]
HERE = {"region": "71", "office": "office 1"}
FORM = {"mother_iin": MOTHER, "born_on": "2026-11-18", "school": False}
ODD = "7/№ 3?&<b>"
"""A number as some system gives it."""


@pytest.fixture
def outage(front_office: FrontOffice) -> FrontOffice:
    return front_office


def started(office: FrontOffice, region: str | None = "71", **form: str) -> str:
    way = Way("person:test", "ru", "test", "office 1", region, "portal")
    now = datetime.now(UTC)
    return apply(office.engine, office.environment, "small", FORM | form, way, now).number


def received(office: FrontOffice, number: str, **values: str | None) -> None:
    """An application of the office's system, three days ago."""
    row = {"region": "71", "applicant": MOTHER, "timeliness": "open", "system": "office", **values}
    with office.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO applications (system, number, service, channel, region, office,
                    applicant, received_at, due_at, timeliness, source, pull_id)
                VALUES (:system, :number, '00100101', 'portal', :region, 'office 1', :applicant,
                    :at, :at, :timeliness, 'office.applications', 1)
            """),
            {**row, "number": number, "at": datetime.now(UTC) - timedelta(days=3)},
        )


def test_how_it_stands_has_words_and_no_personal_data(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    number = started(front_office)
    page = signed_in("on_call").get(f"/applications/{number}").text
    for part in (number, "What happens next", "Registration (en)", "Comes later", 'data-live="3"',
                 '<p lang="ru">'):  # fmt: skip
        assert part in page, part
    assert "The record" not in page
    assert MOTHER not in page
    printed = signed_in("office_staff", **HERE).get(f"/applications/{number}?print=kk").text
    for part in ('<html lang="kk"', "Баланың дүниеге келуі", "Registration (kk)"):
        assert part in printed, part
    assert signed_in("auditor").get("/applications/OA-2026-000009-9").status_code == 404


def test_a_refusal_says_what_it_means_and_the_reason_stands_in_the_record(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    front_office.body.faults.append("refuse")
    number = started(front_office)
    assert front_office.carry(number) == "ended"
    client = signed_in("office_staff", **HERE)
    page = client.get(f"/applications/{number}").text
    for part in ("Refused", "Without it there is no allowance (en)", "Not done"):
        assert part in page, part
    assert "not so" not in page
    bare = client.post(f"/applications/{number}")
    assert (bare.status_code, "Say why you read it" in bare.text) == (422, True)
    record = client.post(f"/applications/{number}", basis=f"asked by {MOTHER}").text
    for part in ("not so", "rule 4", "Registration (en)", "Evidence"):
        assert part in record, part
    assert MOTHER not in record
    whole = client.post(f"/applications/{number}", basis="b", unmasked="yes").text
    assert MOTHER in whole
    [(subject, basis, _)] = front_office.audited("application.read")
    assert subject == f"application tereze {number}"
    assert MOTHER not in str(basis)
    assert len(front_office.audited("application.read_unmasked")) == 1


def test_withdrawing_is_told_before_it_is_done(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    front_office.body.faults += ["lose"]
    number = started(front_office)
    front_office.carry(number)
    client = signed_in("office_staff", **HERE)
    path = f"/applications/{number}/cancel"
    page = client.get(path).text
    for part in ("Withdraw this application?", "Registration (en)", "What becomes of it"):
        assert part in page, part
    bare = client.post(path, reason=" ")
    assert (bare.status_code, "nothing says why" in bare.text) == (422, True)
    done = client.post(path, reason="They moved <b>away</b>")
    assert (done.status_code, "is withdrawn" in done.text) == (200, True)
    second = client.post(path, reason="Once more")
    assert (second.status_code, "Once more" in second.text) == (409, True)
    assert "is being taken back since" in second.text or "it has ended" in second.text
    assert len(front_office.audited("composite.cancelled")) == 1


def test_found_by_number(signed_in: SignedIn, front_office: FrontOffice) -> None:
    number = started(front_office)
    received(front_office, ODD)
    received(front_office, "T-1")
    received(front_office, "T-1", system="registry")
    client = signed_in("on_call")
    assert client.post("/applications", number=number).url.endswith(f"/applications/{number}")
    odd = client.post("/applications", number=f" {ODD} ")
    assert odd.status_code == 200
    assert "Whose clock it was" in odd.text
    assert "7/№ 3?&amp;&lt;b&gt;" in odd.text
    several = client.post("/applications", number="T-1")
    assert "Several systems use this number" in several.text
    none = client.post("/applications", number="x" * 10_000)
    assert (none.status_code, "There is no application of this number" in none.text) == (404, True)


def test_found_by_person_with_a_reason_that_is_kept(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    number = started(front_office)
    received(front_office, "A-1")
    received(front_office, "A-2", region="75")
    received(front_office, "A-3", region=None)
    received(front_office, "A-4", applicant=OTHER_MOTHER)
    client = signed_in("office_staff", **HERE)
    bare = client.post("/applications", do="person", person=MOTHER)
    assert (bare.status_code, "Say why you look for it" in bare.text) == (422, True)
    assert f'value="{MOTHER}"' in bare.text
    found = client.post("/applications", do="person", person=MOTHER, basis=f"of {MOTHER}")
    for part, there in [(number, True), ("A-1", True), ("A-3", True), ("A-2", False),
                        ("A-4", False)]:  # fmt: skip
        assert (f">{part}</a>" in found.text) is there, part
    assert MOTHER not in found.url
    [(subject, basis, details)] = front_office.audited("applications.searched")
    assert basis == "of ••••••••0017"
    assert sorted(details["found"]) == ["A-1", "A-3", number]
    assert subject == "person ••••••••0017"
    assert MOTHER not in front_office.everything()
    assert (
        "you may see"
        in client.post("/applications", do="person", person="nobody at all", basis="b").text
    )
    refused = signed_in("on_call").post("/applications", do="person", person=MOTHER, basis="b")
    assert refused.status_code == 403


def test_the_timeline_says_whose_clock(signed_in: SignedIn, front_office: FrontOffice) -> None:
    front_office.received("T-7", "06-02 10:00", office="office 1", region="71")
    front_office.event("T-7", "stage", "06-03 10:00", "BODY")
    front_office.completed("T-7", "06-04 10:00")
    address = "/applications/timeline?" + urlencode({"system": "office", "number": "T-7"})
    page = signed_in("on_call").get(address).text
    for part in ("Window 1 (en)", "The registry office (en)", "50.0%", "9:00 working hours",
                 "Handed on", "Completed"):  # fmt: skip
        assert part in page, part
    client = signed_in("auditor")
    assert client.post(address).status_code == 422
    record = client.post(address, basis="complaint 7").text
    assert "Stops of the clock" not in record
    assert "Events" in record
    assert [each[:2] for each in front_office.audited("application.read")] == [
        ("application office T-7", "complaint 7")
    ]


def test_the_list_pages_and_filters(signed_in: SignedIn, front_office: FrontOffice) -> None:
    for n in range(55):
        received(front_office, f"L-{n:02}", timeliness="at_risk" if n < 3 else "open")
    client = signed_in("integration_engineer")
    assert "1–50" in client.get("/applications").text
    assert "51–55" in client.get("/applications?from=50").text
    assert "1–3" in client.get("/applications?state=at_risk").text
    assert client.get("/applications?format=csv").text.count("L-") == 55
    assert MOTHER not in client.get("/applications?format=csv").text
    number = started(front_office)
    several = client.get("/applications?kind=several").text
    for part in (number, "Birth of a child", "Under way"):
        assert part in several, part
    assert "none like this" in client.get("/applications?kind=several&state=done").text
    assert "none like this" in signed_in("region", region="75").get("/applications").text


def test_tampering_by_region_and_role(signed_in: SignedIn, front_office: FrontOffice) -> None:
    number = started(front_office)
    received(front_office, "A-1")
    there = signed_in("office_staff", region="75", office="office 2")
    timeline = "/applications/timeline?system=office&number=A-1"
    for path in (f"/applications/{number}", f"/applications/{number}/cancel", timeline,
                 "/applications?region=71", "/applications?region=71&format=csv"):  # fmt: skip
        assert there.get(path).status_code == 403, path
    for path in (f"/applications/{number}", f"/applications/{number}/cancel", timeline):
        assert there.post(path, basis="b", reason="b").status_code == 403, path
    engineer, auditor = signed_in("integration_engineer"), signed_in("auditor")
    assert engineer.get(f"/applications/{number}").status_code == 200
    assert engineer.post(f"/applications/{number}", basis="b").status_code == 403
    assert engineer.post(timeline, basis="b").status_code == 403
    for client in (engineer, auditor):
        assert client.get(f"/applications/{number}/cancel").status_code == 403
        assert client.post(f"/applications/{number}/cancel", reason="b").status_code == 403
    assert front_office.one("SELECT undo_from FROM composite_applications") is None
    assert len(front_office.audited("console_refused")) == 14

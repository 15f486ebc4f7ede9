"""Held rows in the console: listed, read with a basis, released after a fix."""

from collections.abc import Callable

import pytest

from tests.console.web.conftest import Client
from tests.console.web.pages.sources.conftest import NEW_SERVICE, over
from tests.flows.ingest.office import GOOD_IIN, SOURCE, Office
from tests.waiting import until

SignedIn = Callable[..., Client]
HELD = f"/sources/{SOURCE}/held"


def number(office: Office, key: str) -> int:
    return int(office.one("SELECT id FROM quarantine WHERE key = :key", key=key))


def test_listed_without_what_they_say(signed_in: SignedIn, two_held: Office) -> None:
    client = signed_in("on_call")
    page = client.get(HELD).text
    for part in ("A2", "A4", "A04", "(2)"):
        assert part in page, part
    assert GOOD_IIN not in page
    assert "Release the chosen" not in page
    assert "<b>8" not in client.get(f"{HELD}/{number(two_held, 'A4')}").text
    assert "There is none" in client.get(f"{HELD}?code=A08").text
    assert "There is none" in client.get(f"{HELD}?state=released").text
    table = client.get(f"{HELD}?format=csv").text
    assert "A2,['A04']" in table
    assert GOOD_IIN not in table


def test_a_key_that_is_a_person_is_masked(signed_in: SignedIn, two_held: Office) -> None:
    with two_held.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE quarantine SET dataset = 'consents', key = '{GOOD_IIN}' WHERE key = 'A2'"
        )
        row = connection.exec_driver_sql("SELECT id FROM quarantine ORDER BY id").scalars().first()
    client = signed_in("integration_engineer")
    for path in (HELD, f"{HELD}?format=csv", f"{HELD}/{row}"):
        answer = client.get(path).content.decode()
        assert GOOD_IIN not in answer, path
        assert f"••••{GOOD_IIN[-4:]}" in answer, path


@pytest.mark.parametrize("role", ["integration_engineer", "auditor"])
def test_read_with_a_basis(signed_in: SignedIn, two_held: Office, role: str) -> None:
    client, path = signed_in(role), f"{HELD}/{number(two_held, 'A2')}"
    assert GOOD_IIN not in client.get(path).text
    without = client.post(path, basis="  ")
    assert (without.status_code, GOOD_IIN in without.text) == (422, False)
    long = client.post(path, basis="x" * 10_000)
    assert (long.status_code, "x" * 10_000 in long.text) == (422, True)
    read = client.post(path, basis=f"<b>complaint</b> 17 of {GOOD_IIN}")
    assert read.status_code == 200
    assert f"&#34;iin&#34;: &#34;{GOOD_IIN}&#34;" in read.text
    (entry,) = two_held.rows("SELECT * FROM audit_entries WHERE action = 'quarantine.read'")
    assert (entry.actor, entry.basis) == (f"person:{role}", "<b>complaint</b> 17 of ••••••••0005")


@pytest.mark.parametrize(
    ("role", "region"),
    [("on_call", None), ("reviewer", None), ("office_staff", "75"), ("region", "75")],
)
def test_who_has_no_right_reads_nothing(
    signed_in: SignedIn, two_held: Office, role: str, region: str | None
) -> None:
    client, path = signed_in(role, region=region), f"{HELD}/{number(two_held, 'A2')}"
    refused = client.post(path, basis="because")
    assert refused.status_code == 403
    assert GOOD_IIN not in refused.text
    assert two_held.rows("SELECT seq FROM audit_entries WHERE action = 'quarantine.read'") == []
    # Held rows may be of any region: who sees one region alone does not see the list either.
    for each in (HELD, f"{HELD}?format=csv", path):
        assert client.get(each).status_code == (403 if region else 200), each
    assert client.get(f"/sources/{SOURCE}").ok


def test_of_another_source_or_none(signed_in: SignedIn, two_held: Office) -> None:
    client, row = signed_in("integration_engineer"), number(two_held, "A2")
    for path in (f"/sources/office.events/held/{row}", f"{HELD}/0", f"{HELD}/{1 << 80}",
                 "/sources/no.such/held"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    assert client.post(f"/sources/office.events/held/{row}", basis="x").status_code == 404
    others = client.post("/sources/office.events/held", row=str(row), which="chosen")
    assert others.status_code == 422


@pytest.mark.parametrize("row", ["", "none", "9" * 30, "-1"])
def test_nothing_chosen(signed_in: SignedIn, two_held: Office, row: str) -> None:
    answer = signed_in("integration_engineer").post(HELD, row=row, which="chosen")
    assert answer.status_code == 422
    assert "Choose at least one row." in answer.text
    assert two_held.rows("SELECT id FROM job_runs") == []


def test_released_after_a_fix(signed_in: SignedIn, two_held: Office) -> None:
    """The file is mended while the console runs: the release reads it anew."""
    two_held.declare(register=NEW_SERVICE)
    client = signed_in("integration_engineer")
    client.post(HELD, which="all")
    client.post(HELD, which="all")  # the second click of two
    until(lambda: over(two_held), 60)
    page = client.get(HELD).text
    for part in ("Stored 1; still held 1", "A4", "What the last releases did"):
        assert part in page, part
    assert "A2" in client.get(f"{HELD}?state=released").text
    runs = two_held.rows("SELECT job, actor, state FROM job_runs")
    assert runs == [("release", "person:integration_engineer", "completed")]
    assert two_held.actions()[-1] == "quarantine.released"

"""An application is tried and asked now: by whom, with what reason, and never twice."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.console.web.conftest import Client
from tests.console.web.front_office import MOTHER, FrontOffice
from tests.console.web.pages.test_applications import started
from tests.console.web.pages.test_cases import NUMBER, stands_still

SignedIn = Callable[..., Client]
HERE = {"region": "71", "office": "office 1"}


@pytest.fixture
def outage(front_office: FrontOffice) -> FrontOffice:
    return front_office


@pytest.fixture
def waiting(front_office: FrontOffice) -> str:
    """An application whose first step has its next turn tomorrow; where its resume is."""
    number = started(front_office)
    with front_office.engine.begin() as connection:
        connection.execute(
            text("""
                UPDATE composite_steps SET next_at = now() + interval '1 day'
                WHERE step = 'birth' AND state = 'ready'
            """)
        )
    return f"/applications/{number}/resume"


def turns(office: FrontOffice) -> list[bool]:
    """Of each step that has a turn, whether that is still to come."""
    rows = office.all("SELECT next_at > now() FROM composite_steps WHERE next_at IS NOT NULL")
    return [bool(later) for (later,) in rows]


def test_first_what_then_why_then_the_deed(
    signed_in: SignedIn, front_office: FrontOffice, waiting: str
) -> None:
    client = signed_in("office_staff", **HERE)
    assert f'href="{waiting}"' in client.get(waiting.removesuffix("/resume")).text
    asked = client.get(waiting).text
    for part in ("Registration (en)", "Its next turn", "Nothing is sent twice"):
        assert part in asked, part
    bare = client.post(waiting, reason="  ")
    assert (bare.status_code, "Say why" in bare.text) == (422, True)
    assert turns(front_office) == [True]
    done = client.post(waiting, reason=f"They of {MOTHER} say it works again")
    assert (done.status_code, "It is tried and asked now" in done.text) == (200, True)
    assert turns(front_office) == [False]
    [(subject, basis, details)] = front_office.audited("composite.resumed")
    assert details == {"steps": ["birth"]}
    assert subject.startswith("application:OA-")
    assert MOTHER not in str(basis)
    again = client.post(waiting, reason="Once more")
    assert "Nothing of it waited" in again.text
    assert front_office.carry(waiting.split("/")[2]) == "ended"
    over = client.post(waiting, reason="And yet")
    assert (over.status_code, "It has ended" in over.text, "And yet" in over.text) == (
        409, True, True,
    )  # fmt: skip


def test_what_somebody_has_in_hand_leads_to_the_case(
    signed_in: SignedIn, front_office: FrontOffice
) -> None:
    case = stands_still(front_office)
    page = signed_in("office_staff", **HERE).get(f"/applications/{NUMBER}/resume").text
    assert "Nothing of it waits for a next turn" in page
    assert f'href="/cases/{case}"' in page
    assert "<textarea" not in page


@pytest.mark.parametrize(
    ("role", "region"),
    [
        ("office_staff", "75"),
        ("region", "71"),
        ("on_call", None),
        ("integration_engineer", None),
        ("reviewer", None),
        ("auditor", None),
    ],
)
def test_for_nobody_else(
    signed_in: SignedIn, front_office: FrontOffice, waiting: str, role: str, region: str | None
) -> None:
    client = signed_in(role, region=region)
    assert client.get(waiting).status_code == 403
    assert client.post(waiting, reason="b").status_code == 403
    assert turns(front_office) == [True]
    assert len(front_office.audited("console_refused")) == 2

"""What somebody does with an alert: once, by those who may, and nothing that was typed is lost."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from models.environment.on_call import Person
from tests.console.web.alerting import fired, overdue, said, state
from tests.console.web.conftest import Client
from tests.flows.failures.waiting.outage import Outage

SignedIn = Callable[..., Client]
HERE = "person:on_call"


@pytest.fixture
def found(outage: Outage) -> str:
    outage.environment.on_call.people["aigerim"] = Person(receivers=["log"])
    return fired(outage, system="gateway")


def seen(outage: Outage, fingerprint: str) -> str:
    """What a page that was read now carries."""
    with outage.engine.connect() as connection:
        return str(
            connection.execute(
                text("SELECT max(id) FROM alert_changes WHERE fingerprint = :whole"),
                {"whole": fingerprint},
            ).scalar_one()
        )


@pytest.mark.parametrize(
    ("fields", "became", "words"),
    [
        ({"deed": "acknowledge"}, "acknowledged", "I look at it"),
        ({"deed": "acknowledge", "comment": "On my way"}, "acknowledged", "On my way"),
        ({"deed": "comment", "comment": "Called <b>them</b>"}, "firing", "Called <b>them</b>"),
        ({"deed": "assign", "to": "aigerim", "comment": "Yours"}, "firing", "To aigerim: Yours"),
        ({"deed": "snooze", "for": "4h", "comment": "Later"}, "silenced", "Later"),
        ({"deed": "resolve", "comment": "It works"}, "resolved", "It works"),
    ],
)
def test_each_deed_is_done_once_and_written_down(
    signed_in: SignedIn, outage: Outage, found: str, fields: dict[str, str], became: str, words: str
) -> None:
    client = signed_in("on_call")
    before = seen(outage, found)
    page = client.post(f"/alerts/{found}", seen=before, **fields)
    assert page.status_code == 200
    assert len(page.history) == 1  # to the page: a reload does nothing twice
    assert state(outage, found) == became
    assert said(outage, found)[-1] == (became, words, HERE)
    assert "<b>them" not in page.text
    with outage.engine.connect() as connection:
        actions = connection.execute(
            text("SELECT action FROM audit_entries WHERE actor = :who"), {"who": HERE}
        ).scalars()
        assert [each for each in actions if each.startswith("alert.")] != []


def test_whoever_is_handed_it_is_told(signed_in: SignedIn, outage: Outage, found: str) -> None:
    signed_in("on_call").post(
        f"/alerts/{found}", deed="assign", to="aigerim", comment="Yours", seen=seen(outage, found)
    )
    with outage.engine.connect() as connection:
        [(receiver, title)] = connection.execute(text("SELECT receiver, title FROM notices")).all()
    assert (receiver, title) == ("log", "[assigned] SystemDown is in your hands")


def test_a_snooze_ends_by_hand(signed_in: SignedIn, outage: Outage, found: str) -> None:
    client = signed_in("on_call")
    fields = {"deed": "snooze", "for": "1h", "seen": seen(outage, found)}
    client.post(f"/alerts/{found}", comment="Later", **fields)
    assert "Tell of it again now" in client.get(f"/alerts/{found}").text
    client.post(f"/alerts/{found}", deed="wake", comment="It is worse", seen=seen(outage, found))
    assert state(outage, found) == "firing"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"deed": "resolve"}, "Say why, in a few words"),
        ({"deed": "comment", "comment": " "}, "Say why, in a few words"),
        ({"deed": "assign", "comment": "x", "to": "nobody"}, "Choose a person"),
        ({"deed": "snooze", "comment": "x", "for": "9y"}, "Choose for how long"),
        ({"deed": "comment", "comment": "x" * 10_001}, "At most 10,000 characters"),
        ({"deed": "assign", "comment": "x", "to": "aigerim", "group": "yes"}, "one alert at a"),
        ({"deed": "wake", "comment": "kept words"}, "it is firing"),
        ({"deed": "explode", "comment": "kept words"}, "Choose what to do"),
        ({}, "Choose what to do"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    signed_in: SignedIn, outage: Outage, found: str, fields: dict[str, str], told: str
) -> None:
    page = signed_in("on_call").post(f"/alerts/{found}", seen=seen(outage, found), **fields)
    assert page.status_code == 422
    assert told in page.text
    assert fields.get("comment", "").strip() in page.text
    assert len(said(outage, found)) == 1


@pytest.mark.parametrize("words", ["‏עברית مرحبا", "<script>alert(1)</script>", "a\0b", "x" * 9_999])
def test_any_words_may_be_said(signed_in: SignedIn, outage: Outage, found: str, words: str) -> None:
    page = signed_in("on_call").post(f"/alerts/{found}", deed="comment", comment=words)
    assert page.status_code == 200
    assert said(outage, found)[-1][1] == words.replace("\0", "")
    assert "<script>alert" not in page.text


def test_who_comes_second_sees_what_happened(
    signed_in: SignedIn, outage: Outage, found: str
) -> None:
    client, before = signed_in("on_call"), seen(outage, found)
    signed_in("integration_engineer").post(
        f"/alerts/{found}", deed="acknowledge", comment="Mine already", seen=before
    )
    second = client.post(f"/alerts/{found}", deed="resolve", comment="I close it", seen=before)
    assert second.status_code == 409
    assert "Mine already" in second.text
    assert "I close it" in second.text
    assert state(outage, found) == "acknowledged"
    assert client.post(f"/alerts/{found}", deed="acknowledge", seen="").status_code == 409
    # To say something is never too late.
    assert client.post(f"/alerts/{found}", deed="comment", comment="Me too", seen=before).ok
    now = seen(outage, found)
    assert client.post(f"/alerts/{found}", deed="resolve", comment="I close it", seen=now).ok
    late = client.post(
        f"/alerts/{found}", deed="resolve", comment="Again", seen=seen(outage, found)
    )
    assert late.status_code == 422
    assert "it is resolved already" in late.text


def test_a_group_is_taken_at_once(signed_in: SignedIn, outage: Outage) -> None:
    first, second, other = (
        overdue(outage, "A-1"), overdue(outage, "A-2"), overdue(outage, "B-1", region="71"),
    )  # fmt: skip
    client = signed_in("on_call")
    assert "Also the 1 other of its group" in client.get(f"/alerts/{first}").text
    client.post(f"/alerts/{first}", deed="acknowledge", group="yes", seen=seen(outage, first))
    assert [state(outage, each) for each in (first, second, other)] == [
        "acknowledged", "acknowledged", "firing",
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["auditor", "office_staff", "reviewer", "region"])
def test_others_look_and_do_nothing(
    signed_in: SignedIn, outage: Outage, found: str, role: str
) -> None:
    client = signed_in(role)
    assert "What will you do?" not in client.get(f"/alerts/{found}").text
    for path, fields in (
        (f"/alerts/{found}", {"deed": "acknowledge", "seen": seen(outage, found)}),
        ("/alerts/silences", {"matchers": "system=gateway", "until": "2099-01-01T00:00"}),
        ("/alerts/silences/1/end", {}),
    ):
        assert client.post(path, comment="I say so", **fields).status_code == 403
    assert state(outage, found) == "firing"


def test_an_expired_session_loses_nothing(signed_in: SignedIn, outage: Outage, found: str) -> None:
    client = signed_in("on_call")
    client.http.cookies.clear()
    answer = client.post(f"/alerts/{found}", deed="resolve", comment="Typed at night", seen="1")
    assert answer.status_code == 401
    assert "Typed at night" in answer.text
    assert state(outage, found) == "firing"
    foreign = signed_in("on_call").post(f"/alerts/{found}", deed="resolve", forms="no")
    assert foreign.status_code == 409

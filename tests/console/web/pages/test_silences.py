"""Silences in the console: made with an end, for what fits; ended before it; never for ever."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.console.web.alerting import fired, state
from tests.console.web.conftest import Client
from tests.flows.failures.waiting.outage import Outage

SignedIn = Callable[..., Client]
RIGHT = {"matchers": 'system="gateway"', "until": "2099-01-01T08:00", "comment": "Planned work"}


def test_made_from_an_alert_and_ended(signed_in: SignedIn, outage: Outage) -> None:
    found = fired(outage, system="gateway", subject="probe:https")
    other = fired(outage, "SystemSlow", system="gateway")
    client = signed_in("on_call")
    page = client.get(f"/alerts/silences?alert={found}").text
    assert "alertname=&#34;SystemDown&#34;\nsubject=&#34;probe:https&#34;" in page
    made = client.post("/alerts/silences", **RIGHT)
    assert made.status_code == 200
    assert "Planned work" in made.text
    assert "2 alerts now" in made.text
    assert [state(outage, each) for each in (found, other)] == ["silenced", "silenced"]
    assert "by a silence" in client.get(f"/alerts/{found}").text
    with outage.engine.connect() as connection:
        [(number, until)] = connection.execute(text("SELECT id, ends_at FROM silences")).all()
    assert until.isoformat().startswith("2099-01-01T03:00:00")  # local to the environment
    assert "Planned work" in client.get("/alerts/silences?format=csv").text
    assert client.post(f"/alerts/silences/{number}/end", comment="Work is done").ok
    assert state(outage, found) == "firing"
    again = client.post(f"/alerts/silences/{number}/end", comment="Work is done")
    assert again.status_code == 422
    assert "no such silence goes on" in again.text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"matchers": ""}, "Give between 1 and 20 conditions"),
        ({"matchers": "x=1\n" * 21}, "Give between 1 and 20 conditions"),
        ({"matchers": "system~~land"}, "Write each like"),
        ({"matchers": "system=~(a+)+$"}, "Write each like"),
        ({"until": ""}, "a silence has an end"),
        ({"until": "2020-01-01T00:00"}, "a silence has an end"),
        ({"until": "tomorrow"}, "Write a date and a time"),
        ({"until": "0000-99-99T99:99"}, "Write a date and a time"),
        ({"comment": ""}, "Say why"),
        ({"comment": "x" * 10_001}, "At most 10,000 characters"),
    ],
)
def test_what_is_wrong_is_said_by_the_field(
    signed_in: SignedIn, outage: Outage, change: dict[str, str], told: str
) -> None:
    found = fired(outage, system="gateway")
    answer = signed_in("on_call").post("/alerts/silences", **{**RIGHT, **change})
    assert answer.status_code == 422
    assert told in answer.text
    if "comment" not in change:
        assert "Planned work" in answer.text
    assert state(outage, found) == "firing"


def test_others_see_them(signed_in: SignedIn, outage: Outage) -> None:
    signed_in("on_call").post("/alerts/silences", **RIGHT)
    page = signed_in("auditor").get("/alerts/silences").text
    assert "Planned work" in page
    assert "End it now" not in page
    assert "Keep quiet about alerts" not in page
    assert outage

"""Bodies that are told to fail: what they do, what they say, and what the ledger knows."""

from typing import Any

import pytest
import requests

from tests.sandbox.acts.conftest import Bodies
from tests.waiting import until

SMS = {"phone": "+77010000000", "text": "Дайын"}


def send(bodies: Bodies, key: str, **more: Any) -> requests.Response:
    return bodies.post("sms_gateway", "/messages", key=key, **{**SMS, **more})


@pytest.mark.parametrize("how", ["connection", "half"])
def test_a_lost_answer_is_of_work_that_was_done(bodies: Bodies, key: str, how: str) -> None:
    bodies.order("sms_gateway", kind="lose_answer", how=how, count=1)
    with pytest.raises(requests.RequestException):
        send(bodies, key)
    assert [entry["operation"] for entry in bodies.ledger("sms_gateway", key)] == ["send"]
    assert send(bodies, key).json()["id"] == bodies.ledger("sms_gateway", key)[0]["what"]["id"]
    assert len(bodies.ledger("sms_gateway", key)) == 1


DONE = [
    ({"kind": "500"}, 500, 0),
    ({"kind": "500", "how": "after", "value": 502}, 502, 1),
    ({"kind": "fault_inside"}, 200, 0),
    ({"kind": "fault_inside", "how": "after"}, 200, 1),
    ({"kind": "refuse"}, 400, 0),
    ({"kind": "oversized", "value": 200_000}, 201, 1),
    ({"kind": "slow", "seconds": 0.1}, 201, 1),
    ({"kind": "slow", "seconds": 0.1, "how": "before"}, 201, 1),
    ({"kind": "down", "how": "503"}, 503, 0),
]


@pytest.mark.parametrize(("fault", "status", "done"), DONE)
def test_what_a_fault_does_and_says(
    bodies: Bodies, key: str, fault: dict[str, Any], status: int, done: int
) -> None:
    assert bodies.order("sms_gateway", **fault).status_code == 201
    answer = send(bodies, key)
    assert answer.status_code == status
    assert len(bodies.ledger("sms_gateway", key)) == done
    if fault["kind"] == "oversized":
        assert len(answer.content) > 190_000
    if fault["kind"] == "fault_inside":
        assert answer.json()["state"] == "error"


def test_a_slow_body_has_done_it_before_it_says_so(bodies: Bodies, key: str) -> None:
    bodies.order("sms_gateway", kind="slow", seconds=20, path="/messages POST")
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            bodies.urls["sms_gateway"] + "/messages", json={**SMS, "key": key}, timeout=0.2
        )
    assert bodies.ask("sms_gateway", "GET", f"/messages/{key}").json()["state"] == "sent"


def test_a_fault_strikes_its_path_and_method_only(bodies: Bodies, key: str) -> None:
    bodies.order("education", kind="500", path="/queue POST")
    bodies.order("education", kind="500", path="/queue/", count=1)
    asked = {"key": key, "childIin": "250101500013", "parentIin": "1"}
    assert bodies.post("education", "/queue", **asked).status_code == 500
    assert bodies.post("education", "/schools/transfers", **asked, school="1").status_code == 202
    assert bodies.ask("education", "GET", f"/queue/{key}").status_code == 500
    assert bodies.ask("education", "GET", f"/queue/{key}").status_code == 404


def refuses(bodies: Bodies) -> bool:
    """Whether nothing listens at its address; a body takes a moment to see what it is told."""
    try:
        bodies.ask("sms_gateway", "GET", "/")
    except requests.ConnectionError:
        return True
    return False


def test_a_body_that_is_down_refuses_connections_until_its_time_is_over(
    bodies: Bodies, key: str
) -> None:
    with requests.Session() as session:
        url = bodies.urls["sms_gateway"]
        assert session.get(url, timeout=30).json()["body"] == "sms_gateway"
        with bodies.standing("sms_gateway"):
            bodies.order("sms_gateway", kind="down", seconds=0.5)
            until(lambda: refuses(bodies))
            with pytest.raises(requests.ConnectionError):
                session.get(url, timeout=30)
            with pytest.raises(requests.ConnectionError, match="refused"):
                send(bodies, key)
            assert bodies.ask("education", "GET", "/").status_code == 200, "others go on"
        until(lambda: not refuses(bodies))
    assert send(bodies, key).status_code == 201


def test_a_body_is_down_until_it_is_told_otherwise(bodies: Bodies, key: str) -> None:
    bodies.order("sms_gateway", kind="down")
    until(lambda: refuses(bodies))
    bodies.clear()
    until(lambda: not refuses(bodies))
    assert send(bodies, key).status_code == 201


def test_at_its_own_address_a_body_stays_to_be_told(bodies: Bodies, key: str) -> None:
    faults = bodies.urls["sms_gateway"] + "/control/faults"
    assert (
        requests.post(faults, json={"kind": "down", "how": "refuse"}, timeout=30).status_code == 400
    )
    assert requests.post(faults, json={"kind": "down"}, timeout=30).status_code == 201
    answer = send(bodies, key)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    requests.delete(faults, timeout=30)
    assert send(bodies, key).status_code == 201


REFUSED = [
    ({"kind": "xml_bomb"}, "not one of"),
    ({"kind": "call_back"}, "not one of"),
    ({"kind": "lose_answer", "how": "gently"}, "connection, half"),
    ({"kind": "down", "path": "/messages"}, "as a whole"),
    ({"kind": "down", "count": 1}, "as a whole"),
    ({"kind": "slow", "minutes": 1}, "unknown keys"),
]


@pytest.mark.parametrize(("fault", "why"), REFUSED)
def test_an_order_that_cannot_strike_is_refused(
    bodies: Bodies, fault: dict[str, Any], why: str
) -> None:
    answer = bodies.order("sms_gateway", **fault)
    assert answer.status_code == 400
    assert why in answer.json()["error"]

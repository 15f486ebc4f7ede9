"""Social protection: grants behind a security server, twice where it is sent twice."""

from time import sleep
from typing import Any
from uuid import uuid4

import pytest
import requests

from tests.sandbox.acts.conftest import AFTER, Bodies

PATH = "/r1/KZ/GOV/SOCIAL/allowances/allowances"
CLIENT = {"X-Road-Client": "KZ/GOV/AGENCY/tereze"}


def asked(key: str, iban: str = "KZ86125KZT5004100101") -> dict[str, str]:
    person = {"motherIin": "1", "childIin": "2", "iban": iban}
    return {"key": key, "applicationNumber": "T-1", "actNumber": "3", **person}


def post(bodies: Bodies, key: str, iban: str = "KZ01") -> requests.Response:
    return bodies.ask("social_protection", "POST", PATH, json=asked(key, iban), headers=CLIENT)


def state(bodies: Bodies, key: str) -> dict[str, Any]:
    path = f"{PATH}/{key}"
    told: dict[str, Any] = bodies.ask("social_protection", "GET", path, headers=CLIENT).json()
    return told


def test_an_allowance_is_granted_after_a_while(bodies: Bodies, key: str) -> None:
    assert state(bodies, key)["state"] == "absent"
    with bodies.standing("social_protection"):
        answer = post(bodies, key)
        assert state(bodies, key)["state"] == "accepted"
        bodies.clock("social_protection", ahead=AFTER)
    assert (answer.status_code, answer.json()["state"]) == (202, "accepted")
    assert "X-Road-Error" not in answer.headers
    assert answer.headers["X-Road-Request-Id"]
    assert (state(bodies, key)["state"], state(bodies, key)["amount"]) == ("granted", 149_416)
    taken = bodies.ask("social_protection", "DELETE", f"{PATH}/{key}", headers=CLIENT)
    assert taken.json()["state"] == "withdrawn"


def test_a_closed_account_is_refused_with_grounds(bodies: Bodies, key: str) -> None:
    post(bodies, key, iban="KZ00")
    sleep(AFTER)
    told = state(bodies, key)
    assert told["state"] == "refused"
    assert told["reason"]
    assert told["grounds"]


def test_one_key_sent_twice_is_two_grants(bodies: Bodies, key: str) -> None:
    assert post(bodies, key).json()["number"] != post(bodies, key).json()["number"]
    assert len(bodies.ledger("social_protection", key)) == 2


EXCHANGE = [
    (PATH, {}, "Client.BadRequest"),
    (PATH, {"X-Road-Client": "KZ//AGENCY"}, "Client.BadRequest"),
    (PATH, {**CLIENT, "X-Road-Id": "17"}, "Client.BadRequest"),
    ("/r1/KZ/GOV/OTHER/allowances/allowances", CLIENT, "Server.ClientProxy.UnknownMember"),
    ("/r1/KZ/GOV/SOCIAL/allowances/pensions", CLIENT, "Server.ServerProxy.UnknownService"),
]


@pytest.mark.parametrize(("path", "headers", "kind"), EXCHANGE)
def test_an_exchange_that_fails_says_so_in_the_header(
    bodies: Bodies, path: str, headers: dict[str, str], kind: str, key: str
) -> None:
    answer = bodies.ask("social_protection", "POST", path, json=asked(key), headers=headers)
    assert answer.headers["X-Road-Error"] == kind == answer.json()["type"]
    assert bodies.ledger("social_protection", key) == []


def test_an_error_of_the_service_comes_through_as_it_is(bodies: Bodies) -> None:
    answer = bodies.ask("social_protection", "POST", PATH, json={}, headers=CLIENT)
    assert answer.status_code == 422
    assert "X-Road-Error" not in answer.headers
    bodies.order("social_protection", kind="500", path="/allowances POST", count=1)
    assert "X-Road-Error" not in post(bodies, "k").headers


@pytest.mark.parametrize(("how", "done"), [("before", 0), ("after", 1)])
def test_an_exchange_can_be_told_to_fail(bodies: Bodies, key: str, how: str, done: int) -> None:
    bodies.order("social_protection", kind="exchange_failed", how=how, count=1)
    answer = post(bodies, key)
    assert answer.headers["X-Road-Error"] == "Server.ServerProxy.NetworkError"
    assert len(bodies.ledger("social_protection", key)) == done


def test_the_number_of_a_message_is_the_clients(bodies: Bodies, key: str) -> None:
    number = str(uuid4())
    headers = {**CLIENT, "X-Road-Id": number}
    answer = bodies.ask("social_protection", "GET", f"{PATH}/{key}", headers=headers)
    assert answer.headers["X-Road-Id"] == number

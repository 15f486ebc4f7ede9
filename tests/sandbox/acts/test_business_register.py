"""The business register: for good, without a key, and not to be asked."""

from typing import Any

import pytest

from tests.sandbox.acts.conftest import AFTER, Bodies
from tests.sandbox.check_digit import is_right

COMPANY = {"founderIin": "1", "address": "Astana", "activity": "47.11"}


def test_a_company_is_registered_twice_when_it_is_sent_twice(bodies: Bodies, key: str) -> None:
    made = [
        bodies.post("business_register", "/companies", name=f"{key} {number}", **COMPANY).json()
        for number in range(3)
    ]
    assert len({company["bin"] for company in made}) == 3
    assert all(is_right(company["bin"]) for company in made)
    assert bodies.ask("business_register", "GET", f"/companies/{key}").status_code == 404


def test_the_key_is_written_down_and_nothing_else_is_done_with_it(bodies: Bodies, key: str) -> None:
    for number in range(2):
        content = {**COMPANY, "name": f"Of one key {key} {number}"}
        headers = {"Idempotency-Key": key}
        bodies.ask("business_register", "POST", "/companies", json=content, headers=headers)
    assert len(bodies.ledger("business_register", key)) == 2


def test_a_name_is_free_until_it_is_taken(bodies: Bodies, key: str) -> None:
    asked = bodies.ask("business_register", "GET", f"/names/Жаңа {key}").json()
    assert (asked["free"], asked["reason"]) == (True, None)
    bodies.post("business_register", "/companies", name=f"Жаңа {key}", **COMPANY)
    assert not bodies.ask("business_register", "GET", f"/names/жаңа {key}").json()["free"]
    again = bodies.post("business_register", "/companies", name=f"ЖАҢА {key}", **COMPANY).json()
    assert (again["state"], again["reason"]) == ("refused", "The name is taken")
    assert again["grounds"]


def test_who_founds_has_to_be_said(bodies: Bodies) -> None:
    answer = bodies.post("business_register", "/companies", name="N", address="A", activity="1")
    assert answer.status_code == 422
    assert "founderIin, founderBin" in answer.json()["error"]


@pytest.mark.parametrize(("activity", "state"), [("47.11", "granted"), ("92.00", "refused")])
def test_a_licence_is_asked_for_until_it_is_decided(
    bodies: Bodies, key: str, activity: str, state: str
) -> None:
    asked = {"key": key, "bin": "200440000018", "activity": activity}
    with bodies.standing("business_register"):
        assert bodies.post("business_register", "/licences", **asked).status_code == 202
        assert _licence(bodies, key)["state"] == "accepted"
        bodies.clock("business_register", ahead=AFTER)
    assert _licence(bodies, key)["state"] == state
    bodies.ask("business_register", "DELETE", f"/licences/{key}")
    assert _licence(bodies, key)["state"] == "withdrawn"


def _licence(bodies: Bodies, key: str) -> dict[str, Any]:
    told: dict[str, Any] = bodies.ask("business_register", "GET", f"/licences/{key}").json()
    return told


def test_taxes_and_refusals_on_order(bodies: Bodies, key: str) -> None:
    entered = bodies.post("business_register", "/tax/registrations", bin="1", regime="r", key=key)
    assert entered.json()["state"] == "registered"
    bodies.order("business_register", kind="refuse")
    told = bodies.post("business_register", "/tax/registrations", bin="1", regime="r", key=key)
    assert told.json()["state"] == "refused"
    told = bodies.post("business_register", "/companies", name=key, **COMPANY)
    assert told.json()["state"] == "refused"
    assert len(bodies.ledger("business_register", key)) == 1

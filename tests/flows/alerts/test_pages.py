"""A notice leads to the alert's page in the console, where everybody can reach one."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.alerts.assigning import assign_and_tell
from flows.alerts.notices import notify
from models.environment.on_call import OnCall
from tests.flows.alerts.conftest import NOW, run
from tests.flows.alerts.desk import HAND, Desk

ADDRESS = "https://tereze.example.org/"


@pytest.mark.parametrize("address", [ADDRESS, None])
def test_a_notice_leads_to_the_page(engine: Engine, tmp_path: Path, address: str | None) -> None:
    desk = Desk(engine, tmp_path)
    alert = desk.fire(system="land")
    notify(engine, replace(desk.house, console=address), NOW)
    [notice] = desk.got()["log"]
    line = f"To see and take it: https://tereze.example.org/alerts/{alert[:12]}"
    assert (line in notice["body"].splitlines()) == (address is not None)
    assert f"tereze alerts ack {alert[:12]}" in notice["body"]


@pytest.mark.parametrize("address", [ADDRESS, None])
def test_whoever_is_handed_it_finds_it(engine: Engine, tmp_path: Path, address: str | None) -> None:
    desk = Desk(engine, tmp_path)
    desk.on_call = OnCall.model_validate({"people": {"aigerim": {"receivers": ["log"]}}})
    alert = desk.fire(system="land")
    house = replace(desk.house, console=address)
    with engine.begin() as connection:
        assign_and_tell(connection, house, alert, "aigerim", HAND)
    [(body,)] = run(engine, "SELECT body FROM notices")
    where = f"{ADDRESS}alerts/{alert[:12]}" if address else f"tereze alerts show {alert[:12]}"
    assert body.endswith(f"To see it: {where}")

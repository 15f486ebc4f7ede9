"""What is to be done again: which pulls, in which order, and which held rows."""

from typing import Any

import pytest
from sqlalchemy import text

from flows.failures.waiting.finding import finding
from flows.failures.waiting.replay import Step, plan
from tests.environments import KAZAKHSTAN
from tests.flows.delays.world import moment
from tests.flows.failures.waiting.outage import REGISTRY_SOURCE, Outage

EVERY_HOUR: dict[str, Any] = {"schedule": "0 * * * *"}
SOURCE = KAZAKHSTAN["sources/applications.yaml"]
EVENTS: dict[str, Any] = {
    "source": "office.events",
    "system": "office",
    "connector": "file",
    "dataset": "application_events",
    "schedule": "0 * * * *",
    "fields": {"event": "e", "number": "n", "kind": "k", "at": "a"},
}
SOURCES: dict[str, dict[str, Any] | None] = {
    "applications": EVERY_HOUR,
    "events": EVENTS,
    "registry": {**REGISTRY_SOURCE, **EVERY_HOUR},
    "gate": {**SOURCE, "source": "gateway.applications", "system": "gateway", **EVERY_HOUR},
    "asked": {**SOURCE, "source": "gateway.asked", "system": "gateway"},
}


def steps(outage: Outage, identity: int, at: str) -> list[Step]:
    with outage.engine.connect() as connection:
        found = finding(connection, identity)
        return plan(connection, outage.environment, found, moment(at))


def pulled(outage: Outage, source: str, at: str, state: str) -> None:
    with outage.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO pulls (source, kind, holder, state, started_at)
                VALUES (:source, 'pull', 'test', :state, :at)
            """),
            {"source": source, "state": state, "at": moment(at)},
        )


def held(outage: Outage, source: str, at: str, state: str = "held") -> int:
    with outage.engine.begin() as connection:
        return int(
            connection.execute(
                text("""
                    INSERT INTO quarantine (source, dataset, fingerprint, state, codes, reasons,
                        record, pull_id, held_at)
                    VALUES (:source, 'applications', :at, :state, '{R01}', '{x}', '{}', 1, :when)
                    RETURNING id
                """),
                {"source": source, "at": at, "state": state, "when": moment(at)},
            ).scalar_one()
        )


def test_pulls_come_in_order_of_rank_and_due_date(outage: Outage) -> None:
    outage.change(**SOURCES)
    outage.looked(moment("06-02 09:00"))
    outage.applied("1", "05-30 10:00")
    outage.applied("2", "05-28 10:00", system="gateway")
    with outage.engine.begin() as connection:
        connection.execute(
            text("UPDATE applications SET source = 'gateway.applications' WHERE number = '2'")
        )
    pulled(outage, "office.applications", "06-02 11:00", "failed")
    pulled(outage, "office.applications", "06-02 12:00", "failed")
    pulled(outage, "office.applications", "06-02 09:00", "failed")  # before it began
    identity = outage.found("gateway", "06-02 10:00", "06-02 13:00")
    assert steps(outage, identity, "06-02 14:00") == [
        Step("pull", "gateway.applications", "not pulled while it lasted nor since",
             moment("05-30 18:00")),
        Step("pull", "office.applications", "2 of its pulls failed while it lasted",
             moment("06-03 18:00")),
        Step("pull", "office.events", "not pulled while it lasted nor since"),
    ]  # fmt: skip


def test_what_was_pulled_since_is_done(outage: Outage) -> None:
    outage.change(**SOURCES)
    identity = outage.found("office", "06-02 10:00", "06-02 13:00")
    outage.looked_at("office.events", moment("06-02 12:59"))
    outage.looked(moment("06-02 13:00"))
    pulled(outage, "office.events", "06-02 12:59", "succeeded")
    why = "not pulled since the end, so what came late is missing"
    assert steps(outage, identity, "06-02 14:00") == [Step("pull", "office.events", why)]
    outage.looked_at("office.events", moment("06-02 13:30"))
    assert steps(outage, identity, "06-02 14:00") == []


def test_while_it_lasts_every_source_is_to_be_pulled_again(outage: Outage) -> None:
    outage.change(**SOURCES)
    identity = outage.found("office", "06-02 10:00")
    outage.looked(moment("06-02 13:30"))
    found = steps(outage, identity, "06-02 14:00")
    assert {each.source for each in found} == {"office.applications", "office.events"}


@pytest.mark.parametrize(
    ("began", "ended", "named"),
    [
        ("06-02 10:05", "06-02 10:55", False),
        ("06-02 10:05", "06-02 11:05", True),
        ("06-02 10:00", "06-02 10:01", True),
        ("06-02 10:05", None, True),  # it is 14:00 now
    ],
)
def test_a_source_that_was_not_due_meanwhile_is_not_named(
    outage: Outage, began: str, ended: str | None, named: bool
) -> None:
    outage.change(**SOURCES)
    outage.looked(moment("06-02 10:00"))
    identity = outage.found("office", began, ended)
    found = {each.source for each in steps(outage, identity, "06-02 14:00")}
    assert found == ({"office.applications", "office.events"} if named else set())


def test_a_source_without_schedule_only_where_it_failed(outage: Outage) -> None:
    outage.change(**SOURCES)
    identity = outage.found("gateway", "06-02 10:00", "06-02 13:00")
    assert "gateway.asked" not in {each.source for each in steps(outage, identity, "06-02 14:00")}
    pulled(outage, "gateway.asked", "06-02 11:00", "failed")
    assert "gateway.asked" in {each.source for each in steps(outage, identity, "06-02 14:00")}


def test_rows_held_while_it_lasted_are_to_be_released(outage: Outage) -> None:
    outage.looked(moment("06-02 13:30"))
    identity = outage.found("office", "06-02 10:00", "06-02 13:00")
    held(outage, "office.applications", "06-02 09:59")
    rows = tuple(held(outage, "office.applications", at) for at in ("06-02 10:00", "06-02 12:59"))
    held(outage, "office.applications", "06-02 13:00")
    held(outage, "office.applications", "06-02 12:00", "released")
    held(outage, "registry.applications", "06-02 12:00")
    assert steps(outage, identity, "06-02 14:00") == [
        Step("release", "office.applications", "2 rows held while it lasted", None, rows)
    ]

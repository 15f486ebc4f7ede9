"""The lists of applications, and each way in which they lie."""

from typing import Any

import pytest

from sandbox.processes import start
from tests.sandbox.fleet.conftest import BEGINS
from tests.sandbox.reading import Reader

FROM, UNTIL = "2026-03-02T13:00:00+05:00", "2026-03-03T13:00:00+05:00"
LATER = "2026-03-02T16:00:00+05:00"
WINDOW = {"changed_since": "2026-03-02T11:00:00+05:00", "size": 2000}


KINDS = (
    *("yesterday", "repeated_batch", "one_status", "frozen_results", "bad_rows"),
    "vanished_field",
)
Rows = list[dict[str, Any]]
Told = dict[str, tuple[Rows, Rows]]


@pytest.fixture(scope="module")
def told() -> Told:
    """What each list shows before it fails in its own way, and what while it does."""
    with start("fleet", volume=12_000, now=BEGINS, speed=0) as running:
        fleet = Reader(running.url)
        before = {kind: fleet.items(f"/{kind}/applications", **WINDOW) for kind in KINDS}
        fleet.post("/control/clock", {"now": "2026-03-02T12:59:00+05:00"})
        before["bad_rows"] = fleet.items("/bad_rows/applications", **WINDOW)
        for kind in KINDS:
            fleet.fail(kind, **{"from": FROM, "until": UNTIL})
        fleet.post("/control/clock", {"now": LATER})
        after = {kind: fleet.items(f"/{kind}/applications", **WINDOW) for kind in KINDS}
    return {kind: (before[kind], after[kind]) for kind in KINDS}


def test_a_list_grows_and_is_read_from_a_cursor_on_in_pages(fleet: Reader) -> None:
    before = fleet.items("/yesterday/applications", **WINDOW)
    fleet.post("/control/clock", {"now": LATER})
    after = fleet.items("/yesterday/applications", changed_since=WINDOW["changed_since"], size=7)
    assert len(after) > len(before) > 10
    assert [row["changed_at"] for row in after] == sorted(row["changed_at"] for row in after)
    assert len({row["application_id"] for row in after}) == len(after)


def test_yesterdays_data_bring_nothing_new(told: Told) -> None:
    before, after = told["yesterday"]
    assert before
    assert after == []


def test_the_same_batch_comes_again(told: Told) -> None:
    before, after = told["repeated_batch"]
    assert after == before != []


def test_all_rows_have_one_status(told: Told) -> None:
    before, after = told["one_status"]
    assert {row["result"] for row in before} > {"issued"}
    assert {row["result"] for row in after} == {"issued"}


def test_results_stand_still_and_the_rest_moves(told: Told) -> None:
    before, after = told["frozen_results"]
    assert max(row["completed_at"] or "" for row in after) <= FROM
    assert max(row["received_at"] for row in after) > max(row["received_at"] for row in before)


def test_some_rows_break_a_rule(told: Told) -> None:
    before, after = told["bad_rows"]
    good = {row["application_id"]: row for row in before}
    known = [row for row in after if row["application_id"] in good]
    bad = [
        row for row in known if row["applicant_iin"] != good[row["application_id"]]["applicant_iin"]
    ]
    assert 0.1 < len(bad) / len(known) < 0.5


def test_a_column_vanishes(told: Told) -> None:
    before, after = told["vanished_field"]
    assert {name for row in before for name in row} - {name for row in after for name in row} == {
        "channel"
    }


def test_a_list_fails(fleet: Reader) -> None:
    fleet.fail("list_fails", **{"from": FROM, "until": UNTIL})
    assert fleet.get("/list_fails/applications").status_code == 200
    fleet.post("/control/clock", {"now": LATER})
    assert fleet.get("/list_fails/applications").status_code == 500
    assert fleet.get("/yesterday/applications").status_code == 200


def test_a_document_drifts(fleet: Reader) -> None:
    def fields() -> set[str]:
        found = fleet.page("/drifted_document/openapi.json")
        return set(found["components"]["schemas"]["Application"]["properties"])

    before = fields()
    fleet.fail("drifted_document", **{"from": FROM, "until": UNTIL})
    assert fields() == before
    fleet.post("/control/clock", {"now": LATER})
    assert before - fields() == {"received_at"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nobody/applications", 404),
        ("/yesterday/openapi.json", 404),
        ("/yesterday/applications?page=0", 400),
    ],
)
def test_what_is_not_there_is_said_so(still: Reader, path: str, status: int) -> None:
    assert still.get(path).status_code == status

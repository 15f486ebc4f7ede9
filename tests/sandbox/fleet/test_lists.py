"""The lists of applications, and each way in which they lie."""

from typing import Any

import pytest

from tests.sandbox.reading import Reader

FROM, UNTIL = "2026-03-02T13:00:00+05:00", "2026-03-03T13:00:00+05:00"
LATER = "2026-03-02T16:00:00+05:00"
WINDOW = {"changed_since": "2026-03-02T11:00:00+05:00", "size": 2000}


def told(fleet: Reader, kind: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the list shows before it fails so, and what while it does."""
    path = f"/{kind}/applications"
    before = fleet.items(path, **WINDOW)
    fleet.fail(kind, **{"from": FROM, "until": UNTIL})
    fleet.post("/control/clock", {"now": LATER})
    return before, fleet.items(path, **WINDOW)


def test_a_list_grows_and_is_read_from_a_cursor_on_in_pages(fleet: Reader) -> None:
    before = fleet.items("/yesterday/applications", **WINDOW)
    fleet.post("/control/clock", {"now": LATER})
    after = fleet.items("/yesterday/applications", changed_since=WINDOW["changed_since"], size=7)
    assert len(after) > len(before) > 10
    assert [row["changed_at"] for row in after] == sorted(row["changed_at"] for row in after)
    assert len({row["application_id"] for row in after}) == len(after)


def test_yesterdays_data_bring_nothing_new(fleet: Reader) -> None:
    before, after = told(fleet, "yesterday")
    assert before
    assert after == []


def test_the_same_batch_comes_again(fleet: Reader) -> None:
    before, after = told(fleet, "repeated_batch")
    assert after == before != []


def test_all_rows_have_one_status(fleet: Reader) -> None:
    before, after = told(fleet, "one_status")
    assert {row["result"] for row in before} > {"issued"}
    assert {row["result"] for row in after} == {"issued"}


def test_results_stand_still_and_the_rest_moves(fleet: Reader) -> None:
    before, after = told(fleet, "frozen_results")
    assert max(row["completed_at"] or "" for row in after) <= FROM
    assert max(row["received_at"] for row in after) > max(row["received_at"] for row in before)


def test_some_rows_break_a_rule(fleet: Reader) -> None:
    fleet.post("/control/clock", {"now": "2026-03-02T12:59:00+05:00"})
    good = {row["application_id"]: row for row in fleet.items("/bad_rows/applications", **WINDOW)}
    _, after = told(fleet, "bad_rows")
    known = [row for row in after if row["application_id"] in good]
    bad = [
        row for row in known if row["applicant_iin"] != good[row["application_id"]]["applicant_iin"]
    ]
    assert 0.1 < len(bad) / len(known) < 0.5


def test_a_column_vanishes(fleet: Reader) -> None:
    before, after = told(fleet, "vanished_field")
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
def test_what_is_not_there_is_said_so(fleet: Reader, path: str, status: int) -> None:
    assert fleet.get(path).status_code == status

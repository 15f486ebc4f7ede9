from typing import Any

import pytest

from tests.sandbox.check_digit import is_right
from tests.sandbox.reading import KEY, NOW, Reader

FIELDS: dict[str, Any] = {
    "application_id": str,
    "service_code": str,
    "sub_type": (str, type(None)),
    "channel": str,
    "region": str,
    "office_code": (str, type(None)),
    "organisation": str,
    "applicant_iin": str,
    "received_at": str,
    "completed_at": (str, type(None)),
    "result": (str, type(None)),
    "changed_at": str,
}


def test_pages_hold_every_application_once_in_order(corporation: Reader) -> None:
    pages = corporation.pages("/applications", size=300)
    items = [item for page in pages for item in page["items"]]
    assert [page["page"] for page in pages] == [1, 2, 3, 4, 5, 6, 7]
    assert {page["total"] for page in pages} == {2000}
    assert len({item["application_id"] for item in items}) == 2000
    order = [(item["changed_at"], item["application_id"]) for item in items]
    assert order == sorted(order)


def test_applications_look_as_promised(corporation: Reader) -> None:
    offices = {row["code"] for row in corporation.items("/register/offices")}
    services = {row["code"]: row for row in corporation.items("/register/services")}
    for item in corporation.items("/applications", size=2000):
        assert set(item) == set(FIELDS)
        assert all(isinstance(item[name], kind) for name, kind in FIELDS.items())
        assert is_right(item["applicant_iin"])
        assert item["organisation"] == services[item["service_code"]]["organisation"]
        # Late births are applied for through composite services only.
        chosen = [each for each in services[item["service_code"]]["sub_types"] if each != "late"]
        assert (item["sub_type"] is None) == (not chosen)
        assert item["office_code"] is None or item["office_code"] in offices
        assert (item["completed_at"] is None) == (item["result"] is None)
        last = item["completed_at"] or item["received_at"]
        assert item["changed_at"] == last + "+05:00" <= NOW


def test_window_takes_its_beginning_and_leaves_its_end(corporation: Reader) -> None:
    every = corporation.items("/applications", size=500)
    since, until = every[100]["changed_at"], every[1500]["changed_at"]
    wanted = [item for item in every if since <= item["changed_at"] < until]
    found = corporation.items("/applications", changed_since=since, changed_until=until, size=333)
    assert found == wanted
    assert corporation.page(changed_since=until, changed_until=until)["items"] == []


def test_events_tell_the_same_story(corporation: Reader) -> None:
    events = corporation.items("/events", size=5000)
    assert len({event["event_id"] for event in events}) == len(events)
    assert [event["changed_at"] for event in events] == sorted(e["changed_at"] for e in events)
    stories: dict[str, dict[str, Any]] = {}
    for event in events:
        stories.setdefault(event["application_id"], {})[event["kind"]] = event
    for item in corporation.items("/applications", size=5000):
        story = stories.get(item["application_id"], {})
        completed = story.get("completed", {"at": None})["at"]
        assert completed == item["completed_at"], item
        if "stopped" in story:
            assert story["stopped"]["holder"] == "applicant"
            restarted = story.get("restarted", {"at": "9999"})["at"]
            assert story["registered"]["at"] < story["stopped"]["at"] < restarted
    stopped = sum("stopped" in story for story in stories.values())
    assert 0.01 < stopped / 2000 < 0.06


@pytest.mark.parametrize(
    ("name", "total"),
    [("services", 746), ("offices", 328), ("regions", 20), ("channels", 5), ("organisations", 13)],
)
def test_register_is_read_in_pages_too(corporation: Reader, name: str, total: int) -> None:
    assert corporation.page(f"/register/{name}", size=1)["total"] == total
    assert len(corporation.items(f"/register/{name}", size=100)) == total


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"page": "0"}, "page must be"),
        ({"size": "5001"}, "1 to 5000"),
        ({"size": "many"}, "many"),
        ({"changed_since": "yesterday"}, "yesterday"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_question(corporation: Reader, params: dict[str, str], words: str) -> None:
    answer = corporation.get("/applications", **dict[str, Any](params))
    assert answer.status_code == 400
    assert words in answer.json()["error"]


@pytest.mark.parametrize("key", [None, "", "wrong", KEY + "x"])
def test_without_the_key_nothing_is_told(corporation: Reader, key: str | None) -> None:
    stranger = Reader(corporation.url)
    stranger.session.headers["X-Api-Key"] = key or ""
    for path in ("/applications", "/events", "/register/services"):
        assert stranger.get(path).status_code == 401


def test_truth_agrees_with_what_is_shown(corporation: Reader) -> None:
    facts = {row["number"]: row for row in corporation.lines("/truth/applications")}
    items = corporation.items("/applications", size=5000)
    assert set(facts) == {item["application_id"] for item in items}
    for item in items:
        fact = facts[item["application_id"]]
        assert fact["received_at"] == item["received_at"]
        assert fact["identifier"] == item["applicant_iin"]
        if item["completed_at"]:
            assert fact["completes_at"] == item["completed_at"]
            assert fact["late"] == (item["completed_at"] > fact["due_at"])
    summary = corporation.page("/truth/summary")
    late = [i for i in items if i["completed_at"] and facts[i["application_id"]]["late"]]
    assert summary["completed_late"] == len(late) == sum(summary["late_by_body"].values())
    assert summary["received"] == 2000 == summary["completed"] + summary["open"]

"""Every fault over a real socket, and what the truth says about it."""

import time
from email.utils import parsedate_to_datetime

import orjson
import pytest
import requests

from tests.sandbox.check_digit import is_right
from tests.sandbox.reading import Reader


def test_500_as_often_as_told(corporation: Reader) -> None:
    corporation.fail("500", count=2, path="/applications")
    assert corporation.get("/events").status_code == 200
    codes = [corporation.get("/applications", size=1).status_code for _ in range(3)]
    assert codes == [500, 500, 200]
    assert [row["request"] for row in corporation.struck("500")][-2:] == [
        "/applications?size=1"
    ] * 2


def test_429_with_seconds_or_a_date(corporation: Reader) -> None:
    corporation.fail("429", count=1, retry_after=7)
    corporation.fail("429", count=1, retry_after=600, how="date")
    first, second = corporation.get("/applications"), corporation.get("/applications")
    assert (first.status_code, first.headers["Retry-After"]) == (429, "7")
    wait = parsedate_to_datetime(second.headers["Retry-After"]).timestamp() - time.time()
    assert 540 < wait <= 600


def test_time_out_hangs_and_hurts_nobody_else(corporation: Reader) -> None:
    corporation.fail("time_out", path="/applications", count=1)
    with pytest.raises(requests.ReadTimeout):
        corporation.get("/applications", timeout=0.4)
    assert corporation.get("/events", size=1).status_code == 200


def test_time_out_ends_by_itself_when_told_how_long(corporation: Reader) -> None:
    corporation.fail("time_out", count=1, seconds=0.3)
    assert corporation.get("/applications").status_code == 504


def test_cut_off_by_the_connection(corporation: Reader) -> None:
    corporation.fail("cut_off", count=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        corporation.get("/applications")
    assert corporation.get("/applications").status_code == 200


def test_cut_off_in_a_whole_answer(corporation: Reader) -> None:
    corporation.fail("cut_off", count=1, how="complete")
    answer = corporation.get("/applications")
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert answer.content.startswith(b'{"items":[{')
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(answer.content)


def test_page_twice(corporation: Reader) -> None:
    whole = corporation.pages("/applications", size=500)
    corporation.fail("page_twice", count=1)
    pages = corporation.pages("/applications", size=500)
    assert pages[1]["items"] == pages[0]["items"] == whole[0]["items"]
    assert pages[1]["page"] == 2
    assert pages[2:] == whole[2:]


def test_moving_rows_lose_one_to_who_does_not_look(own_corporation: Reader) -> None:
    before = own_corporation.items("/applications", size=500)
    own_corporation.fail("moving_rows", count=1)
    after = own_corporation.items("/applications", size=500)
    assert len(after) == len(before)
    numbers = [item["application_id"] for item in after]
    missed = before[500]["application_id"]
    moved = before[0]["application_id"]
    assert missed not in numbers
    assert numbers.count(moved) == 2
    assert after[-1]["changed_at"] == "2026-05-20T12:00:00+05:00"
    (row,) = own_corporation.struck("moving_rows")
    assert f"moved {moved}" in row["detail"]
    assert missed in row["detail"]
    assert missed in {item["application_id"] for item in own_corporation.items("/applications")}


@pytest.mark.parametrize("path", ["/applications", "/events"])
def test_empty(corporation: Reader, path: str) -> None:
    corporation.fail("empty", path=path, count=1)
    assert corporation.page(path) == {"items": [], "page": 1, "total": 0, "next": None}
    assert corporation.page(path)["total"] > 0


def test_yesterday(corporation: Reader) -> None:
    now = corporation.page(size=5000)
    corporation.fail("yesterday", count=1)
    then = corporation.page(size=5000)
    last = max(item["changed_at"] for item in then["items"])
    assert last <= "2026-05-19T12:00:00+05:00"
    assert then["total"] < now["total"]
    done = {i["application_id"] for i in now["items"] if i["changed_at"] <= last}
    shown = {i["application_id"]: i for i in then["items"]}
    assert done <= set(shown)
    assert all((item["completed_at"] or "") <= last for item in then["items"])


def test_new_field(corporation: Reader) -> None:
    corporation.fail("new_field", field="lane", value=3)
    assert {item["lane"] for item in corporation.page()["items"]} == {3}


@pytest.mark.parametrize(
    ("field", "kind"),
    [(None, int), ("service_code", int), ("received_at", int), ("channel", list)],
)
def test_changed_type(corporation: Reader, field: str | None, kind: type) -> None:
    before = corporation.page(size=10)["items"]
    corporation.fail("changed_type", **({"field": field} if field else {}))
    after = corporation.page(size=10)["items"]
    name = field or "service_code"
    assert {type(item[name]) for item in after} == {kind}
    if name == "received_at":
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(after[0][name] + 5 * 3600))
        assert moment == before[0][name]


def test_vanished_field(corporation: Reader) -> None:
    corporation.fail("vanished_field", count=1)
    assert all("received_at" not in item for item in corporation.page()["items"])
    corporation.fail("vanished_field", field="channel")
    assert all("channel" not in item for item in corporation.page()["items"])


@pytest.mark.parametrize("path", ["/applications", "/register/services"])
def test_wrong_encoding(corporation: Reader, path: str) -> None:
    corporation.fail("wrong_encoding", path=path, count=1)
    answer = corporation.get(path, size=5)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")
    assert "Уполномоченный орган" in answer.content.decode("windows-1251")
    assert corporation.page(path, size=5)["items"][0]["organisation"].isascii()


def test_bad_identifiers(corporation: Reader) -> None:
    corporation.fail("bad_identifiers", share=0.1)
    items = corporation.items("/applications", size=500)
    wrong = {i["application_id"] for i in items if not is_right(i["applicant_iin"])}
    assert 100 < len(wrong) < 300
    told = {number for row in corporation.struck("bad_identifiers") for number in row["records"]}
    assert told == wrong
    again = corporation.items("/applications", size=1000)
    assert {i["application_id"] for i in again if not is_right(i["applicant_iin"])} == wrong


def test_unknown_services(corporation: Reader) -> None:
    known = {row["code"] for row in corporation.items("/register/services")}
    corporation.fail("unknown_services", count=1, path="/applications")
    items = corporation.page()["items"]
    wrong = {item["application_id"] for item in items if item["service_code"] not in known}
    assert wrong == set(corporation.struck("unknown_services")[-1]["records"])
    assert wrong


def test_closed_before_received(corporation: Reader) -> None:
    corporation.fail("closed_before_received", count=1)
    items = corporation.page()["items"]
    wrong = {
        item["application_id"]
        for item in items
        if item["completed_at"] and item["completed_at"] < item["received_at"]
    }
    assert wrong == set(corporation.struck("closed_before_received")[-1]["records"])
    assert wrong


def test_duplicate_numbers_contradict_each_other(corporation: Reader) -> None:
    whole = corporation.page(size=1000)["items"]
    corporation.fail("duplicate_numbers", count=1)
    items = corporation.page(size=1000)["items"]
    twice = corporation.struck("duplicate_numbers")[-1]["records"]
    assert len(items) == 1000 + len(twice)
    for number in twice:
        one, other = [item for item in items if item["application_id"] == number]
        assert one["service_code"] != other["service_code"]
    assert [item for item in items if item in whole] == whole


def test_one_small_page_shows_at_least_one_wrong_record(corporation: Reader) -> None:
    corporation.fail("bad_identifiers", share=0.0001)
    items = corporation.page(size=3)["items"]
    assert sum(not is_right(item["applicant_iin"]) for item in items) == 1


def test_until_by_the_clock_of_the_sandbox(corporation: Reader) -> None:
    corporation.fail("500", until="2026-05-20T12:00:00+05:00")
    assert corporation.get("/applications").status_code == 200
    corporation.fail("500", until="2026-05-20T12:00:01+05:00")
    assert corporation.get("/applications").status_code == 500


def test_share_of_requests(corporation: Reader) -> None:
    corporation.fail("500", share=0.5)
    codes = [corporation.get("/register/regions").status_code for _ in range(60)]
    assert 15 < codes.count(500) < 45


def test_orders_can_be_seen_and_withdrawn(corporation: Reader) -> None:
    first = corporation.fail("500", path="/events")["id"]
    second = corporation.fail("empty")["id"]
    active = corporation.page("/control/faults")["active"]
    assert [one["id"] for one in active] == [first, second]
    corporation.session.delete(corporation.url + f"/control/faults?id={first}", timeout=30)
    assert [one["id"] for one in corporation.page("/control/faults")["active"]] == [second]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"kind": "earthquake"}, "is not one of"),
        ({"kind": "500", "colour": "red"}, "unknown keys colour"),
        ({"kind": "500", "count": 0}, "whole number"),
        ({"kind": "500", "share": 2}, "at most 1"),
        ({"kind": "500", "path": "/nowhere"}, "is none of"),
        ({"kind": "bad_identifiers", "path": "/events"}, "no field"),
        ({"kind": "moving_rows", "path": "/events"}, "do not move"),
        ({"kind": "500", "until": "soon"}, "soon"),
    ],
)
def test_orders_not_understood(corporation: Reader, order: dict[str, object], words: str) -> None:
    assert words in corporation.post("/control/faults", order, status=400)["error"]
    assert corporation.page("/control/faults")["active"] == []

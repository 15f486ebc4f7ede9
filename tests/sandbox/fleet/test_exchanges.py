"""What the operational monitoring tells, read over its protocol, and each way to fail in it."""

import gzip
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

import orjson
import pytest
import requests

from flows.failures.exchanges.readers.messages import answer, request
from models.environment.exchanges import XRoadMonitoring
from sandbox.processes import start
from tests.sandbox.reading import Reader

FROM, UNTIL = "2026-03-02T12:00:00+05:00", "2026-03-02T16:00:00+05:00"
Records = list[dict[str, Any]]


def second(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp())


def ask(fleet: Reader, first: int, last: int) -> tuple[Records, int | None]:
    """A page of records, and from which second the next goes on."""
    url = f"{fleet.url}/monitoring"
    options = XRoadMonitoring(url=url, client="KZ/GOV/T/T", server="KZ/GOV/T/ss1")
    came = requests.post(url, data=request(options, first, last), timeout=30)
    came.raise_for_status()
    page = answer("Asking", came.content, came.headers["Content-Type"])
    records: Records = orjson.loads(gzip.decompress(page.packed))["records"]
    assert page.count == len(records)
    return records, page.next_from


def of(records: Iterable[dict[str, Any]], body: str, side: str = "Client") -> Records:
    return [
        each
        for each in records
        if each["serviceMemberCode"] == body and each["securityServerType"] == side
    ]


KINDS = (
    *("failing_share", "failing_all", "slow_exchanges", "hidden_fault", "no_volume"),
    *("much_volume", "clock_skew", "duplicate_ids"),
)


@pytest.fixture(scope="module")
def records() -> Records:
    """All records of four busy hours in which these bodies fail, and one does not."""
    with start("fleet", volume=12_000, now=FROM, speed=0) as running:
        fleet = Reader(running.url)
        for kind in KINDS:
            fleet.fail(kind, **{"from": FROM, "until": UNTIL})
        fleet.post("/control/clock", {"now": "2026-03-02T17:00:00+05:00"})
        return ask(fleet, second(FROM), second(UNTIL) - 1)[0]


def test_both_sides_of_each_exchange_are_told_in_order(records: Records) -> None:
    stored = [each["monitoringDataTs"] for each in records]
    assert stored == sorted(stored)
    clients, producers = of(records, "noisy"), of(records, "noisy", "Producer")
    assert len(clients) > 100
    by_message = {each["messageId"]: each for each in producers}
    for client in clients:
        producer = by_message[client["messageId"]]
        times = [client["requestInTs"], client["requestOutTs"]]
        times += [producer[name] for name in ("requestInTs", "requestOutTs", "responseInTs")]
        times += [producer["responseOutTs"], client["responseInTs"], client["responseOutTs"]]
        assert all(one <= other for one, other in pairwise(times))


def test_nothing_is_told_before_a_minute_has_passed(still: Reader) -> None:
    begins = second("2026-03-02T11:00:00+05:00")
    records, _ = ask(still, begins, begins + 86_400)
    assert second(FROM) - 120 < records[-1]["monitoringDataTs"] <= second(FROM) - 60


def test_a_long_answer_comes_in_pages_of_whole_seconds(fleet: Reader) -> None:
    fleet.post("/control/clock", {"now": "2026-03-04T12:00:00+05:00"})
    begins, ends = second("2026-02-26T00:00:00+05:00"), second("2026-03-04T11:00:00+05:00")
    first, following = ask(fleet, begins, ends)
    assert 9_900 < len(first) <= 10_000
    seen = {(each["messageId"], each["securityServerType"]) for each in first}
    while following is not None:
        page, after = ask(fleet, following, ends)
        these = {(each["messageId"], each["securityServerType"]) for each in page}
        assert len(these) == len(page)
        assert not these & seen
        seen, following = seen | these, after


def test_the_same_is_told_whenever_it_is_asked(still: Reader) -> None:
    whole, _ = ask(still, second(FROM) - 7200, second(FROM) - 3600)
    halves = [
        each
        for first, last in ((7200, 5401), (5400, 3600))
        for each in ask(still, second(FROM) - first, second(FROM) - last)[0]
    ]
    assert halves == whole != []


@pytest.mark.parametrize(
    ("kind", "least", "most"), [("failing_share", 0.2, 0.4), ("failing_all", 1, 1)]
)
def test_requests_fail(records: Records, kind: str, least: float, most: float) -> None:
    asked = of(records, kind)
    share = sum(not each["succeeded"] for each in asked) / len(asked)
    assert least <= share <= most


def test_each_other_way_to_fail(records: Records) -> None:
    usual = of(records, "noisy")
    assert of(records, "no_volume") == []
    assert len(of(records, "much_volume")) > 3 * len(usual)
    assert median(of(records, "slow_exchanges")) > 10 * median(usual)
    hidden = of(records, "hidden_fault")
    assert {each["succeeded"] for each in hidden} == {True}
    assert 0.3 < sum("faultCode" in each for each in hidden) / len(hidden) < 0.5
    skewed = {each["messageId"]: each for each in of(records, "clock_skew", "Producer")}
    for client in of(records, "clock_skew"):
        assert skewed[client["messageId"]]["requestInTs"] < client["requestOutTs"] - 80_000
    messages = [each["messageId"] for each in of(records, "duplicate_ids")]
    assert 0.03 < 1 - len(set(messages)) / len(messages) < 0.2
    assert not any("faultCode" in each for each in usual)


def median(records: Records) -> float:
    took = sorted(each["responseOutTs"] - each["requestInTs"] for each in records)
    return float(took[len(took) // 2])

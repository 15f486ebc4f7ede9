"""Pulls from the State Corporation's stand-in: clean ones, and with every fault it knows."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from tests.flows.ingest.bodies import CORPORATION, EVENTS, Bodies, stored, truth
from tests.sandbox.reading import NOW, Reader

NOW_AT = datetime.fromisoformat(NOW)
PAST = "2000-01-01T00:00:00+05:00"
SHORT, LONG = {"timeouts": {"read": 0.3}}, {"timeouts": {"read": 30}}
"""How long a system may be silent: `SHORT` only while it is to be given up for that."""


def pull(bodies: Bodies, **options: Any) -> Any:
    return bodies.pull(CORPORATION, now=NOW_AT, **options)


def assert_nothing_half_done(bodies: Bodies) -> None:
    assert stored(bodies) == {}
    assert bodies.cursor(CORPORATION) is None
    assert bodies.held() == {}
    assert bodies.leftovers() == 0


def test_a_clean_pull_is_the_truth(bodies: Bodies, corporation: Reader) -> None:
    report, events = pull(bodies), bodies.pull(EVENTS, now=NOW_AT)
    assert (report.inserted, report.quarantined, report.drift) == (2_000, 0, [])
    assert (events.state, events.quarantined, events.drift) == ("succeeded", 0, [])
    assert stored(bodies) == truth(corporation)
    assert events.inserted == len(corporation.items("/events", size=5000))
    assert bodies.one("SELECT count(*) FROM applications WHERE standard_id IS NULL") == 0
    before = bodies.checksum()
    again = pull(bodies)
    assert (again.inserted, again.updated) == (0, 0)
    assert pull(bodies, since=PAST).unchanged == 2_000
    assert bodies.checksum() == before


@pytest.mark.parametrize(
    ("fault", "reason", "words"),
    [
        ({"kind": "500"}, "unreachable", "500"),
        ({"kind": "429", "retry_after": 60}, "unreachable", "60"),
        ({"kind": "time_out"}, "unreachable", "0.3"),
        ({"kind": "cut_off"}, "unreachable", "/applications"),
        ({"kind": "cut_off", "how": "complete"}, "wrong_answer", "JSON"),
        ({"kind": "wrong_encoding"}, "wrong_answer", "UTF-8"),
        ({"kind": "empty"}, "stopped", "B01"),
        ({"kind": "yesterday"}, "stopped", "B02"),
        ({"kind": "vanished_field"}, "stopped", "B03"),
        ({"kind": "changed_type"}, "stopped", "B04"),
        ({"kind": "changed_type", "field": "changed_at"}, "stopped", "B04"),
    ],
    ids=str,
)
def test_what_fails_stores_nothing_and_says_why(
    bodies: Bodies, corporation: Reader, fault: dict[str, Any], reason: str, words: str
) -> None:
    wait = SHORT if fault["kind"] == "time_out" else LONG
    bodies.declare(
        systems={"systems": {"corporation": {"connection": wait}}},
        corporation_applications={"expect": {"fresh_within": "12h"}},
    )
    corporation.fail(**fault, path="/applications")
    report = pull(bodies)
    assert (report.state, report.reason) == ("failed", reason), report
    assert words in report.sentence
    assert_nothing_half_done(bodies)
    name = "BatchStopped" if reason == "stopped" else "PullFailed"
    assert words in bodies.alerts()[name]
    assert bodies.actions()[-1] == "source.pull_failed"
    corporation.clear()
    if wait is SHORT:
        bodies.declare(systems={"systems": {"corporation": {"connection": LONG}}})
    assert pull(bodies).state == "succeeded"
    assert stored(bodies) == truth(corporation)
    assert name in bodies.alerts("resolved")


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "500", "count": 2},
        {"kind": "429", "count": 1, "retry_after": 1},
        {"kind": "429", "count": 1, "retry_after": 1, "how": "date"},
        {"kind": "time_out", "count": 1},
        {"kind": "cut_off", "count": 1},
        {"kind": "page_twice", "count": 1},
        {"kind": "page_twice"},
        {"kind": "moving_rows", "count": 3},
    ],
    ids=str,
)
def test_what_passes_loses_nothing(
    bodies: Bodies, corporation: Reader, fault: dict[str, Any]
) -> None:
    if fault["kind"] == "time_out":  # given up after 2 s; whoever stalls longer, four times more
        connection = {"timeouts": {"read": 2}, "retry": {"attempts": 5}}
        bodies.declare(systems={"systems": {"corporation": {"connection": connection}}})
    corporation.fail(**fault, path="/applications")
    report = pull(bodies)
    assert report.state == "succeeded", report
    assert stored(bodies) == truth(corporation)
    assert bodies.held() == {}
    assert corporation.struck(fault["kind"])
    if fault.get("how") != "date":
        assert report.seconds > fault.get("retry_after", 0)


@pytest.mark.parametrize("kind", ["500", "cut_off", "time_out"])
def test_what_fails_in_the_middle_leaves_nothing(
    bodies: Bodies, corporation: Reader, kind: str
) -> None:
    if kind == "time_out":  # long enough for pages that are slow, not for one that never comes
        connection = {"timeouts": {"read": 6}, "retry": {"attempts": 1}}
        bodies.declare(systems={"systems": {"corporation": {"connection": connection}}})
    pages: list[int] = []

    def told(done: int, _total: int | None) -> None:
        pages.append(done)
        if len(pages) == 2:
            corporation.fail(kind)

    report = pull(bodies, progress=told)
    assert pages == [500, 1000]
    assert (report.state, report.reason) == ("failed", "unreachable")
    assert_nothing_half_done(bodies)


@pytest.mark.parametrize(
    ("kind", "code", "rows"),
    [
        ("bad_identifiers", "A03", 1),
        ("unknown_services", "A04", 1),
        ("closed_before_received", "A06", 1),
        ("duplicate_numbers", "A07", 2),
    ],
)
def test_bad_records_are_held_and_the_rest_is_the_truth(
    bodies: Bodies, corporation: Reader, kind: str, code: str, rows: int
) -> None:
    corporation.fail(kind, share=0.02, path="/applications")
    report = pull(bodies)
    spoilt = {name for strike in corporation.struck(kind)[-4:] for name in strike["records"]}
    assert report.state == "succeeded"
    held = bodies.rows("SELECT key, codes FROM quarantine")
    assert Counter(row.key for row in held) == dict.fromkeys(spoilt, rows)
    assert all(code in row.codes for row in held)
    everything = truth(corporation)
    good = {number: fate for number, fate in everything.items() if number not in spoilt}
    assert stored(bodies) == good
    corporation.clear()
    assert pull(bodies, since=PAST).inserted == len(spoilt)
    assert bodies.held() == {}
    assert stored(bodies) == everything


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "new_field"}, "new field 'priority' (text)"),
        ({"kind": "vanished_field", "field": "region"}, "vanished field 'region'"),
        ({"kind": "changed_type", "field": "received_at"}, "changed type of 'received_at'"),
    ],
    ids=str,
)
def test_drift_is_told_by_name(
    bodies: Bodies, corporation: Reader, fault: dict[str, Any], words: str
) -> None:
    pull(bodies)
    corporation.fail(**fault, path="/applications")
    report = pull(bodies, since=PAST)
    assert any(words in each for each in report.drift), report
    assert words.split("'")[1] in str(
        bodies.one("SELECT drift FROM pulls ORDER BY id DESC LIMIT 1")
    )
    if report.state == "succeeded":
        assert words in bodies.alerts()["FieldsDrifted"]
    corporation.clear()
    pull(bodies)
    assert stored(bodies) == truth(corporation)
